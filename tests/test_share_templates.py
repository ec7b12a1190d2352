"""Templates that travel: each that ships becomes a share, a share becomes a template, and differences are shown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from knowledge.decode import decode
from knowledge.model import KnowledgeBase
from knowledge.problems import BadInput
from knowledge.share import as_plain, dump_share, load_share
from knowledge.share_template import (
    SHIPPED,
    Place,
    ShareTemplate,
    differences,
    dump_template,
    fill,
    load_templates,
    read_template,
    template_of,
    whole,
)
from rules.determine import Determiner
from tests.command import gatehouse
from tests.test_agreement import HOSTILE, decided, share_of

NAMES = sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def test_those_that_users_look_for_ship() -> None:
    assert {"mash", "marac", "mappa", "fuel-poverty", "supporting-families", "shared-care-record"} <= set(NAMES)
    assert sorted(load_templates()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_becomes_a_share_that_is_not_refused(knowledge: KnowledgeBase, determiner: Determiner, name: str) -> None:
    templates = load_templates()
    found = whole(templates[name][0], templates)
    share = fill(found, {place: one.example for place, one in found.places.items()}, knowledge)
    assert not re.search(r"\{[a-z-]+\}", dump_share(share))
    assert share.agreement.fields
    assert {item.kind for item in share.agreement.fields} <= set(share.data)
    judgements = [id for id in share.answers if knowledge.questions[id].kind != "fact"]
    assert judgements == []  # whoever adopts it judges and promises for themselves
    assert decided(determiner, share).verdict != "cannot-share-as-proposed"
    used = set(re.findall(r"\{([a-z-]+)\}", str(found.share)))
    assert used == set(found.places)


def test_a_variant_holds_what_it_shares_and_what_differs() -> None:
    templates = load_templates()
    base, region = (whole(templates[name][0], templates) for name in ("mash", "mash-region"))
    found = {at for at, _, _ in differences(base.share, region.share)}
    assert {"title", "parties.landlord", "agreement.retention"} <= found
    assert len(found) < 8
    assert set(base.places) < set(region.places)


def test_a_share_saved_as_a_template_comes_back_as_the_same_share(knowledge: KnowledgeBase) -> None:
    terms = {"retention": "1 year", "contacts": {"police": "Inspector"}, "start": "2027-01-01"}
    share = share_of(knowledge, agreement=terms)
    made = template_of(share, "visits", "Visits", {"area": "Exampleshire"}, knowledge)
    text = dump_template(made)
    assert "Exampleshire" not in str(made.share)
    assert "Inspector" not in text
    assert "proportionate" not in text
    again = fill(made, {"area": "Kentshire"}, knowledge)
    assert [party.name for party in again.parties] == ["Kentshire Council", "Kentshire Police"]
    assert (again.agreement.retention, again.agreement.start) == ("1 year", None)
    assert {at for at, _, _ in differences(as_plain(share), as_plain(again))} >= {"agreement.start"}


def test_names_of_parties_become_places_by_themselves(knowledge: KnowledgeBase) -> None:
    made = template_of(share_of(knowledge), "visits", "Visits", {}, knowledge)
    assert made.places == {
        "council": Place(asks="In place of ‘Exampleshire Council’", example="Exampleshire Council"),
        "police": Place(asks="In place of ‘Exampleshire Police’", example="Exampleshire Police"),
    }


def test_what_is_put_in_a_place_is_text(knowledge: KnowledgeBase) -> None:
    made = template_of(share_of(knowledge), "visits", "Visits", {}, knowledge)
    share = fill(made, {"council": "{police}: '{{ 7*7 }}' - !!python", "police": HOSTILE}, knowledge)
    assert share.parties[0].name == "{police}: '{{ 7*7 }}' - !!python"
    again = decode(dump_share(share), "again").value
    assert again["parties"][1]["name"] == HOSTILE


def write(folder: Path, name: str, **keys: Any) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(dump_template(ShareTemplate(template=name, title=name, **keys)))
    return path


def test_a_variant_of_nothing_or_of_itself_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "one", share={}, of="two")
    write(tmp_path, "two", share={}, of="one")
    write(tmp_path, "three", share={}, of="mahs")
    templates = load_templates([tmp_path])
    for name, message in (("one", "itself"), ("three", "'mash'")):
        with pytest.raises(BadInput, match=message):
            whole(templates[name][0], templates)


def test_a_template_with_a_wrong_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("template: x\ntitle: x\nshrae: {}\n")
    with pytest.raises(BadInput, match="Did you mean 'share'"):
        read_template(path)


def test_the_commands(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "share.yaml").write_text(dump_share(share_of(knowledge)))
    saved = gatehouse("template", "save", "share.yaml", "-o", "ours/visits.yaml", "--place", "area=Exampleshire",
                      cwd=tmp_path)  # fmt: skip
    assert saved.code == 0, saved.err
    listed = gatehouse("template", "list", cwd=tmp_path, GATEHOUSE_TEMPLATES="ours")
    assert "visits: Visits on an estate" in listed.out
    assert all(name in listed.out for name in NAMES)
    adopt = ["template", "adopt", "visits", "--folder", "ours", "-o", "new.yaml"]
    missing = gatehouse(*adopt, cwd=tmp_path)
    assert missing.code == 2
    assert "'area' is not filled" in missing.err
    assert gatehouse(*adopt, "area=Kentshire", cwd=tmp_path).code == 0
    assert load_share(tmp_path / "new.yaml", knowledge).parties[0].name == "Kentshire Council"
    again = gatehouse(*adopt, "area=Kentshire", cwd=tmp_path)
    assert again.code == 2
    assert "there already" in again.err
    compared = gatehouse("template", "compare", "share.yaml", "new.yaml", cwd=tmp_path)
    assert "Kentshire Police" in compared.out
    assert "landlord" in gatehouse("template", "compare", "mash", "mash-region", cwd=tmp_path).out
    for wrong, message in ((["adopt", "mahs", "-o", "x.yaml"], "mash"), (["adopt", "mash", "x", "-o", "x.yaml"], "="),
                           (["adopt", "mash", "ara=1", "-o", "x.yaml"], "Did you mean 'area'"),
                           (["list", "--folder", "none"], "no such folder"),
                           (["save", "share.yaml", "-o", "t.yaml", "--place", "a=Nope"], "does not hold")):  # fmt: skip
        ran = gatehouse("template", *wrong, cwd=tmp_path)
        assert ran.code == 2, wrong
        assert message in ran.err
    assert not (tmp_path / "x.yaml").exists()
