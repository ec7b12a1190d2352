"""From YAML text to typed values, with the line of every key. The only place that reads YAML.

Every scalar is text (`no` is not False, `35.10` is not 35.1); duplicate keys, anchors and tags are refused;
the types come from `msgspec`. All faults of a file are found, not the first alone.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec
import yaml

from knowledge.problems import Problem, near_miss, short, suggestion

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
T = TypeVar("T")
Path = tuple[str | int, ...]

_MAX_DEPTH = 40
_MAX_FAULTS = 60
_EMPTY = {"", "~", "null", "Null", "NULL"}
_HAZARD = re.compile(r"(?:^|[\s\[{,])[&*!]\S", re.MULTILINE)
DATE_FORM = "Write YYYY-MM-DD, such as 2026-02-05."


class _TextLoader(_Base):  # type: ignore[misc]
    """Reads every scalar as text, and so need not look at any to see what it might be."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        return "tag:yaml.org,2002:str"

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


@dataclass
class Document:
    """A decoded file: plain lists, dicts and text, the line of each path, and the faults found so far."""

    file: str
    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of a path, or of the nearest thing above it that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, path: Path, message: str) -> None:
        self.problems.append(Problem(self.file, self.line(path), message))


def decode(text: str, file: str) -> Document:
    """Read YAML text as lists, dicts and text. Faults stand in the document's `problems`."""
    document = Document(file)
    if _HAZARD.search(text):
        document.problems += refuse_hazards(text, file)
        if document.problems:
            return document
    try:
        loader = _TextLoader(text)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        document.problems.append(_not_yaml(error, text, file))
        return document
    except RecursionError:
        document.problems.append(Problem(file, 1, f"it is nested more than {_MAX_DEPTH} deep."))
        return document
    if node is not None and not document.problems:
        document.value = _plain(node, (), document)
    return document


def _not_yaml(error: yaml.YAMLError, text: str, file: str) -> Problem:
    """What the YAML reader stumbled over, and where that began."""
    if isinstance(error, yaml.reader.ReaderError):
        line = text.encode(errors="replace")[: error.position].count(b"\n") + 1
        return Problem(
            file, line, f"it holds the character U+{error.character:04X}, which is not for text. Take it out."
        )
    if not isinstance(error, yaml.MarkedYAMLError) or not error.problem:
        return Problem(file, 1, f"this is not YAML: {str(error).splitlines()[0]}.")
    mark, began = error.problem_mark, error.context_mark
    since = f" begun in line {began.line + 1}" if began and mark and began.line != mark.line else ""
    context = f"{error.context}{since}, " if error.context else ""
    return Problem(file, mark.line + 1 if mark else 1, f"this is not YAML: {context}{error.problem}.")


def refuse_hazards(text: str, file: str) -> list[Problem]:
    """Look through text that strangers may have written, before any tree is built of it."""
    problems: list[Problem] = []
    depth = 0
    try:
        event: Any
        for event in yaml.parse(text, Loader=_Base):
            line = event.start_mark.line + 1
            if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                depth += 1
                if depth > _MAX_DEPTH:
                    return [Problem(file, line, f"it is nested more than {_MAX_DEPTH} deep. A share needs five.")]
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                depth -= 1
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                problems.append(Problem(file, line, "anchors and aliases (& and *) are not used here. Write it out."))
            if getattr(event, "tag", None) and event.tag != "!":
                problems.append(
                    Problem(file, line, f"the tag '{short(event.tag)}' is not used here. Write the plain value.")
                )
            if len(problems) > _MAX_FAULTS:
                break
    except yaml.YAMLError:
        pass  # `decode` says what is wrong, and where
    return problems


def _plain(node: Any, path: Path, document: Document) -> Any:
    document.lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return None if not node.style and node.value in _EMPTY else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*path, index), document) for index, child in enumerate(node.value)]
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            document.problems.append(Problem(document.file, key_node.start_mark.line + 1, "a key has to be a word."))
            continue
        key = key_node.value
        line = key_node.start_mark.line + 1
        if key in found:
            document.problems.append(Problem(document.file, line, f"the key '{short(key)}' is given twice. Keep one."))
            continue
        found[key] = _plain(value_node, (*path, key), document)
        document.lines[(*path, key)] = line
    return found


def typed(document: Document, kind: type[T], at: Path = ()) -> T | None:
    """The document (or the part of it at a path) as a type; every fault is noted, not the first alone."""
    value = _part(document.value, at)
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as error:
        before = len(document.problems)
        _explain(document, value, kind, at)
        if len(document.problems) == before:
            document.fault(at, f"{error}.")
        return None


