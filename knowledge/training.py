"""Training: packs of scenarios, how each step is asked and marked, and the words for it. Decides nothing.

A scenario is a case of the casebook, or a case file of a trainer's own. A pack is a file that lists scenarios.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath

import msgspec

from knowledge.case import VERDICTS, CaseFile, load_cases, load_concepts, read_case
from knowledge.decode import Document, decode, read_text, refuse_hazards, typed
from knowledge.model import KnowledgeBase, Model
from knowledge.problems import BadInput, Problem, listing, suggestion
from knowledge.share import Answer, Share, answer_of

FOLDER = "knowledge/training"
PACKS = f"{FOLDER}/packs"
MARKING = f"{FOLDER}/marking.yaml"
STEPS = ("verdict", "power", "basis", "condition", "bars", "first")
EMERGENCY = "emergency"
SUBJECTS = "subjects"  # always shown: whose data it is belongs to what is proposed
NONE = "none"
_MAX_BYTES = 1_000_000


class Assumed(Model, frozen=True):
    """An answer that every scenario takes as so unless its story says otherwise."""

    answer: str | tuple[str, ...]
    says: str


class Step(Model, frozen=True):
    id: str
    title: str
    asks: str
    help: str
    marks: int


class Hint(Model, frozen=True):
    cost: int
    says: str
    crossed: str
    none: str


class Option(Model, frozen=True):
    """Something that a learner can say, and the verdicts that it answers in full, or nearly."""

    label: str
    right: tuple[str, ...]
    near: tuple[str, ...] = ()


class Sureness(Model, frozen=True):
    """How sure a learner is; `counts` is how often in a hundred somebody this sure would be right."""

    id: str
    label: str
    counts: int


class Confidence(Model, frozen=True, rename="kebab"):
    asks: str
    options: tuple[Sureness, ...]
    sure_and_wrong: str
    unsure_and_right: str


class Lean(Model, frozen=True):
    cautious: str
    bold: str


class Marking(Model, frozen=True):
    """How training asks and marks: `knowledge/training/marking.yaml`."""

    unless_said: dict[str, Assumed]
    promises: str
    steps: tuple[Step, ...]
    hint: Hint
    verdicts: dict[str, Option]
    boldness: dict[str, int]
    firsts: dict[str, Option]
    none: dict[str, str]
    unmarked: str
    confidence: Confidence
    lean: Lean
    spacing: tuple[int, ...]
    good: int


class Entry(Model, frozen=True):
    """One scenario of a pack: a case of the casebook, or a file beside the pack.

    A trainer may expect another verdict than Gatehouse; then `because` says why, and learners are told of both.
    """

    case: str = ""
    file: str = ""
    level: int = 0
    expected: str = ""
    because: str = ""


class PackFile(Model, frozen=True):
    id: str
    title: str
    about: str
    scenarios: tuple[Entry, ...]


@dataclass(frozen=True)
class Scenario:
    """A case as a learner meets it; `expected` and `because` are empty unless its trainer expects otherwise."""

    id: str
    level: int
    file: CaseFile
    expected: str = ""
    because: str = ""
    own: bool = False  # a trainer's own, and not of the casebook

    @property
    def title(self) -> str:
        return self.file.case.title

    @property
    def concepts(self) -> tuple[str, ...]:
        return self.file.case.concepts


@dataclass(frozen=True)
class Pack:
    id: str
    title: str
    about: str
    scenarios: tuple[Scenario, ...]


@dataclass(frozen=True)
class Training:
    """Everything that training needs, read and checked."""

    knowledge: KnowledgeBase
    marking: Marking
    concepts: Mapping[str, str]
    packs: tuple[Pack, ...]

    def scenario(self, id: str) -> Scenario | None:
        return next((one for pack in self.packs for one in pack.scenarios if one.id == id), None)

    def pack(self, id: str) -> Pack:
        """A pack by its id. Raises `BadInput` with the near miss."""
        found = next((pack for pack in self.packs if pack.id == id), None)
        if found is None:
            ids = [pack.id for pack in self.packs]
            raise BadInput(
                [Problem("", 0, f"no pack is called '{id}'. The packs: {listing(ids)}.{suggestion(id, ids)}")]
            )
        return found


def load_training(knowledge: KnowledgeBase) -> Training:
    """The marking and every pack. Raises `BadInput` with every fault of every file."""
    training, problems = _read(knowledge)
    if training is None or problems:
        raise BadInput(problems)
    return training


def check_training(knowledge: KnowledgeBase) -> list[Problem]:
    """Every fault of the training files; empty when nothing is wrong, or where there is no training."""
    return _read(knowledge)[1] if (knowledge.root / FOLDER).is_dir() else []


def load_pack(path: FilePath, knowledge: KnowledgeBase) -> Pack:
    """A pack of a trainer's own; its files stand beside it. Raises `BadInput` with every fault."""
    document, problems = _document(path, str(path))
    pack = None
    if not problems:
        cases = {case.id: case for case in load_cases(knowledge)}
        pack = _pack(document, cases, knowledge, path.parent)
        problems = document.problems
    if pack is None or problems:
        raise BadInput(problems)
    return pack


