"""`gatehouse browse` and `gatehouse show`: what is found, in which order, and what a page says."""

from __future__ import annotations

import datetime as dt
import json
import random
from pathlib import Path

import pytest

from cli.page import Pages
from knowledge.case import cases_about, load_cases
from knowledge.history import in_force
from knowledge.model import KnowledgeBase
from knowledge.search import Search
from rules.decide import Status
from rules.determine import Determiner
from rules.reach import reach
from tests.command import gatehouse
from tests.random_shares import random_share

DAY = dt.date(2026, 11, 22)


def ids(*arguments: str, cwd: Path) -> list[str]:
    ran = gatehouse("browse", *arguments, "--json", cwd=cwd)
    assert (ran.code, ran.err) == (0, "")
    return [entry["id"] for entry in json.loads(ran.out)]


def best(knowledge: KnowledgeBase, *words: str) -> list[str]:
    scores = Search(knowledge).scores(words)
    return sorted(scores, key=lambda id: (-scores[id], id))


@pytest.mark.parametrize(
    ("words", "id"),
    [
        (["section", "115"], "cda-1998-s115"),
        (["s.115", "CDA"], "cda-1998-s115"),
        (["cda-1998-s115"], "cda-1998-s115"),
        (["blue", "badge"], "csdpa-1970-s21"),
        (["legitimate", "interests"], "gdpr-art-6-1-f"),
        (["Serious", "Crime", "Act"], "sca-2007-s68"),
    ],
)
def test_what_fits_best_comes_first(knowledge: KnowledgeBase, words: list[str], id: str) -> None:
    found = best(knowledge, *words)
    assert id in found[:4]


def test_a_word_is_found_in_its_plural_and_where_it_begins_a_word_only(knowledge: KnowledgeBase) -> None:
    assert set(best(knowledge, "patients")) == set(best(knowledge, "patient"))
    assert "dvla" not in "".join(best(knowledge, "vla"))


def test_other_names_of_bodies_and_purposes_are_found(knowledge: KnowledgeBase) -> None:
    purposes = knowledge.vocabularies["purposes"]
    for id in list(purposes)[::6]:
        for alias in purposes[id].aliases[:1]:
            tested = [p.id for p in knowledge.provisions.values() for v in p.versions for c in v.conditions
                      if c.none_of is None and any(id in options for _, options in c.tests)]  # fmt: skip
            assert set(tested) <= set(best(knowledge, alias)) or any(c.isdigit() for c in alias), alias


