"""Load the knowledge base: the folder `gateways` and the folder `knowledge`, every file of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from knowledge.agreement import AgreementPattern, pattern_faults
from knowledge.decode import Document, decode, typed
from knowledge.model import (
    Emergency,
    GlossaryTerm,
    Group,
    ImpliedFact,
    Instrument,
    KnowledgeBase,
    Provision,
    Question,
    Term,
    Vocabulary,
)
from knowledge.problems import BadInput, Problem

ROOT = Path(__file__).resolve().parent.parent
VOCABULARIES = ("bodies", "purposes", "data", "nations")
T = TypeVar("T")


class Loaded:
    """A knowledge base in the making: what was read, where it stands, and every fault."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.documents: dict[str, Document] = {}
        self.problems: list[Problem] = []
        self.home: dict[tuple[str, str], tuple[Document, tuple[str | int, ...]]] = {}
        self.hash = hashlib.sha256()

    def files(self, folder: str, pattern: str = "**/*.yaml") -> Iterator[tuple[Path, Document]]:
        for path in sorted((self.root / folder).glob(pattern)):
            name = path.relative_to(self.root).as_posix()
            data = path.read_bytes()
            self.hash.update(name.encode() + b"\0" + data)
            document = decode(data.decode("utf-8", errors="replace"), name)
            self.documents[name] = document
            yield path, document

    def one(self, document: Document, kind: type[T], at: tuple[str | int, ...] = ()) -> T | None:
        return typed(document, kind, at) if not document.problems or at else None

    def mapping(self, sort: str, document: Document, kind: type[T], into: dict[str, T], at: Any = ()) -> None:
        """Read a mapping from id to `kind`, refusing an id that another file has."""
        value = document.value if not at else (document.value or {}).get(at[0])
        if value is None:
            return
        if not isinstance(value, dict):
            document.fault(at, f"expected a mapping from id to {kind.__name__.lower()}.")
            return
        entries = typed(document, dict[str, kind], at)  # type: ignore[valid-type]
        for id, entry in (entries or {}).items():
            self.claim(sort, id, document, (*at, id))
            into.setdefault(id, entry)

    def claim(self, sort: str, id: str, document: Document, path: tuple[str | int, ...]) -> None:
        other = self.home.setdefault((sort, id), (document, path))
        if other != (document, path):
            where = f"{other[0].file}:{other[0].line(other[1])}"
            document.fault(path, f"{sort} '{id}' stands in {where} already. Keep one.")

    def line(self, sort: str, id: str) -> tuple[str, int]:
        document, path = self.home[(sort, id)]
        return document.file, document.line(path)


def read(root: Path = ROOT) -> tuple[KnowledgeBase, Loaded]:
    """Read every file under `root`; faults stand in the second value's `problems`."""
    loaded = Loaded(root)
    questions: dict[str, Question] = {}
    groups: dict[str, Group] = {}
    provisions: dict[str, Provision] = {}
    facts: dict[str, ImpliedFact] = {}
    instruments: dict[str, Instrument] = {}
    glossary: dict[str, GlossaryTerm] = {}
    fields: dict[str, str] = {}
    terms: dict[str, dict[str, Term]] = {name: {} for name in VOCABULARIES}
    emergency: Emergency | None = None
    agreement: AgreementPattern | None = None

    for path, document in loaded.files("knowledge/vocabulary", "*.yaml"):
        if path.stem in terms:
            loaded.mapping(path.stem, document, Term, terms[path.stem])
        else:
            document.fault((), f"no vocabulary is called '{path.stem}'. There are: {', '.join(VOCABULARIES)}.")
    for _, document in loaded.files("knowledge/questions"):
        loaded.mapping("question", document, Question, questions)
    for _, document in loaded.files("knowledge/groups"):
        loaded.mapping("group", document, Group, groups)
    for path, document in loaded.files("knowledge/instruments"):
        if instrument := loaded.one(document, Instrument):
            _same_name(path, document, instrument.id)
            loaded.claim("instrument", instrument.id, document, ())
            instruments.setdefault(instrument.id, instrument)
    for path, document in loaded.files("knowledge/facts"):
        if fact := loaded.one(document, ImpliedFact):
            _same_name(path, document, fact.id)
            loaded.claim("fact", fact.id, document, ())
            facts.setdefault(fact.id, fact)
            loaded.mapping("question", document, Question, questions, ("questions",))
            loaded.mapping("group", document, Group, groups, ("groups",))
    for path, document in loaded.files("gateways"):
        if provision := loaded.one(document, Provision):
            _same_name(path, document, provision.id)
            loaded.claim("provision", provision.id, document, ())
            provisions.setdefault(provision.id, provision)
            fields[provision.id] = path.parent.name
            loaded.mapping("question", document, Question, questions, ("questions",))
            loaded.mapping("group", document, Group, groups, ("groups",))
    for path, document in loaded.files("knowledge", "*.yaml"):
        if path.stem == "glossary":
            loaded.mapping("term", document, GlossaryTerm, glossary)
        elif path.stem == "emergency":
            emergency = loaded.one(document, Emergency)
        elif path.stem == "agreement":
            agreement = loaded.one(document, AgreementPattern)
            for place, fault in pattern_faults(agreement) if agreement else ():
                document.fault(place, fault)

    for safeguard in provisions.values():
        if safeguard.kind == "safeguard" and not safeguard.answered_by:
            questions.setdefault(safeguard.id, _safeguard_question(safeguard))

    for document in loaded.documents.values():
        loaded.problems += document.problems
    knowledge = KnowledgeBase(
        root=root,
        provisions=provisions,
        facts=facts,
        questions=questions,
        groups=groups,
        instruments=instruments,
        vocabularies={name: Vocabulary(terms=entries) for name, entries in terms.items()},
        glossary=glossary,
        emergency=emergency,
        fields=fields,
        digest=f"sha256:{loaded.hash.hexdigest()}",
        agreement=agreement,
    )
    return knowledge, loaded


def _same_name(path: Path, document: Document, id: str) -> None:
    if path.stem != id:
        document.fault(("id",), f"the id '{id}' is not the file's name. Call it '{path.stem}', or rename the file.")


def _safeguard_question(safeguard: Provision) -> Question:
    return Question(kind="assurance", title=safeguard.title, asks=f"{safeguard.says.rstrip('.')}: is it done?")


def load(root: Path = ROOT) -> KnowledgeBase:
    """The knowledge base under `root`.

    Raises `BadInput` with every fault of every file, so that nobody decides by half a law.
    """
    knowledge, loaded = read(root)
    if loaded.problems:
        raise BadInput(loaded.problems)
    return knowledge
