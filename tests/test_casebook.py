"""The casebook: each case, decided as `assess --no-input --provisional` decides it, gives what its author expects."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from knowledge.case import FOLDER, GO_AHEAD, SECTORS, VERDICTS, CaseFile, check_cases, load_cases, load_concepts
from knowledge.load import ROOT
from knowledge.model import KnowledgeBase
from knowledge.problems import Problem
from rules import line
from rules.decide import Status
from rules.determine import Determination, Determiner

NAMES = [path.relative_to(ROOT / FOLDER).with_suffix("").as_posix() for path in sorted((ROOT / FOLDER).rglob("*.yaml"))]
TITLED = re.compile(r"\b(Mr|Mrs|Ms|Miss|Dr|Sir|Lady|Lord|Prof|PC|Sgt|Cllr)\b\.? [A-Z]")
GIVEN = re.compile(
    r"\b(Adam|Aisha|Alex|Alice|Amir|Amy|Andrew|Anna|Anne|Ben|Chloe|Chris|Claire|Daniel|David|Ella|Emily|Emma|Fatima|"
    r"George|Hannah|Harry|Helen|Jack|James|Jane|Joe|John|Jordan|Julie|Karen|Kate|Laura|Liam|Lisa|Lucy|Maria|Mary|"
    r"Michael|Mike|Mohammed|Nick|Oliver|Olivia|Paul|Peter|Priya|Rachel|Robert|Sam|Sarah|Simon|Sophie|Steve|Susan|"
    r"Thomas|Tom|William)\b"
)  # fmt: skip


@pytest.fixture(scope="module")
def cases(knowledge: KnowledgeBase) -> dict[str, CaseFile]:
    return {case.id: case for case in load_cases(knowledge)}


def decided(case: CaseFile, determiner: Determiner) -> Determination:
    return determiner.determine(case.share, case.share.as_at or dt.date.today(), provisional=True)


@pytest.mark.parametrize("name", NAMES)
def test_case_is_decided_as_expected(name: str, cases: dict[str, CaseFile], determiner: Determiner) -> None:
    expected = cases[name].case.expected
    determination = decided(cases[name], determiner)
    routes = [route for line in determination.lines for route in line.routes]
    gateways = {route.gateway.id for route in routes if route.gateway}
    down = {
        bar.bar.id
        for line in determination.lines
        if line.best and line.verdict not in GO_AHEAD
        for bar in line.best.sending
        if bar.passes() is not Status.OPEN
    }
    assert determination.verdict == expected.verdict
    assert set(expected.gateways) <= gateways
    assert not set(expected.shut) & gateways
    assert set(expected.bars) <= down


def test_casebook_has_no_fault(knowledge: KnowledgeBase) -> None:
    assert check_cases(knowledge) == []


def test_every_sector_verdict_level_and_concept_is_covered(
    knowledge: KnowledgeBase, cases: dict[str, CaseFile]
) -> None:
    found = [case.case for case in cases.values()]
    assert {case.sector for case in found} == set(SECTORS)
    assert {case.expected.verdict for case in found} == set(VERDICTS)
    assert {case.level for case in found} == {1, 2, 3}
    assert {concept for case in found for concept in case.concepts} == set(load_concepts(knowledge))
    assert {(path.parent.name) for path in (ROOT / FOLDER).glob("*/*.yaml")} == set(SECTORS)


def test_both_mistakes_tempt_alike(cases: dict[str, CaseFile]) -> None:
    tempts = Counter(case.case.tempts for case in cases.values())
    assert 2 / 3 <= tempts["share"] / tempts["refuse"] <= 3 / 2


def test_a_case_that_tempts_goes_the_other_way(cases: dict[str, CaseFile]) -> None:
    wrong = [
        case.id
        for case in cases.values()
        if (case.case.tempts == "refuse" and case.case.expected.verdict not in GO_AHEAD)
        or (case.case.tempts == "share" and case.case.expected.verdict in GO_AHEAD)
    ]
    assert wrong == []


def test_verdicts_are_those_of_the_rules() -> None:
    assert VERDICTS == line.VERDICTS
    assert set(GO_AHEAD) == line.GO_AHEAD


@pytest.mark.parametrize("name", NAMES)
def test_no_person_is_named(name: str) -> None:
    text = (ROOT / FOLDER / f"{name}.yaml").read_text()
    assert not TITLED.search(text)
    assert not GIVEN.search(text)


def test_judgements_are_made_by_posts(cases: dict[str, CaseFile], knowledge: KnowledgeBase) -> None:
    for case in cases.values():
        for id, answer in case.share.answers.items():
            if knowledge.questions[id].kind == "judgement" and not isinstance(answer, str | tuple):
                assert answer.by and answer.reason, f"{case.id}: {id}"


def test_every_fault_is_reported_with_file_line_and_near_miss(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    """All of them at once, though each is in another part of the file."""
    shutil.copytree(ROOT / FOLDER / "dea", tmp_path / FOLDER / "dea")
    shutil.copy(ROOT / "knowledge/concepts.yaml", tmp_path / "knowledge")
    file = tmp_path / FOLDER / "dea/heat-pump-leads.yaml"
    broken = file.read_text()
    for old, new in (
        ("sector: dea", "sector: deaa"),
        ("verdict: cannot-share-as-proposed", "verdict: cannot-share-as-propose"),
        ("dea-2017-s36,", "dea-2017-s336,"),
        ("level: 1", "level: 4"),
        ("due-diligence]", "due-dilligence]"),
        ("  teaching:", "  teachings: []\n  teaching:"),
    ):
        assert old in broken
        broken = broken.replace(old, new)
    file.write_text(broken)
    root, knowledge_root = tmp_path, knowledge.root
    try:
        knowledge.root = root
        found = check_cases(knowledge)
    finally:
        knowledge.root = knowledge_root
    assert all(isinstance(p, Problem) and p.file == f"{FOLDER}/dea/heat-pump-leads.yaml" and p.line for p in found)
    text = " ".join(p.message for p in found)
    assert "unknown key 'teachings'" in text
    broken = broken.replace("  teachings: []\n", "")
    file.write_text(broken)
    try:
        knowledge.root = root
        text = " ".join(p.message for p in check_cases(knowledge))
    finally:
        knowledge.root = knowledge_root
    for near in ("dea", "cannot-share-as-proposed", "dea-2017-s36", "due-diligence"):
        assert f"Did you mean '{near}'?" in text
    assert "'4' is not a level" in text
