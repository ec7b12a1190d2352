"""The data specification and made-up data: a file that fits the schema, about nobody who exists."""

from __future__ import annotations

import csv
import json
import re
import warnings
from pathlib import Path
from typing import Any

import pytest

from knowledge import numbers
from knowledge.agreement import DataItem
from knowledge.model import KnowledgeBase
from knowledge.shapes import load_shapes, shape_of
from knowledge.share import dump_share
from rules.specification import names, table_schema
from tests.command import gatehouse
from tests.test_agreement import HOSTILE, share_of

ITEMS: list[dict[str, Any]] = [
    {"name": "Case reference", "required": "yes"},
    {"name": "Pupil’s first name", "required": "yes"},
    {"name": "Surname", "required": "yes"},
    {"name": "Date of birth", "kind": "date-of-birth", "required": "yes"},
    {"name": "NHS number", "kind": "nhs-number", "required": "yes"},
    {"name": "National Insurance number", "required": "yes"},
    {"name": "UPN", "required": "yes"},
    {"name": "UPRN of the home", "required": "yes"},
    {"name": "Postcode", "required": "yes"},
    {"name": "Email"},
    {"name": "Mobile"},
    {"name": "Amount owed"},
    {"name": "Free school meals flag"},
    {"name": "Outcome", "options": ["visited", "not visited", "@home, later"]},
    {"name": "Score", "type": "integer"},
    {"name": "What was said", "format": "text of at most 30 characters", "sensitive": "yes"},
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, knowledge: KnowledgeBase) -> Path:
    pytest.importorskip("faker", reason="made-up records need the extra 'dummy'")
    folder = tmp_path_factory.mktemp("made")
    (folder / "share.yaml").write_text(dump_share(share_of(knowledge, agreement={"fields": ITEMS})))
    assert gatehouse("spec", "share.yaml", "-o", "schema.json", cwd=folder).code == 0
    assert gatehouse("dummy", "share.yaml", "-n", "500", "-o", "dummy.csv", cwd=folder).code == 0
    return folder


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "dummy.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def faults(folder: Path, file: str) -> list[str]:
    """What a Frictionless reader finds wrong with a file under the schema."""
    pytest.importorskip("frictionless", reason="validating needs frictionless")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from frictionless import Resource, Schema

        schema = Schema.from_descriptor(json.loads((folder / "schema.json").read_text()))
        report = Resource(path=file, basepath=str(folder), schema=schema).validate()
    return [message for (message,) in report.flatten(["message"])]


def test_five_hundred_made_up_records_fit_the_schema(made: Path) -> None:
    found = [fault for fault in faults(made, "dummy.csv") if "@home" not in fault]  # guarded from spreadsheets
    assert len(rows(made)) == 500
    assert found == []


def test_the_schema_finds_what_does_not_fit(made: Path) -> None:
    with (made / "dummy.csv").open(encoding="utf-8") as file:
        text = file.read()
    (made / "wrong.csv").write_text(re.sub(r"9990\d{6}", "12", text, count=1))
    assert any("pattern" in fault for fault in faults(made, "wrong.csv"))


def test_numbers_have_right_check_digits_and_were_given_to_nobody(made: Path) -> None:
    found = rows(made)
    assert all(row["nhs_number"].startswith("999") for row in found)
    assert all(numbers.nhs_check_digit(row["nhs_number"][:9]) == row["nhs_number"][9] for row in found)
    assert all(re.fullmatch(r"QQ\d{6}[A-D]", row["national_insurance_number"]) for row in found)
    assert all(row["upn"] == numbers.upn_check_letter(row["upn"][1:]) + row["upn"][1:] for row in found)
    assert all(row["upn"][1:4] == "000" for row in found)
    assert all(row["uprn_of_the_home"].startswith("999999") for row in found)
    assert all(row["postcode"].startswith("ZZ97 ") for row in found)
    assert all(row["email"] == "" or row["email"].endswith("@example.org") for row in found)
    for column in ("case_reference", "nhs_number", "national_insurance_number", "upn"):
        assert len({row[column] for row in found}) >= 500, column


@pytest.mark.parametrize(("number", "digit"), [("943476591", "9"), ("401023213", "7"), ("999000000", "10")])
def test_the_check_digit_of_an_nhs_number(number: str, digit: str) -> None:
    assert numbers.nhs_check_digit(number) == digit


def test_the_check_letter_of_a_pupil_number() -> None:
    assert numbers.upn_check_letter("801200001001") == "H"


def test_the_same_seed_makes_the_same_records(made: Path) -> None:
    for name, seed in (("a.csv", "7"), ("b.csv", "7"), ("c.csv", "8")):
        assert gatehouse("dummy", "share.yaml", "-n", "20", "--seed", seed, "-o", name, cwd=made).code == 0
    assert (made / "a.csv").read_bytes() == (made / "b.csv").read_bytes() != (made / "c.csv").read_bytes()


def test_no_cell_is_a_formula(made: Path) -> None:
    for row in rows(made):
        assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_hostile_names_make_plain_columns() -> None:
    items = [DataItem(name=HOSTILE, reason=HOSTILE), DataItem(name="=cmd()"), DataItem(name="…"), DataItem(name="…")]
    schema = table_schema(items, load_shapes())
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", field["name"]) for field in schema["fields"])
    assert len(set(names(items))) == 4


@pytest.mark.parametrize(
    ("item", "shape"),
    [
        (DataItem(name="Tenant’s name"), "name"),
        (DataItem(name="Candidate"), "text"),  # not a date
        (DataItem(name="Last day", format="YYYY-MM-DD"), "date"),
        (DataItem(name="x", kind="nhs-number"), "nhs-number"),
        (DataItem(name="x", type="integer"), "integer"),
        (DataItem(name="Number of children"), "count"),
    ],
)
def test_the_shape_of_a_data_item(item: DataItem, shape: str) -> None:
    assert shape_of(item, load_shapes()).id == shape


def test_a_share_without_data_items_has_no_schema(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    (tmp_path / "share.yaml").write_text(dump_share(share_of(knowledge)))
    for command in (["spec", "share.yaml", "-o", "s.json"], ["dummy", "share.yaml", "-o", "d.csv"]):
        ran = gatehouse(*command, cwd=tmp_path)
        assert ran.code == 3
        assert "--fields" in ran.err
    ran = gatehouse("dummy", "share.yaml", "-o", "d.xlsx", cwd=tmp_path)
    assert ran.code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["share.yaml"]
