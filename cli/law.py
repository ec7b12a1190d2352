"""Commands about the law itself: check, browse, show."""

from __future__ import annotations

import typer

from knowledge.check import check as find_problems
from knowledge.load import read


def check() -> None:
    """Look through the whole knowledge base; exit 0 when nothing is wrong."""
    knowledge, loaded = read()
    problems = find_problems(knowledge, loaded)
    for problem in problems:
        typer.echo(str(problem))
    typer.echo(f"{len(knowledge.provisions)} provisions, {len(problems)} problems", err=True)
    raise typer.Exit(1 if problems else 0)
