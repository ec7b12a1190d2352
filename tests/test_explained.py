"""Pictures, briefs and judgements: what a determination says of itself, in words that need no colour."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest

from cli.picture import matrix_svg
from knowledge.load import ROOT
from knowledge.model import KnowledgeBase
from knowledge.share import Answer, Share, load_share, save_share
from rules.brief import brief
from rules.determine import Determination, Determiner
from rules.document import Table
from rules.explain import cost_of_not_sharing, judged, merge
from rules.line import REFER, VERDICTS
from rules.picture import Node, matrix, path
from tests.command import SHARE, gatehouse
from tests.random_shares import day_of
from tests.terminal import Terminal

CASES = sorted((ROOT / "tests" / "cases").glob("*.yaml"))
LEEDS = ROOT / "tests" / "cases" / "leeds-benefits.yaml"
DEMO = ROOT / "knowledge" / "casebook" / "demo.yaml"
SVG = "{http://www.w3.org/2000/svg}"


def decided(path: Path, knowledge: KnowledgeBase, determiner: Determiner) -> Determination:
    share: Share = load_share(path, knowledge)
    return determiner.determine(share, day_of(share), provisional=True)


# The matrix


@pytest.mark.parametrize("path", CASES[::5], ids=lambda path: path.stem)
def test_the_matrix_holds_every_line_and_no_other(path: Path, knowledge: KnowledgeBase, determiner: Determiner) -> None:
    determination = decided(path, knowledge, determiner)
    found = matrix(determination)
    cells = [verdict for row in found.rows for verdict in row.verdicts if verdict]
    flows = {(one.line.discloser.id, one.line.receiver.id, one.line.purpose) for one in determination.lines}
    lines = {(*flow, one.line.data) for flow in flows for one in determination.lines
             if (one.line.discloser.id, one.line.receiver.id, one.line.purpose) == flow}  # fmt: skip
    assert len(found.rows) == len(flows)
    assert len(cells) == len(lines)
    assert set(cells) == {line.verdict for line in determination.lines}


def test_the_svg_has_a_title_a_description_and_a_word_in_every_cell(
    knowledge: KnowledgeBase, determiner: Determiner
) -> None:
    found = matrix(decided(LEEDS, knowledge, determiner))
    root = ElementTree.fromstring(matrix_svg(found))
    named = str(root.get("aria-labelledby")).split()
    assert root.get("role") == "img"
    titled = [root.find(f"{SVG}{name}") for name in ("title", "desc")]
    assert [element.get("id") for element in titled if element is not None] == named
    said = [element.text for element in root.iter(f"{SVG}text")]
    for row in found.rows:
        for verdict in row.verdicts:
            assert found.word(verdict) in said
    assert len(list(root.iter(f"{SVG}rect"))) == 1 + len(found.rows) * len(found.kinds)


def test_text_that_looks_like_markup_is_text_in_the_picture(
    knowledge: KnowledgeBase, determiner: Determiner, tmp_path: Path
) -> None:
    hostile = '<script>alert("x")</script> & [bold]'
    (tmp_path / "share.yaml").write_text(SHARE.replace("Onetown Council", f"'{hostile}'"))
    svg = matrix_svg(matrix(decided(tmp_path / "share.yaml", knowledge, determiner)))
    assert "<script" not in svg
    assert any(hostile in str(element.text) for element in ElementTree.fromstring(svg).iter(f"{SVG}text"))


@pytest.mark.terminal
@pytest.mark.parametrize("columns", [110, 60], ids=["wide", "narrow"])
def test_the_matrix_fits_a_terminal_and_says_what_its_words_say(columns: int, tmp_path: Path) -> None:
    arguments = ("explain", str(LEEDS), "--matrix", "--provisional")
    with Terminal(*arguments, cwd=tmp_path, columns=columns, rows=60, NO_COLOR="1") as terminal:
        assert terminal.ended() == 0
        shown = terminal.text()
    assert "judge = needs a person to judge" in " ".join(shown.split())
    assert max(len(line) for line in shown.splitlines()) <= columns


def test_the_page_and_the_agreement_hold_the_picture(tmp_path: Path) -> None:
    assert gatehouse("explain", DEMO, "--provisional", "-o", "why.html", cwd=tmp_path).code == 0
    assert gatehouse("draft", DEMO, "--provisional", "-o", "agreement.html", cwd=tmp_path).code == 0
    for name in ("why.html", "agreement.html"):
        page = (tmp_path / name).read_text()
        assert page.count("<svg") == 1
        assert "<script" not in page


# The path


def ends(node: Node) -> int:
    return sum(map(ends, node.leads)) if node.leads else 1


@pytest.mark.parametrize("name", CASES[::5], ids=lambda path: path.stem)
def test_a_path_leads_from_every_verdict_to_answers(
    name: Path, knowledge: KnowledgeBase, determiner: Determiner
) -> None:
    for group in merge(decided(name, knowledge, determiner).lines):
        assert ends(path(group[0])) > 1


@pytest.mark.parametrize("number, code", [("1", 0), ("99", 2), ("-1", 2)])
def test_a_path_is_drawn_for_a_line_that_there_is(number: str, code: int, tmp_path: Path) -> None:
    ran = gatehouse("explain", DEMO, "--path", number, cwd=tmp_path)
    assert ran.code == code
    assert ("1.1. " in ran.out) == (code == 0)


def test_a_path_and_the_matrix_are_data_too(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    def found(*arguments: str) -> dict[str, Any]:
        ran = gatehouse("explain", DEMO, *arguments, "--json", cwd=tmp_path)
        assert (ran.code, ran.err) == (0, "")
        return dict(json.loads(ran.out))

    root = found("--path", "1")
    assert root["id"] in VERDICTS
    assert {lead["id"] for lead in root["leads"]} <= set(knowledge.provisions)
    assert all(condition["id"] for lead in root["leads"] for condition in lead["leads"])
    drawn = found("--matrix")
    assert [len(row["verdicts"]) for row in drawn["rows"]] == [len(drawn["kinds"])]


def test_a_page_has_one_format(tmp_path: Path) -> None:
    ran = gatehouse("explain", DEMO, "-o", "why.pdf", cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert list(tmp_path.iterdir()) == []


# The brief, the judgement and the cost of not sharing


def test_the_brief_asks_for_each_judgement_that_a_line_waits_for(
    knowledge: KnowledgeBase, determiner: Determiner
) -> None:
    determination = decided(LEEDS, knowledge, determiner)
    assert determination.verdict == REFER
    paper = brief(determination)
    asked = " ".join(paper.sections[0].clauses[0].blocks[0].points)  # type: ignore[union-attr]
    waits = {id for line in determination.lines for cause, id in line.waits_for if cause == "judgement"}
    assert waits
    assert [id for id in waits if knowledge.questions[id].asks not in asked] == []


@pytest.mark.parametrize("name", CASES[::5], ids=lambda path: path.stem)
def test_a_brief_is_short_and_has_every_part(name: Path, knowledge: KnowledgeBase, determiner: Determiner) -> None:
    paper = brief(decided(name, knowledge, determiner))
    assert [section.id for section in paper.sections] == ["asked", "facts", "laws", "ruled-out", "needed"]
    blocks = [block for clause in paper.clauses for block in clause.blocks]
    assert all(len(block.rows) <= 5 for block in blocks if isinstance(block, Table))
    assert all(clause.blocks for clause in paper.clauses if clause.id in ("asked", "laws", "needed"))


@pytest.mark.parametrize("ending", ["md", "html", "docx", "pdf"])
def test_a_brief_is_written_in_every_format(ending: str, tmp_path: Path) -> None:
    assert gatehouse("brief", LEEDS, "-o", f"brief.{ending}", cwd=tmp_path).code == 0
    assert (tmp_path / f"brief.{ending}").stat().st_size > 1000


def test_a_brief_without_a_line_says_what_the_share_lacks(tmp_path: Path) -> None:
    (tmp_path / "share.yaml").write_text("gatehouse: 1\n")
    ran = gatehouse("brief", "share.yaml", cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "It lacks: discloser, receiver, purpose, data" in ran.err


def test_the_determination_says_whose_judgement_it_rests_on(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    share = load_share(LEEDS, knowledge)
    answer = Answer(answer="yes", by="Caldicott guardian", reason="It fits.", on=dt.date(2026, 1, 2))
    share = msgspec.structs.replace(share, answers={**share.answers, "proportionate": answer})
    save_share(share, tmp_path / "share.yaml")
    ran = gatehouse("assess", "share.yaml", "--json", "--provisional", cwd=tmp_path)
    found = [one for line in json.loads(ran.out)["lines"] for one in line["judgements"]]
    assert {"id": "proportionate", "answer": "yes", "by": "Caldicott guardian", "on": "2026-01-02",
            "reason": "It fits."} in found  # fmt: skip
    shown = gatehouse("assess", "share.yaml", "--no-input", "--provisional", cwd=tmp_path).out
    assert "Yes (Caldicott guardian, 2026-01-02): It fits." in shown


def test_no_judgement_is_shown_that_nobody_made(knowledge: KnowledgeBase, determiner: Determiner) -> None:
    for name in CASES[::7]:
        for line in decided(name, knowledge, determiner).lines:
            assert {id for id, _ in judged(line)} <= set(line.line.answers)


def test_the_cost_of_not_sharing_is_said_where_harm_is_possible(
    knowledge: KnowledgeBase, determiner: Determiner
) -> None:
    def cost(name: str) -> str:
        path = next((ROOT / "knowledge" / "casebook").rglob(f"{name}.yaml"))
        return cost_of_not_sharing(decided(path, knowledge, determiner).lines[0])

    assert cost("child-in-danger-tonight")
    assert not cost("museum-members")
