"""A class gives its results to one place, a folder or a database: nobody reads another's, and all can be taken back."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.classes import Database, Folder, Place, hand_in, load_joined, place_of, take_back
from knowledge.model import KnowledgeBase
from knowledge.problems import BadInput
from knowledge.results import Progress
from knowledge.training import load_training
from tests.command import Ran, gatehouse
from tests.database import NAMED, as_learner, fresh, postgres, programs
from tests.learners import attempt, class_of
from tests.terminal import INTERRUPT, Terminal

NO_DATABASE = "postgresql://learner:secret@127.0.0.1:1/none#spring"
ANY = "1\n" * 7
needs_postgres = pytest.mark.skipif(not NAMED and programs() is None, reason="PostgreSQL is not installed")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if NAMED:
        yield NAMED
    else:
        with postgres() as found:
            yield found


@pytest.fixture
def database(server: str) -> Iterator[str]:
    with fresh(server) as found:
        yield found


@pytest.fixture(params=["folder", pytest.param("database", marks=needs_postgres)])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Place, Place]:
    """A class as its trainer reaches it, and as its learners do."""
    if request.param == "folder":
        return Folder(tmp_path / "class"), Folder(tmp_path / "class")
    database = request.getfixturevalue("database")
    return Database(database, "spring"), Database(as_learner(database), "spring")


def train(*arguments: str | Path, home: Path, stdin: str = "", **extra: str) -> Ran:
    return gatehouse("train", *arguments, cwd=home, stdin=stdin, XDG_DATA_HOME=str(home / "data"), **extra)


def read(place: Place) -> list[Progress]:
    found = list(place.results())
    assert all(isinstance(one, Progress) for one in found)
    return [one for one in found if isinstance(one, Progress)]


def test_a_class_comes_together_and_each_can_take_back_what_is_theirs(
    places: tuple[Place, Place], tmp_path: Path
) -> None:
    trainer, learner = places
    trainer.begin("gatehouse_learners" if isinstance(trainer, Database) else "")
    first, second = attempt("a", stage="before"), attempt("b", day=1)
    for name in ("one", "two"):
        hand_in(learner, name, [first], tmp_path / f"{name}.json")
        hand_in(learner, name, [first, second], tmp_path / f"{name}.json")
    assert sorted((one.learner, one.attempts) for one in read(trainer)) == [
        ("one", (first, second)),
        ("two", (first, second)),
    ]
    assert take_back(learner, tmp_path / "one.json") == 2
    assert [one.learner for one in read(trainer)] == ["two"]
    assert not (tmp_path / "one.json").exists()
    assert trainer.clear() == 1
    assert read(trainer) == []


def test_two_of_the_same_name_do_not_overwrite_each_other(places: tuple[Place, Place], tmp_path: Path) -> None:
    trainer, learner = places
    trainer.begin("gatehouse_learners" if isinstance(trainer, Database) else "")
    for machine in ("one", "two"):
        hand_in(learner, "Group 7", [attempt("a")], tmp_path / f"{machine}.json")
    assert [one.learner for one in read(trainer)] == ["Group 7", "Group 7"]


def test_what_could_not_be_given_is_given_the_next_time(tmp_path: Path) -> None:
    blocked, path = tmp_path / "class", tmp_path / "classes.json"
    blocked.write_text("a file, and no folder")
    with pytest.raises(BadInput):
        hand_in(Folder(blocked), "one", [attempt("a")], path)
    assert load_joined(path)[str(blocked)].waiting == (attempt("a"),)
    blocked.unlink()
    hand_in(Folder(blocked), "one", [attempt("b", day=1)], path)
    assert [one.scenario for one in read(Folder(blocked))[0].attempts] == ["a", "b"]
    assert load_joined(path)[str(blocked)].waiting == ()


def test_a_file_for_the_class_can_be_read_by_its_group_and_nobody_else(tmp_path: Path) -> None:
    hand_in(Folder(tmp_path / "class"), "one", [attempt("a")], tmp_path / "classes.json")
    assert [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "class").iterdir()] == [0o640]
    assert stat.S_IMODE((tmp_path / "classes.json").stat().st_mode) == 0o600


@needs_postgres
def test_a_learner_of_a_database_reads_and_deletes_nothing_of_others(database: str, tmp_path: Path) -> None:
    import psycopg

    trainer, learner = Database(database), Database(as_learner(database))
    trainer.begin("gatehouse_learners")
    hand_in(learner, "one", [attempt("a")], tmp_path / "one.json")
    assert read(learner) == []
    assert learner.clear() == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege), psycopg.connect(learner.url) as connection:
        connection.execute("INSERT INTO gatehouse_training VALUES ('', 'another', 'x', 's', now(), '{}')")
    with pytest.raises(BadInput, match="may not do that"):
        learner.begin("")
    assert len(read(trainer)) == 1


@needs_postgres
def test_classes_of_one_database_stay_apart(database: str, tmp_path: Path) -> None:
    spring, autumn = Database(database, "spring"), Database(database, "autumn; DROP TABLE gatehouse_training")
    spring.begin("")
    for place in (spring, autumn):
        hand_in(place, place.group, [attempt("a")], tmp_path / "classes.json")
    assert [one.learner for one in read(autumn)] == [autumn.group]
    assert autumn.clear() == 1
    assert [one.learner for one in read(spring)] == ["spring"]


@needs_postgres
def test_a_result_that_cannot_be_read_is_left_out(database: str, tmp_path: Path) -> None:
    import psycopg

    place = Database(database)
    place.begin("")
    hand_in(place, "one", [attempt("a")], tmp_path / "classes.json")
    with psycopg.connect(database) as connection:
        connection.execute("INSERT INTO gatehouse_training VALUES ('', 'k', 'x', 's', now(), '{\"scenario\": 1}')")
    found = list(place.results())
    assert [type(one) for one in found].count(BadInput) == 1 and len(found) == 2


@needs_postgres
def test_a_database_is_reported_as_files_are(knowledge: KnowledgeBase, database: str, tmp_path: Path) -> None:
    training = load_training(knowledge)
    class_of(30, training, tmp_path / "results")
    place = Database(database, "spring")
    place.begin("")
    for number, one in enumerate(read(Folder(tmp_path / "results"))):
        hand_in(place, one.learner, one.attempts, tmp_path / f"{number}-classes.json")
    for where in ("results", f"{database}#spring"):
        ran = train("report", where, "-o", f"{len(where)}.csv", home=tmp_path)
        assert (ran.code, ran.err.split(" Written")[0]) == (0, "30 learners, 300 scenarios.")
    first, second = (path.read_text() for path in sorted(tmp_path.glob("*.csv")))
    assert first == second


@needs_postgres
def test_a_learner_gives_to_a_database_and_takes_it_back(database: str, tmp_path: Path) -> None:
    place, learners = f"{database}#spring", f"{as_learner(database)}#spring"
    early = train("emergencies", "--plain", "--results", learners, home=tmp_path, stdin=ANY + "2\n")
    assert early.code == 0 and "there is no class here yet" in early.err and "Marks: " in early.out
    begun = train("class", place, "--learners", "gatehouse_learners", home=tmp_path)
    assert begun.code == 0 and "--results 'postgresql://gatehouse_learners@" in begun.out
    train("emergencies", "--plain", home=tmp_path, stdin=ANY + "2\n")  # to oneself
    third = train("emergencies", "--plain", home=tmp_path, stdin=ANY + "2\n", GATEHOUSE_RESULTS=learners)
    assert (third.code, third.err) == (0, "")
    (given,) = read(place_of(place))
    assert [one.scenario for one in given.attempts] == [given.attempts[0].scenario, given.attempts[1].scenario]
    own = json.loads((tmp_path / "data/gatehouse/training/progress.json").read_text())
    assert given.learner == own["learner"] and len(own["attempts"]) == 3
    tally = train("tally", place, given.attempts[0].scenario, "--plain", home=tmp_path)
    assert "1 It must share this" in tally.out
    assert train("delete", learners, "--yes", home=tmp_path).code == 0
    assert read(place_of(place)) == []
    assert train("export", learners, home=tmp_path).code == 0
    assert len(read(place_of(place))[0].attempts) == 3
    assert train("delete", "--yes", home=tmp_path).code == 0
    assert read(place_of(place)) == []
    assert list((tmp_path / "data/gatehouse/training").iterdir()) == []


def test_a_database_that_does_not_answer_stops_no_learner_and_its_password_is_not_told(tmp_path: Path) -> None:
    ran = train("emergencies", "--plain", "--results", NO_DATABASE, home=tmp_path, stdin=ANY + "2\n")
    assert ran.code == 0 and "Marks: " in ran.out
    assert "Not given yet" in ran.err and "kept on this machine" in ran.err
    kept = (tmp_path / "data/gatehouse/training/classes.json").read_text()
    assert "secret" not in ran.err + ran.out + kept
    deleted = train("delete", "--yes", home=tmp_path)
    assert deleted.code == 2 and "Nothing was deleted on this machine" in deleted.err
    assert train("delete", "--here", "--yes", home=tmp_path).code == 0
    assert list((tmp_path / "data/gatehouse/training").iterdir()) == []


@pytest.mark.terminal
@pytest.mark.parametrize("columns, rows", [(100, 40), (60, 30)], ids=["wide", "narrow"])
def test_a_room_watches_votes_arrive(places: tuple[Place, Place], columns: int, rows: int, tmp_path: Path) -> None:
    trainer, learner = places
    trainer.begin("gatehouse_learners" if isinstance(trainer, Database) else "")
    where = f"{trainer.url}#{trainer.group}" if isinstance(trainer, Database) else trainer.name
    with Terminal("train", "tally", where, "--follow", cwd=tmp_path, columns=columns, rows=rows) as terminal:
        terminal.wait_for("Nobody has done a scenario yet")
        for number, said in enumerate(("may-once", "cannot", "may-once"), 1):
            vote = attempt("emergencies/attack-planned", said=said, day=number)
            hand_in(learner, f"l{number}", [vote], tmp_path / f"{number}.json")
            shown = terminal.wait_for(rf"(?m)^ *{number} votes?$")
        assert "A patient speaks of an attack tomorrow" in shown and "Nobody" not in shown
        assert re.search(r"(?m)^2 It may share this, once a few things are done$", shown)
        assert re.search(r"(?m)^1 It cannot share this as proposed$", shown)
        terminal.press(INTERRUPT)
        assert terminal.ended() == 0


def test_a_watcher_without_a_screen_gets_plain_lines(tmp_path: Path) -> None:
    hand_in(Folder(tmp_path / "class"), "one", [attempt("emergencies/attack-planned")], tmp_path / "classes.json")
    with Terminal("train", "tally", "class", "--follow", "--plain", cwd=tmp_path) as terminal:
        terminal.wait_for("1 vote")
        terminal.press(INTERRUPT)
        assert terminal.ended() == 0
    assert "\x1b" not in terminal.written and "█" not in terminal.written


@pytest.mark.parametrize(
    "arguments, told",
    [(["report", "mysql://host/db", "-o", "a.html"], "cannot hold a class"),
     (["report", NO_DATABASE, "-o", "a.html"], "cannot be reached"),
     (["tally", NO_DATABASE], "cannot be reached"), (["class", NO_DATABASE], "cannot be reached"),
     (["delete", "elsewhere", "--yes"], "gave nothing to it"),
     (["report", "postgresql://a b@c d/x", "-o", "a.html"], "not an address"),
     (["class", "here", "--learners", "them"], "a folder has no users")],
)  # fmt: skip
def test_bad_places_are_told_plainly(arguments: list[str], told: str, tmp_path: Path) -> None:
    ran = train(*arguments, home=tmp_path)
    assert ran.code == 2
    assert told in ran.err
    assert "Traceback" not in ran.err and "secret" not in ran.err
