"""`gatehouse draft`: the agreement for a share that may go ahead, or the record of a decision not to share."""

from __future__ import annotations

import datetime as dt
import shlex
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from cli import output
from cli.assess import AsAt, Plain, Provisional
from cli.output import clean
from cli.share_file import load_share
from cli.verdict import WORDS, ask_words
from knowledge.load import load
from knowledge.model import KnowledgeBase
from knowledge.problems import BadInput
from knowledge.share import Share, save_share, write_atomically
from rules.decide import Status
from rules.determine import Determination, Determiner
from rules.document import Agreement
from rules.line import GO_AHEAD, MORE, REFER
from rules.picture import matrix
from rules.view import Flow, View

Writer = Callable[[Agreement], bytes]
Drafter = Callable[[Determination], Agreement]
_MOST = 8  # lines, and questions, that a refusal names before it counts the rest


def draft(
    share: Annotated[Path, typer.Argument(help="A share file.", show_default=False)],
    out: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="What to write: .docx, .html, .md or .pdf.")
    ] = None,
    provisional: Provisional = False,
    record_refusal: Annotated[
        bool, typer.Option("--record-refusal", help="Write the decision not to share, with its reasons.")
    ] = False,
    complete: Annotated[
        bool, typer.Option("--complete", help="Write nothing, and exit 3, while a gap is left.")
    ] = False,
    as_at: AsAt = "",
    ask: Annotated[
        bool | None,
        typer.Option("--ask/--no-input", help="Ask for what the paper lacks; in a terminal it does so by itself."),
    ] = None,
    fields: Annotated[
        Path | None, typer.Option("--fields", metavar="FILE", help="Take the data items from a CSV or Table Schema.")
    ] = None,
    paper: Annotated[str, typer.Option("--paper", metavar="KIND", help="Another kind of paper than is proposed.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why another paper fits better.")] = "",
    template: Annotated[
        Path | None, typer.Option("--template", metavar="FILE", help="Your own Word template (.docx).")
    ] = None,
    compare: Annotated[
        Path | None, typer.Option("--compare", metavar="OLD", help="Which clauses moved since this version, and why.")
    ] = None,
    plain: Plain = False,
    trace: Annotated[bool, typer.Option("--trace", help="Print what stands behind each clause.")] = False,
    json: Annotated[bool, typer.Option("--json", help="The kind of paper and its gaps as JSON.")] = False,
) -> None:
    """Draft the agreement for a share that may go ahead, as Word, HTML, Markdown or PDF.

    For example: gatehouse draft share.yaml -o agreement.docx · gatehouse draft new.yaml --compare old.yaml
    """
    from rules.agreement import draft as draft_agreement
    from rules.agreement import draft_refusal

    date = output.date(as_at)
    write = _writer(share, out, template, compare)
    knowledge = load()
    proposal = load_share(share, knowledge)
    kept = _keeps(share) if fields or asks(ask, json) else share
    if fields:
        proposal = _with_fields(proposal, fields, kept, knowledge)
    if paper or reason:
        proposal = _with_paper(proposal, paper, reason, knowledge)
    determiner = Determiner(knowledge)
    day = date or proposal.as_at or dt.date.today()
    determination = determiner.determine(proposal, day, provisional=provisional)
    goes_ahead = determination.verdict in GO_AHEAD
    if record_refusal and goes_ahead:
        raise BadInput(
            f"{clean(str(share))}: this share may go ahead ({determination.verdict}), so that there is no refusal "
            "to record. Leave out --record-refusal to draft its agreement."
        )
    if not record_refusal and not goes_ahead:
        promised = determination if provisional else determiner.determine(proposal, day, provisional=True)
        for line in _refusal(determination, promised.verdict in GO_AHEAD, share, out or Path("agreement.docx")):
            typer.echo(clean(line), err=True)
        raise typer.Exit(output.EXIT[determination.verdict])
    drafter = draft_refusal if record_refusal else draft_agreement
    if compare:
        old = determiner.determine(load_share(compare, knowledge), day, provisional=provisional)
        _compare(old, determination, drafter, plain=plain, json=json)
    if out is None or write is None:
        return
    if asks(ask, json):
        determination = _interview(determination, drafter, kept, plain)
    agreement = replace(drafter(determination), matrix=matrix(determination))
    written = not (complete and agreement.gaps)
    if written:
        write_atomically(out, write(agreement))
    report(agreement, out, written=written, trace=trace, json=json)
    raise typer.Exit(0 if written else output.GAPS_LEFT)


