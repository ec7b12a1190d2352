"""What became of each piece of law that was researched: encoded as provisions, or declined for a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from knowledge.decode import Document, typed
from knowledge.load import Loaded
from knowledge.model import KnowledgeBase, Model
from knowledge.problems import Problem, suggestion

FILE = "knowledge/researched.yaml"
NOT_YET = "not encoded yet"


class Researched(Model, frozen=True):
    """One entry. `encoded` (written `as`) names provisions, implied facts or groups; else `declined` says why not."""

    title: str
    law: str
    part: str
    encoded: tuple[str, ...] = msgspec.field(name="as", default=())
    declined: str = ""

    @property
    def is_missing(self) -> bool:
        """Ought it to be encoded, and is it not?"""
        return self.declined.startswith(NOT_YET)


def researched(loaded: Loaded) -> Mapping[str, Researched]:
    """Every entry that can be read; empty where there is no such file."""
    document = loaded.documents.get(FILE)
    if document is None or not isinstance(document.value, dict):
        return {}
    found = {id: typed(document, Researched, (id,)) for id in document.value}
    return {id: entry for id, entry in found.items() if entry is not None}


def faults(knowledge: KnowledgeBase, loaded: Loaded) -> Iterator[Problem]:
    """Entries that are neither encoded nor declined, or that name what there is not."""
    document = loaded.documents.get(FILE)
    if document is None:
        return
    known = [*knowledge.provisions, *knowledge.facts, *knowledge.groups]
    before = len(document.problems)
    for id, entry in researched(loaded).items():
        if bool(entry.encoded) == bool(entry.declined):
            yield _at(document, id, f"'{id}' needs exactly one of: as, declined.")
        for name in entry.encoded:
            if name not in known:
                message = f"'{id}' is encoded as '{name}', which is no provision, implied fact or group."
                yield _at(document, id, message + suggestion(name, known))
    yield from document.problems[before:]


def _at(document: Document, id: str, message: str) -> Problem:
    return Problem(document.file, document.line((id,)), message)
