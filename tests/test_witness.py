"""Every provision can be opened by some share and shut by some share; a check finds those that cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge import audit
from knowledge.check import check
from knowledge.load import read
from knowledge.model import KnowledgeBase
from rules.determine import Determiner
from rules.witness import Witnesses, faults
from tests.scenarios import state_of
from tests.test_broken import BASE, base_with, expected

CASES = sorted((Path(__file__).parent / "broken_law").iterdir())


@pytest.fixture(scope="module")
def witnesses(knowledge: KnowledgeBase, determiner: Determiner) -> Witnesses:
    return Witnesses(knowledge, determiner)


def test_every_version_has_a_share_that_opens_it_and_one_that_shuts_it(determiner: Determiner) -> None:
    knowledge, loaded = read()
    assert faults(knowledge, loaded, determiner) == []


def test_the_search_finds_the_same_each_time(knowledge: KnowledgeBase, witnesses: Witnesses) -> None:
    again = Witnesses(knowledge)
    for provision in sorted(knowledge.provisions.values(), key=lambda p: p.id)[::40]:
        first, second = witnesses.opening(provision, 0), again.opening(provision, 0)
        assert first and second and first.outline == second.outline


def test_a_gateway_is_open_on_its_witness_when_the_whole_share_is_decided(
    knowledge: KnowledgeBase, determiner: Determiner, witnesses: Witnesses
) -> None:
    """In force and read: open. Not so: shut or unsettled, and never open."""
    wrong = []
    for provision in knowledge.of_kind("gateway")[::8]:
        for index, version in enumerate(provision.versions):
            witness = witnesses.opening(provision, index)
            assert witness
            line = determiner.determine(witness.outline.share(knowledge), witness.outline.as_at).lines[0]
            labels = {
                (condition.checked or version.checked or provision.checked).status  # type: ignore[union-attr]
                for condition in version.conditions
            }
            may_open = version.is_confirmed and "memory" not in labels
            if (state_of(line, provision.id, knowledge) == "open") is not may_open:
                wrong.append(provision.id)
    assert wrong == []


def test_no_provision_contradicts_another_and_nothing_lies_idle() -> None:
    knowledge, loaded = read()
    assert audit.faults(knowledge, loaded) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem.replace("-", " "))
def test_law_that_cannot_be_right_is_named_with_file_and_line(case: Path, tmp_path: Path) -> None:
    """Each file in `tests/broken_law` is put over the sound base, and its head says what is wrong with it."""
    knowledge, loaded = read(base_with(case, tmp_path))
    assert check(knowledge, loaded) == []
    found = {str(problem) for problem in (*audit.faults(knowledge, loaded), *faults(knowledge, loaded))}
    base = {str(problem) for problem in faults(*read(BASE))}
    assert found - base == set(expected(case))
