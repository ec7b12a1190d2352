"""The command `gatehouse`: one module a command group; this one joins them and turns faults into exit codes."""

from __future__ import annotations

import gc
import sys
from importlib import import_module

import typer

from knowledge.problems import BadInput

COMMANDS = {
    "assess": "cli.assess",
    "draft": "cli.draft",
    "brief": "cli.brief",
    "annex": "cli.annex",
    "spec": "cli.spec",
    "dummy": "cli.spec",
    "template": "cli.template",
    "explain": "cli.explain",
    "what-if": "cli.explain",
    "browse": "cli.browse",
    "show": "cli.show",
    "check": "cli.law",
    "schema": "cli.law",
    "law": "cli.changes",
    "docs": "cli.site",
    "train": "cli.train",
}
"""Each command, or group of commands, and the module that holds it."""

_BAD_INPUT = 2


def app_for(command: str = "") -> typer.Typer:
    """The command line; with a command's name, one that has loaded that command alone."""
    app = typer.Typer(
        name="gatehouse",
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # plain help, which every terminal and screen reader can show
    )
    for name, module in COMMANDS.items():
        if command not in COMMANDS or name == command:
            held = getattr(import_module(module), name.replace("-", "_"))
            if isinstance(held, typer.Typer):
                app.add_typer(held, name=name)
            else:
                app.command(name)(held)
    app.callback()(main)
    return app


def main() -> None:
    """Find the legal gateway for a share of personal data, and draft the agreement."""


def run() -> None:
    """Run the command line; bad input is told on standard error with exit status 2."""
    gc.set_threshold(100_000, 20, 20)  # a start makes many objects and drops few: look for garbage seldom
    try:
        app_for(sys.argv[1] if len(sys.argv) > 1 else "")()
    except BadInput as error:
        typer.echo(str(error), err=True)
        sys.exit(_BAD_INPUT)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


if __name__ == "__main__":
    run()
