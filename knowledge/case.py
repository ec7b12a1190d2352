"""The casebook: shares that teach, each with the determination that the law should give and why.

A case file is a share file with one more key, `case`. Nothing here decides anything: what is expected was
written from the law, and the tests compare it with what the rules say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Literal

from knowledge.decode import Document, Path, decode, read_text, refuse_hazards, typed
from knowledge.model import KnowledgeBase, Model
from knowledge.problems import BadInput, Problem, listing, short, suggestion
from knowledge.share import MAX_BYTES, Share, parse_share

FOLDER = "knowledge/casebook"
CONCEPTS = "knowledge/concepts.yaml"
SECTORS = (
    "safeguarding", "health", "crime", "welfare-and-tax", "dea", "immigration", "education", "housing", "research",
    "emergencies", "local-services", "data-protection",
)  # fmt: skip
GO_AHEAD = ("may-share-with-conditions", "may-share", "must-share", "outside-data-protection-law")
VERDICTS = ("cannot-share-as-proposed", "refer", "more-needed", *GO_AHEAD)
STORY, WHY = (5, 12), (2, 5)
"""Fewest and most sentences."""

Fault = Callable[[Path, str], None]


class Expected(Model, frozen=True):
    """What the law should say: the verdict, gateways that are open or unsettled or shut, and bars that stay down."""

    verdict: str
    gateways: tuple[str, ...] = ()
    shut: tuple[str, ...] = ()
    bars: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every provision that it names."""
        return (*self.gateways, *self.shut, *self.bars)


class Source(Model, frozen=True):
    """Where the public facts, or the law that the case turns on, can be read."""

    title: str
    address: str
    year: int


class Case(Model, frozen=True):
    """A share that teaches. `tempts` is the mistake that it invites: to refuse, to share, or neither.

    `facts` holds the words of the story that give an answer; `on_file` the answers that stand in the papers beside it.
    """

    title: str
    sector: str
    level: int
    story: str
    expected: Expected
    why: str
    teaching: tuple[str, ...]
    concepts: tuple[str, ...]
    source: Source
    tempts: Literal["refuse", "share", "neither"] = "neither"
    facts: dict[str, str] = {}
    on_file: tuple[str, ...] = ()


@dataclass(frozen=True)
class CaseFile:
    """A case, the share that it is about, and where both stand. The id is its path without the ending."""

    id: str
    path: FilePath
    case: Case
    share: Share


def load_cases(knowledge: KnowledgeBase) -> tuple[CaseFile, ...]:
    """Every case of the casebook, in the order of their ids. Raises `BadInput` with every fault of every file."""
    found, problems = _read(knowledge)
    if problems:
        raise BadInput(problems)
    return found


def cases_about(knowledge: KnowledgeBase, ids: set[str]) -> tuple[CaseFile, ...]:
    """The cases whose expectation names one of the provisions; reads only files that hold such an id at all."""
    wanted = re.compile("|".join(map(re.escape, sorted(ids))))
    found, _ = _read(knowledge, lambda path: bool(wanted.search(path.read_text("utf-8", "replace"))))
    return tuple(file for file in found if ids & set(file.case.expected.names))


def load_concepts(knowledge: KnowledgeBase) -> dict[str, str]:
    """What a case can teach, each concept with its one line. Raises `BadInput` if the file cannot be used."""
    document = decode((knowledge.root / CONCEPTS).read_text(encoding="utf-8"), CONCEPTS)
    found = typed(document, dict[str, str]) if not document.problems else None
    if found is None:
        raise BadInput(document.problems)
    return found


def read_case(path: FilePath, knowledge: KnowledgeBase) -> CaseFile:
    """A case that somebody wrote for their own use, from any place. Raises `BadInput` with every fault."""
    name = str(path)
    text, faults = read_text(path, name, MAX_BYTES)
    faults = faults or refuse_hazards(text, name)
    if faults:
        raise BadInput(faults)
    document = decode(text, name)
    share = _share(document, knowledge)
    case = _case(document)
    if case is not None:
        fault: Fault = lambda at, what: document.fault(("case", *at), what)  # noqa: E731
        _check(case, ".", load_concepts(knowledge), knowledge, fault)
        if share is not None:
            check_facts(case, share, fault)
    if document.problems or share is None or case is None:
        raise BadInput(document.problems)
    return CaseFile(path.stem, path, case, share)


def check_cases(knowledge: KnowledgeBase) -> list[Problem]:
    """Every fault of the casebook; empty when nothing is wrong, or where there is no casebook."""
    return _read(knowledge)[1]


