"""Both sides of each date: on the day on which the law turns, and on the day before, it is what its file says.

The shares are found by search: one that opens the provision on the one side, decided by the engine on both.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import pytest

from knowledge.model import NATIONS, Provision
from rules.compile import atom_of
from rules.decide import Decided, Status
from rules.determine import Determiner
from rules.lines import kind_on
from rules.outline import facts_of
from rules.witness import Witness, Witnesses
from tests.written import DAY, LAW, either, expected, law, lifted, read, standing, start, turns, written

# Of the versions that test otherwise than the one before, how many some share tells from it. The rest differ in what
# no route that there is can show.
LEAST_TOLD_APART = 0.9

TURNS: dict[dt.date, list[str]] = defaultdict(list)
for _id in sorted(LAW.provisions):
    for _day in turns(law(_id)):
        TURNS[_day].append(_id)
BOUNDARIES = [(day, id) for day, ids in sorted(TURNS.items()) for id in ids]


@pytest.fixture(scope="module")
def witnesses(determiner: Determiner) -> Witnesses:
    return Witnesses(determiner.knowledge, determiner)


def met(decided: Decided) -> Status:
    return Status(Status.OPEN - decided.spares()) if decided.provision.kind == "bar" else decided.meets()


def on(witnesses: Witnesses, witness: Witness, day: dt.date) -> Decided:
    """The same share, decided under the law of a day."""
    return witnesses.decided(replace(witness, outline=replace(witness.outline, as_at=day)))


def opening(witnesses: Witnesses, id: str, day: dt.date) -> Witness | None:
    """A share that meets on a day what the file then says; None where nothing stands."""
    file, provision = law(id), LAW.provisions[id]
    version = standing(file, day)
    if version is None or start(version) is None:
        return None
    index = file["versions"].index(version)
    return witnesses.on(provision, index, day) or witnesses.opening(provision, index)


def waits(share: Witness, day: dt.date) -> bool:
    """Does it need a gateway that came later?"""
    return share.gateway is not None and standing(law(share.gateway.id), day) is None


@pytest.mark.parametrize("day", sorted(TURNS), ids=str)
def test_law_turns_on_its_day_and_not_the_day_before(day: dt.date, witnesses: Witnesses) -> None:
    for id in TURNS[day]:
        found = [share for at in (day - DAY, day) if (share := opening(witnesses, id, at))]
        assert found, id
        for share in found:
            statuses = {assert_as_written(witnesses, share, at) for at in (day - DAY, day)}
            assert statuses != {Status.SHUT} or waits(share, day), id


def assert_as_written(witnesses: Witnesses, share: Witness, day: dt.date) -> Status:
    """The share is decided on a day by the version that then stands, and as that version says."""
    id, decided = share.provision.id, on(witnesses, share, day)
    version = standing(law(id), day)
    assert (version is None) is (decided.version is None), (id, day)
    if version and decided.version:
        assert decided.version.opens == start(version), (id, day)
        assert decided.force == either(id, version, "force", "permissive"), (id, day)
        assert decided.strength == either(id, version, "strength", "express"), (id, day)
        assert witnesses.determiner.rulebook(day).lifted_by(share.provision) == lifted(id, version), (id, day)
    assert met(decided) is expected(law(id), version, decided.facts), (id, day)
    return met(decided)


def test_a_share_tells_a_version_from_the_one_before_it(witnesses: Witnesses) -> None:
    told = []
    for day, id in BOUNDARIES:
        old, new = standing(law(id), day - DAY), standing(law(id), day)
        if old is None or new is None or read(id, old) == read(id, new):
            continue
        found = {share for at in (day - DAY, day) if (share := opening(witnesses, id, at))}
        near = {other for share in found for other in around(witnesses, share, read(id, old) ^ read(id, new))}
        made = [[assert_as_written(witnesses, share, at) for at in (day - DAY, day)] for share in near]
        told.append(any(before is not after for before, after in made))
    assert sum(told) / len(told) >= LEAST_TOLD_APART


def around(witnesses: Witnesses, share: Witness, differing: set[tuple[str, str, str]]) -> Iterator[Witness]:
    """The share, the same in each nation, with each condition refuted, and turning on what is not in both versions."""
    yield share
    for nation in NATIONS:
        yield replace(share, outline=replace(share.outline, nation=nation))
    yield from filter(None, (witnesses.refuting(share, condition) for condition in share.outcomes))
    own = {condition.id for condition in share.version.conditions}
    for condition, fact, option in sorted(differing):
        if condition in own:
            yield from filter(None, [witnesses.using(share, condition, atom_of(LAW, fact, (option,)))])


def test_law_with_no_date_is_shut_and_mentioned(witnesses: Witnesses) -> None:
    for id, provision in LAW.provisions.items():
        if [start(version) for version in law(id)["versions"]] != [None]:
            continue
        share = witnesses.opening(provision, 0)
        assert share and met(witnesses.decided(share)) is Status.SHUT
        line = witnesses.determiner.determine(share.outline.share(LAW), share.outline.as_at).lines[0]
        assert id not in {route.gateway.id for route in line.routes if route.gateway}
        assert provision.kind != "gateway" or id in {gateway.id for gateway in line.mentioned}


@pytest.mark.parametrize("id", sorted(id for id, fact in LAW.facts.items() if fact.versions))
def test_a_fact_is_implied_from_its_day_and_not_the_day_before(id: str, witnesses: Witnesses) -> None:
    file, fact = written(f"knowledge/facts/{id}.yaml"), LAW.facts[id]
    searched = Provision(id=id, kind="safeguard", title=id, versions=fact.versions)
    for day in turns(file):
        for at in (day - DAY, day):
            if version := standing(file, at):
                share = witnesses.on(searched, file["versions"].index(version), at)
                assert share
                for other in (day - DAY, day):
                    facts = facts_of(witnesses.determiner.rulebook(other), share.outline, share.side)
                    assert facts.implied(id) == ("yes" if standing(file, other) else "no"), other


def test_a_body_is_read_as_another_from_the_day_after_its_last_and_before_its_first() -> None:
    bodies = LAW.vocabularies["bodies"]
    for id, body in written("knowledge/vocabulary/bodies.yaml").items():
        if "from" in body:
            first = dt.date.fromisoformat(body["from"])
            assert body.get("before", id) == kind_on(bodies, id, first - DAY)
            assert id == kind_on(bodies, id, first)
        if "until" in body:
            last = dt.date.fromisoformat(body["until"])
            assert id == kind_on(bodies, id, last)
            assert body.get("after", id) == kind_on(bodies, id, last + DAY)
