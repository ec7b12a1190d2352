"""The commands as scripts and people meet them: help, exit status, JSON, plain output, and the law's own pages."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
import typer
import yaml

from cli.main import COMMANDS, app_for
from knowledge.case import load_cases
from knowledge.model import KnowledgeBase
from knowledge.schemas import FILES, schemas
from tests.command import GATEHOUSE, SHARE, environment, gatehouse
from tests.terminal import Terminal

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
ESCAPE = "\x1b"
COLOUR = re.compile(r"\x1b\[[0-9;]*(3[0-7]|9[0-7])[0-9;]*m")
EXIT = {
    "must-share": 0,
    "may-share": 0,
    "may-share-with-conditions": 0,
    "outside-data-protection-law": 0,
    "more-needed": 10,
    "refer": 11,
    "cannot-share-as-proposed": 12,
}


@pytest.fixture
def share(tmp_path: Path) -> Path:
    path = tmp_path / "share.yaml"
    path.write_text(SHARE)
    return path


# Help


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_every_option_of_it_has_help_and_an_example(name: str) -> None:
    group: Any = typer.main.get_command(app_for())
    command = group.commands[name]
    assert f"For example: gatehouse {name}" in " ".join((command.help or "").split())
    options = [
        option for option in command.params if isinstance(option, click.Option) or option.param_type_name == "option"
    ]
    assert [option.name for option in options if not option.help] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_shown_for_each_command(name: str, tmp_path: Path) -> None:
    ran = gatehouse(name, "--help", cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert f"Usage: gatehouse {name}" in ran.out


def test_the_version_is_that_of_the_package(tmp_path: Path) -> None:
    ran = gatehouse("--version", cwd=tmp_path)
    assert (ran.code, ran.out, ran.err) == (0, f"gatehouse {version('gatehouse')}\n", "")
    assert "--version" in README.read_text()


def test_a_command_that_is_slightly_wrong_is_put_right_once(tmp_path: Path) -> None:
    ran = gatehouse("asess", cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("Did you mean 'assess'?") == 1


@pytest.mark.parametrize("command", ["browse", "law due"])
def test_a_list_of_hundreds_is_cut_at_a_terminal_and_whole_elsewhere(command: str, tmp_path: Path) -> None:
    with Terminal(*command.split(), cwd=tmp_path) as terminal:
        assert terminal.ended() == 0
        assert re.search(r"The first 50 of \d{3,}\.", terminal.written)
        assert len(terminal.written.splitlines()) < 500
    whole = gatehouse(*command.split(), cwd=tmp_path)
    assert "The first" not in whole.out
    assert len(whole.out.splitlines()) > 1_000


# An output that cannot be written


def in_shell(line: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line.replace("gatehouse", str(GATEHOUSE), 1)],
        cwd=cwd, env=environment(), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("command", ["browse", "schema", "assess share.yaml --no-input", "--help"])
def test_a_full_disk_is_told_in_a_line(command: str, share: Path) -> None:
    ran = in_shell(f"gatehouse {command} > /dev/full", share.parent)
    assert (ran.returncode, ran.stderr) == (2, "The output cannot be written: No space left on device.\n")


@pytest.mark.parametrize("command", ["browse", "schema"])
def test_a_reader_that_stops_reading_leaves_no_complaint_and_no_verdict(command: str, share: Path) -> None:
    ran = in_shell(f"gatehouse {command} | head -1", share.parent)
    assert (ran.returncode, ran.stderr) == (141, "")


def test_streams_that_are_closed_are_no_fault(share: Path) -> None:
    ran = in_shell("gatehouse assess share.yaml --no-input >&- 2>&-", share.parent)
    assert (ran.returncode, ran.stderr) == (10, "")
    ran = in_shell("gatehouse assess <&-", share.parent)
    assert (ran.returncode, ran.stderr) == (10, "Left before the first answer; nothing was kept.\n")
    assert list(share.parent.iterdir()) == [share]


@pytest.mark.skipif(not README.exists(), reason="README.md is not written yet")
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_readme(name: str) -> None:
    assert re.search(rf"\bgatehouse {name}\b", README.read_text())


# Exit status


@pytest.mark.parametrize("arguments", [["nosuch"], ["assess", "--nosuch"], ["show"], ["assess", "--no-input"],
                                       ["assess", "share.yaml", "--no-input", "--as-at", "tomorrow"],
                                       ["browse", "--kind", "gatewey"], ["draft", "share.yaml", "-o", "x.odt"]],
                         ids=" ".join)  # fmt: skip
def test_wrong_usage_exits_2_and_prints_nothing_on_standard_output(arguments: list[str], share: Path) -> None:
    ran = gatehouse(*arguments, cwd=share.parent)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.strip()
    assert "Traceback" not in ran.err
    assert [path.name for path in share.parent.iterdir()] == ["share.yaml"]


def test_a_verdict_has_the_exit_status_that_the_contract_gives_it(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    by_size = sorted(load_cases(knowledge), key=lambda case: (-len(case.share.parties) * len(case.share.data), case.id))
    by_verdict = {case.case.expected.verdict: case.path for case in by_size}  # the smallest of each
    seen: set[int] = set()
    for path in by_verdict.values():
        ran = gatehouse("assess", path, "--json", "--provisional", cwd=tmp_path)
        assert ran.code == EXIT[json.loads(ran.out)["verdict"]], path
        seen.add(ran.code)
    assert seen == {0, 10, 11, 12}


# JSON

CONTRACT = {
    "": {"gatehouse", "verdict", "summary", "as_at", "knowledge", "lines", "open_questions"},
    "lines": {"discloser", "receiver", "purpose", "data", "verdict", "regime", "gateways", "bars", "lawful_basis",
              "special_category", "receiving", "safeguards", "cautions", "assumptions", "mentioned", "open_questions",
              "nearest_lawful"},
    "gateways": {"id", "part_of", "status", "usable", "force", "strength", "instrument", "provision", "with", "url",
                 "checked", "blocked_by", "waits_for", "conditions"},
    "conditions": {"id", "outcome", "says", "cite", "because"},
    "bars": {"id", "side", "bites", "lifted", "lifted_by", "instrument", "provision", "checked"},
    "lifted_by": {"id", "instrument", "provision"},
    "lawful_basis": {"id", "side", "status", "instrument", "provision", "basis_in_law", "checked"},
    "special_category": {"id", "side", "status", "instrument", "provision", "article_9", "checked"},
    "receiving": {"regime", "status", "lawful_basis", "special_category"},
    "safeguards": {"id", "when", "who", "done"},
    "mentioned": {"id", "why"},
    "nearest_lawful": {"change", "verdict", "takes"},
}  # fmt: skip
WORDS = {
    "verdict": set(EXIT),
    "regime": {"uk-gdpr", "eu-gdpr", "dpa-1998", "law-enforcement", "intelligence-services", "none"},
    "bites": {"yes", "no", "unsettled"},
    "lifted": {"yes", "no", "unsettled"},
    "outcome": {"met", "not_met", "unknown"},
    "side": {"sending", "receiving"},
    "force": {"permissive", "mandatory"},
    "checked": {"verified", "secondary", "memory"},
    "status": {"open", "unsettled", "shut"},
}


def walk(value: Any, name: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Each mapping in a determination, with the key that it stands under."""
    found: list[tuple[str, dict[str, Any]]] = []
    if isinstance(value, dict):
        found.append((name, value))
        for key, part in value.items():
            found += walk(part, key)
    elif isinstance(value, list):
        for part in value:
            found += walk(part, name)
    return found


