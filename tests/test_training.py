"""Training: what is right is what the rules say, marks follow, learners keep what is theirs, trainers see the class."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import html.parser
import json
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pypdf
import pytest

from cli.learn import due_first, order
from knowledge.case import VERDICTS
from knowledge.check import check
from knowledge.load import ROOT
from knowledge.model import KnowledgeBase
from knowledge.problems import BadInput
from knowledge.results import Progress, load_progress, save_progress
from knowledge.share import Share, answer_of
from knowledge.training import (
    NONE,
    PACKS,
    STEPS,
    Scenario,
    Training,
    as_shown,
    check_training,
    load_pack,
    load_training,
    on_file,
    tempts,
)
from rules.cohort import cohort
from rules.determine import Determiner
from rules.training import (
    Question,
    crossed_out,
    due_concepts,
    is_right,
    lean,
    marks,
    missed_concepts,
    part_right,
    suggest,
    work_out,
)
from tests.command import SHARE, Ran, gatehouse
from tests.learners import NOON, attempt, class_of, right_answers
from tests.terminal import ENTER, INTERRUPT, LEAVE, POINTER, REVIEW, Terminal
from tests.test_accessible import axe

ENTRY = re.compile(r"case: (\S+?),")
NAMES = [name for path in sorted((ROOT / PACKS).glob("*.yaml")) for name in ENTRY.findall(path.read_text())]
TODAY = dt.date(2026, 11, 22)


@pytest.fixture(scope="module")
def training(knowledge: KnowledgeBase) -> Training:
    return load_training(knowledge)


@pytest.fixture(scope="module")
def scenarios(training: Training) -> dict[str, Scenario]:
    return {one.id: one for pack in training.packs for one in pack.scenarios}


@pytest.fixture(scope="module")
def typed(training: Training, determiner: Determiner) -> list[str]:
    """What to type for all marks in each scenario of the pack `emergencies`."""
    return right_answers("emergencies", training, determiner)


def train(*arguments: str | Path, home: Path, stdin: str = "") -> Ran:
    return gatehouse("train", *arguments, cwd=home, stdin=stdin, XDG_DATA_HOME=str(home / "data"))


def own_file(home: Path) -> Path:
    return home / "data/gatehouse/training/progress.json"


# Packs


def test_twelve_packs_hold_sixty_scenarios_of_every_verdict_and_level(training: Training) -> None:
    found = [one for pack in training.packs for one in pack.scenarios]
    assert len(training.packs) == 12
    assert len({one.id for one in found}) == len(found) >= 60
    assert {one.level for one in found} == {1, 2, 3}
    assert {one.file.case.expected.verdict for one in found} == set(VERDICTS)


def test_refusing_and_sharing_too_much_tempt_in_equal_measure(training: Training) -> None:
    counted = tempts(one for pack in training.packs for one in pack.scenarios)
    assert abs(counted["refuse"] - counted["share"]) <= 2
    for pack in training.packs:
        one = tempts(pack.scenarios)
        assert abs(one["refuse"] - one["share"]) <= 1, pack.id


@pytest.mark.parametrize("name", NAMES)
def test_what_the_learner_is_shown_gives_every_answer_and_nothing_of_it_is_idle(
    name: str, scenarios: dict[str, Scenario], training: Training, determiner: Determiner
) -> None:
    """Enough: the story's facts, the papers and what is taken as so, and nothing else, give what is right at each step.

    No more: without any one fact of the story or of the papers, something would be right that is not, or the other
    way round.
    """
    scenario = scenarios[name]
    shown = as_shown(training.marking, scenario)
    whole = right(scenario, scenario.file.share, training, determiner)
    assert whole[0] == scenario.file.case.expected.verdict
    assert whole == right(scenario, shown, training, determiner)
    for id in (*scenario.file.case.facts, *on_file(training.marking, scenario)):
        answers = {other: answer for other, answer in shown.answers.items() if other != id}
        without = right(scenario, msgspec.structs.replace(shown, answers=answers), training, determiner)
        assert without != whole, f"{id} is not needed"


def right(scenario: Scenario, share: Share, training: Training, determiner: Determiner) -> list[object]:
    """What is right, were this the share: the verdict, each step, and whether the bars that stay down surely bite."""
    file = dataclasses.replace(scenario.file, share=share)
    worked = work_out(dataclasses.replace(scenario, file=file), determiner, training.marking, TODAY)
    bars = worked.question("bars")
    routes = [line.best for line in worked.determination.lines if line.best]
    biting = {(bar.bar.id, bar.bites, bar.passes()) for route in routes for bar in route.sending}
    return [
        worked.determination.verdict,
        [(question.right, question.marked) for question in worked.questions],
        {one for one in biting if bars.marked and one[0] in bars.right},
    ]


@pytest.mark.parametrize("name", NAMES)
def test_each_step_offers_what_is_right_and_what_is_not(
    name: str, scenarios: dict[str, Scenario], training: Training, determiner: Determiner
) -> None:
    worked = work_out(scenarios[name], determiner, training.marking, TODAY)
    assert tuple(question.step.id for question in worked.questions) == STEPS
    for question in worked.questions:
        if question.marked:
            assert set(question.offered) & question.right
            assert set(question.offered) - question.right
            best = question.best if question.many else question.best[:1]
            assert part_right(question, best) == 1
        assert len(set(question.offered)) == len(question.offered)
    assert marks(worked.question("verdict"), ["ask"], 0, training.marking).marks == (
        4 if worked.verdict in ("refer", "more-needed") else 0
    )


def test_options_stand_in_the_same_order_whoever_asks(
    scenarios: dict[str, Scenario], training: Training, determiner: Determiner
) -> None:
    first, second = (work_out(scenarios[NAMES[0]], determiner, training.marking, TODAY) for _ in range(2))
    assert first.questions == second.questions


# Marks


def question(many: bool = False, marked: bool = True, training: Training | None = None) -> Question:
    assert training is not None
    step = training.marking.steps[1]
    return Question(step, ("a", "b", "c", "d", NONE), frozenset("ab"), frozenset("c"), many=many, marked=marked)


@pytest.mark.parametrize(
    "many, said, part",
    [(False, ["a"], 1), (False, ["c"], 0.5), (False, ["d"], 0), (False, [], 0), (True, ["a", "b"], 1),
     (True, ["a"], 0.5), (True, ["a", "d"], 0), (True, ["a", "b", "d"], 0.5), (True, ["d"], 0)],
)  # fmt: skip
def test_a_near_answer_gets_half_and_a_list_its_part(
    many: bool, said: list[str], part: float, training: Training
) -> None:
    assert part_right(question(many, training=training), said) == part


def test_hints_cross_out_wrong_answers_and_cost_marks(training: Training) -> None:
    asked = question(training=training)
    assert crossed_out(asked, 0) == set()
    assert len(crossed_out(asked, 1)) == 1
    assert crossed_out(asked, 9) <= {"d", NONE}
    assert marks(asked, ["a"], 0, training.marking).marks == 3
    assert marks(asked, ["a"], 1, training.marking).marks == 2
    assert marks(asked, ["d"], 2, training.marking).marks == 0


def test_a_step_that_the_law_does_not_settle_is_out_of_nothing(training: Training) -> None:
    given = marks(question(marked=False, training=training), ["d"], 0, training.marking)
    assert (given.marks, given.of) == (0, 0)


def test_too_cautious_and_too_bold_are_told_apart(training: Training) -> None:
    assert lean(attempt(said="cannot"), training.marking) < 0
    assert lean(attempt(said="may"), training.marking) == 0
    assert lean(attempt(verdict="cannot-share-as-proposed", said="may"), training.marking) > 0
    assert lean(attempt(verdict="refer", said="ask"), training.marking) == 0


def test_a_concept_that_went_wrong_comes_back_sooner(training: Training) -> None:
    good, bad = attempt(marks=4), attempt(marks=0, concepts=("territory",))
    first, second = training.marking.spacing[:2]
    assert due_concepts([good, bad], training.marking, NOON) == []
    soon = NOON + dt.timedelta(days=first)
    assert set(due_concepts([good, bad], training.marking, soon)) == {"consent", "territory"}
    again = attempt(marks=4, day=1)
    assert due_concepts([good, again], training.marking, soon + dt.timedelta(days=second - 1)) == []
    assert due_concepts([good, again], training.marking, soon + dt.timedelta(days=second)) == ["consent"]
    assert missed_concepts([good, bad], training.marking) == ["territory"]


def test_what_is_due_comes_first_whatever_its_pack(training: Training, tmp_path: Path) -> None:
    missed = attempt(training.pack("health").scenarios[0].id, marks=0, concepts=("opt-out",), day=-30)
    done = Progress(format=1, learner="a", attempts=(missed,))
    due = due_first(done, training)
    assert due is not None and "opt-out" in due.concepts
    pack = next(pack for pack in training.packs if due in pack.scenarios)
    assert order(pack, done, training, due.id)[0] == due
    assert due_first(Progress(format=1, learner="a"), training) is None
    save_progress(done, own_file(tmp_path))
    assert due.title in train("--plain", home=tmp_path, stdin="s\n").out


def test_what_to_try_next_is_new_and_about_what_was_missed(training: Training, scenarios: dict[str, Scenario]) -> None:
    everything = tuple(scenarios.values())
    first = suggest(everything, [], ["the-dead"])
    assert first and all("the-dead" in one.concepts for one in first)
    later = suggest(everything, [attempt(first[0].id)], ["the-dead", "consent"])
    assert first[0].id not in {one.id for one in later}


# Files


def test_training_files_have_no_fault(knowledge: KnowledgeBase) -> None:
    assert check_training(knowledge) == []


def test_every_fault_of_a_pack_is_told_with_its_line(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    pack = tmp_path / "mine.yaml"
    pack.write_text(
        "id: mine\ntitle: Mine\nabout: Ours.\nscenarios:\n  - {case: crime/knife-wond}\n"
        "  - {case: crime/gang-list, level: 9, expected: may-shar, because: So.}\n  - {level: 1}\n"
        "  - {case: crime/gang-list, expected: refer}\n  - {file: none.yaml}\n"
    )
    with pytest.raises(BadInput) as raised:
        load_pack(pack, knowledge)
    told = str(raised.value)
    for part in ("mine.yaml:5:", "Did you mean 'crime/knife-wound'?", "'9' is not a level", "Did you mean 'may-share'?",
                 "mine.yaml:7:", "needs a 'because'", "none.yaml: there is no such file"):  # fmt: skip
        assert part in told


def test_a_story_that_does_not_say_so_is_told(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    text = (ROOT / "knowledge/casebook/crime/knife-wound.yaml").read_text()
    (tmp_path / "a.yaml").write_text(
        text.replace("scale: A patient comes in", "scale: Two patients come in\n    dpai: A")
    )
    (tmp_path / "mine.yaml").write_text("id: mine\ntitle: Mine\nabout: Ours.\nscenarios: [{file: a.yaml}]\n")
    with pytest.raises(BadInput) as raised:
        load_pack(tmp_path / "mine.yaml", knowledge)
    assert "the story does not say 'Two patients come in'" in str(raised.value)
    assert "the share has no answer to 'dpai'" in str(raised.value)


def test_check_looks_at_training_too() -> None:
    assert "check_training" in check.__globals__


def test_results_are_read_back_as_written_and_nobody_else_may_read_them(tmp_path: Path) -> None:
    path = tmp_path / "own" / "progress.json"
    progress = Progress(format=1, learner="abcdef-001", attempts=(attempt(),))
    save_progress(progress, path)
    assert load_progress(path) == progress
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"gatehouse-training": 7, "learner": "a"}', "\0", "[" * 100_000])
def test_what_is_no_result_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(BadInput):
        load_progress(tmp_path / "a.json")


# Commands


def test_list_is_in_its_published_form(tmp_path: Path, training: Training) -> None:
    found = json.loads(train("list", "--json", home=tmp_path).out)
    assert list(found) == ["packs"]
    assert [pack["id"] for pack in found["packs"]] == [pack.id for pack in training.packs]
    for pack in found["packs"]:
        assert list(pack) == ["id", "title", "scenarios"]
        assert all(list(one) == ["id", "title", "level"] for one in pack["scenarios"])


def test_a_learner_stops_in_the_middle_and_goes_on(tmp_path: Path, typed: list[str]) -> None:
    left = train("emergencies", "--plain", home=tmp_path, stdin=typed[0][:4] + "s\n")
    assert left.code == 0
    assert "Gatehouse says" not in left.out
    assert "Go on with: gatehouse train emergencies" in left.err
    current = load_progress(own_file(tmp_path)).current
    assert current is not None and set(current.said) == {"verdict", "power"}
    done = train("emergencies", "--plain", home=tmp_path, stdin=typed[0][4:] + "2\n")
    assert "Step 1 of 7" not in done.out
    assert "Marks: 16 of 16" in done.out
    progress = load_progress(own_file(tmp_path))
    assert progress.current is None and is_right(progress.attempts[0])
    assert stat.S_IMODE(own_file(tmp_path).stat().st_mode) == 0o600


def test_nothing_of_the_answer_shows_before_the_learner_decides(tmp_path: Path, typed: list[str]) -> None:
    shown = train("emergencies", "--plain", home=tmp_path, stdin=typed[0][:-2] + "s\n").out
    assert "Gatehouse says" not in shown
    assert "What commonly goes wrong" not in shown


def test_export_and_delete_at_will(tmp_path: Path, typed: list[str]) -> None:
    train("emergencies", "--plain", home=tmp_path, stdin=typed[0] + "2\n")
    assert train("export", "mine.json", home=tmp_path).code == 0
    assert load_progress(tmp_path / "mine.json") == load_progress(own_file(tmp_path))
    assert train("delete", "--yes", home=tmp_path).code == 0
    assert not own_file(tmp_path).exists()
    assert train("export", "mine.json", home=tmp_path).code == 2


def test_a_name_is_made_up_unless_one_is_given(tmp_path: Path, typed: list[str]) -> None:
    train("emergencies", "--plain", home=tmp_path, stdin=typed[0] + "2\n")
    assert re.fullmatch(r"[a-z]{6}-\d{3}", load_progress(own_file(tmp_path)).learner)
    train("emergencies", "--plain", "--as", "Group 7", home=tmp_path, stdin="s\n")
    assert load_progress(own_file(tmp_path)).learner == "Group 7"


@pytest.mark.parametrize(
    "arguments, told",
    [(["safegaurding"], "Did you mean 'safeguarding'?"), (["lst"], "Did you mean 'list'?"),
     (["--stage", "during"], "Write before or after"), (["handout", "health", "-o", "a.rtf"], "Use one of"),
     (["report", "nowhere", "-o", "a.html"], "not a folder"), (["report", ".", "-o", "a.xls"], "ends in .html or .csv"),
     (["report", ".", "-o", "a.html"], "there is no result in it"), (["check", "none.yaml"], "there is no such file"),
     (["certificate", "health", "-o", "a.pdf"], "scenarios are left"),
     (["write", "none.yaml", "-o", "a.yaml"], "no such file")],
)  # fmt: skip
def test_bad_input_is_told_plainly(arguments: list[str], told: str, tmp_path: Path) -> None:
    ran = train(*arguments, home=tmp_path)
    assert ran.code == 2
    assert told in ran.err
    assert "Traceback" not in ran.err


def test_a_handout_holds_the_answers_only_if_asked(tmp_path: Path) -> None:
    for ending in ("md", "html", "docx", "pdf"):
        assert train("handout", "emergencies", "-o", f"a.{ending}", home=tmp_path).code == 0
    without = (tmp_path / "a.md").read_text()
    assert "What Gatehouse says" not in without and "Which power or duty" in without
    assert train("handout", "emergencies", "-o", "b.md", "--answers", home=tmp_path).code == 0
    assert (tmp_path / "b.md").read_text().count("What Gatehouse says") == 6
    assert "Which power or duty" in "".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "a.pdf").pages)


def test_a_trainer_writes_a_scenario_with_a_view_of_its_own(tmp_path: Path) -> None:
    text = (ROOT / "knowledge/casebook/housing/nominations.yaml").read_text()
    (tmp_path / "share.yaml").write_text(text[: text.index("\ncase:") + 1])
    said = "Our list\n8\n1\nOne. Two. Three. Four. Five.\nSo. It is.\nForms\nconsent\n1\n\n1\n2\n6\nWe have to.\n"
    ran = train("write", "share.yaml", "-o", "ours.yaml", "--plain", home=tmp_path, stdin=said)
    assert ran.code == 0
    assert ran.out.index("Gatehouse says: You may share this") < ran.out.index("What is it called?")
    checked = train("check", "my-pack.yaml", "--plain", home=tmp_path)
    assert checked.code == 0
    assert "your own view is Must share" in checked.out
    learnt = train("my-pack.yaml", "--plain", home=tmp_path, stdin="1\n1\n1\n1\n1\n1\n1\n")
    assert "Your trainer’s own view: Must share" in learnt.out
    assert "Verdict: 4 of 4" in learnt.out


def test_a_scenario_that_expects_what_the_law_does_not_say_is_told(tmp_path: Path) -> None:
    text = (ROOT / "knowledge/casebook/crime/faces-of-suspects.yaml").read_text()
    (tmp_path / "a.yaml").write_text(text.replace("verdict: cannot-share-as-proposed", "verdict: refer"))
    (tmp_path / "mine.yaml").write_text("id: mine\ntitle: Mine\nabout: Ours.\nscenarios: [{file: a.yaml}]\n")
    ran = train("check", "mine.yaml", "--plain", home=tmp_path)
    assert ran.code == 1
    assert "one of the two is wrong" in ran.out


# A class


class Page(html.parser.HTMLParser):
    """What a page holds, and whether every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.attributes: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes.append(dict(attrs))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_class_of_five_hundred_is_reported(training: Training, tmp_path: Path) -> None:
    class_of(500, training, tmp_path / "results")
    (tmp_path / "results" / "broken.json").write_text("{")
    ran = train("report", "results", "-o", "class.html", home=tmp_path)
    assert ran.code == 0
    assert "500 learners, 5000 scenarios" in ran.err
    assert "Left out: results/broken.json" in ran.err
    page = Page((tmp_path / "class.html").read_text())
    assert page.open == []
    assert page.seen.count("svg") == page.seen.count("table") == page.seen.count("title") - 1 == 5
    assert not {"script", "img", "link"} & set(page.seen)
    ids = {one["id"] for one in page.attributes if "id" in one}
    described = [one for one in page.attributes if "aria-describedby" in one]
    assert described and all(one["aria-describedby"] in ids and one["aria-labelledby"] in ids for one in described)
    faults = axe((tmp_path / "class.html").read_text(), tmp_path)["violations"]
    assert [one for one in faults if 'id="found"' not in one[2]] == []
    assert "learner-7" not in (tmp_path / "class.html").read_text()
    assert train("report", "results", "-o", "class.csv", home=tmp_path).code == 0
    rows = list(csv.DictReader((tmp_path / "class.csv").read_text().splitlines()))
    assert {row["part"] for row in rows} == {"steps", "concepts", "confidence", "stages", "scenarios"}


