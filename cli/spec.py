"""`gatehouse spec` and `gatehouse dummy`: the data items as a Table Schema, and made-up records that fit it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.output import GAPS_LEFT, clean, dumps
from cli.share_file import load_share
from knowledge.agreement import DataItem
from knowledge.load import load
from knowledge.problems import BadInput
from knowledge.share import Share, write_atomically

MOST = 1_000_000

ShareFile = Annotated[Path, typer.Argument(help="A share file.", show_default=False)]


def spec(
    share: ShareFile,
    out: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write it; else it is printed.")
    ] = None,
) -> None:
    """Write the data items as a Frictionless Table Schema, against which either side can check a file.

    For example: gatehouse spec share.yaml -o schema.json
    """
    schema = _schema(load_share(share, load()))
    if out is None:
        typer.echo(clean(dumps(schema)))
        return
    write_atomically(out, (clean(dumps(schema)) + "\n").encode())
    typer.echo(clean(f"{len(schema['fields'])} fields. Written to {out}"), err=True)


def dummy(
    share: ShareFile,
    out: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The CSV file to write.")],
    number: Annotated[int, typer.Option("-n", "--number", min=1, max=MOST, help="How many records.")] = 100,
    seed: Annotated[int, typer.Option("--seed", help="The same seed makes the same records.")] = 1,
) -> None:
    """Make up records that look as the agreed data will, about nobody: to try the transfer before real data goes.

    For example: gatehouse dummy share.yaml -n 500 -o dummy.csv
    """
    from cli.dummy import records
    from cli.tables import write_rows

    if out.suffix.lower() != ".csv":
        raise BadInput(clean(f"{out}: made-up records are written as CSV. Let the name end in .csv."))
    proposal = load_share(share, load())
    schema = _schema(proposal)
    rows = records(proposal.agreement.fields, schema, number, seed)
    write_atomically(out, write_rows([field["name"] for field in schema["fields"]], rows))
    typer.echo(clean(f"{number} made-up records, about nobody. Written to {out}"), err=True)


def _schema(share: Share) -> dict[str, Any]:
    from cli.render import text
    from knowledge.shapes import load_shapes
    from rules.specification import table_schema

    items: tuple[DataItem, ...] = share.agreement.fields
    if not items:
        typer.echo(
            "Nothing was written: the share lists no data items. Give them under agreement, fields, or take them "
            "from a CSV file or a Table Schema: gatehouse draft SHARE --fields FILE -o agreement.docx",
            err=True,
        )
        raise typer.Exit(GAPS_LEFT)
    return table_schema(items, load_shapes(), text(share.title))
