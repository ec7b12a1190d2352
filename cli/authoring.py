"""A trainer's own scenarios: writing one with what Gatehouse says beside it, and checking a pack of them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

from cli.output import clean
from cli.prompts import Choice, Command, Prompt, Prompter, prompter
from cli.screen import Screen
from cli.verdict import SHORT, WORDS
from knowledge.case import SECTORS, STORY, VERDICTS, WHY, read_case, sentences
from knowledge.decode import decode
from knowledge.model import KnowledgeBase
from knowledge.problems import BadInput
from knowledge.share import Share, as_plain, dump_plain, load_share, write_atomically
from knowledge.training import Pack, Training, as_shown, load_pack
from rules.determine import Determination, Determiner
from rules.line import GO_AHEAD
from rules.training import work_out

_LEVELS = {"1": "First steps", "2": "Some experience", "3": "Hard"}


def check_pack(training: Training, pack: Pack, screen: Screen) -> int:
    """Say of each scenario whether Gatehouse agrees with it, and whether its story suffices; how many are wrong."""
    determiner = Determiner(training.knowledge)
    wrong = 0
    for scenario in pack.scenarios:
        worked = work_out(scenario, determiner, training.marking, dt.date.today())
        verdict = worked.determination.verdict
        file = dataclasses.replace(scenario.file, share=as_shown(training.marking, scenario))
        told = work_out(dataclasses.replace(scenario, file=file), determiner, training.marking, dt.date.today())
        shown = told.determination.verdict
        pairs = zip(worked.questions, told.questions, strict=True)
        steps = [one.step.title for one, other in pairs if (one.right, one.marked) != (other.right, other.marked)]
        says = [f"{scenario.title}: {SHORT[verdict]}"]
        if scenario.file.case.expected.verdict != verdict:
            wrong += 1
            says.append(f"its file expects {scenario.file.case.expected.verdict}; one of the two is wrong")
        if shown != verdict:
            wrong += 1
            says.append(f"its story does not give all the facts: with those that it shows the verdict is {shown}")
        elif steps:
            wrong += 1
            says.append(f"its story does not give all the facts that these steps need: {', '.join(steps)}")
        if scenario.expected and scenario.expected != verdict:
            says.append(f"your own view is {SHORT[scenario.expected]}; learners are told of both")
        screen.bullets(["; ".join(says)])
    return wrong


def write_scenario(training: Training, file: Path | None, out: Path, screen: Screen) -> None:
    """Ask for a scenario and write it, or leave everything as it was."""
    knowledge = training.knowledge
    if out.suffix not in (".yaml", ".yml"):
        raise BadInput(clean(f"{out}: a scenario ends in .yaml."))
    determiner = Determiner(knowledge)
    share = load_share(file, knowledge) if file else _interview(determiner, out, screen)
    determination = determiner.determine(share, share.as_at or dt.date.today(), provisional=True)
    screen.title(f"Gatehouse says: {WORDS[determination.verdict][0]}")
    for line in determination.lines[:3]:
        gateways = [route.gateway.provision.title for route in line.shown if route.gateway]
        screen.bullets([f"{knowledge.label(line.line.data)}: {SHORT[line.verdict]}. {'; '.join(gateways[:3])}"])
    try:
        case, own = _ask(training, share, determination, prompter(screen), screen)
    except (EOFError, KeyboardInterrupt, _Left):
        screen.para("Left. Nothing was written; a share that you answered questions for is kept.")
        return
    plain = {**as_plain(share), "case": case}
    text = dump_plain(plain)
    with tempfile.TemporaryDirectory() as folder:  # what cannot be read again is never put in place
        trial = Path(folder) / out.name
        trial.write_text(text, encoding="utf-8")
        read_case(trial, knowledge)
    write_atomically(out, text.encode())
    screen.para(f"Written to {out}.")
    _into_pack(out, own, knowledge, screen)


class _Left(Exception):
    """The trainer left before the end."""


def _interview(determiner: Determiner, out: Path, screen: Screen) -> Share:
    from cli.interview import Interview, Left

    path = out.with_name(f"{out.stem}-share.yaml")
    share = load_share(path, determiner.knowledge) if path.exists() else Share(gatehouse="1")
    screen.para(f"First the facts, as in any share. They are kept in {path}.")
    interview = Interview(determiner.knowledge, determiner, screen, path, share, dt.date.today())
    try:
        return interview.run()
    except (Left, KeyboardInterrupt):
        raise BadInput(clean(f"Left. Go on with the same command; your answers are in {path}.")) from None


def _ask(
    training: Training, share: Share, determination: Determination, ask: Prompter, screen: Screen
) -> tuple[dict[str, Any], tuple[str, str]]:
    """The words of the scenario, and the trainer's own view where it is another one: verdict and reason."""
    title = _text(ask, "What is it called?", share.title)
    sector = _pick(ask, "Which sector?", {one: one for one in SECTORS})[0]
    level = _pick(ask, "How hard is it?", _LEVELS)[0]
    story = _prose(ask, screen, "Tell the story, with every fact that the answer needs.", STORY)
    why = _prose(ask, screen, "Why is the answer what it is?", WHY)
    teaching = _text(ask, "What commonly goes wrong? One thing.", "")
    concepts = _pick(ask, "What does it teach?", dict(training.concepts), many=True)
    tempts = _pick(
        ask,
        "Which mistake does it invite?",
        {"refuse": "To refuse what may be shared", "share": "To share what may not be", "neither": "Neither"},
    )[0]
    own, because = determination.verdict, ""
    if (
        _pick(ask, "Do you agree with what Gatehouse says?", {"yes": "Yes", "no": "No, I expect another verdict"})[0]
        == "no"
    ):
        own = _pick(ask, "Which verdict do you expect?", {id: SHORT[id] for id in VERDICTS})[0]
        because = _text(ask, "Why? Learners will see your reason beside what Gatehouse says.", "")
    lines = [line for line in determination.lines if line.verdict == determination.verdict]
    gateways = [line.best.gateway for line in lines[:1] if line.best and line.best.gateway]
    expected: dict[str, Any] = {"verdict": determination.verdict}
    if gateways and determination.verdict in GO_AHEAD:
        expected["gateways"] = [gateways[0].id]
    cite = gateways[0].provision.cite if gateways else None
    known = training.knowledge
    source = {
        "title": f"{known.name(cite)} {cite.provision}".strip() if cite else "Data sharing: a code of practice",
        "address": (known.url(cite) if cite else "") or "https://www.legislation.gov.uk/",
        "year": determination.as_at.year,
    }
    case = {
        "title": title,
        "sector": sector,
        "level": int(level),
        "tempts": tempts,
        "story": story,
        "expected": expected,
        "why": why,
        "teaching": [teaching],
        "concepts": list(concepts),
        "source": source,
    }
    return case, ((own, because) if own != determination.verdict else ("", ""))


