"""The data items of a share as a Frictionless Table Schema, against which either side can check a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from knowledge.agreement import DataItem
from knowledge.shapes import Shape, shape_of

_LENGTH = re.compile(r"(?:at most|up to|max(?:imum)?(?: of)?)\s+(\d{1,6})\s+char", re.IGNORECASE)


def table_schema(items: Sequence[DataItem], shapes: tuple[Shape, ...], title: str = "") -> dict[str, Any]:
    """One field an item, in the order agreed. Names are made safe for any tool and stay unlike one another."""
    fields = [_field(name, item, shape_of(item, shapes)) for name, item in zip(names(items), items, strict=True)]
    return {"title": title, "fields": fields, "missingValues": [""]}


def names(items: Sequence[DataItem]) -> list[str]:
    """A column's name for each item: small letters, digits and low lines.

    >>> names([DataItem(name="Tenant’s name"), DataItem(name="=1+1"), DataItem(name="Tenant's name")])
    ['tenants_name', 'item_1_1', 'tenants_name_2']
    """
    found: list[str] = []
    for item in items:
        plain = re.sub(r"[^a-z0-9]+", "_", re.sub("['’]", "", item.name.lower())).strip("_")[:60] or "item"
        name = plain if plain[0].isalpha() else f"item_{plain}"
        number, first = 1, name
        while name in found:
            number += 1
            name = f"{first}_{number}"
        found.append(name)
    return found


def _field(name: str, item: DataItem, shape: Shape) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "title": item.name, "type": shape.type}
    if item.reason:
        field["description"] = item.reason
    if shape.format:
        field["format"] = shape.format
    constraints = _constraints(item, shape)
    if constraints:
        field["constraints"] = constraints
    field["example"] = item.options[0] if item.options else item.example or shape.example
    if item.kind:
        field["kind"] = item.kind
    if item.sensitive == "yes":
        field["sensitive"] = True
    if item.format:
        field["agreedFormat"] = item.format
    return field


def _constraints(item: DataItem, shape: Shape) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if item.required == "yes":
        found["required"] = True
    if item.options:
        found["enum"] = list(item.options)
    elif shape.pattern:
        found["pattern"] = shape.pattern
    length = _LENGTH.search(item.format)
    if length and shape.type == "string":
        found["maxLength"] = int(length[1])
    return found
