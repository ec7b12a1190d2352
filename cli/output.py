"""What every command shares: exit codes, JSON, and where talk goes."""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
from typing import Any

from knowledge.problems import BadInput

EXIT = {
    "must-share": 0,
    "may-share": 0,
    "may-share-with-conditions": 0,
    "outside-data-protection-law": 0,
    "more-needed": 10,
    "refer": 11,
    "cannot-share-as-proposed": 12,
}

GAPS_LEFT = 3
INTERRUPTED = 130


def date(text: str) -> dt.date | None:
    """A date typed on the command line; None where there is none. Raises `BadInput`."""
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"'{text}' is not a date. Write YYYY-MM-DD, such as 2026-02-05.") from None


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def clean(text: str) -> str:
    """Text without terminal escapes, direction marks and other characters that are not for reading.

    >>> clean("a\\x1b[31mb\\u202ec\\td")
    'a[31mbc d'
    """
    if text.isprintable():
        return text
    return "".join(
        character if character == "\n" else " " if character == "\t" else ""
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co") else character
        for character in text
    )  # fmt: skip


def times(count: int, what: str) -> str:
    """A number of things.

    >>> times(1, "scenario"), times(2, "scenario")
    ('1 scenario', '2 scenarios')
    """
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