def _read(
    knowledge: KnowledgeBase, wanted: Callable[[FilePath], bool] = lambda path: True
) -> tuple[tuple[CaseFile, ...], list[Problem]]:
    root = knowledge.root / FOLDER
    paths = sorted(path for path in root.rglob("*.yaml") if wanted(path))
    if not paths:
        return (), []
    try:
        concepts = load_concepts(knowledge)
    except (BadInput, OSError) as error:
        return (), list(getattr(error, "problems", ())) or [Problem(CONCEPTS, 0, "the concepts cannot be read.")]
    found: list[CaseFile] = []
    problems: list[Problem] = []
    titles: dict[str, str] = {}
    for path in paths:
        name = path.relative_to(knowledge.root).as_posix()
        text, faults = read_text(path, name, MAX_BYTES)
        faults = faults or refuse_hazards(text, name)
        if faults:
            problems += faults
            continue
        document = decode(text, name)
        share = _share(document, knowledge)
        case = _case(document)
        if case is not None and share is not None:
            check_facts(case, share, lambda at, what, d=document: d.fault(("case", *at), what))  # type: ignore[misc]
        if case is not None:
            folder = path.parent.relative_to(root).as_posix()
            _check(case, folder, concepts, knowledge, lambda at, what, d=document: d.fault(("case", *at), what))  # type: ignore[misc]
            if (other := titles.setdefault(case.title, name)) != name:
                document.fault(("case", "title"), f"{other} has this title already. Each case needs its own.")
        problems += document.problems
        if share is not None and case is not None:
            found.append(CaseFile(path.relative_to(root).with_suffix("").as_posix(), path, case, share))
    return tuple(found), problems


def _share(document: Document, knowledge: KnowledgeBase) -> Share | None:
    try:
        return parse_share(document, knowledge)
    except BadInput:
        return None  # its faults stand in the document


def _case(document: Document) -> Case | None:
    if not isinstance(document.value, dict):
        return None
    if "case" not in document.value:
        document.fault((), "the key 'case' is missing: a file of the casebook says what the law should say, and why.")
        return None
    part = Document(document.file, document.value, document.lines)
    case = typed(part, Case, ("case",))
    document.problems += part.problems
    return case


def _check(case: Case, folder: str, concepts: dict[str, str], knowledge: KnowledgeBase, fault: Fault) -> None:
    _word("sector", case.sector, SECTORS, ("sector",), fault)
    if folder not in (".", case.sector):
        fault(("sector",), f"'{case.sector}' stands in the folder '{folder}'. A case stands in its sector's folder.")
    if not 1 <= case.level <= 3:
        fault(("level",), f"'{case.level}' is not a level. Write 1, 2 or 3.")
    for key, text, (fewest, most) in (("story", case.story, STORY), ("why", case.why, WHY)):
        if not fewest <= (count := len(list(sentences(text)))) <= most:
            fault((key,), f"'{key}' has {count} sentences. It takes {fewest} to {most}.")
    for index, concept in enumerate(case.concepts):
        _word("concepts", concept, concepts, ("concepts", index), fault)
    for key in ("teaching", "concepts"):
        if not getattr(case, key):
            fault((key,), f"'{key}' is empty. Say what there is to learn.")
    if not re.fullmatch(r"https?://[^\s/]+\.[^\s/]+(/\S*)?", case.source.address):
        fault(("source", "address"), f"'{case.source.address}' is not an address. It starts with https://.")
    _expected(case.expected, knowledge, fault)


def check_facts(case: Case, share: Share, fault: Fault) -> None:
    """What a story is said to tell, it tells in these words; and each is an answer of the share."""
    story = " ".join(case.story.split())
    places: list[tuple[Path, str]] = [(("facts", id), id) for id in case.facts]
    places += [(("on_file", index), id) for index, id in enumerate(case.on_file)]
    for at, id in places:
        if id not in share.answers:
            fault(at, f"the share has no answer to '{id}'.{suggestion(id, share.answers)}")
    for id, words in case.facts.items():
        if " ".join(words.split()) not in story:
            fault(("facts", id), f"the story does not say '{short(words)}'. Take its own words.")
        if id in case.on_file:
            fault(("facts", id), f"'{id}' stands in the story and on file. Once is enough.")


def _expected(expected: Expected, knowledge: KnowledgeBase, fault: Fault) -> None:
    at = "expected"
    _word("verdict", expected.verdict, VERDICTS, (at, "verdict"), fault)
    for key, kind in (("gateways", "gateway"), ("shut", "gateway"), ("bars", "bar")):
        known = [provision.id for provision in knowledge.provisions.values() if provision.kind == kind]
        for index, id in enumerate(getattr(expected, key)):
            if id not in known:
                fault((at, key, index), f"no {kind} is called '{id}'.{suggestion(id, known)}")
    for id in set(expected.gateways) & set(expected.shut):
        fault((at, "shut"), f"'{id}' is expected both shut and not.")
    if expected.verdict in GO_AHEAD and expected.bars:
        fault((at, "bars"), f"'{expected.verdict}' leaves no bar down, but {listing(expected.bars)} should stay.")
    if expected.verdict in GO_AHEAD[:-1] and not expected.gateways:
        fault((at, "gateways"), f"'{expected.verdict}' needs a gateway. Name it.")


def _word(key: str, value: str, allowed: Iterable[str], at: Path, fault: Fault) -> None:
    words = list(allowed)
    if value not in words:
        fault(at, f"'{key}' has no option '{value}'. Its options: {listing(words)}.{suggestion(value, words)}")


def sentences(text: str) -> Iterator[str]:
    """The sentences of plain prose.

    >>> list(sentences("A council asks. Under s.115 it may; must it? No."))
    ['A council asks.', 'Under s.115 it may; must it?', 'No.']
    """
    for part in re.split(r"(?<=[.!?])\s+", text.strip()):
        if part:
            yield part
