"""The command `gatehouse`: one module a command group; this one joins them and turns faults into exit codes."""

from __future__ import annotations

import sys

import typer

from cli import assess, law, output
from knowledge.problems import BadInput

app = typer.Typer(name="gatehouse", no_args_is_help=True, add_completion=True, pretty_exceptions_enable=False)
app.command()(assess.assess)
app.command()(law.browse)
app.command()(law.show)
app.command()(law.check)
app.command()(law.schema)


@app.callback()
def main() -> None:
    """Find the legal gateway for a share of personal data, and draft the agreement."""


def run() -> None:
    """Run the command line; bad input is told on standard error with exit status 2."""
    try:
        app()
    except BadInput as error:
        typer.echo(str(error), err=True)
        sys.exit(output.BAD_INPUT)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


if __name__ == "__main__":
    run()
