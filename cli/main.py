"""The command `gatehouse`: one module a command group; this one joins them and turns faults into exit codes."""

from __future__ import annotations

import errno
import gc
import os
import sys
from importlib import import_module
from pathlib import Path

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
_STOPPED_READING = 141  # as of a program that the signal for a closed pipe ends: never the status of a verdict


def app_for(command: str = "") -> typer.Typer:
    """The command line; with a command's name, one that has loaded that command alone."""
    app = typer.Typer(
        name="gatehouse",
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
        suggest_commands=False,  # click does
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


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"gatehouse {version('gatehouse')}")
        raise typer.Exit


def main(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Show the version, and leave."
    ),
) -> None:
    """Find the legal gateway for a share of personal data, and draft the agreement."""


def run() -> None:
    """Run the command line; bad input is told on standard error with exit status 2."""
    gc.set_threshold(100_000, 20, 20)  # a start makes many objects and drops few: look for garbage seldom
    _open_what_is_closed()
    try:
        _run(sys.argv[1] if len(sys.argv) > 1 else "")
    except BadInput as error:
        typer.echo(str(error), err=True)
        sys.exit(_BAD_INPUT)
    except BrokenPipeError:
        _write_no_more()
        sys.exit(_STOPPED_READING)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _write_no_more()
        typer.echo(f"The output cannot be written: {error.strerror}.", err=True)
        sys.exit(_BAD_INPUT)


def _open_what_is_closed() -> None:
    """Where a shell has closed a stream (`>&-`), nothing is read from it and what is written goes nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115


def _run(command: str) -> None:
    """Run it to the last word; an output that cannot be written is an error, never a verdict."""
    output = sys.stdout
    try:
        app_for(command)()
    except SystemExit:
        if sys.stdout is not output:  # click has seen a closed pipe, put a wrapper in its place and left with 1
            raise BrokenPipeError from None
        output.flush()
        raise


def _write_no_more() -> None:
    """What is still waiting to be written goes nowhere: it must not fail again at the very end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)


if __name__ == "__main__":
    run()
