"""A JSON Schema of each kind of file, made from the types that read them."""

from __future__ import annotations

from typing import Any

import msgspec

from knowledge.case import Case
from knowledge.model import Emergency, GlossaryTerm, Group, ImpliedFact, Instrument, Provision, Question, Term
from knowledge.share import Share
from knowledge.training import PackFile


class ScenarioFile(Share, frozen=True, kw_only=True):
    """A share that teaches: a case of the casebook, or a trainer's own."""

    case: Case  # type: ignore[assignment]  # a share holds it unread


FILES: dict[str, Any] = {
    "provision": Provision,
    "implied-fact": ImpliedFact,
    "instrument": Instrument,
    "questions": dict[str, Question],
    "groups": dict[str, Group],
    "vocabulary": dict[str, Term],
    "glossary": dict[str, GlossaryTerm],
    "emergency": Emergency,
    "share": Share,
    "scenario": ScenarioFile,
    "pack": PackFile,
}


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schemas (draft 2020-12) by kind of file."""
    return {name: _as_editors_read(msgspec.json.schema(kind)) for name, kind in FILES.items()}


def _as_editors_read(schema: Any) -> Any:
    """A schema for those who read `1` as a number: every scalar is text to us, so that a number is text too.

    >>> _as_editors_read({"enum": ["1"]}), _as_editors_read({"type": "string"})
    ({'enum': ['1', 1]}, {'type': ['string', 'number']})
    """
    if isinstance(schema, list):
        return [_as_editors_read(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], *(int(word) for word in schema["enum"] if str(word).isdigit())]}
    if schema.get("type") == "string" and "format" not in schema:
        return {**schema, "type": ["string", "number"]}
    return {key: _as_editors_read(part) for key, part in schema.items()}
