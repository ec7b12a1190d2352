"""The interview in a real terminal: a person types, and reads the screen as it stands."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from knowledge.model import KnowledgeBase
from knowledge.share import Share, answer_of, load_share
from tests.command import SHARE, gatehouse
from tests.person import COUNCILS, Person, flat
from tests.terminal import BACK, ENTER, INTERRUPT, LEAVE, POINTER, REVIEW, Terminal

pytestmark = pytest.mark.terminal

SIZES = pytest.mark.parametrize("columns, rows", [(100, 40), (60, 30)], ids=["wide", "narrow"])
GOAL = "answers: {goal: Check taxi licences with the next council.}\n"
GO_ON = "Saved. Go on with: gatehouse assess share.yaml"
SIMPLE = 15  # questions at most
EMERGENCY = 6


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A share whose parties, purpose and data are known, and nothing else."""
    path = tmp_path / "share.yaml"
    path.write_text(SHARE + GOAL)
    return path


def saved(path: Path, knowledge: KnowledgeBase) -> Share:
    return load_share(path, knowledge)


def answers(path: Path, knowledge: KnowledgeBase) -> dict[str, object]:
    return {id: answer_of(raw).answer for id, raw in saved(path, knowledge).answers.items()}


@SIZES
def test_a_simple_share_goes_from_the_first_prompt_to_a_determination(
    columns: int, rows: int, tmp_path: Path, knowledge: KnowledgeBase
) -> None:
    with Terminal("assess", cwd=tmp_path, columns=columns, rows=rows) as terminal:
        person = Person(terminal, knowledge, COUNCILS)
        person.begin()
        person.answer_all()
        assert person.numbers == list(range(1, len(person.numbers) + 1))
        assert len(person.numbers) <= SIMPLE
        assert len(set(person.asked)) == len(person.asked)
        terminal.wait_for("What has to be done")
        terminal.wait_for("Tick what is done already")
        terminal.press(ENTER)
        terminal.wait_for("will NOT be done")
        terminal.press(ENTER)
        terminal.wait_for("Is everything right")
        terminal.move_to("Yes, show the result")
        terminal.press(ENTER)
        code = terminal.ended()
        written = terminal.written
    assert code == 0
    assert "Check your answers" in written
    assert "You must share this" in written
    assert "This supports a decision; it does not make it." in flat(re.sub(r"\x1b\[[0-9;]*m", "", written))
    share = saved(tmp_path / "share.yaml", knowledge)
    assert [party.kind for party in share.parties] == ["district-council", "district-council"]
    assert (share.purpose, share.data, share.nation) == (("licensing",), ("licences-and-permits",), "england")
    again = gatehouse("assess", "share.yaml", "--json", cwd=tmp_path)
    assert json.loads(again.out)["verdict"] == "must-share"


@SIZES
def test_what_is_asked_stays_on_the_screen_above_a_long_list(columns: int, rows: int, tmp_path: Path,
                                                             knowledge: KnowledgeBase) -> None:  # fmt: skip
    with Terminal("assess", cwd=tmp_path, columns=columns, rows=rows) as terminal:
        person = Person(terminal, knowledge, COUNCILS)
        person.begin()
        person.answer(person.question())
        assert person.question() == "discloser"
        terminal.wait_for("»")
        assert "Which organisation holds the information now?" in terminal.text()
        assert "type to search all" in terminal.text()
        terminal.search("police")
        assert "Which organisation holds the information now?" in terminal.text()
        assert "Police force" in terminal.text()
        assert "University" not in terminal.text()


@SIZES
def test_what_has_to_be_done_can_be_read_to_its_end(columns: int, rows: int, begun: Path,
                                                    knowledge: KnowledgeBase) -> None:  # fmt: skip
    with Terminal("assess", "share.yaml", cwd=begun.parent, columns=columns, rows=rows) as terminal:
        Person(terminal, knowledge, COUNCILS).answer_all()
        terminal.wait_for(r"space to tick \(\d+ in all\)")
        shown = terminal.wait_for(POINTER).split("in all)")[-1]
    ticks = {flat(question.asks) for question in knowledge.questions.values() if question.kind == "assurance"}
    options = [flat(part) for part in shown.split("○")[1:-1]]  # the last may go on below the screen
    assert options
    assert set(options) <= ticks


def test_a_question_mark_says_why_and_asks_again(begun: Path, knowledge: KnowledgeBase) -> None:
    with Terminal("assess", "share.yaml", cwd=begun.parent) as terminal:
        person = Person(terminal, knowledge, COUNCILS)
        first = person.question()
        terminal.press("?")
        terminal.wait_until(lambda shown: shown.count("Question 1 of") == 2 and "»" in shown, "the question again")
        assert flat(knowledge.questions[first].why or knowledge.questions[first].help) in flat(terminal.text())
        person.answer(first)
        assert person.question() != first
    assert first in answers(begun, knowledge)


