"""Each member of a group is in it, in its nations and between its dates, and nothing else is.

The members are read from the files as plain YAML. That the right bodies are written there no test can know that is
made from them: for that there are the scenarios.
"""

from __future__ import annotations

import datetime as dt

import pytest

from knowledge.model import NATIONS
from rules.kinship import Kinship
from tests.written import DAY, LAW, among, groups, members, narrower, written

TODAY = max(provision.checked.on for provision in LAW.provisions.values() if provision.checked)


def days(group: str) -> set[dt.date]:
    """Both sides of each date of a group and of those in it, and the day on which the law was last looked at."""
    found = {TODAY}
    for member in members(group):
        for name, step in (("from", -DAY), ("until", DAY)):
            if name in member:
                day = dt.date.fromisoformat(member[name])
                found |= {day, day + step}
        found |= days(member["kind"]) if member["kind"] in groups() else set()
    return found


def is_in(of: str, term: str, inside: frozenset[str]) -> bool | None:
    """A wide term is in if all its narrower ones are, out if none is, and else nobody can tell."""
    if term in inside:
        return True
    answers = {is_in(of, kind, inside) for kind in narrower(of, term)} or {False}
    return answers.pop() if len(answers) == 1 else None


@pytest.mark.parametrize("group", sorted(groups()))
def test_a_group_has_its_members_and_nobody_else(group: str) -> None:
    of = groups()[group]["of"]
    for day in days(group):
        kinship = Kinship(LAW, day)
        for nation in NATIONS:
            inside = among(group, nation, day)
            expected = {term: is_in(of, term, inside) for term in written(f"knowledge/vocabulary/{of}.yaml")}
            assert expected == {term: kinship.among(of, term, (group,), nation) for term in expected}, (nation, day)


def test_every_group_is_loaded() -> None:
    assert sorted(groups()) == sorted(LAW.groups)
