"""`gatehouse assess`: the interview, and the determination."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from cli import output
from knowledge.load import load
from knowledge.share import load_share
from rules.determine import Determiner
from rules.explain import as_json


def assess(
    share: Annotated[Path, typer.Argument(help="A share file.")],
    json: Annotated[bool, typer.Option("--json", help="The determination as JSON on standard output.")] = False,
    no_input: Annotated[bool, typer.Option("--no-input", help="Ask nothing.")] = False,
    provisional: Annotated[bool, typer.Option("--provisional", help="Take promises as kept.")] = False,
    as_at: Annotated[str, typer.Option("--as-at", help="The law on this date (YYYY-MM-DD).")] = "",
    all_gateways: Annotated[bool, typer.Option("--all", help="Show the gateways that are shut, too.")] = False,
) -> None:
    """Decide a proposed share of personal data."""
    knowledge = load()
    proposal = load_share(share, knowledge)
    date = dt.date.fromisoformat(as_at) if as_at else proposal.as_at or dt.date.today()
    determination = Determiner(knowledge).determine(proposal, date, provisional=provisional)
    for note in determination.notes:
        typer.echo(note, err=True)
    typer.echo(output.dumps(as_json(determination, everything=all_gateways)))
    raise typer.Exit(output.EXIT[determination.verdict])
