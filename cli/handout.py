"""A pack on paper, with and without its answers, and the certificate: through the same renderers as an agreement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from cli import scenario as words
from cli.verdict import WORDS
from knowledge.problems import BadInput, Problem
from knowledge.results import Progress
from knowledge.training import Pack, Training
from rules.determine import Determiner
from rules.document import Agreement, Block, Clause, Paragraph, Points, Section, Sources, Table
from rules.training import Worked, is_right, lean, work_out

_WORDS = {"contents": "Scenarios", "skip": "Skip to the scenarios", "page": "Page", "of": "of"}
_LETTERS = "ABCDEFGHIJ"


def handout_of(training: Training, pack: Pack, determiner: Determiner, *, answers: bool) -> Agreement:
    """The pack as a paper; with `answers`, what Gatehouse says at each step, why, and the marks."""
    today = dt.date.today()
    sections = []
    for number, scenario in enumerate(pack.scenarios, 1):
        worked = work_out(scenario, determiner, training.marking, today)
        parts = [("The story", _story(training, worked)), ("Decide", _questions(training, worked))]
        parts += [("What Gatehouse says", _answers(training, worked))] if answers else []
        clauses = tuple(
            _clause(f"{number}.{place}", heading, blocks) for place, (heading, blocks) in enumerate(parts, 1)
        )
        sections.append(Section(f"s{number}", number, scenario.title, clauses))
    levels = sorted({scenario.level for scenario in pack.scenarios})
    rows: list[tuple[str, str]] = [
        ("About", " ".join(pack.about.split())),
        ("Scenarios", f"{len(pack.scenarios)}, level {', '.join(map(str, levels))}"),
        ("Answers", "Included" if answers else "In the handout with answers"),
        ("Marks", f"{sum(step.marks for step in training.marking.steps)} a scenario"),
        ("Every scenario", training.marking.promises),
    ]
    status = "With answers" if answers else "Without answers"
    return _paper("Training handout", pack.title, status, rows, sections, f"Made on {_day(today)}")


def certificate_of(training: Training, pack: Pack, progress: Progress | None) -> Agreement:
    """What somebody did in a pack. Raises `BadInput` while a scenario of it is left."""
    attempts = {attempt.scenario: attempt for attempt in (progress.attempts if progress else ())}
    left = [scenario for scenario in pack.scenarios if scenario.id not in attempts]
    if progress is None or left:
        what = f"{len(left)} of {len(pack.scenarios)} scenarios are left, such as '{left[0].title}'."
        raise BadInput([Problem(pack.id, 0, f"{what} Do them first: gatehouse train {pack.id}")])
    done = [attempts[scenario.id] for scenario in pack.scenarios]
    marks, of = sum(attempt.marks for attempt in done), sum(attempt.of for attempt in done)
    sure = [attempt for attempt in done if attempt.sure == "sure"]
    leant = [lean(attempt, training.marking) for attempt in done]
    rows = [
        ("Name", progress.learner),
        ("Pack", f"{pack.title}: {len(done)} scenarios"),
        ("Marks", f"{marks:g} of {of} ({100 * marks / of if of else 0:.0f} in a hundred), each scenario as last done"),
        ("Verdicts right", f"{sum(is_right(attempt) for attempt in done)} of {len(done)}"),
        (
            "Sure and right",
            f"{sum(is_right(attempt) for attempt in sure)} of the {len(sure)} times that they were sure",
        ),
        ("Too cautious, too bold", f"{sum(one < 0 for one in leant)}, {sum(one > 0 for one in leant)}"),
        ("Finished", _day(max(attempt.ended for attempt in done).date())),
        ("Law", f"Knowledge base {training.knowledge.digest[:19]}"),
    ]
    table = Table(
        tuple(
            (scenario.title, f"{attempt.marks:g} of {attempt.of}")
            for scenario, attempt in zip(pack.scenarios, done, strict=True)
        ),
        ("Scenario", "Marks"),
    )
    note = "Scenarios train judgement; they license nobody to share. It is not signed: an exam’s result is."
    sections = [Section("s1", 1, "Scenarios", (_clause("1.1", "Marks", [table, Paragraph(note)]),))]
    return _paper("Certificate of training", pack.title, "Completed", rows, sections, "")


def _paper(
    heading: str, title: str, status: str, rows: Sequence[tuple[str, str]], sections: Sequence[Section], version: str
) -> Agreement:
    return Agreement(
        kind="training",
        heading=heading,
        title=title,
        reference="",
        version=version,
        marking="",
        status=status,
        summary=Table(tuple(rows)),
        sections=tuple(sections),
        words=dict(_WORDS),
    )


def _clause(number: str, heading: str, blocks: Sequence[Block]) -> Clause:
    return Clause(f"c{number.replace('.', '-')}", number, heading, tuple(blocks), (), Sources())


def _story(training: Training, worked: Worked) -> list[Block]:
    scenario = worked.scenario
    blocks: list[Block] = [
        Paragraph(scenario.file.case.story, f"Level {scenario.level}"),
        Points(tuple(words.facts_of(training, scenario)), "What is proposed"),
    ]
    papers = tuple(words.papers_of(training, scenario))
    blocks += [Points(papers, "On file")] if papers else []
    assumed = words.assumed_of(training.marking, scenario)
    return [*blocks, Paragraph(assumed)] if assumed else blocks


def _questions(training: Training, worked: Worked) -> list[Block]:
    """The steps with their options, lettered, so that a room can call them out."""
    blocks: list[Block] = []
    for question in worked.questions:
        options = tuple(
            f"{letter}. {words.label(training, question.step.id, id)}"
            for letter, id in zip(_LETTERS, question.offered, strict=False)
        )
        blocks.append(Points(options, f"{question.step.asks} ({question.step.marks} marks)"))
    confidence = training.marking.confidence
    blocks.append(Points(tuple(option.label for option in confidence.options), confidence.asks))
    return blocks


def _answers(training: Training, worked: Worked) -> list[Block]:
    verdict = WORDS[worked.determination.verdict][0]
    blocks: list[Block] = [Paragraph(worked.scenario.file.case.why, verdict)]
    if view := words.own_view(training, worked):
        blocks.append(Paragraph(view))
    blocks.append(Table(tuple(_rows(training, worked)), ("Step", "Gatehouse", "Marks")))
    blocks.append(Points(tuple(words.goes_wrong(training.knowledge, worked)), "What commonly goes wrong"))
    source = worked.scenario.file.case.source
    return [*blocks, Paragraph(f"{source.title} ({source.year}): {source.address}", "To read")]


def _rows(training: Training, worked: Worked) -> Iterator[tuple[str, str, str]]:
    for question in worked.questions:
        said = words.right_words(training, question) if question.marked else training.marking.unmarked
        why = " ".join(words.reasons(training, question, ()))
        marks = str(question.step.marks) if question.marked else "–"
        yield question.step.title, f"{said}. {why}".strip() if why else said, marks


def _day(date: dt.date) -> str:
    return f"{date.day} {date:%B %Y}"
