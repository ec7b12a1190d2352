"""The share file: one proposal that a person can read and edit. Loads, checks and saves it."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path as FilePath
from typing import Any, Literal

import msgspec
import yaml

from knowledge.agreement import Terms, check_terms
from knowledge.decode import Document, Path, decode, read_text, refuse_hazards, typed
from knowledge.model import KnowledgeBase, Model, Nation
from knowledge.problems import BadInput, Problem, listing, short, suggestion
from knowledge.resolve import answers as answers_to

MAX_BYTES = 2_000_000
MAX_LINES = 20_000
NOT_SURE = "not-sure"


class Party(Model, frozen=True):
    id: str
    name: str
    kind: str
    role: Literal["discloser", "receiver", "both"]
    nation: Nation | None = None
    controller: str = ""
    acts_for: str = msgspec.field(name="acts-for", default="")


class Answer(Model, frozen=True):
    """An answer with what stands behind it; dates bound when an approval, notice or support counts."""

    answer: str | tuple[str, ...]
    reason: str = ""
    by: str = ""
    on: dt.date | None = None
    reference: str = ""
    start: dt.date | None = msgspec.field(name="from", default=None)
    until: dt.date | None = None


Answers = dict[str, str | tuple[str, ...] | Answer]


class Flow(Model, frozen=True):
    source: str = msgspec.field(name="from")
    to: str
    purpose: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    answers: Answers = {}


class Share(Model, frozen=True):
    """A proposed share. Everything but the format version may still be missing while it is written.

    `answers` are by question id; a judgement counts only with `by` and `reason`. `named-law` among them lists the law
    that people believe in: it is tested and opens nothing. `essential` are kinds of data without which the goal cannot
    be reached, so that no proposal leaves them out.
    """

    gatehouse: Literal["1"]
    title: str = ""
    as_at: dt.date | None = None
    nation: Nation | None = None
    parties: tuple[Party, ...] = ()
    purpose: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    essential: tuple[str, ...] = ()
    flows: tuple[Flow, ...] = ()
    answers: Answers = {}
    agreement: Terms = msgspec.field(default_factory=Terms)
    case: dict[str, Any] = {}

    def party(self, id: str) -> Party:
        return next(party for party in self.parties if party.id == id)


def answer_of(raw: str | tuple[str, ...] | Answer) -> Answer:
    """An answer in its long form."""
    return raw if isinstance(raw, Answer) else Answer(answer=raw)


def load_share(path: FilePath, knowledge: KnowledgeBase) -> Share:
    """Read a share file, or the `share` of a case file.

    Raises `BadInput` naming file, line, what is wrong, what is allowed and the near miss.
    """
    name = str(path)
    text, problems = read_text(path, name, MAX_BYTES)
    problems = problems or refuse_hazards(text, name)
    if problems:
        raise BadInput(problems)
    return parse_share(decode(text, name), knowledge)


def has_envelope(path: FilePath) -> bool:
    """Does the file hold more than the share, so that a share must not be saved over it?"""
    value = decode(path.read_text(encoding="utf-8-sig"), str(path)).value
    return isinstance(value, dict) and "share" in value


def parse_share(document: Document, knowledge: KnowledgeBase) -> Share:
    """A decoded document as a share. Raises `BadInput` with every fault."""
    value = document.value
    at: Path = ("share",) if isinstance(value, dict) and "share" in value else ()
    value = value["share"] if at else value
    if not isinstance(value, dict):
        if not document.problems:
            document.fault(at, "this is not a share. A share starts with the line 'gatehouse: 1'.")
        raise BadInput(document.problems)
    if "gatehouse" not in value:
        document.fault(at, "the line 'gatehouse: 1' is missing. A share starts with it.")
        value["gatehouse"] = "1"
    _drop_empty(document, at)
    share = typed(document, Share, at)
    _check(share or _readable(value), document, at, knowledge)
    if document.problems or share is None:
        raise BadInput(document.problems)
    return share


def _readable(value: dict[str, Any]) -> Share:
    """What can be read of a share that has faults, so that its other faults are told with them."""
    kept: dict[str, Any] = {"gatehouse": "1"}
    for field in msgspec.structs.fields(Share):
        if field.encode_name in value and field.encode_name not in kept:
            with contextlib.suppress(msgspec.ValidationError):
                kept[field.name] = msgspec.convert(value[field.encode_name], field.type, strict=False)
    if "parties" in value and "parties" not in kept:  # these name parties
        kept.pop("flows", None)
        kept.pop("agreement", None)
    return Share(**kept)


def _drop_empty(document: Document, at: Path) -> None:
    """A key with nothing after it has not been answered."""
    value = document.value
    for step in at:
        value = value[step] if isinstance(value, dict) else None
    for part in (value, value.get("agreement")) if isinstance(value, dict) else ():
        if isinstance(part, dict):
            for key in [key for key, one in part.items() if one is None and key != "gatehouse"]:
                del part[key]


def _check(share: Share, document: Document, at: Path, knowledge: KnowledgeBase) -> None:
    terms = knowledge.vocabularies
    ids = [party.id for party in share.parties]
    for index, party in enumerate(share.parties):
        here = (*at, "parties", index)
        if ids.index(party.id) != index:
            document.fault(here, f"the party '{short(party.id)}' is given twice. Each needs an id of its own.")
        _among(document, (*here, "kind"), "kind", party.kind, terms["bodies"], "bodies")
        for key, other in (("controller", party.controller), ("acts-for", party.acts_for)):
            if other and other not in ids:
                document.fault((*here, key), f"'{key}' names no party: '{short(other)}'.{suggestion(other, ids)}")
            elif other == party.id:
                document.fault((*here, key), f"'{party.id}' cannot be its own '{key}'.")
    _terms(document, at, share.purpose, share.data, knowledge)
    carried = {*share.data, *(kind for flow in share.flows for kind in flow.data)}
    for index, kind in enumerate(share.essential):
        if kind not in carried:
            document.fault(
                (*at, "essential", index),
                f"'essential' names what is not shared: '{short(kind)}'.{suggestion(kind, carried)}",
            )
    _answers(share.answers, document, (*at, "answers"), knowledge)
    check_terms(share.agreement, ids, document, (*at, "agreement"), knowledge)
    for index, flow in enumerate(share.flows):
        here = (*at, "flows", index)
        for key, id in (("from", flow.source), ("to", flow.to)):
            if id not in ids:
                document.fault((*here, key), f"'{key}' names no party: '{short(id)}'.{suggestion(id, ids)}")
        _terms(document, here, flow.purpose, flow.data, knowledge)
        _answers(flow.answers, document, (*here, "answers"), knowledge)
    size = max(1, len(share.parties)) ** 2 * max(1, len(share.purpose)) * max(1, len(share.data))
    if size > MAX_LINES:
        document.fault(
            (*at, "parties"), f"this makes some {size} lines; at most {MAX_LINES} are decided at once. Split it."
        )


def _terms(document: Document, at: Path, purpose: Iterable[str], data: Iterable[str], knowledge: KnowledgeBase) -> None:
    for key, name, values in (("purpose", "purposes", purpose), ("data", "data", data)):
        seen: set[str] = set()
        for index, value in enumerate(values):
            _among(document, (*at, key, index), key, value, knowledge.vocabularies[name], name)
            if value in seen:
                document.fault((*at, key, index), f"'{key}' holds '{short(value)}' twice.")
            seen.add(value)


def _among(document: Document, at: Path, key: str, value: str, allowed: Any, browse: str) -> None:
    if value not in allowed:
        count = len(list(allowed))
        document.fault(
            at,
            f"'{key}' has no option '{short(value)}'.{suggestion(value, allowed)} "
            f"'gatehouse browse --{browse}' lists all {count}.",
        )


def _answers(answers: Mapping[str, Any], document: Document, at: Path, knowledge: KnowledgeBase) -> None:
    for id, raw in answers.items():
        here = (*at, id)
        question = knowledge.questions.get(id)
        if question is None:
            document.fault(here, f"no question is called '{short(id)}'.{suggestion(id, knowledge.questions)}")
            continue
        answer = answer_of(raw)
        values = (answer.answer,) if isinstance(answer.answer, str) else answer.answer
        if not isinstance(answer.answer, str) and not question.is_many:
            document.fault(here, f"'{id}' takes one answer, not a list.")
            continue
        allowed = answers_to(knowledge, id)
        for value in values:
            if allowed and value not in allowed and value != NOT_SURE:
                document.fault(
                    here,
                    f"'{id}' has no option '{short(value)}'. Its options: {listing([*allowed, NOT_SURE])}."
                    f"{suggestion(value, [*allowed, NOT_SURE])}",
                )
        if answer.start and answer.until and answer.until < answer.start:
            document.fault(here, f"'{id}' ends on {answer.until}, before it starts on {answer.start}.")


def change_share(share: Share, changes: Mapping[str, str], knowledge: KnowledgeBase) -> Share:
    """A share with some answers changed: `purpose`, `data`, `nation`, `as_at`, `PARTY.kind`, or a question's id.

    `discloser` and `receiver` name the first party of that role; a comma makes a list. Raises `BadInput`.
    """
    plain = as_plain(share)
    for key, value in changes.items():
        head, dot, last = key.partition(".")
        if dot:
            party = next((p for p in plain.get("parties", []) if head in (p["id"], p["role"])), None)
            if party is None:
                ids = [p["id"] for p in plain.get("parties", [])]
                raise BadInput([Problem("", 0, f"no party is called '{head}'.{suggestion(head, ids)}")])
            party[last] = value
        elif key in ("purpose", "data"):
            plain[key] = value.split(",")
            plain.pop("flows", None)
        elif key in ("nation", "as_at", "title"):
            plain[key] = value
        else:
            many = key in knowledge.questions and knowledge.questions[key].is_many
            plain.setdefault("answers", {})[key] = value.split(",") if many else value
            for flow in plain.get("flows", []):
                flow.get("answers", {}).pop(key, None)
    return parse_share(decode(dump_plain(plain), "change"), knowledge)


def as_plain(share: Share) -> dict[str, Any]:
    """The share as lists, dicts and text, in the order in which people read it."""
    plain = msgspec.to_builtins(share, str_keys=True)
    plain["gatehouse"] = 1
    keys = (
        "gatehouse",
        "title",
        "as_at",
        "nation",
        "parties",
        "purpose",
        "data",
        "essential",
        "flows",
        "answers",
        "agreement",
        "case",
    )
    return {key: plain[key] for key in keys if plain.get(key) not in (None, "", [], {})}


class _Dumper(yaml.SafeDumper):
    pass


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    if value in ("yes", "no"):  # read as text by us; quoted so that other readers agree
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="'")
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)


def dump_share(share: Share) -> str:
    """The text of a share file."""
    return dump_plain(as_plain(share))


def dump_plain(plain: dict[str, Any]) -> str:
    """Plain values as YAML, in the manner of a share file."""
    return yaml.dump(plain, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def save_share(share: Share, path: FilePath) -> None:
    """Write a share file all at once: a reader sees the old one or the new one, never a half."""
    write_atomically(path, dump_share(share).encode())


def write_atomically(path: FilePath, content: bytes, mode: int | None = None) -> None:
    """Put content in place of a file in one step. Raises `BadInput` where the folder cannot be written.

    A new file can be read by everybody and an old one keeps its mode, unless `mode` is given.
    """
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".gatehouse-tmp")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode is None:
            mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        FilePath(temporary).chmod(mode)
        FilePath(temporary).replace(path)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                FilePath(temporary).unlink()
        raise BadInput(
            [Problem(str(path), 0, f"it cannot be written: {error.strerror}. Nothing was changed.")]
        ) from None
