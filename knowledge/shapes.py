"""What a data item looks like in a file: a type, a pattern, an example. Decides nothing and knows no law."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from knowledge.agreement import DataItem
from knowledge.decode import decode, typed
from knowledge.load import ROOT
from knowledge.model import Model
from knowledge.problems import BadInput

TYPES = ("string", "integer", "number", "boolean", "date")


class Shape(Model, frozen=True):
    id: str
    type: Literal["string", "integer", "number", "boolean", "date"]
    makes: str
    example: str
    format: str = ""
    pattern: str = ""
    words: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()


def load_shapes(root: Path = ROOT) -> tuple[Shape, ...]:
    """The shapes, those looked for first at the front; the last fits anything."""
    path = root / "knowledge" / "shapes.yaml"
    document = decode(path.read_text(encoding="utf-8"), "knowledge/shapes.yaml")
    shapes = typed(document, tuple[Shape, ...])
    if shapes is None:
        raise BadInput(document.problems)
    return shapes


def shape_of(item: DataItem, shapes: tuple[Shape, ...]) -> Shape:
    """The shape that an item's name, kind or format gives away; where its type is stated, one of that type."""
    fitting = [shape for shape in shapes if not item.type or shape.type == item.type]
    name, format = _words(item.name), _words(item.format)
    for shape in fitting:
        if any(_holds(name, word) for word in shape.words) or item.kind in shape.kinds:
            return shape
    for shape in fitting:
        if any(_holds(format, word) for word in (*shape.words, *shape.formats)):
            return shape
    plain = item.type or "string"
    return next((shape for shape in shapes if shape.type == plain and not shape.words), shapes[-1])


def _words(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9-]+", " ", text.lower().replace("’s", "")).split())


def _holds(text: str, word: str) -> bool:
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) is not None