def unless_said(marking: Marking, scenario: Scenario) -> dict[str, Assumed]:
    """What a scenario takes as so without its story saying it."""
    answers = scenario.file.share.answers
    return {
        id: assumed
        for id, assumed in marking.unless_said.items()
        if id in answers and id not in scenario.file.case.facts and answer_of(answers[id]).answer == assumed.answer
    }


def on_file(marking: Marking, scenario: Scenario) -> dict[str, Answer]:
    """The answers that stand in the papers beside a story.

    A trainer's own scenario that says nothing of facts gives them all: better too much than a riddle.
    """
    case, answers = scenario.file.case, scenario.file.share.answers
    ids: Iterable[str] = case.on_file
    if scenario.own and not case.facts and not case.on_file:
        ids = [id for id in answers if id != SUBJECTS and id not in unless_said(marking, scenario)]
    return {id: answer_of(answers[id]) for id in ids}


def as_shown(marking: Marking, scenario: Scenario) -> Share:
    """The share with the answers that a learner is shown, and no other: by its story, on file, or unless said."""
    case, share = scenario.file.case, scenario.file.share
    shown = {SUBJECTS, *case.facts, *on_file(marking, scenario), *unless_said(marking, scenario)}
    return msgspec.structs.replace(share, answers={id: raw for id, raw in share.answers.items() if id in shown})


def _read(knowledge: KnowledgeBase) -> tuple[Training | None, list[Problem]]:
    problems: list[Problem] = []
    try:
        cases = {case.id: case for case in load_cases(knowledge)}
        concepts = load_concepts(knowledge)
    except BadInput as error:
        return None, list(error.problems)
    document, faults = _document(knowledge.root / MARKING, MARKING)
    marking = typed(document, Marking) if not faults else None
    if marking is not None:
        _check_marking(marking, document, knowledge)
    problems += faults or document.problems
    packs: list[Pack] = []
    ids: dict[str, str] = {}
    seen: dict[str, str] = {}
    for path in sorted((knowledge.root / PACKS).glob("*.yaml")):
        name = path.relative_to(knowledge.root).as_posix()
        document, faults = _document(path, name)
        pack = _pack(document, cases, knowledge, path.parent) if not faults else None
        if pack is not None:
            if pack.id != path.stem:
                document.fault(("id",), f"the id '{pack.id}' is not the file's name, '{path.stem}'.")
            for index, scenario in enumerate(pack.scenarios):
                if (other := seen.setdefault(scenario.id, pack.id)) != pack.id:
                    document.fault(("scenarios", index), f"'{scenario.id}' stands in the pack '{other}' already.")
            ids[pack.id] = name
            packs.append(pack)
        problems += faults or document.problems
    if marking is None:
        return None, problems
    order = {id: index for index, id in enumerate(("first-steps",))}
    packs.sort(key=lambda pack: (order.get(pack.id, 1), pack.id))
    return Training(knowledge, marking, concepts, tuple(packs)), problems


