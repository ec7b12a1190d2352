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
    """The allowed word that is most like this one, or nothing: a slip of spelling first, then a word in common.

    >>> near_miss("fraud-prevention", ["crime-prevention", "fraud-against-public-sector"])
    'fraud-against-public-sector'
    """
    options = list(allowed)
    if close := difflib.get_close_matches(word, options, n=1, cutoff=0.8):
        return close[0]
    parts = word.split("-")

    def in_common(option: str) -> tuple[int, float]:
        theirs = option.split("-")
        shared = len(set(parts) & set(theirs)) + (parts[0] == theirs[0])
        return shared, difflib.SequenceMatcher(None, word, option).ratio() if shared else 0

    best = max(options, key=in_common, default="")
    if len(word) > 3 and in_common(best)[0]:
        return best
    return next(iter(difflib.get_close_matches(word, options, n=1, cutoff=0.6)), "")


def listing(allowed: Iterable[str], most: int = 12) -> str:
    """The allowed words, or as many as fit and how many there are."""
    words = list(allowed)
    return ", ".join(words[:most]) + (f" … ({len(words)} in all)" if len(words) > most else "")


def short(word: object) -> str:
    """A word from a file, cut to what a message can carry."""
    text = str(word)
    return text if len(text) <= 60 else f"{text[:60]}…"
