"""`gatehouse brief`: one page for the lawyer, where a person has to judge or the law is open."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from cli import output
from cli.assess import AsAt, Plain, Provisional
from cli.screen import Screen, wants_plain
from cli.share_file import load_share
from knowledge.load import load
from knowledge.problems import BadInput
from knowledge.share import write_atomically
from rules.determine import Determiner
from rules.document import Agreement, Block, Link, Paragraph, Points


def brief(
    share: Annotated[Path, typer.Argument(help="A share file.", show_default=False)],
    out: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="What to write: .md, .html, .docx or .pdf.")
    ] = None,
    provisional: Provisional = False,
    as_at: AsAt = "",
    plain: Plain = False,
) -> None:
    """Write the lawyer's brief: the facts, the exact question, the laws that may serve, and what was ruled out.

    For example: gatehouse brief share.yaml · gatehouse brief share.yaml -o brief.docx
    """
    from cli import render
    from rules.brief import brief as write_brief

    write = render.renderer(out) if out else None
    knowledge = load()
    proposal = load_share(share, knowledge)
    date = output.date(as_at) or proposal.as_at or dt.date.today()
    determination = Determiner(knowledge).determine(proposal, date, provisional=provisional)
    if not determination.lines:
        raise BadInput(f"{share}: nothing can be asked of a lawyer yet. It lacks: {', '.join(determination.missing)}.")
    paper = write_brief(determination)
    if out and write:
        write_atomically(out, write(paper))
        typer.echo(output.clean(f"{paper.heading}, written to {out}"), err=True)
        return
    _show(Screen(wants_plain(plain)), paper)


def _show(screen: Screen, paper: Agreement) -> None:
    screen.title(f"{paper.heading}: {paper.title}")
    for name, said in paper.summary.rows:
        screen.para(f"{_text(name)}: {_text(said)}")
    for section in paper.sections:
        screen.heading(f"{section.number}. {section.heading}")
        for clause in section.clauses:
            for block in clause.blocks:
                _block(screen, block)


def _block(screen: Screen, block: Block) -> None:
    if isinstance(block, Paragraph):
        screen.para(f"{block.lead}: {_text(block.text)}" if block.lead else _text(block.text))
    elif isinstance(block, Points):
        if block.lead:
            screen.para(f"{block.lead}:")
        screen.bullets(block.points)
    else:
        screen.bullets(": ".join(_text(cell) for cell in row) for row in block.rows)


def _text(cell: object) -> str:
    return cell.text if isinstance(cell, Link) else str(cell)
