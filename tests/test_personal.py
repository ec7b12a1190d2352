"""Details of real people have no place in an answer: they are noticed, told of, and kept only on somebody's word."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.load import ROOT
from knowledge.model import KnowledgeBase
from knowledge.personal import details_in, personal_details
from knowledge.share import load_share
from tests.command import SHARE, gatehouse
from tests.person import COUNCILS, Person
from tests.terminal import ENTER, Terminal

SHAPES = {
    "AB123456C": "a National Insurance number",
    "his number is ab 12 34 56 c": "a National Insurance number",
    "943 476 5919": "an NHS number",
    "9434765919": "an NHS number",
    "write to j.doe@example.org": "an e-mail address",
    "020 7946 0958": "a phone number",
    "(0161) 496 0000": "a phone number",
    "+44 7700 900123": "a phone number",
    "born 3/4/1987": "a date of birth",
    "DOB: 12 May 2001": "a date of birth",
    "Mr Smith of LS1 4AP": "a name and a postcode",
    "Jane Doe, SW1A 1AA": "a name and a postcode",
}
NOTHING = ("943 476 5918", "QQ123456C", "Leeds City Council, LS1 1UR", "SI 2018/480 reg 5", "since 1 January 2020",
           "12,345 homes", "0000000000", "Mr Smith said so", "2026-11-22")  # fmt: skip


@pytest.mark.parametrize("text, what", SHAPES.items())
def test_what_looks_like_somebodys_details_is_noticed(text: str, what: str) -> None:
    assert [detail.what for detail in personal_details(text)] == [what]


@pytest.mark.parametrize("text", NOTHING)
def test_an_ordinary_text_is_left_in_peace(text: str) -> None:
    assert personal_details(text) == ()


def test_no_case_and_no_share_of_the_casebook_holds_anybodys_details(knowledge: KnowledgeBase) -> None:
    paths = [*(ROOT / "tests" / "cases").glob("*.yaml"), *(ROOT / "knowledge" / "casebook").rglob("*.yaml")]
    assert [(path.stem, found) for path in paths for found in details_in(load_share(path, knowledge))] == []


def test_a_share_file_that_holds_them_is_told_of_and_decided_all_the_same(tmp_path: Path) -> None:
    text = "answers:\n  goal: House Jane Doe, QQ1 1AA\n  own-task: {answer: yes, reason: ring 020 7946 0958}\n"
    (tmp_path / "share.yaml").write_text(SHARE + text)
    ran = gatehouse("assess", "share.yaml", "--json", cwd=tmp_path)
    assert ran.code == 10
    assert "share.yaml: 'goal' seems to hold a name and a postcode." in ran.err
    assert "share.yaml: 'own-task' seems to hold a phone number." in ran.err
    assert "7946" not in ran.err


@pytest.mark.terminal
def test_what_is_typed_is_kept_only_once_it_is_confirmed(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    path = tmp_path / "share.yaml"
    with Terminal("assess", cwd=tmp_path) as terminal:
        person = Person(terminal, knowledge, COUNCILS)
        person.begin()
        assert person.question() == "goal"
        terminal.press("Help AB123456C find a home." + ENTER)
        terminal.wait_for("seems to hold a National Insurance number")
        assert not path.exists()
        terminal.move_to("Write it again")
        terminal.press(ENTER)
        terminal.wait_until(lambda shown: shown.count("What will sharing this let you do") == 2, "the goal again")
        terminal.press("Help the one on line 9434765919 find a home." + ENTER)
        terminal.wait_for("seems to hold an NHS number")
        terminal.move_to("Keep it")
        terminal.press(ENTER)
        person.question()
    kept = path.read_text()
    assert "AB123456C" not in kept
    assert "9434765919" in kept
