"""Commands about the knowledge base as a whole: check, schema."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from cli import output
from knowledge.check import check as find_problems
from knowledge.check import weak
from knowledge.load import read


def check(
    labels: Annotated[bool, typer.Option("--labels", help="Also list what rests on memory or is due again.")] = False,
    witnesses: Annotated[
        bool, typer.Option("--witnesses", help="Also look for a share that opens each provision and one that shuts it.")
    ] = False,
    assurances: Annotated[
        bool, typer.Option("--assurances", help="Also list what promises alone keep gateways from being open.")
    ] = False,
    warnings: Annotated[bool, typer.Option("--warnings", help="Also list options that no provision turns on.")] = False,
) -> None:
    """Look through the whole knowledge base; exits 0 when nothing is wrong.

    For example: gatehouse check · gatehouse check --witnesses · gatehouse check --labels
    """
    from knowledge import audit

    knowledge, loaded = read()
    problems = find_problems(knowledge, loaded)
    if not problems:
        problems = audit.faults(knowledge, loaded)
    if witnesses and not problems:
        from rules.witness import faults

        problems = faults(knowledge, loaded)
    for problem in problems:
        typer.echo(str(problem))
    if labels:
        for entry in weak(knowledge, dt.date.today()):
            typer.echo(f"{entry.provision}: {entry.condition}: {entry.status}, due {entry.due}")
    if assurances:
        for promise in audit.assurances(knowledge):
            typer.echo(f"{promise.provision}: {promise.condition}: {promise.says} ({', '.join(promise.questions)})")
    if warnings:
        for warning in audit.warnings(knowledge, loaded):
            typer.echo(f"{warning} (a warning)")
    conditions = sum(len(version.conditions) for p in knowledge.provisions.values() for version in p.versions)
    typer.echo(
        f"{len(knowledge.provisions)} provisions with {conditions} conditions, {len(knowledge.questions)} questions, "
        f"{len(knowledge.groups)} groups, {len(knowledge.instruments)} instruments: "
        f"{len(problems) or 'no'} problem{'' if len(problems) == 1 else 's'}.",
        err=True,
    )
    raise typer.Exit(1 if problems else 0)


def schema(
    folder: Annotated[Path, typer.Argument(help="Where the schemas go.")] = Path("schemas"),
) -> None:
    """Write a JSON Schema for each kind of file, so that editors can check them, and for the determination as JSON.

    For example: gatehouse schema .schemas
    """
    from knowledge.schemas import schemas
    from knowledge.share import write_atomically
    from rules.published import determination_schema

    for name, content in {**schemas(), "determination": determination_schema()}.items():
        path = folder / f"{name}.schema.json"
        write_atomically(path, output.dumps(content).encode() + b"\n")
        typer.echo(str(path))