def asks(ask: bool | None, json: bool) -> bool:
    """Are questions asked? As it was said; else in a terminal, where nothing waits for JSON."""
    return ask if ask is not None else not json and sys.stdin.isatty() and sys.stdout.isatty()


def _writer(share: Path, out: Path | None, template: Path | None, compare: Path | None) -> Writer | None:
    from cli import render

    if out is None:
        if compare is None:
            raise BadInput(f"Say what to write: gatehouse draft {clean(str(share))} -o agreement.docx")
        return None
    write = render.renderer(out)
    if template is None:
        return write
    if out.suffix.lower() != ".docx":
        raise BadInput(clean(f"{out}: a Word template makes a Word document. Let the name end in .docx."))
    return render.with_template(template)


def _keeps(share: Path) -> Path:
    """The file in which answers are kept: the share's own, unless it holds more than the share."""
    from cli.assess import where

    return where(share)


def _with_fields(proposal: Share, fields: Path, kept: Path, knowledge: KnowledgeBase) -> Share:
    import msgspec

    from cli.fields import read_fields

    found = read_fields(fields, knowledge)
    proposal = msgspec.structs.replace(proposal, agreement=msgspec.structs.replace(proposal.agreement, fields=found))
    save_share(proposal, kept)
    typer.echo(clean(f"{len(found)} data items taken from {fields}, and kept in {kept}"), err=True)
    return proposal


def _with_paper(proposal: Share, paper: str, reason: str, knowledge: KnowledgeBase) -> Share:
    """The share with the paper that its parties chose. Raises `BadInput` for one that there is not, or no reason."""
    from knowledge.decode import decode
    from knowledge.share import as_plain, dump_plain, parse_share

    plain = as_plain(proposal)
    plain.setdefault("agreement", {})["paper"] = {"use": paper, "reason": reason}
    return parse_share(decode(dump_plain(plain), "--paper"), knowledge)


def _interview(determination: Determination, drafter: Drafter, kept: Path, plain: bool) -> Determination:
    from cli.screen import Screen, wants_plain
    from cli.terms import ask

    try:
        return ask(determination, drafter, Screen(wants_plain(plain)), kept)
    except KeyboardInterrupt:
        typer.echo(f"\nNothing was drafted. What you answered is kept in {clean(str(kept))}.", err=True)
        raise typer.Exit(output.INTERRUPTED) from None


def _compare(old: Determination, new: Determination, drafter: Drafter, *, plain: bool, json: bool) -> None:
    """Print which clauses moved between two versions of a share, and what moved them."""
    from cli.screen import Screen, wants_plain
    from rules.moved import differences, moved

    if old.verdict not in GO_AHEAD and new.verdict in GO_AHEAD:
        raise BadInput(f"The old version has no agreement to compare with: {WORDS[old.verdict][0].lower()}.")
    changes = moved((old, drafter(old)), (new, drafter(new)))
    if json:
        found = [{"clause": c.id, "heading": c.heading, "moved": c.how, "because": list(c.because)} for c in changes]
        typer.echo(output.dumps({"different": list(differences(old, new)), "moved": found}))
        return
    screen = Screen(wants_plain(plain))
    screen.heading("What is different in the share")
    screen.bullets(differences(old, new) or ("Nothing.",))
    screen.heading("Which clauses moved, and why")
    if not changes:
        screen.para("No clause moved.")
    for change in changes:
        screen.para(f"{change.heading} ({change.id}): {change.how}", style="bold")
        screen.bullets(change.because)


def report(agreement: Agreement, out: Path, *, written: bool, trace: bool, json: bool) -> None:
    from cli import render
    from rules.agreement import gaps_as_json

    lines = render.trace(agreement) if trace else ()
    if json:
        found: dict[str, object] = {
            "file": str(out) if written else None,
            "paper": agreement.kind,
            "gaps": gaps_as_json(agreement),
            "clauses": len(agreement.clauses),
        }
        typer.echo(output.dumps({**found, "trace": list(lines)} if trace else found))
    else:
        for line in lines:
            typer.echo(clean(line))
    gaps = agreement.gaps
    if not written:
        typer.echo(f"Nothing was written: {_count(len(gaps))} left.", err=True)
        for gap in gaps:
            typer.echo(clean(f"  {gap.number}. {gap.what} (owner: {gap.owner}; key: {gap.key})"), err=True)
        return
    counted = f"{len(agreement.clauses)} clauses, {_count(len(gaps))}"
    typer.echo(clean(f"{agreement.heading}: {counted}. Written to {out}"), err=True)


