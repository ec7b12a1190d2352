"""Load the knowledge base: the folder `gateways` and the folder `knowledge`, every file of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from knowledge import cache
from knowledge.agreement import AgreementPattern, AnnexPattern, pattern_faults
from knowledge.decode import Document, as_text, decode, typed
from knowledge.model import (
    Change,
    Emergency,
    GlossaryTerm,
    Group,
    ImpliedFact,
    Instrument,
    KnowledgeBase,
    Model,
    NotSharing,
    Provision,
    Question,
    Slip,
    Term,
    Vocabulary,
)
from knowledge.problems import BadInput, Problem

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("gateways", "knowledge")
CASEBOOK = "knowledge/casebook"
SHARES = "knowledge/shares"  # templates of shares; like the casebook, they decide nothing
VOCABULARIES = ("bodies", "purposes", "data", "nations")
T = TypeVar("T")


class Contents(Model, frozen=True):
    """Everything that the files say, as one value that can be put by and fetched again."""

    provisions: dict[str, Provision]
    facts: dict[str, ImpliedFact]
    questions: dict[str, Question]
    groups: dict[str, Group]
    instruments: dict[str, Instrument]
    vocabularies: dict[str, Vocabulary]
    glossary: dict[str, GlossaryTerm]
    emergency: Emergency | None
    changes: tuple[Change, ...]
    slips: tuple[Slip, ...]
    not_sharing: tuple[NotSharing, ...]
    fields: dict[str, str]
    agreement: AgreementPattern | None
    annexes: tuple[AnnexPattern, ...]


class Kept(Model, frozen=True):
    """A knowledge base as it is put by, with the digest of its files."""

    digest: str
    contents: Contents


class Loaded:
    """A knowledge base in the making: what was read, where it stands, and every fault."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.documents: dict[str, Document] = {}
        self.problems: list[Problem] = []
        self.home: dict[tuple[str, str], tuple[Document, tuple[str | int, ...]]] = {}
        self.unread: set[str] = set()  # ids of what a fault kept from being read
        self.is_whole = True  # False where a file is not even YAML, so that nobody knows what it held

    def files(self, folder: str, pattern: str = "**/*.yaml") -> Iterator[tuple[Path, Document]]:
        for path in sorted((self.root / folder).glob(pattern)):
            name = path.relative_to(self.root).as_posix()
            text, faults = as_text(path.read_bytes(), name)
            document = Document(name, problems=faults) if faults else decode(text, name)
            self.is_whole = self.is_whole and not (document.problems and document.value is None)
            self.documents[name] = document
            yield path, document

    def one(self, path: Path, document: Document, kind: type[T]) -> T | None:
        """Read a file that holds one thing, called as the file is."""
        found = typed(document, kind) if document.value is not None or not document.problems else None
        if found is None and isinstance(document.value, dict):
            self.unread.add(path.stem)
            for held in (document.value.get("questions"), document.value.get("groups")):
                self.unread |= set(held) if isinstance(held, dict) else set()
        return found

    def mapping(self, sort: str, document: Document, kind: type[T], into: dict[str, T], at: Any = ()) -> None:
        """Read a mapping from id to `kind`, refusing an id that another file has."""
        value = document.value if not at else (document.value or {}).get(at[0])
        if value is None:
            return
        if not isinstance(value, dict):
            document.fault(
                at, f"{'the file' if not at else at[0]} has to be a mapping, with lines such as 'id: {{…}}'."
            )
            return
        for id in value:
            entry = typed(document, kind, (*at, id))
            if entry is None:
                self.unread.add(id)
                continue
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
    changes: tuple[Change, ...] = ()
    slips: tuple[Slip, ...] = ()
    not_sharing: tuple[NotSharing, ...] = ()
    agreement: AgreementPattern | None = None
    annexes: tuple[AnnexPattern, ...] = ()

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
        if instrument := loaded.one(path, document, Instrument):
            _same_name(path, document, instrument.id)
            loaded.claim("instrument", instrument.id, document, ())
            instruments.setdefault(instrument.id, instrument)
    for path, document in loaded.files("knowledge/facts"):
        if fact := loaded.one(path, document, ImpliedFact):
            _same_name(path, document, fact.id)
            loaded.claim("fact", fact.id, document, ())
            facts.setdefault(fact.id, fact)
            loaded.mapping("question", document, Question, questions, ("questions",))
            loaded.mapping("group", document, Group, groups, ("groups",))
    for path, document in loaded.files("gateways"):
        if provision := loaded.one(path, document, Provision):
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
            emergency = loaded.one(path, document, Emergency)
        elif path.stem == "changes":
            changes = loaded.one(path, document, tuple[Change, ...]) or ()
        elif path.stem == "slips":
            slips = loaded.one(path, document, tuple[Slip, ...]) or ()
        elif path.stem == "not-sharing":
            not_sharing = loaded.one(path, document, tuple[NotSharing, ...]) or ()
        elif path.stem == "annexes":
            annexes = loaded.one(path, document, tuple[AnnexPattern, ...]) or ()
        elif path.stem == "agreement":
            agreement = loaded.one(path, document, AgreementPattern)
            for place, fault in pattern_faults(agreement) if agreement else ():
                document.fault(place, fault)

    for safeguard in provisions.values():
        if safeguard.kind == "safeguard" and not safeguard.answered_by:
            questions.setdefault(safeguard.id, _safeguard_question(safeguard))

    for document in loaded.documents.values():
        loaded.problems += document.problems
    contents = Contents(
        provisions=provisions,
        facts=facts,
        questions=questions,
        groups=groups,
        instruments=instruments,
        vocabularies={name: Vocabulary(terms=entries) for name, entries in terms.items()},
        glossary=glossary,
        emergency=emergency,
        changes=changes,
        slips=slips,
        not_sharing=not_sharing,
        fields=fields,
        agreement=agreement,
        annexes=annexes,
    )
    return _base(contents, root, _digest(root)), loaded


