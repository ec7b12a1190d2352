"""Each condition alone decides: with all others met and that one refuted, the provision is shut (or a bar is off).

The share that opens a provision is found by search, and one fact of it is changed. What is expected follows from
what a condition is, so that nobody need write it down.
"""

from __future__ import annotations

import pytest

from knowledge.load import load
from knowledge.model import KnowledgeBase, Version
from rules.compile import atom_of
from rules.decide import Decided, Status
from rules.determine import Determiner
from rules.witness import Witness, Witnesses

LAW = load()

# The share of all conditions that decide alone in some share. The rest follow from others of their provision:
# an extent that the listed bodies have anyway, a route that only a public authority has.
LEAST_ALONE = 0.98

# The share of all options named by a test (those about the route aside) that some share turns on. The rest are
# options that another condition of the same provision rules out.
LEAST_USED = 0.985


@pytest.fixture(scope="module")
def witnesses(knowledge: KnowledgeBase, determiner: Determiner) -> Witnesses:
    return Witnesses(knowledge, determiner)


def is_live(version: Version, decided: Decided) -> bool:
    """Is it in force beyond doubt, and is every condition of it read?"""
    return version.is_confirmed and decided.version is version and not any(f.unverified for f in decided.findings)


def opens(witness: Witness, decided: Decided) -> bool:
    return (decided.spares() is Status.SHUT) if witness.provision.kind == "bar" else decided.meets() is Status.OPEN


def shuts(witness: Witness, decided: Decided) -> bool:
    return (decided.spares() is Status.OPEN) if witness.provision.kind == "bar" else decided.meets() is Status.SHUT


@pytest.mark.parametrize("id", sorted(LAW.provisions))
def test_each_condition_alone_shuts_what_the_others_open(id: str, witnesses: Witnesses) -> None:
    provision = witnesses.knowledge.provisions[id]
    for index, version in enumerate(provision.versions):
        opening = witnesses.opening(provision, index)
        assert opening, f"no share opens {id} as it stands from {version.start}"
        decided = witnesses.decided(opening)
        assert opens(opening, decided) or not is_live(version, decided)
        for condition in opening.outcomes:
            shut = witnesses.refuting(opening, condition)
            if shut is None:
                continue
            assert [name for name, outcome in shut.outcomes.items() if outcome == "not_met"] == [condition]
            assert shuts(shut, witnesses.decided(shut)) or decided.version is not version


def test_nearly_every_condition_decides_alone(witnesses: Witnesses) -> None:
    found = [
        witnesses.refuting(opening, condition) is not None
        for provision, index in witnesses.versions()
        if (opening := witnesses.opening(provision, index))
        for condition in opening.outcomes
    ]
    assert sum(found) / len(found) >= LEAST_ALONE


def test_nearly_every_option_is_one_that_some_share_turns_on(witnesses: Witnesses) -> None:
    found = [
        witnesses.using(opening, condition.id, atom_of(witnesses.knowledge, test.fact, (option,))) is not None
        for provision, index in witnesses.versions()
        if (opening := witnesses.opening(provision, index))
        for condition in provision.versions[index].conditions
        for test in (atom_of(witnesses.knowledge, *named) for named in condition.tests)
        if test.sort != "route"
        for option in test.options
    ]
    assert sum(found) / len(found) >= LEAST_USED