def _into_pack(out: Path, own: tuple[str, str], knowledge: KnowledgeBase, screen: Screen) -> None:
    """Put the scenario in the pack beside it, `my-pack.yaml`, which is begun where there is none."""
    path = out.with_name("my-pack.yaml")
    entry: dict[str, Any] = {"file": out.name}
    if own[0]:
        entry |= {"expected": own[0], "because": own[1]}
    if path.exists():
        load_pack(path, knowledge)  # a pack with faults is not touched
        plain = decode(path.read_text(encoding="utf-8"), str(path)).value
    else:
        plain = {"id": "my-pack", "title": "My own scenarios", "about": "Scenarios of our own.", "scenarios": []}
    plain["scenarios"] = [*(one for one in plain["scenarios"] if one.get("file") != out.name), entry]
    write_atomically(path, dump_plain(plain).encode())
    screen.para(f"It stands in {path}. Try it with: gatehouse train {path}")


def _text(ask: Prompter, text: str, current: str) -> str:
    return " ".join(_reply(ask, Prompt(text, free=True, unsure=False, current=(current,) if current else ())))


def _prose(ask: Prompter, screen: Screen, text: str, length: tuple[int, int]) -> str:
    fewest, most = length
    while True:
        said = _text(ask, f"{text} {fewest} to {most} sentences.", "")
        if fewest <= (count := len(list(sentences(said)))) <= most:
            return said
        screen.para(f"That has {count} sentences.")


def _pick(ask: Prompter, text: str, options: dict[str, str], *, many: bool = False) -> tuple[str, ...]:
    choices = tuple(Choice(id, label) for id, label in options.items())
    return _reply(ask, Prompt(text, choices=choices, many=many, unsure=False))


def _reply(ask: Prompter, prompt: Prompt) -> tuple[str, ...]:
    while True:
        reply = ask.ask(prompt)
        if reply is Command.LEAVE:
            raise _Left
        if not isinstance(reply, Command) and reply:
            return reply
