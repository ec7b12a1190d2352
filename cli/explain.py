"""`gatehouse explain` and `gatehouse what-if`: why, why not, what is still needed, and what would change."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import output
from cli.assess import AsAt, Plain, Provisional
from cli.screen import Screen, wants_plain
from cli.share_file import load_share
from cli.verdict import SHORT, ask_words, cited, data_words, lacking
from knowledge.load import load
from knowledge.model import Citation, KnowledgeBase
from knowledge.problems import BadInput, Problem, near_miss
from knowledge.share import Share, change_share, write_atomically
from rules.decide import Decided, Finding, Status
from rules.determine import Determination, Determiner
from rules.explain import decided_on, finding_json, merge, nearest_gateways, open_questions
from rules.line import LineDetermination

MET = {"met": "met", "not_met": "NOT met", "unknown": "not known"}
_MARK = {"met": "+", "not_met": "x", "unknown": "?"}


def explain(
    share: Annotated[Path, typer.Argument(help="A share file.", show_default=False)],
    provision: Annotated[str, typer.Argument(help="A provision, a bar, a question; left out, the whole.")] = "",
    provisional: Provisional = False,
    as_at: AsAt = "",
    show_matrix: Annotated[bool, typer.Option("--matrix", help="Who to whom for what, against which data.")] = False,
    show_path: Annotated[
        int,
        typer.Option(
            "--path",
            metavar="N",
            help="Draw how the answers lead to the verdict of line N, counted as they are listed.",
        ),
    ] = 0,
    out: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Matrix and paths as a page: .html.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON, with --matrix and --path too.")] = False,
    plain: Plain = False,
) -> None:
    """Say why, or why not, condition by condition, with the answer behind each and where the law says so.

    For example: gatehouse explain share.yaml · gatehouse explain share.yaml cda-1998-s115 · gatehouse explain
    share.yaml --matrix · gatehouse explain share.yaml --path 1 · gatehouse explain share.yaml -o why.html
    """
    if out and out.suffix.lower() != ".html":
        raise BadInput(output.clean(f"{out}: the page is written as .html alone."))
    determination = _determine(share, as_at, provisional)
    knowledge = determination.knowledge
    if out or show_matrix or show_path:
        _draw(determination, out, show_path, None if json else Screen(wants_plain(plain)))
        return
    wanted = _wanted(knowledge, provision) if provision else ()
    if json:
        typer.echo(output.dumps([_as_json(group, wanted) for group in merge(determination.lines)]))
        return
    screen = Screen(wants_plain(plain))
    if provision in knowledge.questions:
        screen.title(knowledge.questions[provision].asks)
        screen.para(f"What turns on it: {', '.join(wanted) or 'nothing here'}.")
    for group in merge(determination.lines):
        _line(screen, knowledge, group, wanted)


def _draw(determination: Determination, out: Path | None, number: int, screen: Screen | None) -> None:
    """The matrix, the path of one line, or the page that holds them all; without a screen, as JSON."""
    from cli import picture
    from rules.picture import matrix, path

    groups = merge(determination.lines)
    if not groups:
        raise BadInput(f"There is no line to draw yet. The share lacks: {', '.join(determination.missing)}.")
    if not 0 <= number <= len(groups):
        raise BadInput(f"There is no line {number}. They are counted from 1 to {len(groups)}.")
    if out:
        paths = [(_heading(determination.knowledge, group), path(group[0])) for group in groups]
        title = determination.share.title or str(out.stem)
        write_atomically(out, picture.explained_html(title, matrix(determination), paths))
        typer.echo(output.clean(f"Written to {out}"), err=True)
    elif screen is None:
        shown = path(groups[number - 1][0]) if number else matrix(determination)
        found = {key: value for key, value in dataclasses.asdict(shown).items() if key != "words"}
        typer.echo(output.dumps(found))
    elif number:
        group = groups[number - 1]
        screen.title(_heading(determination.knowledge, group))
        picture.show_path(screen, path(group[0]))
    else:
        picture.show_matrix(screen, matrix(determination))


def _heading(knowledge: KnowledgeBase, group: list[LineDetermination]) -> str:
    line = group[0].line
    what = f"{knowledge.label(line.purpose)}. Data: {data_words(knowledge, group)}"
    return f"{line.discloser.name} to {line.receiver.name}: {what}"


def _determine(share: Path, as_at: str, provisional: bool) -> Determination:
    knowledge = load()
    proposal = load_share(share, knowledge)
    date = output.date(as_at) or proposal.as_at or dt.date.today()
    return Determiner(knowledge).determine(proposal, date, provisional=provisional)


def _wanted(knowledge: KnowledgeBase, id: str) -> tuple[str, ...]:
    """The provisions that a word names: itself, its limbs, or those that a question bears on."""
    found = tuple(p.id for p in knowledge.provisions.values() if id in (p.id, p.part_of))
    if found:
        return found
    if id in knowledge.questions:
        return tuple(
            p.id
            for p in knowledge.provisions.values()
            if any(name == id for version in p.versions for c in version.conditions for name, _ in c.tests)
        )
    near = near_miss(id, [*knowledge.provisions, *knowledge.questions])
    raise BadInput(f"Nothing is called '{id}'." + (f" Did you mean '{near}'?" if near else ""))


def _as_json(group: list[LineDetermination], wanted: tuple[str, ...]) -> dict[str, Any]:
    line = group[0]
    return {
        "discloser": line.line.discloser.id,
        "receiver": line.line.receiver.id,
        "purpose": line.line.purpose,
        "data": [each.line.data for each in group],
        "verdict": line.verdict,
        "provisions": [
            {
                "id": decided.id,
                "side": decided.facts.side,
                "status": _status(decided),
                "conditions": [finding_json(decided, finding) for finding in decided.findings],
            }
            for decided in decided_on(line)
            if not wanted or decided.id in wanted
        ],
    }


def _line(screen: Screen, knowledge: KnowledgeBase, group: list[LineDetermination], wanted: tuple[str, ...]) -> None:
    line = group[0]
    screen.title(f"{line.line.discloser.name} to {line.line.receiver.name}: {SHORT[line.verdict].lower()}")
    screen.para(f"{knowledge.label(line.line.purpose)}. Data: {data_words(knowledge, group)}.")
    shown = [decided for decided in decided_on(line) if (decided.id in wanted if wanted else _matters(line, decided))]
    if not shown:
        screen.para("It has no bearing on this line.")
    for decided in shown:
        _provision(screen, knowledge, decided)
    waiting = open_questions(knowledge, line)
    if waiting and not wanted:
        screen.heading("What is still needed")
        screen.bullets(ask_words(knowledge, id) for id in waiting)


def _matters(line: LineDetermination, decided: Decided) -> bool:
    """Without a word to look for: the routes shown, what they meet, and what lifts it."""
    if decided.provision.kind == "gateway":
        return any(route.gateway is decided for route in line.shown)
    return decided.meets() is not Status.SHUT if decided.provision.kind == "key" else True


def _status(decided: Decided) -> str:
    if decided.provision.kind == "bar":
        return {Status.OPEN: "does not apply", Status.UNSETTLED: "may apply", Status.SHUT: "applies"}[decided.spares()]
    return {Status.OPEN: "open", Status.UNSETTLED: "not settled", Status.SHUT: "shut"}[decided.meets()]


def _provision(screen: Screen, knowledge: KnowledgeBase, decided: Decided) -> None:
    side = " (receiving side)" if decided.facts.side == "receiving" else ""
    screen.heading(f"{decided.provision.kind.capitalize()} {decided.id}{side}: {_status(decided)}")
    screen.para(cited(knowledge, decided.provision), indent=2)
    if decided.provision.cites:
        screen.para(knowledge.url(decided.provision.cite), indent=2, style="dim")
    if not decided.in_force:
        screen.para("It is not in force on this date.", indent=2)
    for finding in decided.findings:
        screen.bullets([_finding(knowledge, decided, finding)], mark=_MARK[finding.outcome])


def _finding(knowledge: KnowledgeBase, decided: Decided, finding: Finding) -> str:
    because = decided.facts.because(finding.compiled.atoms)
    behind = "; ".join(_fact(knowledge, name, value) for name, value in because.items())
    cite = finding.condition.cite
    where = f"{knowledge.name(cite)} {cite.provision}" if isinstance(cite, Citation) else cite
    text = f"{MET[finding.outcome]}: {finding.condition.says}" + (f" ({where})" if where else "")
    if finding.unverified:
        return f"{text}. Nobody has yet checked this against the law's own text."
    if finding.outcome == "unknown":
        asks = {ask_words(knowledge, name) for _, name in decided.facts.causes_of(finding.compiled)}
        return f"{text}. To settle it: {' / '.join(sorted(asks))}"
    return f"{text}. {behind}" if behind else text


def _fact(knowledge: KnowledgeBase, name: str, value: str) -> str:
    question, implied = knowledge.questions.get(name), knowledge.facts.get(name)
    asked = (question.title or question.asks) if question else implied.says if implied else name.replace("-", " ")
    words = ", ".join(knowledge.answer_label(name, part) for part in value.split(", "))
    return f"{asked}: {words}"


def what_if(
    share: Annotated[Path, typer.Argument(help="A share file.", show_default=False)],
    changes: Annotated[list[str], typer.Argument(help="key=value, such as consent=explicit or receiver.kind=dwp.")],
    provisional: Provisional = False,
    as_at: AsAt = "",
    json: Annotated[bool, typer.Option("--json", help="Both determinations, in short, as JSON.")] = False,
    plain: Plain = False,
) -> None:
    """Decide again with some answers changed, and show it beside today's. The file is not touched.

    For example: gatehouse what-if share.yaml receiver.kind=police-force purpose=crime-prevention
    """
    knowledge = load()
    proposal = load_share(share, knowledge)
    changed = _changed(proposal, changes, share, knowledge)
    determiner = Determiner(knowledge)
    day = output.date(as_at) or proposal.as_at or dt.date.today()
    before = determiner.determine(proposal, day, provisional=provisional)
    after = determiner.determine(changed, day, provisional=provisional)
    if json:
        typer.echo(output.dumps({"before": _short(before), "after": _short(after)}))
        return
    screen = Screen(wants_plain(plain))
    screen.title(f"{SHORT[before.verdict]} → {SHORT[after.verdict]}")
    screen.table(("From", "To", "For", "Data", "Today", "Changed"), _beside(knowledge, before, after))
    for group in merge(after.lines):
        line = group[0]
        best = line.best
        if best and best.gateway:
            screen.para(f"{line.line.receiver.name}, {data_words(knowledge, group)}: "
                        f"{cited(knowledge, best.gateway.provision)}")  # fmt: skip
        elif line.shut:
            nearest = nearest_gateways(line)[0]
            screen.para(f"{line.line.receiver.name}, {data_words(knowledge, group)}: no power found; the nearest, "
                        f"{cited(knowledge, nearest.provision)}, lacks: {lacking(nearest)}")  # fmt: skip


def _changed(share: Share, changes: list[str], path: Path, knowledge: KnowledgeBase) -> Share:
    found = {}
    for change in changes:
        key, equals, value = change.partition("=")
        if not equals:
            raise BadInput(f"'{change}' is not a change. Write key=value, such as consent=explicit.")
        found[key] = value
    try:
        return change_share(share, found, knowledge)
    except BadInput as error:
        problems = [Problem("change", 0, problem.message) for problem in error.problems]
        raise BadInput(problems or f"{path}: {error}") from None


def _short(determination: Determination) -> dict[str, Any]:
    return {
        "verdict": determination.verdict,
        "lines": [
            {
                "discloser": line.line.discloser.id,
                "receiver": line.line.receiver.id,
                "purpose": line.line.purpose,
                "data": line.line.data,
                "verdict": line.verdict,
            }
            for line in determination.lines
        ],
    }


def _beside(knowledge: KnowledgeBase, before: Determination, after: Determination) -> list[tuple[str, ...]]:
    def key(line: LineDetermination) -> tuple[str, str, str, str]:
        return (line.line.discloser.id, line.line.receiver.id, line.line.purpose, line.line.data)

    old = {key(line): line for line in before.lines}
    new = {key(line): line for line in after.lines}
    rows: list[tuple[str, ...]] = []
    for each in dict.fromkeys([*old, *new]):
        line = (new.get(each) or old[each]).line
        rows.append(
            (
                line.discloser.name,
                line.receiver.name,
                knowledge.label(line.purpose),
                knowledge.label(line.data),
                SHORT[old[each].verdict] if each in old else "-",
                SHORT[new[each].verdict] if each in new else "-",
            )
        )
    return rows
