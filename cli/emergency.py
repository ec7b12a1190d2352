"""The answer for somebody whose client may come to serious harm now: ten lines at most on a narrow screen. No law."""

from __future__ import annotations

import datetime as dt

from cli import opinion
from cli.screen import Screen
from cli.verdict import SHORT, ask_words, data_words
from knowledge.model import KnowledgeBase, Provision
from rules.determine import Determination, Determiner
from rules.explain import merge, open_questions, weakest_label
from rules.line import GO_AHEAD, MUST, LineDetermination
from rules.nearest import nearest_lawful

_CHECKED = {"verified": "checked", "secondary": "checked in part", "memory": "not checked"}

_MOST_ASKED = 2  # more questions than that can wait


def show(screen: Screen, determination: Determination, determiner: Determiner) -> None:
    """What may go now, to whom and under what; how to record it, when to come back, and what silence may cost."""
    knowledge = determination.knowledge
    emergency = knowledge.emergency
    screen.blank()
    for lines in _alike(determination):
        (_go if lines[0].verdict in GO_AHEAD else _stop)(screen, knowledge, lines)
    _still_needed(screen, determination)
    if determination.verdict not in GO_AHEAD:
        _way_out(screen, determination, determiner)
    opinion.show_briefly(screen, determination)
    if emergency:
        going = any(line.verdict in GO_AHEAD for line in determination.lines)
        for key in ("first", "record", "not_sharing") if going else ("not_sharing",):
            screen.para(emergency.says[key])
        taken = dict.fromkeys(id for line in determination.lines for id in line.assumptions)
        said = "; ".join(_taken(knowledge, id, emergency.assume.get(id)) for id in taken)
        screen.para(emergency.says["return"].replace("{taken}", said or emergency.says["nothing-taken"]))
    if determination.as_at != dt.date.today():
        screen.para(f"The law as at {determination.as_at.isoformat()}.", style="dim")


def _alike(determination: Determination) -> list[list[LineDetermination]]:
    """Lines with one verdict under one power, whoever receives them."""
    found: dict[tuple[object, ...], list[LineDetermination]] = {}
    for line in determination.lines:
        key = (line.verdict, line.line.discloser.id, line.best and line.best.gateway and line.best.gateway.id)
        found.setdefault(key, []).append(line)
    return list(found.values())


def _go(screen: Screen, knowledge: KnowledgeBase, lines: list[LineDetermination]) -> None:
    best = lines[0].best
    label = _CHECKED[max(map(weakest_label, lines), key=list(_CHECKED).index)]
    under = f" Under: {_law(knowledge, best.gateway.provision)} ({label})." if best and best.gateway else ""
    must = "must" if lines[0].verdict == MUST else "may"
    what = data_words(knowledge, lines)
    screen.para(f"You {must} share now with {_receivers(lines)}: {what}.{under}", style="bold green")


def _stop(screen: Screen, knowledge: KnowledgeBase, lines: list[LineDetermination]) -> None:
    what = data_words(knowledge, lines)
    screen.para(f"{SHORT[lines[0].verdict]}, with {_receivers(lines)}: {what}.", style="bold yellow")
    best = lines[0].best
    bars = [bar.bar.provision for bar in best.sending if not bar.passes()] if best else []
    if bars:
        screen.para(f"In the way: {'; '.join(_law(knowledge, bar) for bar in bars)}.")
    elif not best:
        screen.para("No power was found for it.")


def _still_needed(screen: Screen, determination: Determination) -> None:
    knowledge = determination.knowledge
    waiting = [*determination.missing, *(id for line in determination.lines for id in open_questions(knowledge, line))]
    for id in list(dict.fromkeys(waiting))[:_MOST_ASKED]:
        screen.para(f"Still needed: {ask_words(knowledge, id)}")


def _way_out(screen: Screen, determination: Determination, determiner: Determiner) -> None:
    for group in merge(determination.lines):
        for proposal in nearest_lawful(determiner, determination, group)[:1]:
            screen.para(f"What would let it go: {'; '.join(proposal.takes)}.")
            return


def _receivers(lines: list[LineDetermination]) -> str:
    return ", ".join(dict.fromkeys(line.line.receiver.name for line in lines))


def _law(knowledge: KnowledgeBase, provision: Provision) -> str:
    """A law in as few words as name it: its section where it has one, else its title."""
    cite = provision.cites[0] if provision.cites else None
    if cite and cite.provision and knowledge.instruments[cite.instrument].kind != "common-law":
        return f"{knowledge.name(cite)} {cite.provision}"
    return f"{provision.title}, common law"


def _taken(knowledge: KnowledgeBase, id: str, answer: str | None) -> str:
    question = knowledge.questions[id]
    words = f" ({knowledge.answer_label(id, answer).lower()})" if answer else ""
    return f"{(question.title or question.asks).lower()}{words}"