def _count(gaps: int) -> str:
    return "1 gap" if gaps == 1 else f"{gaps or 'no'} gaps"


# What stands in the way


def _refusal(determination: Determination, promises_do: bool, share: Path, out: Path) -> Iterator[str]:
    """What keeps the share from going ahead, and what to do next, command by command."""
    from rules.agreement import looked_at

    view = looked_at(determination)
    file, target = shlex.quote(str(share)), shlex.quote(str(out))
    yield f"No agreement was drafted, and nothing was written. {WORDS[determination.verdict][0]}."
    stopped = [flow for flow in view.flows if flow.first.verdict not in GO_AHEAD]
    if stopped:
        yield f"Stopped: {sum(len(flow.lines) for flow in stopped)} of {len(determination.lines)} lines."
    for flow in stopped[:_MOST]:
        line = flow.first.line
        what = f"{line.discloser.name} to {line.receiver.name}, {view.knowledge.label(line.purpose)}, {view.data(flow)}"
        yield f"  - {what}: {WORDS[flow.first.verdict][0].lower()}"
    yield from _more(len(stopped))
    for name in determination.missing:
        yield f"  - {ask_words(view.knowledge, name)} ({name})"
    yield from _powers(view, stopped)
    yield from _bars(view)
    yield from _open(view)
    yield "What to do next:"
    if promises_do:
        command = f"gatehouse draft {file} -o {target} --provisional"
        yield f"  - Only promises are missing. To draft with them, for the parties to give by signing: {command}"
    if determination.verdict == MORE:
        yield f"  - Answer what is open: gatehouse assess {file}"
    if determination.verdict == REFER:
        yield f"  - Have the judgement made, with a name and reasons, and put it in: gatehouse assess {file}"
    nearest = view.tried(stopped[0]) if stopped else []
    for gateway in nearest[:1]:
        yield f"  - See what the nearest power lacks: gatehouse explain {file} {gateway.id}"
    if len(stopped) < len(view.flows):
        yield "  - Or take the lines that are stopped out of the share; the others may go ahead."
    yield f"  - Or record the decision not to share: gatehouse draft {file} -o {target} --record-refusal"


def _more(count: int) -> Iterator[str]:
    if count > _MOST:
        yield f"  … and {count - _MOST} more"


def _powers(view: View, stopped: list[Flow]) -> Iterator[str]:
    """Where no power is open or may be: what the nearest ones lack."""
    found: dict[str, str] = {}
    for flow in stopped:
        for gateway in view.tried(flow) if not flow.first.shown else ():
            lacks = "; ".join(finding.condition.says for finding in gateway.findings if finding.outcome == "not_met")
            found[gateway.id] = f"  - {view.titled(gateway.provision)}: not met: {lacks}"
    if found:
        yield "No power was found. The nearest, and what each lacks:"
        yield from list(found.values())[:_MOST]


def _bars(view: View) -> Iterator[str]:
    down: dict[str, str] = {}
    for bar, flows in view.bars:
        if bar.side == "sending" and bar.passes() is not Status.OPEN and flows[0].first.verdict not in GO_AHEAD:
            lifts = ", ".join(dict.fromkeys(view.cited(lift.provision) for lift in bar.lifted_by[:3]))
            may = f". What may lift it: {lifts}" if lifts else ""
            down[bar.bar.id] = f"  - {view.titled(bar.bar.provision)}{may}"
    if down:
        yield "What the law forbids unless it is lifted:"
        yield from list(down.values())[:_MOST]
        yield from _more(len(down))


def _open(view: View) -> Iterator[str]:
    points = view.open_points
    if points:
        yield "What has to be settled, and by whom:"
    for text, who, id in points[:_MOST]:
        yield f"  - {text} ({id}): {view.word(who).lower()}"
    yield from _more(len(points))
