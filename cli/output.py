"""What every command shares: exit codes, JSON, and where talk goes."""

from __future__ import annotations

import datetime as dt
import json
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