def test_json_is_all_that_stands_on_standard_output_and_has_the_contracts_keys(tmp_path: Path) -> None:
    seen: set[str] = set()
    for case in sorted((ROOT / "tests" / "cases").glob("*.yaml"))[::15]:
        ran = gatehouse("assess", case, "--json", "--no-input", "--provisional", cwd=tmp_path)
        found = json.loads(ran.out)
        assert (ran.code, found["gatehouse"]) == (EXIT[found["verdict"]], 1)
        assert sum(found["summary"].values()) > 0
        assert list(EXIT) and set(found["summary"]) <= set(EXIT)
        for name, part in walk(found):
            if name in CONTRACT:
                seen.add(name)
                assert CONTRACT[name] - set(part) == set(), f"{case.name}: {name}"
            for key, words in WORDS.items():
                if name in CONTRACT and key in part:
                    assert part[key] in words, f"{case.name}: {name}.{key}"
    assert seen >= {"", "lines", "gateways", "conditions", "bars", "lawful_basis", "receiving", "safeguards"}


def test_the_whole_takes_the_most_cautious_verdict_and_counts_every_line(tmp_path: Path) -> None:
    order = ["cannot-share-as-proposed", "refer", "more-needed", "may-share-with-conditions", "may-share",
             "must-share", "outside-data-protection-law"]  # fmt: skip
    share = SHARE.replace("[licensing]", "[licensing, commercial]").replace("permits]", "permits, health]")
    (tmp_path / "share.yaml").write_text(share)
    found = json.loads(gatehouse("assess", "share.yaml", "--json", cwd=tmp_path).out)
    assert found["verdict"] == min(found["summary"], key=order.index)
    assert sum(found["summary"].values()) == 4
    assert {(line["purpose"], kind) for line in found["lines"] for kind in line["data"]} == {
        (purpose, kind) for purpose in ("licensing", "commercial") for kind in ("licences-and-permits", "health")
    }


