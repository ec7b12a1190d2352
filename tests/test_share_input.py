"""Bad share files: a clear message on standard error, exit status 2, nothing on standard output, nothing written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from knowledge.decode import decode
from knowledge.model import KnowledgeBase
from knowledge.share import dump_share, load_share, save_share
from tests.command import SHARE, environment, gatehouse

ROOT = Path(__file__).parent.parent
DEEP = "bad.yaml:1: it is nested more than 40 deep. A share needs five."
NOT_A_SHARE = "bad.yaml:1: this is not a share. A share starts with the line 'gatehouse: 1'."
LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{one}: &{one} [{', '.join([f'*{before}'] * 9)}]\n" for before, one in zip("abcdefgh", "bcdefghi", strict=True)
)
PARTIES = "".join(
    f"  - {{id: party-{number}, name: Party {number}, kind: district-council, role: both}}\n" for number in range(150)
)

# What is wrong: (the file, every message that it gives).
BAD: dict[str, tuple[str | bytes, list[str]]] = {
    "a key that there is not": (
        SHARE.replace("title:", "titel:"),
        [
            "bad.yaml:2: the file has an unknown key 'titel'. Known keys: gatehouse, title, as_at, nation, parties, "
            "purpose, data, essential, flows, answers, agreement, case. Did you mean 'title'?"
        ],
    ),
    "a key of a party that there is not": (
        SHARE.replace("kind: district-council, role: discloser", "kidn: district-council, role: discloser"),
        [
            "bad.yaml:6: party 'one' has an unknown key 'kidn'. Known keys: id, name, kind, role, nation, controller, "
            "acts-for. Did you mean 'kind'?",
            "bad.yaml:6: party 'one' lacks the key 'kind'.",
        ],
    ),
    "wrong types": (
        SHARE.replace("[licensing]", "licensing").replace("title: Taxi licences", "title: [Taxi, licences]"),
        [
            "bad.yaml:2: 'title' is a list. It has to be text.",
            "bad.yaml:8: 'purpose' is 'licensing'. It has to be a list.",
        ],
    ),
    "a purpose, a kind of body and a kind of data that there are not": (
        SHARE.replace("[licensing]", "[licencing, fraud-prevention]")
        .replace("kind: district-council, role: d", "kind: distict-council, role: d")
        .replace("licences-and-permits", "licenses-and-permits"),
        [
            "bad.yaml:6: 'kind' has no option 'distict-council'. Did you mean 'district-council'? "
            "'gatehouse browse --bodies' lists all {bodies}.",
            "bad.yaml:8: 'purpose' has no option 'fraud-prevention'. Did you mean 'fraud-against-public-sector'? "
            "'gatehouse browse --purposes' lists all {purposes}.",
            "bad.yaml:8: 'purpose' has no option 'licencing'. Did you mean 'licensing'? "
            "'gatehouse browse --purposes' lists all {purposes}.",
            "bad.yaml:9: 'data' has no option 'licenses-and-permits'. Did you mean 'licences-and-permits'? "
            "'gatehouse browse --data' lists all {data}.",
        ],
    ),
    "a question and an answer that there are not": (
        SHARE + "answers:\n  identifiabilty: identifiable\n  how-shared: onec\n  own-task: [yes]\n",
        [
            "bad.yaml:11: no question is called 'identifiabilty'. Did you mean 'identifiability'?",
            "bad.yaml:12: 'how-shared' has no option 'onec'. Its options: once, regular, both-ways, pool, look-up, "
            "on-request, urgent, not-sure. Did you mean 'once'?",
            "bad.yaml:13: 'own-task' takes one answer, not a list.",
        ],
    ),
    "days that there are not": (
        SHARE.replace("2026-11-22", "2026-13-01") + "answers:\n  own-task: {answer: yes, until: soon}\n",
        [
            "bad.yaml:3: '2026-13-01' for 'as_at' is not a date. Write YYYY-MM-DD, such as 2026-02-05.",
            "bad.yaml:11: 'soon' for 'until' is not a date. Write YYYY-MM-DD, such as 2026-02-05.",
        ],
    ),
    "an end before the start": (
        SHARE + "answers:\n  own-task: {answer: yes, from: 2026-02-01, until: 2026-01-31}\n",
        ["bad.yaml:11: 'own-task' ends on 2026-01-31, before it starts on 2026-02-01."],
    ),
    "a word for a nation that YAML takes for false": (
        SHARE.replace("nation: england", "nation: no"),
        ["bad.yaml:4: 'nation' has no option 'no'. Its options: england, wales, scotland, northern-ireland."],
    ),
    "a key given twice": (SHARE + "title: Again\n", ["bad.yaml:10: the key 'title' is given twice. Keep one."]),
    "a party given twice": (
        SHARE.replace("id: two", "id: one"),
        ["bad.yaml:7: the party 'one' is given twice. Each needs an id of its own."],
    ),
    "parties that are not there": (
        SHARE.replace("role: receiver", "role: receiver, controller: oen")
        + "flows:\n  - {from: one, to: tow}\n  - {from: nobody, to: two, data: [helth]}\n",
        [
            "bad.yaml:7: 'controller' names no party: 'oen'. Did you mean 'one'?",
            "bad.yaml:11: 'to' names no party: 'tow'. Did you mean 'two'?",
            "bad.yaml:12: 'data' has no option 'helth'. Did you mean 'health'? "
            "'gatehouse browse --data' lists all {data}.",
            "bad.yaml:12: 'from' names no party: 'nobody'.",
        ],
    ),
    "faults of types and of words told together": (
        SHARE.replace("nation: england", "nation: engalnd").replace("[licensing]", "[licencing]"),
        [
            "bad.yaml:4: 'nation' has no option 'engalnd'. Its options: england, wales, scotland, northern-ireland. "
            "Did you mean 'england'?",
            "bad.yaml:8: 'purpose' has no option 'licencing'. Did you mean 'licensing'? "
            "'gatehouse browse --purposes' lists all {purposes}.",
        ],
    ),
    "no format version": (
        SHARE.removeprefix("gatehouse: 1\n"),
        ["bad.yaml:1: the line 'gatehouse: 1' is missing. A share starts with it."],
    ),
    "another format version": (
        SHARE.replace("gatehouse: 1", "gatehouse: 2"),
        ["bad.yaml:1: 'gatehouse' has no option '2'. Its options: 1."],
    ),
    "an empty file": ("", [NOT_A_SHARE]),
    "a list at the top": ("- a\n- b\n", [NOT_A_SHARE]),
    "a word at the top": ("hello\n", [NOT_A_SHARE]),
    "not YAML": (
        SHARE + "answers: {a: [b}\n",
        ["bad.yaml:10: this is not YAML: while parsing a flow sequence, did not find expected ',' or ']'."],
    ),
    "binary": (
        b"\x89PNG\r\n\x1a\n\xff\xfe\x01" * 100,
        ["bad.yaml:1: it is not UTF-8 text. Save it as UTF-8."],
    ),
    "NUL bytes": (
        SHARE.replace("England", "").encode() + b"x: \0\n",
        ["bad.yaml:10: it holds NUL bytes: this is not text."],
    ),
    "another encoding": (
        SHARE.replace("Taxi", "Café").encode("latin-1"),
        ["bad.yaml:2: it is not UTF-8 text. Save it as UTF-8."],
    ),
    "a control character": (
        SHARE.replace("Taxi", "Ta\x07xi"),
        ["bad.yaml:2: it holds the character U+0007, which is not for text. Take it out."],
    ),
    "a tag that would run something": (
        SHARE.replace("title: Taxi", "title: !!python/object/apply:os.system Taxi"),
        [
            "bad.yaml:2: the tag 'tag:yaml.org,2002:python/object/apply:os.system' is not used here. "
            "Write the plain value."
        ],
    ),
    "anchors and aliases": (
        SHARE.replace("Onetown", "&n Onetown") + "agreement: {publication: *n}\n",
        [
            "bad.yaml:6: anchors and aliases (& and *) are not used here. Write it out.",
            "bad.yaml:10: anchors and aliases (& and *) are not used here. Write it out.",
        ],
    ),
    "lists nested without end": ("[" * 100_000, [DEEP]),
    "mappings nested without end": ("{a: " * 100_000, [DEEP]),
    "block lists nested without end": ("- " * 100_000, [DEEP]),
    "more lines than can be decided": (
        SHARE[: SHARE.index("  - {")] + PARTIES + "purpose: [licensing]\ndata: [licences-and-permits]\n",
        ["bad.yaml:5: this makes some 22500 lines; at most 20000 are decided at once. Split it."],
    ),
    "markup, templates and escapes": (
        SHARE.replace("[licensing]", '["[bold]x[/bold]", "{{ 7*7 }}", "\\e[31mred\\u202e", "\\e]0;title\\a"]'),
        [
            "bad.yaml:8: 'purpose' has no option '�[31mred�'. 'gatehouse browse --purposes' lists all {purposes}.",
            "bad.yaml:8: 'purpose' has no option '�]0;title�'. 'gatehouse browse --purposes' lists all {purposes}.",
            "bad.yaml:8: 'purpose' has no option '[bold]x[/bold]'. 'gatehouse browse --purposes' lists all {purposes}.",
            "bad.yaml:8: 'purpose' has no option '{{ 7*7 }}'. 'gatehouse browse --purposes' lists all {purposes}.",
        ],
    ),
    "a word without end": (
        SHARE.replace("[licensing]", "[" + "x" * 100_000 + "]"),
        [
            "bad.yaml:8: 'purpose' has no option '"
            + "x" * 60
            + "…'. 'gatehouse browse --purposes' lists all {purposes}."
        ],
    ),
}


def refused(folder: Path, *arguments: str | Path) -> list[str]:
    """Run a command that has to refuse what it is given; gives back what it said."""
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    ran = gatehouse("assess", *arguments, cwd=folder)
    assert (ran.code, ran.out) == (2, ""), ran.err
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    return ran.err.splitlines()


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_refused_with_all_that_is_wrong(what: str, tmp_path: Path, knowledge: KnowledgeBase) -> None:
    text, messages = BAD[what]
    (tmp_path / "bad.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    expected = messages
    for name in ("bodies", "purposes", "data"):
        count = str(len(list(knowledge.vocabularies[name])))
        expected = [message.replace(f"{{{name}}}", count) for message in expected]
    assert refused(tmp_path, "bad.yaml", "--no-input") == expected


def test_a_share_that_laughs_a_billion_times_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(SHARE + "agreement:\n  publication: *i\n" + LAUGHS)
    said = refused(tmp_path, "bad.yaml", "--json")
    assert said[0] == "bad.yaml:11: anchors and aliases (& and *) are not used here. Write it out."
    assert len(said) <= 61


def test_fifty_megabytes_are_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "bad.yaml").open("wb") as file:
        file.truncate(50_000_000)
    assert refused(tmp_path, "bad.yaml", "--no-input") == ["bad.yaml: it is 50.0 MB; at most 2 MB can be read."]


def test_a_file_that_is_not_there_is_named_with_the_nearest_that_is(tmp_path: Path) -> None:
    (tmp_path / "housing.yaml").write_text(SHARE)
    assert refused(tmp_path, "huosing.yaml", "--no-input") == [
        "huosing.yaml: there is no such file. Did you mean 'housing.yaml'?"
    ]
    assert refused(tmp_path, "taxis.yaml", "--no-input") == ["taxis.yaml: there is no such file."]


def test_a_folder_and_a_device_are_no_shares(tmp_path: Path) -> None:
    assert refused(tmp_path, ".", "--no-input") == [".: this is a folder. Name a file in it."]
    assert refused(tmp_path, "/dev/zero", "--no-input") == [
        "/dev/zero: it does not end within 2 MB, the most that can be read."
    ]


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no file here that even an administrator cannot read")
def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    assert refused(tmp_path, "/proc/self/mem", "--no-input") == [
        "/proc/self/mem: it cannot be read: Input/output error."
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="an administrator may read every file")
def test_a_file_without_permission_says_so(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(SHARE)
    (tmp_path / "bad.yaml").chmod(0)
    assert refused(tmp_path, "bad.yaml", "--no-input") == ["bad.yaml: it cannot be read: Permission denied."]


def test_every_command_that_takes_a_share_refuses_a_bad_one(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(SHARE.replace("title:", "titel:"))
    for arguments in (("assess", "bad.yaml"), ("assess", "bad.yaml", "--json"), ("draft", "bad.yaml", "-o", "x.md")):
        ran = gatehouse(*arguments, cwd=tmp_path)
        assert (ran.code, ran.out, ran.err[:24]) == (2, "", "bad.yaml:2: the file has"), arguments
    assert [path.name for path in tmp_path.iterdir()] == ["bad.yaml"]


# What is unusual and not wrong


def test_yes_and_no_without_quotes_are_answers(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    answers = "answers:\n  own-task: {}\n  collected-on-consent: {}\n"
    (tmp_path / "bare.yaml").write_text(SHARE + answers.format("yes", "no"))
    (tmp_path / "quoted.yaml").write_text(SHARE + answers.format("'yes'", '"no"'))
    bare = load_share(tmp_path / "bare.yaml", knowledge)
    assert bare == load_share(tmp_path / "quoted.yaml", knowledge)
    assert bare.answers == {"own-task": "yes", "collected-on-consent": "no"}


def test_a_byte_order_mark_and_the_line_ends_of_windows_are_read(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    (tmp_path / "plain.yaml").write_text(SHARE)
    (tmp_path / "windows.yaml").write_bytes(b"\xef\xbb\xbf" + SHARE.replace("\n", "\r\n").encode())
    assert load_share(tmp_path / "windows.yaml", knowledge) == load_share(tmp_path / "plain.yaml", knowledge)


def test_a_key_with_nothing_after_it_has_not_been_answered(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    (tmp_path / "plain.yaml").write_text(SHARE)
    (tmp_path / "empty.yaml").write_text(SHARE + "answers:\nflows:\nagreement:\n")
    assert load_share(tmp_path / "empty.yaml", knowledge) == load_share(tmp_path / "plain.yaml", knowledge)


def test_hostile_text_is_shown_as_text(tmp_path: Path) -> None:
    hostile = '"[bold red]X[/] {{ 7*7 }} \\e[31mred\\e]0;t\\a \\u202etxt"'
    share = SHARE.replace("Taxi licences", hostile).replace("Onetown Council", hostile)
    (tmp_path / "hostile.yaml").write_text(
        share.replace("kind: district-council, role: d", "kind: nhs-digital, role: d")
    )
    ran = gatehouse("assess", "hostile.yaml", "--no-input", cwd=tmp_path)
    assert "[bold red]X[/] {{ 7*7 }} [31mred]0;t txt" in ran.out
    both = ran.out + ran.err
    assert [character for character in both if not character.isprintable() and character != "\n"] == []
    assert ran.code in (0, 10, 11, 12)


def test_hostile_text_survives_saving_as_it_was_typed(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    hostile = "[bold]\x1b[31m{{ 7*7 }}\u202e\u0085 'x': \"y\" # z\n- &a *b !c %d @e `f` no ~ null 1.10"
    (tmp_path / "share.yaml").write_text(SHARE)
    share = load_share(tmp_path / "share.yaml", knowledge)
    share = type(share)(**{**{f: getattr(share, f) for f in share.__struct_fields__}, "title": hostile})
    save_share(share, tmp_path / "saved.yaml")
    assert load_share(tmp_path / "saved.yaml", knowledge) == share


# Writing


def test_a_place_that_cannot_be_written_is_told_and_nothing_changes(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    ran = gatehouse("assess", "--plain", "--save", "file/share.yaml", cwd=tmp_path, stdin="2\ncouncil\n1\n\n")
    assert ran.code == 2
    assert ran.err == "file/share.yaml: it cannot be written: File exists. Nothing was changed.\n"
    assert (tmp_path / "file").read_text() == "not a folder"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="an administrator may write in every folder")
def test_a_folder_without_permission_is_told_and_nothing_changes(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    ran = gatehouse("assess", "--plain", "--save", "closed/share.yaml", cwd=tmp_path, stdin="2\n")
    assert (ran.code, ran.err) == (
        2, "closed/share.yaml: it cannot be written: Permission denied. Nothing was changed.\n",
    )  # fmt: skip
    assert list((tmp_path / "closed").iterdir()) == []


SAVER = """
import sys
from pathlib import Path
from knowledge.share import Share, save_share
shares = [Share(gatehouse="1", title=letter * 20_000) for letter in "ab"]
path = Path(sys.argv[1])
save_share(shares[0], path)
print("saving", flush=True)
while True:
    for share in shares:
        save_share(share, path)
"""


def test_a_kill_in_the_middle_of_saving_never_leaves_a_half_file(tmp_path: Path) -> None:
    whole = {f"gatehouse: 1\ntitle: {letter * 20_000}\n" for letter in "ab"}
    path = tmp_path / "share.yaml"
    for turn in range(12):
        process = subprocess.Popen(
            [sys.executable, "-c", SAVER, path], cwd=ROOT, stdout=subprocess.PIPE, env=environment()
        )
        assert process.stdout
        process.stdout.readline()
        time.sleep(0.003 * turn)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert path.read_text() in whole, f"after turn {turn}"


def test_what_is_saved_is_read_by_others_as_we_mean_it(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    (tmp_path / "share.yaml").write_text(SHARE + "answers:\n  own-task: yes\n")
    text = dump_share(load_share(tmp_path / "share.yaml", knowledge))
    assert "own-task: 'yes'" in text
    assert decode(text, "share.yaml").value["answers"] == {"own-task": "yes"}
