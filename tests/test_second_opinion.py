"""The law that people name is recognised, tested, and never trusted."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.model import KnowledgeBase
from knowledge.recognise import Recogniser
from knowledge.share import Share, load_share
from rules.determine import Determiner
from rules.explain import as_json
from tests.command import gatehouse

ROOT = Path(__file__).parent.parent
DEMO = ROOT / "knowledge/casebook/demo.yaml"
DAY = dt.date(2026, 11, 22)


@pytest.fixture(scope="module")
def recogniser(knowledge: KnowledgeBase) -> Recogniser:
    return Recogniser(knowledge)


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("section 115", "cda-1998-s115"),
        ("s.115 CDA", "cda-1998-s115"),
        ("S115(2) of the crime & disorder act 1998", "cda-1998-s115"),
        ("CDA 115", "cda-1998-s115"),
        ("cda-1998-s115", "cda-1998-s115"),
        ("Children Act 1989 s47", "ca-1989-s47-enquiries"),
        ("s.47 CA89", "ca-1989-s47-enquiries"),
        ("GDPR public task", "gdpr-art-6-1-e"),
        ("Article 6(1)(e) UK GDPR", "gdpr-art-6-1-e"),
        ("legitimate interests", "gdpr-art-6-1-f"),
        ("data protection schedule 2", "dpa-2018-sch2-p2-telling"),
        ("DPA 2018 Sch 1 para 18", "dpa-2018-sch1-p18"),
        ("section 29 Data Protection Act", "dpa-1998-s29"),
        ("article 9", "gdpr-art-9"),
        ("section 251", "copi-2002-reg-5"),
        ("section 35 of the Digital Economy Act", "dea-2017-s35-fuel-poverty"),
        ("Localism Act, section 1", "la-2011-s1"),
        ("s 111 Local Government Act 1972", "lga-1972-s111"),
        ("court order", "court-order"),
    ],
)
def test_a_law_is_recognised_by_what_people_call_it(recogniser: Recogniser, text: str, id: str) -> None:
    assert id in recogniser.recognise(text).provisions


@pytest.mark.parametrize("text", ["", "   ", "?", "xyzzy", "the law", "the Act", "section", "our lawyers said so"])
def test_what_names_no_law_is_not_taken_for_one(recogniser: Recogniser, text: str) -> None:
    assert recogniser.recognise(text).provisions == ()


def test_a_section_that_is_no_power_is_not_taken_for_another_of_the_act(recogniser: Recogniser) -> None:
    found = recogniser.recognise("s.17 Crime and Disorder Act 1998")
    assert (found.provisions, found.instruments, found.how) == ((), ("cda-1998",), "citation")


def test_the_year_tells_acts_of_one_name_apart(recogniser: Recogniser) -> None:
    assert recogniser.recognise("Children Act 2004").instruments == ("ca-2004",)
    assert recogniser.recognise("Children Act").instruments == ("ca-1989", "ca-2004")


def test_every_provision_is_recognised_by_its_id_and_by_its_citation(
    knowledge: KnowledgeBase, recogniser: Recogniser
) -> None:
    lost = []
    for provision in knowledge.provisions.values():
        if provision.kind not in ("gateway", "key", "bar"):
            continue
        assert provision.id in recogniser.recognise(provision.id).provisions
        cite = provision.cite
        if any(character.isdigit() for character in cite.provision):
            found = recogniser.recognise(f"{knowledge.name(cite)} {cite.provision}")
            if provision.id not in found.provisions:
                lost.append((provision.id, found.provisions))
    assert lost == []


def test_every_instrument_is_recognised_by_its_name_and_its_aliases(
    knowledge: KnowledgeBase, recogniser: Recogniser
) -> None:
    for instrument in knowledge.instruments.values():
        for name in (instrument.name, *instrument.aliases):
            assert instrument.id in recogniser.recognise(name).instruments, name


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=60) | st.from_regex(r"(s|sch|art)\.? ?[0-9]{1,4}[a-z(]{0,4}( of the .{0,20})?"))
def test_no_text_upsets_it(text: str) -> None:
    from knowledge.load import load

    Recogniser(load()).recognise(text)


def opinion(determiner: Determiner, named: str, **changes: Any) -> dict[str, Any]:
    share = load_share(DEMO, determiner.knowledge)
    share = msgspec.structs.replace(share, answers={**share.answers, "named-law": (named,)}, **changes)
    return as_json(determiner.determine(share, DAY))["lines"][0]["named_law"][0]


def test_the_right_power_is_confirmed(determiner: Determiner) -> None:
    found = opinion(determiner, "section 115")
    assert (found["provision"], found["kind"], found["status"], found["usable"], found["fails"]) == (
        "cda-1998-s115", "gateway", "open", True, [],
    )  # fmt: skip


def test_a_power_that_does_not_reach_it_is_shown_with_what_it_lacks(determiner: Determiner) -> None:
    found = opinion(determiner, "section 115", purpose=("research",))
    assert (found["provision"], found["status"]) == ("cda-1998-s115", "shut")
    assert found["fails"]


@pytest.mark.parametrize(
    ("named", "provision", "kind"),
    [
        ("GDPR public task", "gdpr-art-6-1-e", "lawful-basis"),
        ("Localism Act s.1", "la-2011-s1", "function"),
        ("data protection schedule 2", "dpa-2018-sch2-p2-telling", "exemption"),
        ("DPA Sch 1 para 18", "dpa-2018-sch1-p18", "special-category"),
        ("article 9", "gdpr-art-9", "bar"),
        ("the GDPR", None, "no-power"),
        ("s.17 CDA", None, "unknown"),
        ("xyzzy", None, "unknown"),
    ],
)
def test_what_is_no_power_is_called_what_it_is(
    determiner: Determiner, named: str, provision: str | None, kind: str
) -> None:
    found = opinion(determiner, named)
    assert (found["named"], found["provision"], found["kind"]) == (named, provision, kind)


def test_what_is_named_opens_and_closes_nothing(determiner: Determiner) -> None:
    share = load_share(DEMO, determiner.knowledge)

    def decided(share: Share) -> list[Any]:
        found = determiner.determine(share, DAY)
        return [(line.verdict, {(r.gateway and r.gateway.id, r.now) for r in line.routes}) for line in found.lines]

    without = {id: answer for id, answer in share.answers.items() if id != "named-law"}
    plain = decided(msgspec.structs.replace(share, answers=without))
    for named in ("section 115", "GDPR", "Localism Act s1", "nonsense"):
        changed = msgspec.structs.replace(share, answers={**without, "named-law": (named,)})
        assert decided(changed) == plain


def test_what_is_named_comes_first_among_equals(determiner: Determiner) -> None:
    share = load_share(DEMO, determiner.knowledge)
    line = determiner.determine(share, DAY).lines[0]
    equals = [r.gateway for r in line.routes if r.gateway and r.now is line.routes[0].now
              and r.is_mandatory == line.routes[0].is_mandatory and r.gateway.strength == "express"]  # fmt: skip
    for gateway in equals[:4]:
        changed = msgspec.structs.replace(share, answers={**share.answers, "named-law": (gateway.id,)})
        best = determiner.determine(changed, DAY).lines[0].routes[0].gateway
        assert best is not None
        assert best.id == gateway.id


def test_the_opinion_is_the_first_thing_after_the_verdict(tmp_path: Path) -> None:
    text = DEMO.read_text().replace(
        "named-law: [cda-1998-s115]", 'named-law: ["[b]s.17 CDA[/b]\\e[31m", "section 115"]'
    )
    (tmp_path / "share.yaml").write_text(text)
    ran = gatehouse("assess", "share.yaml", "--no-input", "--provisional", "--plain", cwd=tmp_path)
    assert ran.out.index("The law that you named") < ran.out.index("The power")
    assert "[b]s.17 CDA[/b]" in ran.out
    assert "\x1b" not in ran.out
    data = json.loads(gatehouse("assess", "share.yaml", "--json", "--provisional", cwd=tmp_path).out)
    assert [entry["provision"] for entry in data["lines"][0]["named_law"]] == [None, "cda-1998-s115"]