def test_nothing_found_names_the_near_word(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    assert best(knowledge, "safegarding") == []
    ran = gatehouse("browse", "safegarding", cwd=tmp_path)
    assert (ran.code, "Did you mean 'safeguarding'?" in ran.out) == (0, True)


def test_no_gateway_that_a_share_could_use_is_left_out(knowledge: KnowledgeBase, determiner: Determiner) -> None:
    for case in load_cases(knowledge)[::3]:
        day = case.share.as_at or DAY
        determination = determiner.determine(case.share, day)
        for line in determination.lines[:6]:
            known = {"discloser": line.line.discloser_kind, "receiver": line.line.receiver_kind,
                     "purpose": line.line.purpose, "data": line.line.data}  # fmt: skip
            if line.line.nation != line.line.receiver_nation:
                continue
            found = reach(knowledge, day, known, line.line.nation)
            live = {route.gateway.id for route in line.routes if route.gateway}
            assert live <= set(found), case.id


def test_what_reach_leaves_out_is_shut_whatever_is_answered(knowledge: KnowledgeBase, determiner: Determiner) -> None:
    rng = random.Random(7)
    for _ in range(40):
        share = random_share(knowledge, rng)
        for line in determiner.determine(share, DAY).lines[:2]:
            known = {"discloser": line.line.discloser_kind, "purpose": line.line.purpose}
            found = reach(knowledge, DAY, known, line.line.nation)
            for route in line.routes:
                if route.gateway and route.gateway.meets() > Status.SHUT:
                    assert route.gateway.id in found


def test_less_known_never_finds_less(knowledge: KnowledgeBase) -> None:
    known = {"discloser": "school", "receiver": "police-force", "purpose": "crime-prevention", "data": "identity"}
    narrow = set(reach(knowledge, DAY, known, "england"))
    for fact in known:
        wider = reach(knowledge, DAY, {k: v for k, v in known.items() if k != fact}, "england")
        assert narrow <= set(wider)
    assert narrow <= set(reach(knowledge, DAY, known))


def test_the_law_of_another_day_is_found_on_that_day_alone(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    found = ids("--as-at", "2017-01-01", cwd=tmp_path)
    assert set(found) == {id for id, p in knowledge.provisions.items() if in_force(p, dt.date(2017, 1, 1))}


def test_a_body_is_known_by_what_people_call_it(tmp_path: Path) -> None:
    assert ids("--discloser", "GP practice", cwd=tmp_path) == ids("--discloser", "gp-practice", cwd=tmp_path)


def test_only_powers_are_found_for_a_share_unless_another_kind_is_asked_for(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    found = ids("--receiver", "police-force", "--data-kind", "health", "--nation", "wales", cwd=tmp_path)
    assert found
    assert {knowledge.provisions[id].kind for id in found} == {"gateway"}
    assert ids("--receiver", "police-force", "--kind", "caution", cwd=tmp_path)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--discloser", "polic-force"], "Did you mean 'police-force'? 'gatehouse browse --bodies' lists all"),
        (["--purpose", "fraud"], "'gatehouse browse --purposes' lists all"),
        (["--data-kind", "\x1b[31mhealth"], "'gatehouse browse --data' lists all"),
        (["--nation", "cornwall"], "There are: england, wales, scotland, northern-ireland."),
        (["--as-at", "soon"], "is not a date"),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(arguments: list[str], said: str, tmp_path: Path) -> None:
    ran = gatehouse("browse", *arguments, cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "\x1b" not in ran.err


# Pages


def test_every_provision_has_a_page_with_its_conditions_and_its_law(knowledge: KnowledgeBase) -> None:
    pages = Pages(knowledge, DAY, load_cases(knowledge))
    for provision in knowledge.provisions.values():
        page = pages.page(provision)
        assert page.says
        assert page.traits
        assert len(page.law) == len(provision.cites)
        shown = [check.id for version in page.versions for check in version.conditions]
        assert sorted(shown) == sorted(condition.id for v in provision.versions for condition in v.conditions)
        assert [version.current for version in page.versions].count(True) == 1
        assert len(page.reach) == (4 if provision.kind == "gateway" else 0)


def test_a_page_names_the_cases_in_which_it_matters(knowledge: KnowledgeBase) -> None:
    every = load_cases(knowledge)
    for id in ("cda-1998-s115", "gdpr-art-9", "common-law-confidence", "nothing-such"):
        family = {id}
        wanted = [case.id for case in every if family & set(case.case.expected.names)]
        assert [case.id for case in cases_about(knowledge, family)] == wanted


def test_a_page_is_for_a_newcomer(tmp_path: Path) -> None:
    ran = gatehouse("show", "cda-1998-s115", cwd=tmp_path)
    for heading in ("What it allows", "Who may send", "Who may receive", "Checklist", "What it does not do",
                    "What goes wrong", "See also", "In the casebook", "How it was checked", "Words"):  # fmt: skip
        assert f"\n{heading}" in ran.out, heading
    assert "Police force" in ran.out
    assert "[ ] " in ran.out


@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("s.47 Children Act 1989", "may mean"),
        ("Article 6(1)(e)", "Public task"),
        ("cda-1998", "What rests on it"),
        ("s.17 Crime and Disorder Act", "What rests on it"),
        ("cda-relevant-authority", "Its members"),
        ("LAWFUL BASIS", "legal obligation"),
    ],
)
def test_show_knows_citations_instruments_groups_and_terms(id: str, said: str, tmp_path: Path) -> None:
    ran = gatehouse("show", id, cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert said in ran.out


@pytest.mark.parametrize("id", ["", "\x1b[31mx", "x" * 5000, "[bold]"])
def test_show_refuses_what_there_is_not(id: str, tmp_path: Path) -> None:
    ran = gatehouse("show", id, cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "\x1b" not in ran.err
    assert len(ran.err) < 400
