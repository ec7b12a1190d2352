"""What every command shares: exit codes, JSON, and where talk goes."""

from __future__ import annotations

import json
from typing import Any

EXIT = {
    "must-share": 0,
    "may-share": 0,
    "may-share-with-conditions": 0,
    "outside-data-protection-law": 0,
    "more-needed": 10,
    "refer": 11,
    "cannot-share-as-proposed": 12,
}


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
