"""A share file as a command reads it: what is wrong stops it, and what looks like somebody's details is told."""

from __future__ import annotations

from pathlib import Path

import typer

from cli.output import clean
from knowledge import share as shares
from knowledge.model import KnowledgeBase
from knowledge.personal import details_in
from knowledge.share import Share


def load_share(path: Path, knowledge: KnowledgeBase) -> Share:
    """Read a share file, with a note on standard error where its text seems to hold somebody's details.

    Raises `BadInput`, as reading it does.
    """
    share = shares.load_share(path, knowledge)
    for key, what in dict.fromkeys((key, detail.what) for key, detail in details_in(share)):
        note = f"{path}: '{key}' seems to hold {what}. Nothing needs it: take it out, unless it is nobody's."
        typer.echo(clean(note), err=True)
    return share
