"""A scenario of training in words: its story and papers, what can be answered, and what Gatehouse says, and why.

Gives back plain text for the screen, the handout and the exam alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cli.verdict import SHORT
from cli.wording import cited
from knowledge.model import KnowledgeBase
from knowledge.results import Given
from knowledge.share import answer_of
from knowledge.training import NONE, SUBJECTS, Marking, Scenario, Training, on_file, unless_said
from rules.training import Question, Worked

LEVELS = {1: "first", 2: "second", 3: "third"}


def facts_of(training: Training, scenario: Scenario) -> Iterator[str]:
    """What is proposed, in a few lines: who, to whom, what for, what, where, and on which day."""
    knowledge, share = training.knowledge, scenario.file.share
    for party in share.parties:
        role = {"discloser": "Sends", "receiver": "Receives"}.get(party.role, "Sends and receives")
        yield f"{role}: {party.name} ({knowledge.label(party.kind)})"
    yield f"What for: {', '.join(map(knowledge.label, share.purpose))}"
    kinds = dict.fromkeys([*share.data, *(kind for flow in share.flows for kind in flow.data)])
    yield f"What: {', '.join(map(knowledge.label, kinds))}"
    if SUBJECTS in share.answers:
        yield f"Whose: {knowledge.answer_label(SUBJECTS, answer_of(share.answers[SUBJECTS]).answer)}"
    if share.nation:
        yield f"Where: {knowledge.label(share.nation)}"
    if share.as_at:
        yield f"The law of: {share.as_at.day} {share.as_at:%B %Y}"


def papers_of(training: Training, scenario: Scenario) -> Iterator[str]:
    """What the papers beside the story say."""
    knowledge = training.knowledge
    for id, answer in on_file(training.marking, scenario).items():
        question = knowledge.questions[id]
        said = f"{question.asks} {knowledge.answer_label(id, answer.answer)}."
        if answer.by and answer.reason:
            said += f" {answer.by}: “{answer.reason}”"
        yield said


def assumed_of(marking: Marking, scenario: Scenario) -> str:
    """What every scenario takes as so unless it says otherwise, in a sentence."""
    says = dict.fromkeys(assumed.says for assumed in unless_said(marking, scenario).values())
    return f"Nothing else was said, so: {'; '.join(says)}." if says else ""


def label(training: Training, step: str, id: str) -> str:
    """An option of a step in words."""
    marking, knowledge = training.marking, training.knowledge
    if id == NONE:
        return marking.none[step]
    if step == "verdict":
        return marking.verdicts[id].label
    if step == "first":
        return marking.firsts[id].label
    return cited(knowledge, knowledge.provisions[id]) if id in knowledge.provisions else id


def labels(training: Training, step: str, ids: Sequence[str]) -> str:
    return "; ".join(label(training, step, id) for id in ids) or "nothing"


def right_words(training: Training, question: Question) -> str:
    """What Gatehouse answers at a step; where several are as good, all that were offered."""
    joined = "; or: " if not question.many else "; "
    best = question.best or tuple(question.right)
    return joined.join(label(training, question.step.id, id) for id in best)


def reasons(training: Training, question: Question, said: Sequence[str]) -> Iterator[str]:
    """Why it is so: what the right one says in plain words, and what the one that was picked lacks."""
    knowledge = training.knowledge
    for id in question.best[:1]:
        provision = knowledge.provisions.get(id)
        if provision is not None and provision.plain and question.step.id in ("power", "bars"):
            yield " ".join(provision.plain.split())
    for id in said:
        if id not in question.right and question.lacks.get(id):
            yield f"{knowledge.provisions[id].title}: it lacks this: {'; '.join(question.lacks[id][:2])}."


def goes_wrong(knowledge: KnowledgeBase, worked: Worked) -> list[str]:
    """What commonly goes wrong with such a share: the case's own lessons, then the power's pitfalls."""
    found = list(worked.scenario.file.case.teaching)
    for id in worked.question("power").best[:1]:
        if id in knowledge.provisions:
            found += [pitfall[:1].upper() + pitfall[1:] for pitfall in knowledge.provisions[id].pitfalls[:2]]
    return found


def marks_words(given: Given) -> str:
    """Marks as people write them.

    >>> marks_words(Given(step="power", said=(), marks=1.5, of=3)), marks_words(Given(step="bars", said=()))
    ('1.5 of 3', 'not marked')
    """
    return f"{given.marks:g} of {given.of}" if given.of else "not marked"


def own_view(training: Training, worked: Worked) -> str:
    """The flag on a scenario whose trainer expects something else than Gatehouse says."""
    scenario = worked.scenario
    if not scenario.expected or scenario.expected == worked.determination.verdict:
        return ""
    return (
        f"Your trainer’s own view: {SHORT[scenario.expected]}, because: {' '.join(scenario.because.split())} "
        f"Gatehouse itself says: {SHORT[worked.determination.verdict]}."
    )