def _explain(document: Document, value: Any, kind: Any, path: Path) -> None:
    """Note every way in which a value is not of a type, in plain words and in its own line."""
    kind = _alternative(kind, value)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        _explain_struct(document, value, kind, path)
    elif get_origin(kind) is dict and isinstance(value, dict):
        for key, entry in value.items():
            _explain(document, entry, get_args(kind)[1], (*path, key))
    elif get_origin(kind) is tuple and isinstance(value, list):
        kinds = get_args(kind)
        if kinds[-1] is not ... and len(kinds) != len(value):
            document.fault(
                path, f"{_name(document, path)} is a list of {len(value)}. It has to be one of {len(kinds)}."
            )
        for index, entry in enumerate(value):
            _explain(document, entry, kinds[min(index, len(kinds) - 1)] if kinds[-1] is not ... else kinds[0],
                     (*path, index))  # fmt: skip
    elif get_origin(kind) is Literal and isinstance(value, str):
        if value not in get_args(kind):
            options = [str(option) for option in get_args(kind)]
            document.fault(
                path,
                f"{_name(document, path)} has no option '{short(value)}'. Its options: {', '.join(options)}."
                f"{suggestion(value, options)}",
            )
    elif kind is dt.date and isinstance(value, str):
        if not _converts(value, kind):
            document.fault(path, f"'{short(value)}' for {_name(document, path)} is not a date. {DATE_FORM}")
    elif not _converts(value, kind):
        document.fault(path, f"{_name(document, path)} is {_shown(value)}. It has to be {_wanted(kind)}.")


def _explain_struct(document: Document, value: Any, kind: Any, path: Path) -> None:
    who = _name(document, path)
    if not isinstance(value, dict):
        document.fault(path, f"{who} is {_shown(value)}. It has to be {_wanted(kind)}.")
        return
    before = len(document.problems)
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for key, entry in value.items():
        if key in fields:
            _explain(document, entry, fields[key].type, (*path, key))
        else:
            known = f"Known keys: {', '.join(fields)}.{suggestion(key, fields)}"
            document.fault((*path, key), f"{who} has an unknown key '{short(key)}'. {known}")
    for key, known_field in fields.items():
        if known_field.required and key not in value:
            document.fault(path, f"{who} lacks the key '{key}'.")
    if len(document.problems) == before:
        try:
            msgspec.convert(value, kind, strict=False)
        except msgspec.ValidationError as error:  # a fault that a model words itself
            document.fault(path, str(error).partition(" - at `")[0])


def _alternative(kind: Any, value: Any) -> Any:
    """Of a union, the one that a value of this shape is meant to be."""
    if get_origin(kind) not in (Union, UnionType):
        return kind
    kinds = [one for one in get_args(kind) if one is not type(None)]
    shapes = [one for one in kinds if _shape(one) is type(value)]
    return next((one for one in shapes if _converts(value, one)), shapes[0] if shapes else kinds[0])


def _shape(kind: Any) -> type:
    if get_origin(kind) is tuple:
        return list
    if get_origin(kind) is dict or (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        return dict
    return str


def _converts(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError:
        return False
    return True


def _name(document: Document, path: Path) -> str:
    """What stands at a path, as its author would say it.

    >>> document = Document("x.yaml", {"versions": [{"conditions": [{"id": "own-task"}, {}]}]})
    >>> _name(document, ("versions", 0, "conditions", 0)), _name(document, ("versions", 0, "conditions", 1))
    ("condition 'own-task'", 'condition 2')
    """
    if not path:
        return "the file"
    last = path[-1]
    if isinstance(last, str):
        return f"'{short(last)}'"
    one = {"versions": "version", "conditions": "condition", "parties": "party", "flows": "flow"}
    sort = one.get(str(path[-2])) if len(path) > 1 else None
    if sort is None:
        return f"entry {last + 1} of {_name(document, path[:-1])}"
    entry = _part(document.value, path)
    id = entry.get("id") if isinstance(entry, dict) else None
    return f"{sort} '{short(id)}'" if isinstance(id, str) else f"{sort} {last + 1}"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "empty" if value is None else f"'{short(value)}'"


def _wanted(kind: Any) -> str:
    if get_origin(kind) is tuple:
        return "a list"
    if _shape(kind) is dict:
        return "a mapping, with lines such as 'key: value'"
    return {int: "a whole number", dt.date: f"a date. {DATE_FORM}".rstrip(".")}.get(kind, "text")


def _part(value: Any, path: Path) -> Any:
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def read_text(path: FilePath, file: str, limit: int) -> tuple[str, list[Problem]]:
    """The text of a file, or what keeps it from being text."""
    try:
        size = path.stat().st_size
        if path.is_dir():
            return "", [Problem(file, 0, "this is a folder. Name a file in it.")]
        if size > limit:
            return "", [Problem(file, 0, f"it is {size / 1e6:.1f} MB; at most {limit / 1e6:.0f} MB can be read.")]
        with path.open("rb") as opened:
            data = opened.read(limit + 1)  # a device has no size, and no end
        if len(data) > limit:
            return "", [Problem(file, 0, f"it does not end within {limit / 1e6:.0f} MB, the most that can be read.")]
    except FileNotFoundError:
        beside = {p.stem: p.name for p in path.parent.glob("*.y*ml")} if path.parent.is_dir() else {}
        near = near_miss(path.stem, beside)
        hint = f" Did you mean '{path.with_name(beside[near])}'?" if near else ""
        return "", [Problem(file, 0, f"there is no such file.{hint}")]
    except OSError as error:
        return "", [Problem(file, 0, f"it cannot be read: {error.strerror}.")]
    return as_text(data, file)


def as_text(data: bytes, file: str) -> tuple[str, list[Problem]]:
    """Bytes as text, or what keeps them from being text."""
    if b"\0" in data:
        return "", [Problem(file, data[: data.index(b"\0")].count(b"\n") + 1, "it holds NUL bytes: this is not text.")]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return "", [Problem(file, line, "it is not UTF-8 text. Save it as UTF-8.")]
