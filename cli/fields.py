"""Data items read from a CSV file or a Table Schema, for `gatehouse draft --fields FILE`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from cli.tables import read_rows
from knowledge.agreement import DataItem
from knowledge.model import KnowledgeBase
from knowledge.problems import BadInput, Problem, listing, short, suggestion
from knowledge.shapes import TYPES

COLUMNS = ("name", "reason", "kind", "format", "type", "options", "example", "required", "sensitive")
_CALLED = {"field": "name", "title": "name", "item": "name", "data item": "name", "description": "reason",
           "why": "reason", "purpose": "reason", "enum": "options", "values": "options"}  # fmt: skip
_MOST_BYTES = 2_000_000
_MOST_ITEMS = 2_000
_YES = ("yes", "y", "true", "1")


def read_fields(path: Path, knowledge: KnowledgeBase) -> tuple[DataItem, ...]:
    """The data items that a file names. Raises `BadInput` with every fault, by line or field."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BadInput([Problem(str(path), 0, f"it is larger than {_MOST_BYTES // 1_000_000} MB.")])
        content = path.read_bytes()
    except OSError as error:
        raise BadInput([Problem(str(path), 0, f"it cannot be read: {error.strerror}.")]) from None
    try:
        rows = _of_schema(content) if path.suffix.lower() == ".json" else _of_csv(content)
    except (ValueError, RecursionError) as error:
        raise BadInput([Problem(str(path), 0, f"no data items can be read from it: {error}.")]) from None
    problems: list[Problem] = []
    items = [item for line, row in rows if (item := _item(str(path), line, row, knowledge, problems))]
    if not items and not problems:
        problems.append(Problem(str(path), 0, "it names no data items. Give a column 'name', or a Table Schema."))
    if len(items) > _MOST_ITEMS:
        problems.append(Problem(str(path), 0, f"it names {len(items)} data items; at most {_MOST_ITEMS} are taken."))
    if problems:
        raise BadInput(problems)
    return tuple(items)


def _of_csv(content: bytes) -> list[tuple[int, dict[str, Any]]]:
    rows = []
    for line, row in enumerate(read_rows(content), 2):
        named = {_CALLED.get(key.strip().lower(), key.strip().lower()): value.strip() for key, value in row.items()}
        options = [word.strip() for word in str(named.get("options", "")).split("|") if word.strip()]
        rows.append((line, {**named, "options": options}))
    return rows


def _of_schema(content: bytes) -> list[tuple[int, dict[str, Any]]]:
    schema = json.loads(content.decode("utf-8-sig"))
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(fields, list) or not all(isinstance(field, dict) for field in fields):
        raise ValueError("a Table Schema is an object with a list 'fields'")
    rows = []
    for number, field in enumerate(fields, 1):
        constraints = field.get("constraints")
        constraints = constraints if isinstance(constraints, dict) else {}
        enum = constraints.get("enum")
        row: dict[str, Any] = {
            "name": field.get("title") or field.get("name") or "",
            "reason": field.get("description") or "",
            "kind": field.get("kind") or "",
            "format": field.get("agreedFormat") or "",
            "type": field.get("type") if field.get("type") in TYPES else "",
            "options": list(map(str, enum)) if isinstance(enum, list) else [],
            "example": field.get("example") or "",
            "required": "yes" if constraints.get("required") is True else "no",
            "sensitive": "yes" if field.get("sensitive") is True else "no",
        }
        rows.append((number, {key: value if isinstance(value, list) else str(value) for key, value in row.items()}))
    return rows


def _item(
    file: str, line: int, row: Mapping[str, Any], knowledge: KnowledgeBase, problems: list[Problem]
) -> DataItem | None:
    before = len(problems)
    for key in row:
        if key not in COLUMNS:
            known = f"Its columns: {', '.join(COLUMNS)}.{suggestion(key, COLUMNS)}"
            problems.append(Problem(file, 1, f"no data item has a '{short(key)}'. {known}"))
    if not row.get("name"):
        problems.append(Problem(file, line, "this data item has no name."))
    kind, sort = row.get("kind", ""), row.get("type", "")
    data = knowledge.vocabularies["data"]
    if kind and kind not in data:
        hint = f"{suggestion(kind, data)} 'gatehouse browse --data' lists all {len(list(data))}."
        problems.append(Problem(file, line, f"'kind' has no option '{short(kind)}'.{hint}"))
    if sort and sort not in TYPES:
        hint = f"Its options: {listing(TYPES)}.{suggestion(sort, TYPES)}"
        problems.append(Problem(file, line, f"'type' has no option '{short(sort)}'. {hint}"))
    if len(problems) > before:
        return None
    yes = {key: "yes" if str(row.get(key, "")).lower() in _YES else "no" for key in ("required", "sensitive")}
    text = {key: row.get(key, "") for key in ("name", "reason", "kind", "format", "type", "example")}
    return msgspec.convert({**text, **yes, "options": row.get("options", [])}, DataItem)
