"""The second interview: asks for what the draft lacks, keeps each answer, and refuses what nobody can check."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.model import KnowledgeBase
from knowledge.share import dump_share, load_share
from tests.command import Ran, gatehouse
from tests.terminal import Terminal
from tests.test_agreement import share_of


@pytest.fixture
def folder(tmp_path: Path, knowledge: KnowledgeBase) -> Path:
    (tmp_path / "share.yaml").write_text(dump_share(share_of(knowledge)))
    return tmp_path


def draft(folder: Path, *arguments: str, stdin: str = "") -> Ran:
    return gatehouse("draft", "share.yaml", "--provisional", *arguments, cwd=folder, stdin=stdin)


def terms(folder: Path, knowledge: KnowledgeBase) -> dict[str, object]:
    share = load_share(folder / "share.yaml", knowledge)
    return {key: getattr(share.agreement, key) for key in share.agreement.__struct_fields__}


def gaps(ran: Ran) -> list[str]:
    return [gap["key"] for gap in json.loads(ran.out)["gaps"]]


def test_answers_are_asked_for_kept_and_drafted(folder: Path, knowledge: KnowledgeBase) -> None:
    before = gaps(draft(folder, "-o", "a.md", "--json"))
    assert before[:4] == ["agreement.reference", "agreement.version", "agreement.marking", "agreement.start"]
    said = ["EX-7", "to be agreed", "", "soon", "1 March 2027", "s"]
    ran = draft(folder, "-o", "a.md", "--ask", stdin="\n".join(said) + "\n")
    assert ran.code == 0
    assert "'soon' is not a date" in ran.out
    found = terms(folder, knowledge)
    assert (found["reference"], found["version"], found["marking"]) == ("EX-7", "to be agreed", "")
    assert str(found["start"]) == "2027-03-01"
    after = gaps(draft(folder, "-o", "a.md", "--json"))
    assert set(before) - set(after) == {"agreement.reference", "agreement.start"}
    again = draft(folder, "-o", "a.md", "--ask", stdin="s\n")
    assert "Version" not in again.out.split("Enter leaves")[1]  # known to be open, so not asked again
    assert "Security marking" in again.out


@pytest.mark.parametrize("period", ["as long as necessary", "For as long as is needed.", "indefinitely"])
def test_a_retention_period_that_nobody_can_check_is_refused(
    folder: Path, knowledge: KnowledgeBase, period: str
) -> None:
    keys = gaps(draft(folder, "-o", "a.md", "--json"))
    skipped = [""] * list(dict.fromkeys(k for k in keys if k.startswith("agreement."))).index("agreement.retention")
    ran = draft(folder, "-o", "a.md", "--ask", stdin="\n".join([*skipped, period, "2 years", "s"]) + "\n")
    assert ran.code == 0
    assert "which nobody can check" in ran.out
    assert terms(folder, knowledge)["retention"] == "2 years"


def test_nothing_is_asked_without_a_terminal_and_the_end_of_input_ends_it(folder: Path) -> None:
    assert "not in the share file yet" not in draft(folder, "-o", "a.md").out
    assert draft(folder, "-o", "a.md", "--ask").code == 0


def test_hostile_answers_are_kept_as_text(folder: Path, knowledge: KnowledgeBase) -> None:
    said = "{{ 7*7 }}: '=1+1' # - [x] \x1b[31m"
    assert draft(folder, "-o", "a.html", "--ask", stdin=f"{said}\ns\n").code == 0
    assert "{{ 7*7 }}: '=1+1' # - [x]" in str(terms(folder, knowledge)["reference"])
    assert "{{ 7*7 }}" in (folder / "a.html").read_text()
    assert "\x1b" not in (folder / "a.html").read_text()


@pytest.mark.terminal
def test_in_a_terminal_it_asks_by_itself(folder: Path) -> None:
    with Terminal("draft", "share.yaml", "--provisional", "--plain", "-o", "a.md", cwd=folder) as terminal:
        terminal.wait_for("Reference of this paper")
        terminal.press("EX-9\r")
        terminal.wait_for("Version")
        terminal.press("s\r")
        assert terminal.ended() == 0
    assert "EX-9" in (folder / "share.yaml").read_text()


# Data items from a file


CSV = "name,reason,kind,format,required\n=cmd(),To know,identity,text,yes\nNHS number,To match,nhs-number,,yes\n"


def test_data_items_come_from_a_table_and_from_a_table_schema(folder: Path, knowledge: KnowledgeBase) -> None:
    (folder / "items.csv").write_text(CSV)
    ran = draft(folder, "-o", "a.md", "--fields", "items.csv", "--json")
    assert ran.code == 0
    assert not [key for key in gaps(ran) if key.startswith("agreement.fields")]
    first = terms(folder, knowledge)["fields"]
    assert gatehouse("spec", "share.yaml", "-o", "s.json", cwd=folder).code == 0
    assert draft(folder, "-o", "a.md", "--fields", "s.json").code == 0
    again = terms(folder, knowledge)["fields"]
    assert isinstance(first, tuple) and isinstance(again, tuple)
    assert [(f.name, f.reason, f.kind, f.required) for f in again] == [
        (f.name, f.reason, f.kind, f.required) for f in first
    ]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("x.csv", "nme,reason\na,b\n", "Did you mean 'name'?"),
        ("x.csv", "name,kind\na,identty\n", "Did you mean 'identity'?"),
        ("x.csv", "name,type\na,strng\n", "Did you mean 'string'?"),
        ("x.csv", "name\n", "no data items"),
        ("x.json", "[]", "Table Schema"),
        ("x.json", "{", "no data items can be read"),
        ("none.csv", None, "cannot be read"),
    ],
)
def test_a_list_of_data_items_that_cannot_be_used(folder: Path, name: str, text: str | None, message: str) -> None:
    if text is not None:
        (folder / name).write_text(text)
    before = (folder / "share.yaml").read_text()
    ran = draft(folder, "-o", "a.md", "--fields", name)
    assert ran.code == 2
    assert message in ran.err
    assert (folder / "share.yaml").read_text() == before


# Another paper, and two versions


def test_another_paper_is_chosen_with_a_reason(folder: Path) -> None:
    ran = draft(folder, "-o", "a.md", "--paper", "reciprocal-protocol", "--reason", "It will go both ways.", "--json")
    assert json.loads(ran.out)["paper"] == "reciprocal-protocol"
    for wrong, message in ((["--paper", "reciprocal-protocl", "--reason", "x"], "Did you mean"),
                           (["--paper", "memorandum"], "'reason' is empty")):  # fmt: skip
        ran = draft(folder, "-o", "a.md", *wrong)
        assert ran.code == 2
        assert message in ran.err


def test_two_versions_are_compared_clause_by_clause(folder: Path, knowledge: KnowledgeBase) -> None:
    old = share_of(knowledge, agreement={"retention": "1 year", "benefits": "Fewer assaults"})
    (folder / "old.yaml").write_text(dump_share(old))
    new = share_of(knowledge, agreement={"retention": "2 years"}, data=["identity", "contact", "criminal-offence"])
    (folder / "share.yaml").write_text(dump_share(new))
    ran = draft(folder, "--compare", "old.yaml", "--json")
    found = {one["clause"]: one for one in json.loads(ran.out)["moved"]}
    assert any("1 year → 2 years" in why for why in found["retention"]["because"])
    assert {"retention", "benefits", "schedule"} <= set(found)
    assert "parties" not in found
    assert all(one["because"] for one in found.values())
    same = draft(folder, "--compare", "share.yaml")
    assert "No clause moved." in same.out
