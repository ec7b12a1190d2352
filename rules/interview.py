"""Which question comes next: always one that can still change the determination, or none.

A question is worth asking while its answer may open or shut a route of a line that is not settled. Facts come
before judgements, and a question that more routes wait for before one that fewer do. Promises never lengthen
the interview: they are one page at its end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

import msgspec

from knowledge.model import KnowledgeBase
from knowledge.resolve import answers as answers_to
from knowledge.share import NOT_SURE, Answer
from rules.decide import Decided, Status
from rules.determine import Determination, Determiner
from rules.facts import SILENT, Cause, Causes
from rules.line import CANNOT, GO_AHEAD, LineDetermination
from rules.route import Route, SafeguardDue

OPENING = ("discloser", "receiver", "purpose", "data", "nation")
"""What a share has to say before there is a line to decide; not questions of the knowledge base."""

FIRST = ("identifiability", "subjects")
"""Asked before the rest, because nearly everything turns on them."""

_MOST_TRIED = 400  # lines decided to see which quiet questions bear on a share; with more, none is left out
_TRIED = "-"  # who judges, and why, in a trial: the person who does it says


@dataclass(frozen=True)
class Ask:
    """The next question: its id, whether a more exact answer is wanted, and the provisions that wait for it."""

    id: str
    exact: bool
    waiting: tuple[str, ...]
    could_open: int
    routes_left: int
    remaining: int


def next_question(determination: Determination, asked: Iterable[str] = (), skipped: Iterable[str] = ()) -> Ask | None:
    """The question to ask next, or None when no answer can change the determination.

    `asked` are those put already (none is put twice, save for a more exact answer); `skipped` those to leave out.
    """
    left_out = set(skipped)
    for name in determination.missing:
        if name not in left_out:
            return Ask(name, False, (), 0, 0, len(determination.missing))
    given = {id for line in determination.lines for id in line.line.answers} | set(asked)
    if determination.lines:
        for name in FIRST:
            if name in determination.knowledge.questions and name not in given | left_out and _undecided(determination):
                return Ask(name, False, (), 0, 0, 1)
    return _candidates(determination, False, given, left_out) or _candidates(determination, True, given, left_out)


def quiet_questions(
    determiner: Determiner, determination: Determination, left_out: Iterable[str] = ()
) -> tuple[str, ...]:
    """Questions whose silence the law reads as an answer, and that bear on this share.

    Each is tried, with what the same provision leaves to silence: it is kept where some answer changes a verdict, or
    where the agreement says the answer and the line may still go. They never lengthen the interview: they are one
    page of ticks, "does any of this apply?".
    """
    knowledge, skipped = determination.knowledge, set(left_out)
    pattern = knowledge.agreement
    told = (
        {id for section in pattern.sections for clause in section.clauses for id in clause.answers} if pattern else ()
    )
    together: dict[tuple[str, ...], bool] = {}  # what one provision leaves to silence, and whether a line may still go
    for line in determination.lines:
        for decided in line.silent:
            if line.verdict == CANNOT and decided.provision.kind == "bar":
                continue  # one more bar changes nothing
            names = tuple(name for name in _left_to_silence(decided, line) if name not in skipped)
            if names:
                together[names] = together.get(names, False) or line.verdict != CANNOT
    trials = {names: _trials(knowledge, names) for names in together}
    many = len(determination.lines) * sum(map(len, trials.values())) > _MOST_TRIED
    found: dict[str, None] = {}
    for names, may_go in together.items():
        if many or any(_changes(determiner, determination, trial) for trial in trials[names]):
            found |= dict.fromkeys(names)
        else:
            found |= dict.fromkeys(
                name for name in names if (may_go and name in told) or knowledge.questions[name].options_from
            )
    return tuple(found)


def _left_to_silence(decided: Decided, line: LineDetermination) -> Iterable[str]:
    found: dict[str, None] = {}
    for finding in decided.findings:
        for atom in finding.compiled.atoms if finding.outcome == "not_met" else ():
            name = atom.question or SILENT.get(atom.fact, "")
            if name in decided.facts.knowledge.questions and name not in line.line.answers:
                found[name] = None
    return found


def _trials(knowledge: KnowledgeBase, names: Iterable[str]) -> tuple[dict[str, Answer], ...]:
    """Every way to answer some questions; none where one has a whole vocabulary of answers, which is asked untried."""
    each = []
    for name in names:
        question = knowledge.questions[name]
        options = () if question.options_from or question.is_text else answers_to(knowledge, name)
        each.append(
            [
                Answer(answer=(option,) if question.is_many else option, by=_TRIED, reason=_TRIED)
                for option in options
                if option != NOT_SURE
            ]
        )
    return tuple(dict(zip(names, answers, strict=True)) for answers in product(*each))


def _changes(determiner: Determiner, determination: Determination, answers: Mapping[str, Answer]) -> bool:
    share = msgspec.structs.replace(determination.share, answers={**determination.share.answers, **answers})
    tried = determiner.determine(share, determination.as_at, provisional=determination.settings.provisional)
    return [line.verdict for line in tried.lines] != [line.verdict for line in determination.lines]


def _undecided(determination: Determination) -> bool:
    return any(not is_settled(line) for line in determination.lines)


def is_settled(line: LineDetermination) -> bool:
    """Can no answer change the line's verdict any more?"""
    if line.verdict == CANNOT:
        return True
    return line.verdict in GO_AHEAD and not _possible_duties(line)


