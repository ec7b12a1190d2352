"""`gatehouse law`: what changed between two dates, and what is due again."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from knowledge.history import difference, due, in_force, turning_days
from knowledge.load import read
from knowledge.model import KnowledgeBase
from tests.command import gatehouse

DAY = dt.timedelta(days=1)


def test_between_a_date_and_itself_nothing_changes(knowledge: KnowledgeBase) -> None:
    found = difference(knowledge, dt.date(2026, 2, 5), dt.date(2026, 2, 5))
    assert (found.opened, found.shut, found.altered, found.groups) == ((), (), (), ())


def test_the_day_on_which_purpose_limitation_was_rewritten_opens_shuts_and_alters(knowledge: KnowledgeBase) -> None:
    found = difference(knowledge, dt.date(2026, 2, 4), dt.date(2026, 2, 5))
    assert "gdpr-art-8a" in [each.provision.id for each in found.opened]
    assert ("gdpr-art-6-4", dt.date(2026, 2, 4)) in [(each.provision.id, each.last) for each in found.shut]
    altered = {each.provision.id: each for each in found.altered}
    assert altered["dpa-2018-sch1-p4"].changed


def test_every_version_opens_or_alters_its_provision_on_its_first_day(knowledge: KnowledgeBase) -> None:
    for provision in knowledge.provisions.values():
        for version in provision.versions:
            if version.opens is None:
                continue
            found = difference(knowledge, version.opens - DAY, version.opens)
            named = {each.provision.id for each in (*found.opened, *found.altered)}
            assert provision.id in named, version.opens


@pytest.mark.parametrize("since", [dt.date(2000, 1, 1), dt.date(2018, 5, 24), dt.date(2020, 12, 31)])
def test_what_opened_and_shut_is_what_is_in_force_on_one_date_only(knowledge: KnowledgeBase, since: dt.date) -> None:
    to = dt.date(2026, 11, 22)
    found = difference(knowledge, since, to)
    before = {id for id, provision in knowledge.provisions.items() if in_force(provision, since)}
    after = {id for id, provision in knowledge.provisions.items() if in_force(provision, to)}
    assert {each.provision.id for each in found.opened} == after - before
    assert {each.provision.id for each in found.shut} == before - after
    assert all(since < each.start <= to for each in found.opened)
    assert all(since <= each.last < to for each in found.shut)


def test_nothing_changes_but_on_a_turning_day_or_through_a_group(knowledge: KnowledgeBase) -> None:
    days = sorted(turning_days(knowledge))
    for one, other in zip(days[-8:], days[-7:], strict=False):
        found = difference(knowledge, one, other - DAY)
        assert (found.opened, found.shut, found.altered) == ((), (), ())


def test_the_difference_is_told_in_words_and_as_data(tmp_path: Path) -> None:
    said = gatehouse("law", "diff", "2026-02-04", "2026-02-05", cwd=tmp_path)
    assert said.code == 0
    for heading in ("Came into force", "Went out of force", "Altered from 2026-02-05"):
        assert heading in said.out
    data = json.loads(gatehouse("law", "diff", "2026-02-04", "2026-02-05", "--json", cwd=tmp_path).out)
    assert {"from", "to", "opened", "shut", "altered", "groups"} <= set(data)
    assert all(entry["says"] for entry in data["altered"])
    assert all(entry["id"] in said.out for part in ("opened", "shut", "altered") for entry in data[part])


@pytest.mark.parametrize(
    "arguments",
    [["2026-02-05", "2026-02-04"], ["2026-02-05"], ["2026-02-30", "2026-03-01"], ["", "2026-03-01"], ["a", "b"]],
    ids=" ".join,
)
def test_dates_that_cannot_be_used_exit_2(arguments: list[str], tmp_path: Path) -> None:
    ran = gatehouse("law", "diff", *arguments, cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "Traceback" not in ran.err


def test_every_condition_is_due_again_exactly_once(knowledge: KnowledgeBase) -> None:
    _, loaded = read()
    found = due(knowledge, loaded)
    listed = [(each.id, part) for each in found for part in each.parts]
    wanted = {(p.id, c.id) for p in knowledge.provisions.values() for v in p.versions for c in v.conditions}
    assert set(listed) == wanted
    assert [each.checked.due for each in found] == sorted(each.checked.due for each in found)
    some_day = found[len(found) // 2].checked.due
    assert [e for e in found if e.checked.due <= some_day] == due(knowledge, loaded, some_day)


def test_what_is_due_names_a_file_that_there_is_and_its_label(tmp_path: Path) -> None:
    data = json.loads(gatehouse("law", "due", "--by", "2027-03-01", "--json", cwd=tmp_path).out)
    root = Path(__file__).parent.parent
    assert data
    assert all((root / entry["file"]).is_file() and entry["label"] for entry in data)
    assert all(entry["due"] <= "2027-03-01" for entry in data)
    assert gatehouse("law", "due", "--by", "soon", cwd=tmp_path).code == 2