def test_all_adds_the_powers_that_are_shut_with_the_conditions_that_shut_them(share: Path) -> None:
    few = json.loads(gatehouse("assess", share, "--json", cwd=share.parent).out)["lines"][0]["gateways"]
    every = json.loads(gatehouse("assess", share, "--json", "--all", cwd=share.parent).out)["lines"][0]["gateways"]
    assert {gateway["status"] for gateway in few} <= {"open", "unsettled"}
    shut = [gateway for gateway in every if gateway["status"] == "shut"]
    assert len(shut) > 100
    assert {gateway["id"] for gateway in few} < {gateway["id"] for gateway in every}
    in_force = [gateway for gateway in shut if gateway["conditions"]]
    assert [g["id"] for g in in_force if "not_met" not in {c["outcome"] for c in g["conditions"]}] == []


@pytest.mark.parametrize("date, regime", [("2018-05-24", "dpa-1998"), ("2018-05-25", "eu-gdpr"),
                                          ("2020-12-31", "eu-gdpr"), ("2021-01-01", "uk-gdpr")])  # fmt: skip
def test_as_at_picks_the_law_of_the_day(date: str, regime: str, share: Path) -> None:
    share.write_text(SHARE + "answers: {identifiability: identifiable, subjects: [adults]}\n")
    found = json.loads(gatehouse("assess", share, "--json", "--as-at", date, cwd=share.parent).out)
    assert (found["as_at"], found["lines"][0]["regime"]) == (date, regime)


def test_the_date_of_the_share_holds_where_none_is_asked_for(share: Path) -> None:
    found = json.loads(gatehouse("assess", share, "--json", cwd=share.parent).out)
    assert found["as_at"] == "2026-11-22"