def _possible_duties(line: LineDetermination) -> list[Route]:
    """Routes that would turn a choice into a duty, if unanswered facts turned out so."""
    if line.best is None or line.best.is_mandatory:
        return []
    return [r for r in line.routes if r.is_mandatory and r.now is Status.UNSETTLED and r.status("facts") is Status.OPEN]


def _candidates(determination: Determination, judging: bool, given: set[str], left_out: set[str]) -> Ask | None:
    weight: dict[tuple[str, bool], float] = defaultdict(float)
    waiting: dict[str, dict[str, None]] = defaultdict(dict)
    routes_left = 0
    for line in determination.lines:
        if is_settled(line):
            continue
        duties = _possible_duties(line) if line.verdict in GO_AHEAD else list(line.routes)
        live = [route for route in duties if route.now is Status.UNSETTLED]
        hopeful = [route for route in live if route.status("judged" if judging else "facts") is Status.OPEN]
        routes_left += len(hopeful)
        for route in hopeful:
            for provision, causes in _open_parts(route):
                for cause, id in causes:
                    if _askable(determination.knowledge, cause, id, judging, given, left_out):
                        weight[id, cause == "wide"] += 1 / len(causes)
                        waiting[id][provision] = None
    if not weight:
        return None
    (id, exact), _ = max(weight.items(), key=lambda item: (item[1], item[0]))
    return Ask(id, exact, tuple(waiting[id]), len(waiting[id]), routes_left, len(weight))


def _open_parts(route: Route) -> Iterable[tuple[str, Causes]]:
    """The unsettled provisions of a route, with what each waits for."""
    if route.gateway and route.gateway.meets() is Status.UNSETTLED:
        yield route.gateway.id, route.gateway.causes
    for bar in route.sending:
        if bar.passes() is not Status.UNSETTLED:
            continue
        if bar.bites is Status.UNSETTLED and any(cause in ("unanswered", "wide") for cause, _ in bar.bar.causes):
            yield bar.bar.id, bar.bar.causes  # whether it bites at all comes before what would lift it
            continue
        for lift in bar.lifts:
            decided: Decided | None = lift.decided
            if decided and lift.status() is Status.UNSETTLED:
                yield decided.id, decided.causes


def _askable(
    knowledge: KnowledgeBase, cause: Cause, id: str, judging: bool, given: set[str], left_out: set[str]
) -> bool:
    if id in left_out:
        return False
    if cause == "wide":
        return not judging
    if id not in knowledge.questions or id in given:
        return False
    question = knowledge.questions[id]
    if question.kind == "judgement":
        return judging and cause == "judgement"
    return cause == "unanswered" and question.kind == "fact"


def promises(determination: Determination) -> tuple[tuple[str, ...], tuple[SafeguardDue, ...]]:
    """The page of ticks at the end: assurances relied on that nobody gave yet, and safeguards that are due."""
    assurances: dict[str, None] = {}
    safeguards: dict[str, SafeguardDue] = {}
    for line in determination.lines:
        for id in line.assumptions:
            if determination.knowledge.questions[id].kind == "assurance":
                assurances[id] = None
        for safeguard in line.best.safeguards if line.best else ():
            safeguards.setdefault(safeguard.id, safeguard)
    return tuple(assurances), tuple(safeguards.values())