def _base(contents: Contents, root: Path, digest: str) -> KnowledgeBase:
    parts = {field: getattr(contents, field) for field in contents.__struct_fields__}
    return KnowledgeBase(root=root, digest=digest, **parts)


def _same_name(path: Path, document: Document, id: str) -> None:
    if path.stem != id:
        document.fault(("id",), f"the id '{id}' is not the file's name. Call it '{path.stem}', or rename the file.")


def _safeguard_question(safeguard: Provision) -> Question:
    return Question(kind="assurance", title=safeguard.title, asks=f"{safeguard.says.rstrip('.')}: is it done?")


def load(root: Path = ROOT) -> KnowledgeBase:
    """The knowledge base under `root`.

    Raises `BadInput` with every fault of every file, so that nobody decides by half a law.
    """
    state = _state(root)
    kept = cache.get(state, Kept)
    if kept is not None:
        return _base(kept.contents, root, kept.digest)
    knowledge, loaded = read(root)
    if loaded.problems:
        raise BadInput(loaded.problems)
    contents = Contents(**{field: getattr(knowledge, field) for field in Contents.__struct_fields__})
    cache.put(state, Kept(digest=knowledge.digest, contents=contents))
    return knowledge


def _files(root: Path) -> list[str]:
    """Every file of the knowledge base below `root`, in the order in which it is hashed."""
    return sorted(
        f"{folder}/{name}"
        for part in FOLDERS
        for folder, _, names in os.walk(root / part)
        for name in names
        if name.endswith(".yaml") and not folder.startswith((str(root / CASEBOOK), str(root / SHARES)))
    )


def _state(root: Path) -> str:
    """A digest of the name, size and time of change of every file: quick to take, and changed with any of them."""
    found = hashlib.sha256()
    for name in _files(root):
        stat = os.stat(name)  # noqa: PTH116 (seven hundred of them, at every start)
        found.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return found.hexdigest()


def _digest(root: Path) -> str:
    """The digest by which a knowledge base is known: of the name and the bytes of each file."""
    found = hashlib.sha256()
    for name in _files(root):
        found.update(name.removeprefix(str(root)).encode() + b"\0" + Path(name).read_bytes())
    return f"sha256:{found.hexdigest()}"