def test_a_class_is_counted(training: Training) -> None:
    learners = [
        Progress(format=1, learner="a", attempts=(attempt(marks=0, said="cannot"), attempt(day=1, marks=4))),
        Progress(format=1, learner="b", attempts=(attempt(verdict="refer", said="may", marks=0),)),
    ]
    counted = cohort(learners, training.marking)
    assert (counted.learners, counted.attempts, counted.cautious, counted.bold) == (2, 3, 1, 1)
    assert (counted.stages["before"].percent, counted.stages["after"].percent) == (0, 100)
    assert round(counted.sure["sure"].percent) == 33
    assert counted.votes["a"] == {"cannot": 1, "may": 2}


def test_a_room_votes_and_each_learner_counts_once(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    id = "emergencies/attack-planned"
    for number, votes in enumerate((["cannot", "may-once"], ["may-once"], ["ask"])):
        done = tuple(attempt(id, said=vote, day=day) for day, vote in enumerate(votes))
        save_progress(Progress(format=1, learner=f"l{number}", attempts=done), folder / f"{number}.json")
    ran = train("tally", "results", "--plain", home=tmp_path)
    assert "2 It may share this, once a few things are done" in ran.out
    assert "1 Not sure, I would ask" in ran.out
    assert "0 It cannot share this as proposed" in ran.out
    assert "3 votes" in ran.out


# Exams


@pytest.fixture
def exam(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "pass").write_text("four words are good\n")
    ran = train("exam", "seal", "emergencies", "-o", "exam.json", "--passphrase-file", "pass", home=tmp_path)
    assert ran.code == 0
    yield tmp_path


def verify(home: Path, *more: str) -> Ran:
    return train("exam", "verify", "result.json", "--exam", "exam.json", "--passphrase-file", "pass", *more, home=home)


def test_an_exam_is_sealed_taken_and_verified(exam: Path, typed: list[str]) -> None:
    sealed = json.loads((exam / "exam.json").read_text())
    assert "right" not in json.dumps(sealed["paper"])
    left = train(
        "exam", "take", "exam.json", "-o", "result.json", "--plain", home=exam, stdin=typed[0] + typed[1][:2] + "s\n"
    )
    assert "Go on with" in left.err
    taken = train(
        "exam", "take", "exam.json", "-o", "result.json", "--plain", home=exam, stdin=typed[1][2:] + "".join(typed[2:])
    )
    assert "That was all" in taken.out
    key = re.search(r"key of your machine is ([0-9a-f-]{19})", taken.out)
    assert key
    verified = verify(exam, "--key", key[1], "--json")
    assert verified.code == 0
    found = json.loads(verified.out)
    assert found["holds"] and found["scenarios"][0]["marks"] == found["scenarios"][0]["of"] == 16
    assert verify(exam, "--key", "0000-0000-0000-0000").code == 1
    assert stat.S_IMODE((exam / "result.json").stat().st_mode) == 0o600
    again = train("exam", "take", "exam.json", "-o", "result.json", "--plain", home=exam)
    assert again.code == 2 and "finished and signed" in again.err
    text = (exam / "result.json").read_text()
    (exam / "result.json").write_text(text.replace('"may-once"', '"must"', 1))
    assert verify(exam).code == 1
    (exam / "pass").write_text("another passphrase")
    assert verify(exam).code == 2


def test_an_exam_that_was_altered_does_not_open(exam: Path, typed: list[str]) -> None:
    train("exam", "take", "exam.json", "-o", "result.json", "--plain", home=exam, stdin="".join(typed))
    text = (exam / "exam.json").read_text()
    (exam / "exam.json").write_text(text.replace("At six in the evening", "At ten in the evening"))
    ran = verify(exam)
    assert ran.code == 2
    assert "altered" in ran.err


def test_a_short_passphrase_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pass").write_text("short")
    ran = train("exam", "seal", "health", "-o", "exam.json", "--passphrase-file", "pass", home=tmp_path)
    assert ran.code == 2
    assert not (tmp_path / "exam.json").exists()


# Help in the interview


def test_help_in_the_interview_fades(tmp_path: Path) -> None:
    (tmp_path / "share.yaml").write_text(SHARE + "answers: {goal: Check taxi licences with the next council.}\n")
    home = {"XDG_DATA_HOME": str(tmp_path / "data")}
    ask = ("assess", "share.yaml", "--plain", "--explain-as-you-go")
    shown = [gatehouse(*ask, cwd=tmp_path, stdin="s\n", **home).out for _ in range(3)]
    plain = gatehouse(*ask[:-1], cwd=tmp_path, stdin="s\n", **home).out
    assert len(shown[0]) > len(plain)
    assert shown[0] == shown[1]
    assert shown[2] == plain


# A real terminal


@pytest.mark.terminal
@pytest.mark.parametrize("columns, rows", [(100, 40), (60, 30)], ids=["wide", "narrow"])
def test_a_learner_decides_by_keyboard_alone(columns: int, rows: int, tmp_path: Path) -> None:
    home = {"XDG_DATA_HOME": str(tmp_path / "data")}
    with Terminal("train", "emergencies", cwd=tmp_path, columns=columns, rows=rows, **home) as terminal:
        terminal.wait_for("Step 1 of 7")
        terminal.move_to("It may share this, once")
        terminal.press(ENTER)
        terminal.wait_for("Step 2 of 7")
        terminal.move_to("Telling now")
        terminal.press(REVIEW)
        terminal.wait_for("What is proposed", "On file", "Whatever the two")
        terminal.wait_until(lambda _: terminal.pointed()[:7] not in ("", "Telling"), "the step again")
        terminal.press(LEAVE)
        assert terminal.ended() == 0
    current = load_progress(own_file(tmp_path)).current
    assert current is not None and current.said == {"verdict": ("may-once",)}
    with Terminal("train", "emergencies", cwd=tmp_path, columns=columns, rows=rows, **home) as terminal:
        terminal.wait_for("Step 2 of 7")
        terminal.wait_for(POINTER)
        terminal.press(INTERRUPT)
        assert terminal.ended() == 130
        assert "Saved. Go on with: gatehouse train emergencies" in terminal.text()
    with Terminal("train", "emergencies", cwd=tmp_path, columns=columns, rows=rows, **home) as terminal:
        terminal.wait_for("Step 2 of 7")
        terminal.move_to("Telling now")
        terminal.press(ENTER)
        for step, label in ((3, "Vital interests"), (4, "Safeguarding children"), (5, ""), (6, "Share it now")):
            terminal.wait_for(rf"Step {step} of 7")
            if step == 5:
                terminal.move_to("Nothing")
                terminal.press(" ")
            else:
                terminal.move_to(label)
            terminal.press(ENTER)
        terminal.wait_for("How sure")
        terminal.move_to("Fairly sure")
        terminal.press(ENTER)
        terminal.wait_for("And now")
        terminal.move_to("Stop here")
        terminal.press(ENTER)
        assert terminal.ended() == 0
        assert "Marks: 16 of 16" in terminal.written
    assert load_progress(own_file(tmp_path)).attempts[0].sure == "fairly"


def test_answers_of_facts_are_the_answers_of_the_share(scenarios: dict[str, Scenario], training: Training) -> None:
    for scenario in scenarios.values():
        for id, answer in on_file(training.marking, scenario).items():
            assert answer == answer_of(scenario.file.share.answers[id])
