"""Exams: stories and options to read, answers under the trainer's passphrase, and a result that is signed.

The passphrase goes through scrypt, the answers through AES-GCM, bound to the very stories they belong to. A result is
signed with a key of the candidate's machine (Ed25519): it shows that nothing was changed since, by anybody without
that key. Who sat at the keyboard it cannot show; hence the key is on the screen at the start, for a trainer to note.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import typer

from cli import output
from cli import scenario as words
from cli.learn import now
from cli.output import clean
from cli.prompts import Choice, Command, Prompt, prompter
from cli.screen import Screen
from knowledge.decode import read_text
from knowledge.model import Model
from knowledge.problems import BadInput, Problem
from knowledge.results import progress_file, pseudonym, write_private
from knowledge.share import write_atomically
from knowledge.training import Marking, Pack, Step, Sureness, Training, load_training
from rules.determine import Determiner
from rules.training import Question, marks, work_out

_MAX_BYTES = 5_000_000
_COST = 2**16  # scrypt: 64 MB and about a quarter of a second
_SHORTEST = 8  # characters of a passphrase
_EXTRA = "Exams need one more library. Install it with: pip install 'gatehouse[exam]'"


class Offered(Model, frozen=True):
    id: str
    label: str


class ExamStep(Model, frozen=True):
    step: Step
    offered: tuple[Offered, ...]
    many: bool


class ExamScenario(Model, frozen=True):
    id: str
    title: str
    level: int
    story: str
    facts: tuple[str, ...]
    papers: tuple[str, ...]
    assumed: str
    steps: tuple[ExamStep, ...]


class Paper(Model, frozen=True):
    """What a candidate may read."""

    title: str
    made: dt.date
    confidence: tuple[Sureness, ...]
    asks: str
    scenarios: tuple[ExamScenario, ...]


class Exam(Model, frozen=True, rename={"format": "gatehouse-exam"}):
    format: int
    paper: Paper
    salt: str
    nonce: str
    sealed: str


class Right(Model, frozen=True):
    """What is right at a step; this is what is sealed."""

    right: tuple[str, ...]
    near: tuple[str, ...]
    marked: bool


class Result(Model, frozen=True, rename={"format": "gatehouse-exam-result"}):
    format: int
    exam: str
    learner: str
    started: dt.datetime
    ended: dt.datetime | None = None
    said: dict[str, dict[str, tuple[str, ...]]] = {}
    key: str = ""
    signature: str = ""


T = TypeVar("T")
Answers = dict[str, dict[str, Right]]


# Sealing


def seal_exam(training: Training, pack: Pack, determiner: Determiner, out: Path, passphrase_file: Path | None) -> None:
    _library()
    passphrase = _passphrase(passphrase_file, confirm=True)
    scenarios, answers = [], {}
    for scenario in pack.scenarios:
        worked = work_out(scenario, determiner, training.marking, dt.date.today())
        steps = tuple(
            ExamStep(
                step=question.step,
                offered=tuple(
                    Offered(id=id, label=words.label(training, question.step.id, id)) for id in question.offered
                ),
                many=question.many,
            )
            for question in worked.questions
        )
        scenarios.append(
            ExamScenario(
                id=scenario.id,
                title=scenario.title,
                level=scenario.level,
                story=scenario.file.case.story,
                facts=tuple(words.facts_of(training, scenario)),
                papers=tuple(words.papers_of(training, scenario)),
                assumed=f"{words.assumed_of(training.marking, scenario)} {training.marking.promises}".strip(),
                steps=steps,
            )
        )
        answers[scenario.id] = {
            question.step.id: Right(
                right=tuple(sorted(question.right)), near=tuple(sorted(question.near)), marked=question.marked
            )
            for question in worked.questions
        }
    confidence = training.marking.confidence
    paper = Paper(
        title=pack.title,
        made=dt.date.today(),
        confidence=confidence.options,
        asks=confidence.asks,
        scenarios=tuple(scenarios),
    )
    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = _cipher(passphrase, salt).encrypt(nonce, msgspec.json.encode(answers), _digest(paper))
    exam = Exam(format=1, paper=paper, salt=_text(salt), nonce=_text(nonce), sealed=_text(sealed))
    write_atomically(out, msgspec.json.format(msgspec.json.encode(exam), indent=1))
    typer.echo(
        clean(f"{len(scenarios)} scenarios sealed in {out}. Keep the passphrase: nobody can mark without it."), err=True
    )
    if any(not scenario.own for scenario in pack.scenarios):
        typer.echo(
            "Some are of the casebook, whose answers anybody can read. For a real exam write your own.", err=True
        )


def _open(exam: Exam, passphrase: str) -> Answers:
    from cryptography.exceptions import InvalidTag

    try:
        plain = _cipher(passphrase, _bytes(exam.salt)).decrypt(
            _bytes(exam.nonce), _bytes(exam.sealed), _digest(exam.paper)
        )
    except InvalidTag:
        raise BadInput("The passphrase is not the one of this exam, or the exam was altered.") from None
    return msgspec.json.decode(plain, type=Answers)


def _cipher(passphrase: str, salt: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return AESGCM(Scrypt(salt=salt, length=32, n=_COST, r=8, p=1).derive(passphrase.encode()))


# Taking


def take_exam(file: Path, out: Path, name: str, screen: Screen) -> None:
    """Ask every step; what is said is saved at once, and the same command goes on with it."""
    _library()
    exam = _read(file, Exam, "sealed exam")
    digest = hashlib.sha256(_digest(exam.paper)).hexdigest()
    result = _begun(out, digest) or Result(format=1, exam=digest, learner=name or pseudonym(), started=now())
    key = _own_key()
    screen.title(exam.paper.title)
    screen.para(
        f"You are called {result.learner}. The key of your machine is {_fingerprint(key)}: let your trainer note it."
    )
    screen.para("Time is shown and not enforced. Ctrl-S saves and leaves; the same command goes on.")
    for number, scenario in enumerate(exam.paper.scenarios, 1):
        done = _take_scenario(exam, scenario, number, result, out, screen)
        if done is None:
            typer.echo(clean(f"Saved. Go on with: gatehouse train exam take {file} -o {out}"), err=True)
            return
        result = done
    result = msgspec.structs.replace(result, ended=now(), key=_text(_public(key)))
    result = msgspec.structs.replace(result, signature=_text(key.sign(_message(result))))
    write_private(out, _pretty(result))
    screen.title("That was all")
    screen.para(
        f"It took {_minutes(result.started, result.ended)}. Your signed result is {out}. Give it to your trainer."
    )


def _begun(out: Path, digest: str) -> Result | None:
    if not out.exists():
        return None
    result = _read(out, Result, "result of an exam")
    if result.exam != digest:
        raise BadInput([Problem(str(out), 0, "this is the result of another exam. Name another file with -o.")])
    if result.signature:
        raise BadInput([Problem(str(out), 0, "this exam is finished and signed. Nothing was changed.")])
    return result


def _take_scenario(
    exam: Exam, scenario: ExamScenario, number: int, result: Result, out: Path, screen: Screen
) -> Result | None:
    """One scenario; None where the candidate left."""
    ask = prompter(screen)
    steps = [*(one.step.id for one in scenario.steps), "sure"]
    said = dict(result.said.get(scenario.id, {}))
    place = next((index for index, id in enumerate(steps) if id not in said), len(steps))
    if place < len(steps):
        _story(exam, scenario, number, screen)
    while place < len(steps):
        screen.heading(f"Scenario {number} of {len(exam.paper.scenarios)}, step {place + 1} of {len(steps)} "
                       f"({_minutes(result.started, now())} so far)")  # fmt: skip
        try:
            reply = ask.ask(_prompt(exam, scenario, place, said))
        except (EOFError, KeyboardInterrupt):
            return None
        if reply is Command.LEAVE:
            return None
        if reply is Command.REVIEW or reply is Command.WHY:
            _story(exam, scenario, number, screen)
        elif reply is Command.BACK:
            place = max(0, place - 1)
        elif not isinstance(reply, Command):
            said[steps[place]] = reply
            result = msgspec.structs.replace(result, said={**result.said, scenario.id: dict(said)})
            write_private(out, _pretty(result))
            place += 1
    return result


def _story(exam: Exam, scenario: ExamScenario, number: int, screen: Screen) -> None:
    screen.title(f"{number} of {len(exam.paper.scenarios)}: {scenario.title}")
    screen.para(scenario.story)
    screen.heading("What is proposed")
    screen.bullets(scenario.facts)
    if scenario.papers:
        screen.heading("On file")
        screen.bullets(scenario.papers)
    screen.para(scenario.assumed)


def _prompt(exam: Exam, scenario: ExamScenario, place: int, said: Mapping[str, tuple[str, ...]]) -> Prompt:
    if place == len(scenario.steps):
        choices = tuple(Choice(option.id, option.label) for option in exam.paper.confidence)
        return Prompt(exam.paper.asks, choices=choices, unsure=False, current=said.get("sure", ()))
    one = scenario.steps[place]
    choices = tuple(Choice(option.id, option.label) for option in one.offered)
    current = said.get(one.step.id, ())
    return Prompt(one.step.asks, help=one.step.help, choices=choices, many=one.many, unsure=False, current=current)


# Verifying


def verify_result(file: Path, exam_file: Path, key: str, passphrase_file: Path | None, *, json: bool) -> int:
    """Mark a result; 0 where the signature holds and the key is the one that was noted, else 1."""
    _library()
    exam = _read(exam_file, Exam, "sealed exam")
    result = _read(file, Result, "result of an exam")
    faults = _faults(exam, result, key)
    marking = load_training_marking()
    answers = _open(exam, _passphrase(passphrase_file, confirm=False))
    rows = [(scenario, *_scored(scenario, answers[scenario.id], result, marking)) for scenario in exam.paper.scenarios]
    total, of = sum(row[1] for row in rows), sum(row[2] for row in rows)
    if json:
        found = {
            "holds": not faults,
            "faults": faults,
            "learner": result.learner,
            "key": _finger(_bytes(result.key)) if result.key else None,
            "started": result.started.isoformat(),
            "ended": result.ended.isoformat() if result.ended else None,
            "marks": total,
            "of": of,
            "scenarios": [{"id": one.id, "marks": got, "of": most} for one, got, most in rows],
        }
        typer.echo(output.dumps(found))
        return 1 if faults else 0
    typer.echo(clean(f"{result.learner}: {total:g} of {of} marks, in {_minutes(result.started, result.ended)}"))
    for one, got, most in rows:
        typer.echo(clean(f"- {one.title}: {got:g} of {most}"))
    for fault in faults:
        typer.echo(fault, err=True)
    if not faults:
        typer.echo(f"The signature holds, by the key {_finger(_bytes(result.key))}.", err=True)
    return 1 if faults else 0


def load_training_marking() -> Marking:
    from knowledge.load import load

    return load_training(load()).marking


def _faults(exam: Exam, result: Result, key: str) -> list[str]:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    found = []
    if result.exam != hashlib.sha256(_digest(exam.paper)).hexdigest():
        found.append("It is the result of another exam, or the exam was altered.")
    if not result.signature:
        return [*found, "It is not signed: the exam was not finished."]
    try:
        Ed25519PublicKey.from_public_bytes(_bytes(result.key)).verify(_bytes(result.signature), _message(result))
    except (InvalidSignature, ValueError):
        found.append("The signature does not hold: the result was altered after it was signed.")
    else:
        if key and key.replace("-", "").lower() != _finger(_bytes(result.key)).replace("-", ""):
            found.append(f"It was signed by another key: {_finger(_bytes(result.key))}.")
    return found


def _scored(
    scenario: ExamScenario, answers: Mapping[str, Right], result: Result, marking: Marking
) -> tuple[float, int]:
    said = result.said.get(scenario.id, {})
    total, of = 0.0, 0
    for one in scenario.steps:
        right = answers[one.step.id]
        offered = tuple(option.id for option in one.offered)
        question = Question(one.step, offered, frozenset(right.right), frozenset(right.near), one.many, right.marked)
        given = marks(question, said.get(one.step.id, ()), 0, marking)
        total, of = total + given.marks, of + given.of
    return total, of


# Files, keys and words


def _read(path: Path, kind: type[T], what: str) -> T:
    text, faults = read_text(path, str(path), _MAX_BYTES)
    if faults:
        raise BadInput(faults)
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise BadInput([Problem(str(path), 0, f"this is no {what}: {error}.")]) from None


def _library() -> None:
    try:
        import cryptography  # noqa: F401
    except ImportError:
        raise BadInput(_EXTRA) from None


def _passphrase(file: Path | None, *, confirm: bool) -> str:
    if file is not None:
        text, faults = read_text(file, str(file), 10_000)
        if faults:
            raise BadInput(faults)
        found = text.rstrip("\r\n")
    else:
        found = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True)
    if confirm and len(found) < _SHORTEST:
        raise BadInput(f"The passphrase is too short. It takes {_SHORTEST} characters at least; four words are good.")
    return found


def _own_key() -> Any:
    """The key of this machine's candidate, made when it is first needed."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    path = progress_file().with_name("exam-key.pem")
    if path.exists():
        try:
            return serialization.load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError) as error:
            raise BadInput([Problem(str(path), 0, f"this key cannot be used: {error}.")]) from None
    key = Ed25519PrivateKey.generate()
    write_private(
        path,
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )
    return key


def _public(key: Any) -> bytes:
    found: bytes = key.public_key().public_bytes_raw()
    return found


def _fingerprint(key: Any) -> str:
    return _finger(_public(key))


def _finger(public: bytes) -> str:
    digest = hashlib.sha256(public).hexdigest()[:16]
    return "-".join(digest[at : at + 4] for at in range(0, 16, 4))


def _digest(paper: Paper) -> bytes:
    return hashlib.sha256(msgspec.json.encode(paper)).digest()


def _message(result: Result) -> bytes:
    plain = msgspec.to_builtins(msgspec.structs.replace(result, signature=""))
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _pretty(result: Result) -> bytes:
    return msgspec.json.format(msgspec.json.encode(result), indent=1)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""


def _minutes(start: dt.datetime, end: dt.datetime | None) -> str:
    """A length of time in words.

    >>> _minutes(dt.datetime(2026, 1, 1, 9), dt.datetime(2026, 1, 1, 9, 1))
    '1 minute'
    """
    if end is None:
        return "an unknown time"
    minutes = max(0, round((end - start).total_seconds() / 60))
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