def test_provisional_takes_promises_as_given_and_never_a_fact_or_a_judgement(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    taken: set[str] = set()
    for case in sorted((ROOT / "tests" / "cases").glob("*.yaml"))[::18]:
        found = json.loads(gatehouse("assess", case, "--json", "--provisional", cwd=tmp_path).out)
        taken |= {id for line in found["lines"] for id in line["assumptions"]}
        plain = json.loads(gatehouse("assess", case, "--json", cwd=tmp_path).out)
        assert [line["assumptions"] for line in plain["lines"] if line["assumptions"]] == []
    assert taken
    assert {knowledge.questions[id].kind for id in taken} == {"assurance"}


# What is shown where


def in_a_terminal(*arguments: str | Path, cwd: Path, **extra: str) -> str:
    """Everything that a command writes when it runs in a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [GATEHOUSE, *map(str, arguments)], cwd=cwd, stdin=theirs, stdout=theirs, stderr=theirs,
        env=environment(**{"TERM": "xterm-256color", "COLUMNS": "100", **extra}),
    )  # fmt: skip
    os.close(theirs)
    written = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        written += part
    process.wait()
    os.close(ours)
    return written.decode()


def test_a_terminal_gets_colour_and_one_that_wants_none_gets_none(share: Path) -> None:
    arguments = ("assess", share, "--no-input")
    assert COLOUR.search(in_a_terminal(*arguments, cwd=share.parent))
    assert not COLOUR.search(in_a_terminal(*arguments, cwd=share.parent, NO_COLOR="1"))


@pytest.mark.parametrize(
    "how", [{"ACCESSIBLE": "1"}, {"TERM": "dumb"}, {"--plain": ""}], ids=lambda how: next(iter(how))
)
def test_plain_output_holds_no_escape_and_no_box(how: dict[str, str], share: Path) -> None:
    flags = [name for name in how if name.startswith("--")]
    extra = {name: value for name, value in how.items() if not name.startswith("--")}
    shown = in_a_terminal("assess", share, "--no-input", *flags, cwd=share.parent, **extra)
    assert "You cannot share this yet" in shown
    assert ESCAPE not in shown
    assert not re.search("[─│╭╰━┃]", shown)


@pytest.mark.parametrize("arguments", [["assess", "share.yaml", "--no-input"], ["browse", "taxi"],
                                       ["show", "cda-1998-s115"], ["--help"], ["nosuch"]], ids=" ".join)  # fmt: skip
def test_what_goes_to_a_file_or_a_pipe_holds_no_escape(arguments: list[str], share: Path) -> None:
    ran = gatehouse(*arguments, cwd=share.parent, TERM="xterm-256color")
    assert ESCAPE not in ran.out + ran.err
    assert ran.out + ran.err


@pytest.mark.parametrize("arguments", [["browse"], ["browse", "--json"], ["assess", "share.yaml", "--json", "--all"],
                                       ["show", "cda-1998-s115"]], ids=" ".join)  # fmt: skip
def test_a_reader_who_leaves_early_hears_no_complaint(arguments: list[str], share: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ran = subprocess.run(
        [GATEHOUSE, *arguments], cwd=share.parent, stdout=writer, stderr=subprocess.PIPE, env=environment(), check=False
    )
    os.close(writer)
    assert ran.stderr == b""


# The law's own pages


def test_browse_finds_what_has_all_the_words_and_nothing_else(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    every = json.loads(gatehouse("browse", "--json", cwd=tmp_path).out)
    assert {entry["id"] for entry in every} == set(knowledge.provisions)
    found = json.loads(gatehouse("browse", "taxi", "drivers", "--json", cwd=tmp_path).out)
    assert found and {entry["id"] for entry in found} < {entry["id"] for entry in every}
    kinds = json.loads(gatehouse("browse", "--kind", "bar", "--json", cwd=tmp_path).out)
    assert {entry["id"] for entry in kinds} == {bar.id for bar in knowledge.of_kind("bar")}


@pytest.mark.parametrize("listed", ["bodies", "purposes", "data"])
def test_browse_lists_every_word_that_a_share_may_use(listed: str, knowledge: KnowledgeBase, tmp_path: Path) -> None:
    found = json.loads(gatehouse("browse", f"--{listed}", "--json", cwd=tmp_path).out)
    assert [entry["id"] for entry in found] == list(knowledge.vocabularies[listed])


@pytest.mark.parametrize("id", ["cda-1998-s115", "proportionate", "housing-association"])
def test_show_tells_of_provisions_questions_and_words(id: str, tmp_path: Path) -> None:
    ran = gatehouse("show", id, cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert id in ran.out


def test_show_names_the_near_miss(tmp_path: Path) -> None:
    ran = gatehouse("show", "cda-1998-s151", cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "Nothing is called 'cda-1998-s151'. Did you mean 'cda-1998-s115'? 'gatehouse browse WORDS' searches.\n"
    )


def test_check_finds_nothing_wrong_and_says_what_it_looked_at(tmp_path: Path) -> None:
    ran = gatehouse("check", cwd=tmp_path)
    assert (ran.code, ran.out) == (0, "")
    assert re.fullmatch(r"\d+ provisions with \d+ conditions, .*: no problems\.\n", ran.err)


# Schemas


class EditorLoader(yaml.CSafeLoader):
    """Reads YAML as editors do: 1 is a number, `true` is true, and `yes` and dates are text."""


EditorLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?[0-9]+\.[0-9]+", "-+0123456789"),
    ("bool", r"true|false", "tf"),
    ("null", r"~|null|", ["~", "n", ""]),
):
    EditorLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))

PLACES = {
    "provision": "gateways/**/*.yaml",
    "implied-fact": "knowledge/facts/**/*.yaml",
    "instrument": "knowledge/instruments/**/*.yaml",
    "questions": "knowledge/questions/**/*.yaml",
    "groups": "knowledge/groups/**/*.yaml",
    "vocabulary": "knowledge/vocabulary/*.yaml",
    "glossary": "knowledge/glossary.yaml",
    "emergency": "knowledge/emergency.yaml",
    "share": "knowledge/casebook/**/*.yaml",
    "scenario": "knowledge/casebook/*/*.yaml",
    "pack": "knowledge/training/packs/*.yaml",
}


def test_schema_writes_one_for_each_kind_of_file(tmp_path: Path) -> None:
    ran = gatehouse("schema", "kept", cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    written = {
        path.name.removesuffix(".schema.json"): json.loads(path.read_text()) for path in (tmp_path / "kept").iterdir()
    }
    assert written.pop("determination")["title"] == "Gatehouse determination"
    assert written == json.loads(json.dumps(schemas()))
    assert ran.out.splitlines() == [f"kept/{name}.schema.json" for name in (*FILES, "determination")]


@pytest.mark.parametrize("name", PLACES)
def test_a_schema_accepts_the_real_files_and_refuses_a_broken_one(name: str) -> None:
    validator = jsonschema.Draft202012Validator(schemas()[name])
    files = sorted(ROOT.glob(PLACES[name]))
    files = files[::12] if len(files) > 50 else files
    assert files
    for path in files:
        read = yaml.load(path.read_text(), Loader=EditorLoader)
        faults = [error.message for error in validator.iter_errors(read.get("share", read))]
        assert faults == [], path
        entry = next(iter(read.values()))
        broken = (
            {**read, "no-such-key": 1} if not isinstance(entry, dict) else {**read, "x": {**entry, "no-such-key": 1}}
        )
        assert list(validator.iter_errors(broken)), path


def test_every_schema_is_one_that_editors_can_read() -> None:
    assert set(PLACES) == set(FILES)
    for schema in schemas().values():
        jsonschema.Draft202012Validator.check_schema(schema)