def test_back_asks_the_last_question_again_and_changes_its_answer(begun: Path, knowledge: KnowledgeBase) -> None:
    with Terminal("assess", "share.yaml", cwd=begun.parent) as terminal:
        person = Person(terminal, knowledge, COUNCILS)
        first = person.question()
        assert first == "identifiability"
        person.answer(first)
        second = person.question()
        terminal.press(BACK)
        person.numbers.clear()
        terminal.wait_until(lambda shown: shown.count("Question 1 of") == 2 and "»" in shown, "the first question")
        terminal.move_to(knowledge.questions[first].label("pseudonymised"))
        terminal.press(ENTER)
        terminal.wait_until(lambda shown: shown.count("Question 2 of") >= 2 and "»" in shown, "the second question")
        assert second
    assert answers(begun, knowledge)[first] == "pseudonymised"


def test_changing_an_early_answer_on_review_keeps_the_later_ones(begun: Path, knowledge: KnowledgeBase) -> None:
    with Terminal("assess", "share.yaml", cwd=begun.parent) as terminal:
        person = Person(terminal, knowledge, COUNCILS)
        for _ in range(3):
            person.answer(person.question())
        person.question()
        before = answers(begun, knowledge)
        terminal.press(REVIEW)
        terminal.wait_for("Which one do you want to change")
        terminal.move_to(knowledge.questions["identifiability"].title or knowledge.questions["identifiability"].asks)
        terminal.press(ENTER)
        terminal.wait_until(
            lambda shown: flat(knowledge.questions["identifiability"].asks) in flat(shown).rsplit("Question", 1)[-1]
            and "»" in shown, "the early question",
        )  # fmt: skip
        terminal.move_to(knowledge.questions["identifiability"].label("pseudonymised"))
        terminal.press(ENTER)
        terminal.wait_until(lambda _: answers(begun, knowledge) != before, "the change")
    assert answers(begun, knowledge) == {**before, "identifiability": "pseudonymised"}


def test_save_and_leave_then_going_on_loses_nothing(begun: Path, knowledge: KnowledgeBase) -> None:
    with Terminal("assess", "share.yaml", cwd=begun.parent) as terminal:
        person = Person(terminal, knowledge, COUNCILS)
        for _ in range(2):
            person.answer(person.question())
        waiting = person.question()
        terminal.press(LEAVE)
        assert terminal.ended() == 10
        assert GO_ON in terminal.text()
    kept = begun.read_text()
    assert set(person.asked[:2]) < set(answers(begun, knowledge))
    with Terminal("assess", "share.yaml", cwd=begun.parent) as terminal:
        assert Person(terminal, knowledge, COUNCILS).question() == waiting
    assert begun.read_text() == kept


def test_killed_at_any_question_and_started_again_nothing_is_lost(begun: Path, knowledge: KnowledgeBase) -> None:
    asked: list[str] = []
    for _ in range(4):
        with Terminal("assess", "share.yaml", cwd=begun.parent) as terminal:
            person = Person(terminal, knowledge, COUNCILS)
            asked.append(person.question())
            person.answer(asked[-1])
            person.question()
            terminal.kill()
        assert list(answers(begun, knowledge)) == ["goal", *asked]
    assert len(set(asked)) == 4


def test_control_c_leaves_with_130_and_says_how_to_go_on(begun: Path, knowledge: KnowledgeBase) -> None:
    with Terminal("assess", "share.yaml", cwd=begun.parent) as terminal:
        person = Person(terminal, knowledge, COUNCILS)
        person.answer(person.question())
        person.question()
        terminal.press(INTERRUPT)
        assert terminal.ended() == 130
        assert GO_ON in terminal.text()
        assert "Traceback" not in terminal.written
    assert person.asked[0] in answers(begun, knowledge)


def test_control_c_before_the_first_answer_leaves_nothing(tmp_path: Path) -> None:
    with Terminal("assess", cwd=tmp_path) as terminal:
        terminal.wait_for("»")
        terminal.press(INTERRUPT)
        assert terminal.ended() == 130
        assert "nothing was kept" in terminal.text()
    assert list(tmp_path.iterdir()) == []


