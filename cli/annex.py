"""`gatehouse annex`: one paper that goes with an agreement, on its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cli import output
from cli.assess import AsAt, Provisional
from cli.output import clean
from cli.share_file import load_share
from cli.verdict import WORDS
from knowledge.agreement import AnnexPattern
from knowledge.load import load
from knowledge.problems import BadInput, suggestion
from knowledge.share import write_atomically
from rules.determine import Determination, Determiner
from rules.document import Agreement, Gap

_CSV = ".csv"


def annex(
    share: Annotated[Path, typer.Argument(help="A share file.", show_default=False)],
    kind: Annotated[str, typer.Argument(help="Which annex; left out, they are listed.", show_default=False)] = "",
    out: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="What to write: .docx, .html, .md, .pdf; .csv for a row."),
    ] = None,
    provisional: Provisional = False,
    complete: Annotated[
        bool, typer.Option("--complete", help="Write nothing, and exit 3, while a gap is left.")
    ] = False,
    as_at: AsAt = "",
    trace: Annotated[bool, typer.Option("--trace", help="Print what stands behind each clause.")] = False,
    json: Annotated[bool, typer.Option("--json", help="The kind of paper and its gaps as JSON.")] = False,
) -> None:
    """Draft one annex by itself: impact assessment, privacy notice, register entry and others.

    For example: gatehouse annex share.yaml privacy-notice -o notice.docx
    """
    from cli.draft import report
    from rules.agreement import draft_annex

    date = output.date(as_at)
    knowledge = load()
    pattern = _pattern(kind, knowledge.annexes) if kind else None
    if pattern and out is None:
        raise BadInput(f"Say what to write: gatehouse annex {clean(str(share))} {kind} -o {kind}.docx")
    if pattern and out:
        _check_ending(pattern, out)
    proposal = load_share(share, knowledge)
    determiner = Determiner(knowledge)
    day = date or proposal.as_at or dt.date.today()
    determination = determiner.determine(proposal, day, provisional=provisional)
    if pattern is None or out is None:
        _show(determination, knowledge.annexes)
        return
    why = _why_not(determination, pattern)
    if why:
        typer.echo(clean(f"No {kind} was drafted, and nothing was written. {why}"), err=True)
        raise typer.Exit(output.EXIT[determination.verdict] or output.GAPS_LEFT)
    agreement = draft_annex(determination, pattern)
    written = not (complete and agreement.gaps)
    if written:
        write_atomically(out, _content(agreement, determination, pattern, out))
    report(agreement, out, written=written, trace=trace, json=json)
    raise typer.Exit(0 if written else output.GAPS_LEFT)


def _pattern(kind: str, annexes: Sequence[AnnexPattern]) -> AnnexPattern:
    known = [one.id for one in annexes]
    if kind not in known:
        raise BadInput(clean(f"No annex is called '{kind}'. There are: {', '.join(known)}.{suggestion(kind, known)}"))
    return annexes[known.index(kind)]


def _check_ending(pattern: AnnexPattern, out: Path) -> None:
    from cli import render

    if out.suffix.lower() != _CSV:
        render.renderer(out)
    elif not pattern.columns:
        raise BadInput(clean(f"{out}: {pattern.id} is no row of a table. Use one of {', '.join(render.FORMATS)}."))


def _content(agreement: Agreement, determination: Determination, pattern: AnnexPattern, out: Path) -> bytes:
    from cli import render

    if out.suffix.lower() == _CSV:
        return row_as_csv(determination, pattern)
    return render.render(agreement, out)


def row_as_csv(determination: Determination, pattern: AnnexPattern) -> bytes:
    """The annex's one row under its columns. A gap is an empty cell: the file goes to a system that reads it."""
    from cli.render import text
    from cli.tables import write_rows
    from rules.agreement import annexed
    from rules.register import row

    found = row(annexed(determination, pattern), pattern.columns)
    return write_rows(list(found), [["" if isinstance(cell, Gap) else text(str(cell)) for cell in found.values()]])


def _show(determination: Determination, annexes: Sequence[AnnexPattern]) -> None:
    """Each annex, and whether this share has one."""
    from cli.screen import Screen, wants_plain

    screen = Screen(wants_plain())
    screen.heading("Annexes")
    for one in annexes:
        why = _why_not(determination, one)
        screen.bullets([f"{one.id}: {one.title}. {why or one.why}"])


def _why_not(determination: Determination, pattern: AnnexPattern) -> str:
    """Why there is nothing to draft; nothing where there is."""
    from rules.agreement import annexed

    view = annexed(determination, pattern)
    if pattern.drafts != "any" and view.is_open:
        return f"It goes with a share that may go ahead, and the outcome is: {WORDS[determination.verdict][0]}."
    if pattern.due and pattern.due not in view.safeguards:
        return f"Nothing in this share asks for it ({view.knowledge.provisions[pattern.due].title})."
    return ""
