"""Must, may and must not are three things on the screen, at any width and in plain lines; and the urgent answer."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from knowledge.load import ROOT
from knowledge.model import KnowledgeBase
from knowledge.share import Share, load_share, save_share
from rules.determine import Determination, Determiner
from rules.explain import cost_of_not_sharing
from tests.command import gatehouse
from tests.person import flat
from tests.random_shares import day_of
from tests.terminal import Terminal

pytestmark = pytest.mark.terminal

CASEBOOK = ROOT / "knowledge" / "casebook"
SCREENS = pytest.mark.parametrize("screen", [(100, 40), (60, 30), None], ids=["wide", "narrow", "plain"])
DUTY, POWER, OFFENCE = "attendance-return", "demo", "housing-benefit-for-parking"
Size = tuple[int, int] | None


def case(name: str) -> Path:
    return next(CASEBOOK.rglob(f"{name}.yaml"))


def decided(name: str, knowledge: KnowledgeBase, determiner: Determiner) -> Determination:
    share = load_share(case(name), knowledge)
    return determiner.determine(share, day_of(share), provisional=True)


def shown(path: Path, screen: Size, cwd: Path, *more: str) -> list[str]:
    """The lines that the program shows of a share, in a terminal of that size or (without one) in plain lines."""
    arguments = ("assess", str(path), "--no-input", *more)
    if screen is None:
        return gatehouse(*arguments, "--plain", cwd=cwd).out.splitlines()
    columns, rows = screen
    with Terminal(*arguments, cwd=cwd, columns=columns, rows=max(rows, 200), NO_COLOR="1") as terminal:
        terminal.ended()
        lines = terminal.text().splitlines()
    assert max(map(len, lines)) <= columns
    return lines


def words(lines: list[str]) -> str:
    return flat(" ".join(line.strip().removeprefix("•") for line in lines))


@SCREENS
def test_a_duty_says_by_when_and_where_it_ends(
    screen: Size, tmp_path: Path, knowledge: KnowledgeBase, determiner: Determiner
) -> None:
    best = decided(DUTY, knowledge, determiner).lines[0].best
    assert best and best.gateway
    provision = best.gateway.provision
    assert provision.deadline
    said = words(shown(case(DUTY), screen, tmp_path, "--provisional"))
    assert "You must share this" in said
    assert "This is a duty" in said
    assert "This is a choice" not in said
    assert flat(provision.deadline) in said
    assert flat(provision.does_not[0])[1:] in said


@SCREENS
def test_a_power_is_a_choice_with_what_speaks_for_it_and_against_it(
    screen: Size, tmp_path: Path, knowledge: KnowledgeBase, determiner: Determiner
) -> None:
    line = decided(POWER, knowledge, determiner).lines[0]
    assert line.best and line.best.gateway
    said = words(shown(case(POWER), screen, tmp_path, "--provisional"))
    assert "You may share this" in said
    assert "This is a choice" in said
    assert "This is a duty" not in said
    assert flat(f"For: {line.line.answers['goal'].answer}") in said
    assert flat(line.best.gateway.provision.pitfalls[0]) in said
    assert flat(cost_of_not_sharing(line)) in said


@SCREENS
def test_a_bar_says_which_crime_it_is_to_break_it(
    screen: Size, tmp_path: Path, knowledge: KnowledgeBase, determiner: Determiner
) -> None:
    lines = decided(OFFENCE, knowledge, determiner).lines
    offences = {bar.bar.provision.offence for line in lines if line.best for bar in line.best.sending
                if not bar.passes() and bar.bar.provision.offence}  # fmt: skip
    assert offences
    said = words(shown(case(OFFENCE), screen, tmp_path, "--provisional"))
    assert "You cannot share this as proposed" in said
    assert all(flat(offence) in said for offence in offences)


# Somebody in danger now


def urgent(knowledge: KnowledgeBase, **answers: str | tuple[str, ...]) -> Share:
    share = load_share(case("attack-planned"), knowledge)
    return msgspec.structs.replace(share, as_at=None, answers={**share.answers, **answers})


@SCREENS
def test_the_urgent_answer_has_ten_lines_at_most(screen: Size, tmp_path: Path, knowledge: KnowledgeBase) -> None:
    save_share(urgent(knowledge, **{"named-law": ("GDPR vital interests",)}), tmp_path / "share.yaml")
    lines = [line for line in shown(tmp_path / "share.yaml", screen, tmp_path) if line]
    assert len(lines) <= 10
    said = words(lines)
    assert "You may share now with Exampleshire Police" in said
    assert "“GDPR vital interests” (no power to share)" in said
    assert knowledge.emergency
    for key in ("first", "record", "not_sharing"):
        assert flat(knowledge.emergency.says[key]) in said


@SCREENS
def test_an_urgent_share_with_almost_nothing_answered_says_what_is_still_needed(screen: Size, tmp_path: Path) -> None:
    (tmp_path / "share.yaml").write_text(
        "gatehouse: 1\npurpose: [emergency-risk-to-life]\n"
        "answers: {how-shared: urgent, harm-believed: {answer: yes, by: A. Manager, reason: Seen today}}\n"
    )
    lines = [line for line in shown(tmp_path / "share.yaml", screen, tmp_path) if line]
    assert len(lines) <= 10
    assert "Still needed:" in words(lines)
