"""The report of a class as an HTML page or as CSV, and the live tally of a room's votes."""

from __future__ import annotations

import contextlib
import csv
import io
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import typer

from cli.output import clean, times
from cli.screen import Screen
from knowledge.classes import Place
from knowledge.problems import BadInput, Problem, suggestion
from knowledge.results import Progress
from knowledge.share import write_atomically
from knowledge.training import Training
from rules.cohort import Cohort, Score, cohort

_TEMPLATES = Path(__file__).resolve().parent.parent / "knowledge" / "templates"
_PAUSE = 2.0  # seconds between two counts of a room
_BAR = 400  # units that the longest bar is wide
_ROW = 28


def read_results(place: Place, told: set[str]) -> Iterator[Progress]:
    """The results of a class; those that cannot be read are named on standard error, once, and left out."""
    for read in place.results():
        if not isinstance(read, BadInput):
            yield read
        elif str(read) not in told:
            told.add(str(read))
            typer.echo(f"Left out: {read}", err=True)


def write_report(training: Training, place: Place, out: Path) -> None:
    ending = out.suffix.lower()
    if ending not in (".html", ".csv"):
        raise BadInput(clean(f"{out}: a report ends in .html or .csv.{suggestion(ending, ('.html', '.csv'))}"))
    counted = cohort(read_results(place, set()), training.marking)
    if not counted.attempts:
        raise BadInput(
            [Problem(place.name, 0, f"there is no result in it. Learners: gatehouse train --results {place.name}")]
        )
    parts = list(_parts(training, counted))
    content = _html(counted, parts) if ending == ".html" else _csv(parts)
    write_atomically(out, content.encode())
    typer.echo(
        clean(f"{times(counted.learners, 'learner')}, {times(counted.attempts, 'scenario')}. Written to {out}"),
        err=True,
    )


def _parts(training: Training, counted: Cohort) -> Iterable[dict[str, Any]]:
    """Each part of the report: what it measures, and its rows, the worst first where there is no other order."""
    steps = {step.id: step.title for step in training.marking.steps}
    yield _part(
        "steps",
        "Where people go wrong, by step",
        "Marks got in each step, in a hundred.",
        [(steps[id], counted.steps[id]) for id in steps if id in counted.steps],
    )
    concepts = sorted(counted.concepts.items(), key=lambda item: (item[1].percent, item[0]))
    yield _part(
        "concepts",
        "Where people go wrong, by concept",
        "Marks got in scenarios that teach it, in a hundred. The lowest come first.",
        [(f"{_plain(id)}: {training.concepts.get(id, '')}".rstrip(": "), score) for id, score in concepts],
    )
    options = training.marking.confidence.options
    yield _part(
        "confidence",
        "How sure, and how right",
        "Verdicts that were right, in a hundred, by how sure the learner was. Somebody well calibrated who says "
        + ", ".join(f"“{option.label.lower()}” is right about {option.counts} times" for option in options)
        + ".",
        [(option.label, counted.sure[option.id]) for option in options if option.id in counted.sure],
    )
    yield _part(
        "stages",
        "Before and after",
        "Marks in a hundred: attempts marked as before or after a course, or the first and last at one scenario.",
        [(name.title(), counted.stages[name]) for name in ("before", "after") if name in counted.stages],
    )
    titles = {one.id: one.title for pack in training.packs for one in pack.scenarios}
    scenarios = sorted(counted.scenarios.items(), key=lambda item: (item[1].percent, item[0]))
    yield _part(
        "scenarios",
        "By scenario",
        "Marks got, in a hundred. The lowest come first.",
        [(titles.get(id, id), score) for id, score in scenarios],
    )


def _plain(id: str) -> str:
    return id.replace("-", " ").capitalize()


def _part(id: str, title: str, says: str, rows: Sequence[tuple[str, Score]]) -> dict[str, Any]:
    return {
        "id": id,
        "title": title,
        "says": says,
        "height": _ROW * len(rows) + 24,
        "rows": [
            {
                "label": clean(label),
                "percent": round(score.percent),
                "count": score.count,
                "width": round(score.percent * _BAR / 100, 1),
                "y": _ROW * place,
            }
            for place, (label, score) in enumerate(rows)
        ],
    }


def _html(counted: Cohort, parts: Sequence[dict[str, Any]]) -> str:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )
    style = (_TEMPLATES / "agreement.css").read_text(encoding="utf-8")
    page: str = environment.get_template("training-report.html.j2").render(
        style=style,
        parts=[part for part in parts if part["rows"]],
        cohort=counted,
        percent=round(counted.whole.percent),
    )
    return page


def _csv(parts: Sequence[dict[str, Any]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["part", "what", "percent", "attempts"])
    for part in parts:
        for row in part["rows"]:
            writer.writerow([part["id"], _cell(row["label"]), row["percent"], row["count"]])
    return file.getvalue()


def _cell(text: str) -> str:
    """Text that a spreadsheet does not take for a formula.

    >>> _cell("=1+1")
    "'=1+1"
    """
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def show_tally(training: Training, place: Place, scenario: str, screen: Screen, *, follow: bool) -> None:
    """Show how a room voted on a scenario; with `follow`, again with each vote that arrives, until Ctrl-C."""
    before: object = None
    faults: set[str] = set()
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            shown: object
            try:
                results = list(read_results(place, faults))
                shown = votes = _votes(training, results, scenario)
            except BadInput as error:  # nobody has voted yet, or the database does not answer for a moment
                if not follow:
                    raise
                shown, votes = str(error), None
            if shown != before:
                if follow and not screen.plain:
                    screen.console.clear()
                if votes:
                    _show(training, screen, *votes)
                else:
                    screen.para(f"Waiting. {shown}")
                if follow:
                    screen.para("It counts again every two seconds. Ctrl-C ends.", style="dim")
                before = shown
            if not follow:
                return
            time.sleep(_PAUSE)


def _votes(training: Training, results: Sequence[Progress], scenario: str) -> tuple[str, dict[str, int]]:
    """Each learner's last vote on a scenario: the one named, or the one that somebody did last."""
    attempts = [(place, attempt) for place, progress in enumerate(results) for attempt in progress.attempts]
    if not scenario and not attempts:
        raise BadInput("Nobody has done a scenario yet.")
    scenario = scenario or max(attempts, key=lambda item: item[1].ended)[1].scenario
    known = sorted({attempt.scenario for _, attempt in attempts})
    if scenario not in known and training.scenario(scenario) is None:
        scenarios = [*known, *(one.id for pack in training.packs for one in pack.scenarios)]
        raise BadInput(f"Nobody has done '{clean(scenario)}' yet.{suggestion(scenario, scenarios)}")
    last: dict[int, str] = {}
    for learner, attempt in sorted(attempts, key=lambda item: item[1].ended):
        said = attempt.said("verdict")
        if attempt.scenario == scenario and said and said.said:
            last[learner] = said.said[0]
    counted = {id: sum(vote == id for vote in last.values()) for id in training.marking.verdicts}
    return scenario, counted


def _show(training: Training, screen: Screen, scenario: str, votes: dict[str, int]) -> None:
    found = training.scenario(scenario)
    screen.title(found.title if found else scenario)
    total = sum(votes.values())
    width = max(10, min(30, screen.console.width - 50)) if not screen.plain else 0
    for id, count in votes.items():
        bar = "█" * round(width * count / total) if total and width else ""
        screen.para(f"{count} {training.marking.verdicts[id].label}")
        if bar:
            screen.para(bar, indent=5)
    screen.para("1 vote" if total == 1 else f"{total} votes")
