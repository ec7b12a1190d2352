"""From YAML text to typed values, with the line of every key. The only place that reads YAML.

Every scalar is text (`no` is not False, `35.10` is not 35.1); duplicate keys, anchors and tags are refused;
the types come from `msgspec`. All faults of a file are found, not the first alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, TypeVar

import msgspec
import yaml

from knowledge.problems import Problem, suggestion

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
T = TypeVar("T")
Path = tuple[str | int, ...]

_MAX_DEPTH = 40
_MAX_FAULTS = 60
_EMPTY = {"", "~", "null", "Null", "NULL"}


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
    try:
        loader = _TextLoader(text)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        document.problems.append(Problem(file, mark.line + 1 if mark else 1, f"this is not YAML: {what}."))
        return document
    except RecursionError:
        document.problems.append(Problem(file, 1, f"it is nested more than {_MAX_DEPTH} deep."))
        return document
    if node is not None and not document.problems:
        document.value = _plain(node, (), document)
    return document


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
                problems.append(Problem(file, line, f"the tag '{event.tag}' is not used here. Write the plain value."))
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
            document.problems.append(Problem(document.file, line, f"the key '{key}' is given twice. Keep one."))
            continue
        found[key] = _plain(value_node, (*path, key), document)
        document.lines[(*path, key)] = line
    return found


_UNKNOWN = re.compile(r"Object contains unknown field `(.*?)`")
_MISSING = re.compile(r"Object missing required field `(.*?)`")
_STEP = re.compile(r"\[(\d+|\.\.\.)\]|\.?([^.\[\]]+)")


def typed(document: Document, kind: type[T], at: Path = ()) -> T | None:
    """The document (or the part of it at a path) as a type; every fault is noted, not the first alone."""
    value = _part(document.value, at)
    for _ in range(_MAX_FAULTS):
        try:
            result = msgspec.convert(value, kind, strict=False)
        except msgspec.ValidationError as error:
            value = _note(document, value, str(error), kind, at)
            if value is None:
                return None
        else:
            return None if document.problems else result
    return None


def _note(document: Document, value: Any, error: str, kind: Any, at: Path) -> Any:
    """Put a fault in plain words, and give back the value without it, so that the next fault shows."""
    what, _, where = error.partition(" - at `")
    path = _path(where.rstrip("`"), value)
    unknown, missing = _UNKNOWN.match(what), _MISSING.match(what)
    named = f" in '{path[-1]}'" if path and isinstance(path[-1], str) else ""
    if unknown:
        key = unknown.group(1)
        known = _known_keys(kind, path)
        document.fault(
            (*at, *path, key),
            f"unknown key '{key}'{named}."
            + (f" Known keys: {', '.join(known)}." if known else "")
            + suggestion(key, known),
        )
        return _without(value, (*path, key))
    if missing:
        document.fault((*at, *path), f"the key '{missing.group(1)}' is missing{named}.")
        return None if not path else _without(value, path)
    found = _part(value, path)
    if what.startswith("'"):  # a fault that a model words itself
        document.fault((*at, *path), what)
        return _without(value, path)
    document.fault((*at, *path), f"{_shown(found)}{_for(path)} {_expected(what, found)}")
    return _without(value, path) if path else None


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else f"'{str(value)[:60]}'"


def _for(path: Path) -> str:
    names = [str(step) for step in path if isinstance(step, str)]
    return f" for '{names[-1]}'" if names else ""


def _expected(what: str, found: Any) -> str:
    if "date" in what or "ISO8601" in what:
        return "is not a date. Write YYYY-MM-DD, such as 2026-02-05."
    if what.startswith("Invalid enum value"):
        return "is not one of the words allowed here."
    wanted = re.search(r"Expected `(.*?)`", what)
    words = {"str": "text", "array": "a list", "object": "a mapping", "int": "a whole number"}
    kinds = " or ".join(
        words.get(word.strip(), word.strip()) for word in (wanted.group(1) if wanted else "").split("|")
    )
    return f"is not what is expected here{': ' + kinds if kinds else ''}."


def _path(where: str, value: Any) -> Path:
    """The path of a fault as msgspec writes it (`$.versions[0].conditions`), resolved against the value."""
    steps: list[str | int] = []
    current = value
    for index, name in _STEP.findall(where.removeprefix("$")):
        if index == "...":  # a value of some mapping, whose key msgspec does not give: look for it
            return tuple(steps)
        step: str | int = int(index) if index else name
        if not index and isinstance(current, dict) and step not in current:
            break
        steps.append(step)
        current = _part(current, (step,))
    return tuple(steps)


def _part(value: Any, path: Path) -> Any:
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _without(value: Any, path: Path) -> Any:
    if not path:
        return None
    head, *rest = path
    if isinstance(value, dict):
        if not rest:
            return {key: part for key, part in value.items() if key != head}
        return {key: _without(part, tuple(rest)) if key == head else part for key, part in value.items()}
    if isinstance(value, list):
        if not rest:
            return [part for index, part in enumerate(value) if index != head]
        return [_without(part, tuple(rest)) if index == head else part for index, part in enumerate(value)]
    return None


def _known_keys(kind: Any, path: Path) -> list[str]:
    """The keys of the struct at a path in a type."""
    for step in path:
        kind = _inner(kind, step)
        if kind is None:
            return []
    kind = _struct(kind)
    return [f.encode_name for f in msgspec.structs.fields(kind)] if kind else []


def _struct(kind: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind
    return next((found for part in getattr(kind, "__args__", ()) if (found := _struct(part))), None)


def _inner(kind: Any, step: str | int) -> Any:
    struct = _struct(kind)
    origin = getattr(kind, "__origin__", None)
    if (struct and origin is None) or (struct and isinstance(step, str) and origin not in (dict,)):
        return next((f.type for f in msgspec.structs.fields(struct) if f.encode_name == step), None)
    arguments = getattr(kind, "__args__", ())
    return arguments[-1] if origin is dict and arguments else arguments[0] if arguments else None


def read_text(path: FilePath, file: str, limit: int) -> tuple[str, list[Problem]]:
    """The text of a file, or what keeps it from being text."""
    try:
        size = path.stat().st_size
        if path.is_dir():
            return "", [Problem(file, 0, "this is a folder. Name a file in it.")]
        if size > limit:
            return "", [Problem(file, 0, f"it is {size / 1e6:.1f} MB; at most {limit / 1e6:.0f} MB can be read.")]
        data = path.read_bytes()
    except FileNotFoundError:
        near = suggestion(path.name, [p.name for p in path.parent.glob("*.y*ml")] if path.parent.is_dir() else [])
        return "", [Problem(file, 0, f"there is no such file.{near}")]
    except OSError as error:
        return "", [Problem(file, 0, f"it cannot be read: {error.strerror}.")]
    if b"\0" in data:
        return "", [Problem(file, data[: data.index(b"\0")].count(b"\n") + 1, "it holds NUL bytes: this is not text.")]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return "", [Problem(file, line, "it is not UTF-8 text. Save it as UTF-8.")]