def test_somebody_in_danger_gets_a_first_answer_by_the_sixth_question(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    says = {
        "discloser": "school",
        "receiver": "children-services",
        "purpose": "child-safeguarding",
        "data": "identity",
        "subjects": "children",
        "harm-believed": "yes",
    }
    with Terminal("assess", cwd=tmp_path) as terminal:
        person = Person(terminal, knowledge, says)
        person.begin(urgent=True)
        person.answer_all(EMERGENCY + 1)
        code = terminal.ended()
    assert f"Question 1 of about {EMERGENCY}" in terminal.written
    assert set(person.asked) <= set(says)
    assert max(person.numbers) <= EMERGENCY
    assert code == 0
    assert "You may share now with" in flat(terminal.text())
    assert "Taken as so for now: the sender is in England." in terminal.written
    assert saved(tmp_path / "share.yaml", knowledge).nation is None  # asked when there is time
    harm = answer_of(saved(tmp_path / "share.yaml", knowledge).answers["harm-believed"])
    assert (harm.answer, harm.by) == ("yes", "A. Manager")
    assert harm.reason


def test_text_that_looks_like_markup_is_shown_as_text(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    hostile = "[bold red]Taxi[/] {{ 7*7 }} <b>x</b> \\e[31m"
    with Terminal("assess", cwd=tmp_path) as terminal:
        person = Person(terminal, knowledge, {**COUNCILS, "goal": hostile})
        person.begin()
        person.answer(person.question())
        person.question()
        terminal.press(REVIEW)
        terminal.wait_for("Which one do you want to change")
        terminal.wait_for("»")
        assert hostile in terminal.text().split("Which one do you want to change")[1]
    assert answers(tmp_path / "share.yaml", knowledge)["goal"] == hostile


# Plain lines, for screen readers and terminals that cannot repaint


def plain(tmp_path: Path, *lines: str, share: str = "", **extra: str) -> tuple[int, str, str]:
    arguments = ["assess", *([share] if share else []), "--plain"]
    ran = gatehouse(*arguments, cwd=tmp_path, stdin="".join(f"{line}\n" for line in lines), **extra)
    assert "\x1b" not in ran.out + ran.err
    assert not re.search("[─│╭╰━┃»○●]", ran.out)
    assert "Traceback" not in ran.err
    return ran.code, ran.out, ran.err


def test_plain_lines_take_numbers_words_and_names(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    code, out, err = plain(
        tmp_path,
        "1",  # no danger
        "Check taxi licences.",
        "district", "2", "Onetown Council", "1",
        "nothing like it", "district", "2", "",
        "nobody", "1",
        "licensing", "1", "",
        "permits", "1", "",
        TERM="dumb",
    )  # fmt: skip
    assert (code, err) == (10, f"{GO_ON}\n")
    assert "Nothing like that. Try another word." in out
    share = saved(tmp_path / "share.yaml", knowledge)
    assert [(party.name, party.kind) for party in share.parties] == [
        ("Onetown Council", "district-council"), ("District or borough council", "district-council"),
    ]  # fmt: skip
    assert (share.purpose, share.data, share.nation) == (("licensing",), ("licences-and-permits",), "england")


def test_plain_lines_say_why_go_back_review_and_leave(begun: Path, knowledge: KnowledgeBase) -> None:
    code, out, err = plain(begun.parent, "?", "0", "1", "b", "2", "r", "1", "s", share="share.yaml")
    assert (code, err) == (10, f"{GO_ON}\n")
    question = knowledge.questions["identifiability"]
    assert flat(question.why or question.help) in flat(out)
    assert "Write a number from 1 to 6." in out
    assert out.count(question.asks) == 3  # at first, after why, and after back
    assert "Which one do you want to change" in out
    assert answers(begun, knowledge)["identifiability"] == list(question.options)[1]


@pytest.mark.parametrize("how", [{"TERM": "dumb"}, {"ACCESSIBLE": "1"}], ids=["dumb", "accessible"])
def test_a_terminal_that_cannot_repaint_gets_plain_lines(how: dict[str, str], begun: Path) -> None:
    with Terminal("assess", "share.yaml", cwd=begun.parent, **how) as terminal:
        terminal.wait_for("Number, or . why, b back, r review, s save and leave:")
        terminal.press("1\r")
        terminal.wait_for("Question 2 of")
        terminal.press(INTERRUPT)
        assert terminal.ended() == 130
    assert "\x1b" not in terminal.written
    assert GO_ON in terminal.written


def test_escapes_and_direction_marks_that_are_typed_do_not_reach_the_screen(
    tmp_path: Path, knowledge: KnowledgeBase
) -> None:
    hostile = "Taxi \x1b[31mred\x1b]0;t\x07 \u202etxt\u202c \u0085 end"
    code, out, _ = plain(tmp_path, "1", hostile, "r", "1", "s")
    assert code == 10
    assert "Taxi [31mred]0;t txt" in out
    assert [character for character in out if not character.isprintable() and character != "\n"] == []
    assert saved(tmp_path / "share.yaml", knowledge).title
