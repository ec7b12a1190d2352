"""The scenarios that prove the law, as a reader meets them: which provision each expects to be what, and why.

They stand beside the tests and are not needed to decide anything; where they are not at hand there are none.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.decode import decode

FOLDER = "tests/scenarios"
OPENS = frozenset({"open", "bites", "lifted", "due", "done", "shown"})
"""The words of a scenario for a provision that has its effect, or would have but for what lifts it."""


@dataclass(frozen=True)
class Proof:
    """What a scenario expects of one provision: a word, and the outcome of the conditions that decided."""

    name: str
    file: str
    expects: str
    because: dict[str, str]


def proofs(root: Path) -> dict[str, tuple[Proof, ...]]:
    """For each provision, the scenarios that expect something of it."""
    found: dict[str, list[Proof]] = {}
    for path in sorted((root / FOLDER).rglob("*.yaml")):
        name = path.relative_to(root).as_posix()
        value = decode(path.read_text(encoding="utf-8", errors="replace"), name).value
        entries = value.get("scenarios") if isinstance(value, dict) else None
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict):
                for id, proof in _proofs(entry, name):
                    found.setdefault(id, []).append(proof)
    return {id: tuple(each) for id, each in found.items()}


def _proofs(entry: dict[str, Any], file: str) -> list[tuple[str, Proof]]:
    because = entry.get("because") or {}
    expect = {**dict.fromkeys(because, ""), **(entry.get("expect") or {})}
    return [
        (id.rpartition("/")[2], Proof(str(entry.get("name", "")), file, str(word), dict(because.get(id) or {})))
        for id, word in expect.items()
        if id != "verdict"
    ]
