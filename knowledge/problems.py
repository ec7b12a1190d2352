"""What is wrong with a file, said so that its author can mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One fault: where, what is wrong, what is allowed, what to do."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return readable(f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}")


class BadInput(Exception):
    """A file or an argument that cannot be used; carries every problem found. Nothing was written."""

    def __init__(self, problems: Iterable[Problem] | str) -> None:
        self.problems = tuple(sorted(set(problems))) if not isinstance(problems, str) else ()
        super().__init__(readable(problems) if isinstance(problems, str) else "\n".join(map(str, self.problems)))


_LONGEST = 2000


def readable(message: str) -> str:
    """A message that may hold what a stranger wrote: nothing in it that a terminal acts on, and no end of it.

    >>> readable("'purpose' has no option '\\x1b[31mred\\u202e'.")
    "'purpose' has no option '�[31mred�'."
    """
    shown = "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in message)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


def suggestion(word: str, allowed: Iterable[str]) -> str:
    """Name the near miss, if there is one.

    >>> suggestion("fraud-against-public", ["fraud-against-public-sector", "research"])
    " Did you mean 'fraud-against-public-sector'?"
    """
    near = near_miss(word, allowed)
    return f" Did you mean '{near}'?" if near else ""


def near_miss(word: str, allowed: Iterable[str]) -> str:
    """The allowed word that is most like this one, or nothing."""
    options = list(allowed)
    close = difflib.get_close_matches(word, options, n=1, cutoff=0.6)
    if close:
        return close[0]
    parts = set(word.split("-"))
    shared = max(options, key=lambda option: len(parts & set(option.split("-"))), default="")
    return shared if len(parts & set(shared.split("-"))) >= 1 and len(word) > 3 else ""


def listing(allowed: Iterable[str], most: int = 12) -> str:
    """The allowed words, or as many as fit and how many there are."""
    words = list(allowed)
    return ", ".join(words[:most]) + (f" … ({len(words)} in all)" if len(words) > most else "")


def short(word: object) -> str:
    """A word from a file, cut to what a message can carry."""
    text = str(word)
    return text if len(text) <= 60 else f"{text[:60]}…"
