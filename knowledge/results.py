"""What a learner did, as a file: read, checked and written. Marks nothing.

A result file is JSON, so that many are read fast. It holds a pseudonym and no name unless the learner gives one.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from knowledge.decode import read_text
from knowledge.model import Model
from knowledge.problems import BadInput, Problem
from knowledge.share import write_atomically

_MAX_BYTES = 5_000_000
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
Stage = Literal["", "before", "after"]


class Given(Model, frozen=True):
    """What a learner said at a step, and the marks for it: `of` is 0 where the step was not marked."""

    step: str
    said: tuple[str, ...]
    marks: float = 0.0
    of: int = 0
    hints: int = 0


class Attempt(Model, frozen=True):
    """One scenario, decided by a learner."""

    scenario: str
    pack: str
    started: dt.datetime
    ended: dt.datetime
    verdict: str  # the one that was right
    steps: tuple[Given, ...]
    sure: str
    concepts: tuple[str, ...] = ()
    stage: Stage = ""
    knowledge: str = ""

    @property
    def marks(self) -> float:
        return sum(given.marks for given in self.steps)

    @property
    def of(self) -> int:
        return sum(given.of for given in self.steps)

    @property
    def percent(self) -> float:
        return 100 * self.marks / self.of if self.of else 0.0

    def said(self, step: str) -> Given | None:
        return next((given for given in self.steps if given.step == step), None)


class Current(Model, frozen=True):
    """A scenario that was left in the middle."""

    scenario: str
    pack: str
    started: dt.datetime
    said: dict[str, tuple[str, ...]] = {}
    hints: dict[str, int] = {}
    stage: Stage = ""


class Progress(Model, frozen=True, rename={"format": "gatehouse-training"}):
    """A learner's file: everything done so far, and what was left in the middle."""

    format: int
    learner: str
    attempts: tuple[Attempt, ...] = ()
    current: Current | None = None


def pseudonym() -> str:
    """A made-up name that can be said aloud.

    >>> import re
    >>> bool(re.fullmatch("[a-z]{6}-[0-9]{3}", pseudonym()))
    True
    """
    letters = "".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(3))
    return f"{letters}-{secrets.randbelow(1000):03}"


def progress_file() -> Path:
    """Where this user's own progress is kept."""
    from platformdirs import user_data_path

    return user_data_path("gatehouse") / "training" / "progress.json"


def begin(learner: str = "") -> Progress:
    return Progress(format=1, learner=learner or pseudonym())


def load_progress(path: Path) -> Progress:
    """A learner's file. Raises `BadInput` where it cannot be used."""
    text, faults = read_text(path, str(path), _MAX_BYTES)
    if faults:
        raise BadInput(faults)
    try:
        found = msgspec.json.decode(text, type=Progress)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise BadInput([Problem(str(path), 0, f"this is no result file of training: {error}.")]) from None
    if found.format != 1:
        what = f"it is written in format {found.format}; this version of Gatehouse reads format 1."
        raise BadInput([Problem(str(path), 0, what)])
    return found


def save_progress(progress: Progress, path: Path) -> None:
    """Write a learner's file all at once, readable by its owner alone."""
    write_private(path, as_file(progress))


def as_file(progress: Progress) -> bytes:
    return msgspec.json.format(msgspec.json.encode(progress), indent=1)


def write_private(path: Path, content: bytes) -> None:
    """Put content in place of a file in one step; nobody but its owner may read it. Raises `BadInput`."""
    new = not path.parent.exists()
    write_atomically(path, content, mode=0o600)
    if new:
        with contextlib.suppress(OSError):
            path.parent.chmod(0o700)


def results_in(folder: Path) -> Iterator[tuple[Path, Progress | BadInput]]:
    """Each result file of a folder, or what is wrong with it: one bad file does not lose a class."""
    if not folder.is_dir():
        raise BadInput([Problem(str(folder), 0, "this is not a folder. Name the one that holds the result files.")])
    for path in sorted(folder.glob("*.json")):
        try:
            yield path, load_progress(path)
        except BadInput as error:
            yield path, error
