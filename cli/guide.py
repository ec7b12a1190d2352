"""Help that fades: a question is explained unasked the first times that a person meets it, and then no more."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from knowledge.problems import BadInput
from knowledge.results import progress_file, write_private

_TIMES = 2


def experience_file() -> Path:
    """Where it is kept which questions this user was explained, and how often."""
    return progress_file().with_name("explained.json")


@dataclass
class Guide:
    """Remembers what was explained; what cannot be read or kept costs an explanation too many and nothing else."""

    path: Path
    seen: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with contextlib.suppress(OSError, msgspec.DecodeError, ValueError):
            self.seen = msgspec.json.decode(self.path.read_bytes(), type=dict[str, int])

    def explains(self, question: str) -> bool:
        """Is it time to explain this question unasked? Counts that it was."""
        times = self.seen.get(question, 0)
        if times >= _TIMES:
            return False
        self.seen[question] = times + 1
        with contextlib.suppress(BadInput):
            write_private(self.path, msgspec.json.encode(self.seen))
        return True
