"""Words for a page or a picture, by name: one YAML file of texts each, read when it is first wanted."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TypeVar

from knowledge.decode import decode, read_text, typed
from knowledge.problems import BadInput

FOLDER = Path(__file__).resolve().parent / "phrases"
_MOST_BYTES = 100_000
T = TypeVar("T")


@cache
def phrases(name: str) -> dict[str, str]:
    """The texts of a page, by key. Raises `BadInput` where the file cannot be read."""
    return _read(FOLDER / f"{name}.yaml", dict[str, str])


@cache
def linked_terms() -> dict[str, dict[str, str]]:
    """Our words in the vocabularies of others, by sort; and the prefixes of those. Raises `BadInput`."""
    return _read(FOLDER.parent / "dpv.yaml", dict[str, dict[str, str]])


def _read(path: Path, kind: type[T]) -> T:
    text, problems = read_text(path, path.name, _MOST_BYTES)
    if problems:
        raise BadInput(problems)
    document = decode(text, path.name)
    found = typed(document, kind)
    if found is None or document.problems:
        raise BadInput(document.problems)
    return found