def _document(path: FilePath, name: str) -> tuple[Document, list[Problem]]:
    text, faults = read_text(path, name, _MAX_BYTES)
    faults = faults or refuse_hazards(text, name)
    document = decode(text, name) if not faults else Document(name)
    return document, faults or list(document.problems)


def _pack(document: Document, cases: Mapping[str, CaseFile], knowledge: KnowledgeBase, folder: FilePath) -> Pack | None:
    found = typed(document, PackFile)
    if found is None:
        return None
    scenarios: list[Scenario] = []
    if not found.scenarios:
        document.fault(("scenarios",), "'scenarios' is empty. A pack needs one at least.")
    for index, entry in enumerate(found.scenarios):
        at = ("scenarios", index)
        if bool(entry.case) == bool(entry.file):
            document.fault(at, "a scenario names a 'case' of the casebook or a 'file' beside the pack: one of them.")
            continue
        if entry.expected and entry.expected not in VERDICTS:
            words = f"Its options: {listing(VERDICTS)}.{suggestion(entry.expected, VERDICTS)}"
            document.fault((*at, "expected"), f"'expected' has no option '{entry.expected}'. {words}")
        if bool(entry.expected) != bool(entry.because.strip()):
            document.fault(at, "an 'expected' of your own needs a 'because', and the other way round: give both.")
        if entry.level not in (0, 1, 2, 3):
            document.fault((*at, "level"), f"'{entry.level}' is not a level. Write 1, 2 or 3.")
        case = cases.get(entry.case)
        if entry.file:
            try:
                case = read_case(folder / entry.file, knowledge)
            except BadInput as error:
                document.problems += error.problems
                continue
        if case is None:
            what = f"no case of the casebook is called '{entry.case}'.{suggestion(entry.case, cases)}"
            document.fault((*at, "case"), what)
            continue
        id = case.id if entry.case else f"{found.id}/{case.id}"
        if any(id == other.id for other in scenarios):
            document.fault(at, f"'{id}' is listed twice.")
        scenarios.append(
            Scenario(id, entry.level or case.case.level, case, entry.expected, entry.because, bool(entry.file))
        )
    return Pack(found.id, found.title, found.about, tuple(scenarios))


def _check_marking(marking: Marking, document: Document, knowledge: KnowledgeBase) -> None:
    if (ids := tuple(step.id for step in marking.steps)) != STEPS:
        document.fault(("steps",), f"the steps are {listing(ids)}. They have to be {listing(STEPS)}, in this order.")
    for id in marking.unless_said:
        if id not in knowledge.questions:
            what = f"no question is called '{id}'.{suggestion(id, knowledge.questions)}"
            document.fault(("unless_said", id), what)
    for key, options in (("verdicts", marking.verdicts), ("firsts", marking.firsts)):
        for id, verdict, at in _named(options):
            if verdict not in (*VERDICTS, EMERGENCY):
                document.fault((key, id, at), f"'{verdict}' is no verdict.{suggestion(verdict, VERDICTS)}")
        missing = set(VERDICTS) - {verdict for _, verdict, at in _named(options) if at == "right"}
        if missing:
            document.fault((key,), f"nothing is right for {listing(sorted(missing))}.")
    lacking = {*VERDICTS, *marking.verdicts} - set(marking.boldness)
    if lacking:
        document.fault(("boldness",), f"'boldness' lacks {listing(sorted(lacking))}.")
    if not marking.spacing:
        document.fault(("spacing",), "'spacing' is empty. Say after how many days a concept comes back.")


def _named(options: Mapping[str, Option]) -> Iterator[tuple[str, str, str]]:
    for id, option in options.items():
        yield from ((id, verdict, "right") for verdict in option.right)
        yield from ((id, verdict, "near") for verdict in option.near)


def tempts(scenarios: Iterable[Scenario]) -> dict[str, int]:
    """How many scenarios invite each mistake: to refuse, to share, neither."""
    found = {"refuse": 0, "share": 0, "neither": 0}
    for scenario in scenarios:
        found[scenario.file.case.tempts] += 1
    return found
