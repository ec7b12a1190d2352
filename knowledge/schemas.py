"""A JSON Schema of each kind of file, made from the types that read them."""

from __future__ import annotations

from typing import Any

import msgspec

from knowledge.model import Emergency, GlossaryTerm, Group, ImpliedFact, Instrument, Provision, Question, Term
from knowledge.share import Share

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
}


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schemas (draft 2020-12) by kind of file."""
    return {name: msgspec.json.schema(kind) for name, kind in FILES.items()}
