"""The second opinion on screen: the law that people named, and kindly where it fails. No law: only kinds of it."""

from __future__ import annotations

from cli.screen import Screen
from cli.wording import cited
from knowledge.model import KnowledgeBase
from knowledge.problems import short
from rules.determine import Determination
from rules.explain import open_questions
from rules.line import LineDetermination
from rules.second_opinion import Opinion

_KIND = {
    "function": "It gives a job or a general power and does not speak of sharing. A power to share may follow from "
    "it, and a power in so many words is the stronger.",
    "lawful-basis": "That is a lawful basis: a reason why data protection law allows the use. It is no power to "
    "share, and a public body needs both.",
    "special-category": "That is a condition for sensitive data. It lets data protection law allow the use; it is no "
    "power to share.",
    "exemption": "That is an exemption: it spares you a duty, such as telling people. It is no power to share.",
    "key": "It sets aside a rule that stands in the way. It is no power to share; that has to be found apart.",
    "bar": "It limits sharing; it does not allow it.",
    "no-power": "What Gatehouse knows of it says how data may be used, and none of that is a power to share.",
}
_BAR = {
    "applies": "It applies here.",
    "may-apply": "Whether it applies here is not settled.",
    "does-not-apply": "Here it does not apply.",
    "not-in-force": "It is not in force on this date.",
}


def show(screen: Screen, determination: Determination) -> None:
    """What became of each law that was named; once, where all lines agree."""
    found: dict[tuple[object, ...], list[LineDetermination]] = {}
    shown: dict[tuple[object, ...], Opinion] = {}
    for line in determination.lines:
        for opinion in line.named_law:
            found.setdefault(opinion.key, []).append(line)
            shown.setdefault(opinion.key, opinion)
    if not shown:
        return
    knowledge = determination.knowledge
    screen.heading("The law that you named")
    for key, lines in found.items():
        where = "" if len(lines) == len(determination.lines) else f" For {_data(knowledge, lines)}:"
        screen.bullets([f"“{short(shown[key].named)}”.{where} {_says(knowledge, shown[key], lines[0])}"])


_BRIEFLY = {
    "open": "serves too",
    "unsettled": "not settled",
    "shut": "does not reach this",
    "not-in-force": "not in force",
    "unknown": "not known here",
}


def show_briefly(screen: Screen, determination: Determination) -> None:
    """In one breath the law that was named and is not relied on: whether it carries this, and no more."""
    said: dict[str, None] = {}
    for line in determination.lines:
        relied = line.best.gateway.id if line.best and line.best.gateway else ""
        for opinion in line.named_law:
            is_power = opinion.decided is None or opinion.decided.provision.kind == "gateway"
            if not (opinion.usable and opinion.decided and opinion.decided.id == relied):
                words = _BRIEFLY[opinion.status] if is_power else "no power to share"
                said[f"“{short(opinion.named)}” ({words})"] = None
    if said:
        screen.para(f"You named {', '.join(said)}.")


def _data(knowledge: KnowledgeBase, lines: list[LineDetermination]) -> str:
    """Which lines it is about: the data, and to whom where that tells them apart."""
    receivers = ", ".join(dict.fromkeys(line.line.receiver.name for line in lines))
    kinds = ", ".join(dict.fromkeys(knowledge.label(line.line.data) for line in lines))
    return f"{kinds} to {receivers}"


def _says(knowledge: KnowledgeBase, opinion: Opinion, line: LineDetermination) -> str:
    if opinion.decided is None:
        return _unknown(knowledge, opinion)
    provision = opinion.decided.provision
    whole = opinion.recognised.how == "instrument"
    parts = [f"{'The nearest power in it: ' if whole else ''}{cited(knowledge, provision)}."]
    if provision.kind == "gateway":
        parts.append(_gateway(knowledge, opinion, line))
        if opinion.kind == "function" and opinion.status not in ("shut", "not-in-force"):
            parts.append(_KIND["function"])
    else:
        parts.append(_KIND[opinion.kind])
        if opinion.kind == "bar":
            parts.append(_BAR[opinion.status])
        elif opinion.status == "shut" and opinion.fails:
            parts.append(f"Nor does it fit here. Not met: {_failing(opinion)}.")
        elif opinion.status == "not-in-force":
            parts.append(f"Nor is it in force on {line.facts.rulebook.as_at}.")
    return " ".join(parts)


def _gateway(knowledge: KnowledgeBase, opinion: Opinion, line: LineDetermination) -> str:
    duty = opinion.decided is not None and opinion.decided.force == "mandatory"
    if opinion.status == "not-in-force":
        return f"It is not in force on {line.facts.rulebook.as_at}, so it cannot be used yet or any more."
    if opinion.status == "shut":
        kind = "It is a real duty" if duty else "It is a real power"
        if opinion.kind == "function":
            kind = "It is a real job, or a general power, of some bodies"
        return f"{kind}, but it does not reach this. Not met: {_failing(opinion)}."
    if opinion.status == "unsettled":
        waiting = set(open_questions(knowledge, line))
        return "It may serve: it is not settled yet." + (" See below for what has to be known." if waiting else "")
    if opinion.usable:
        return "You are right: it requires this." if duty else "You are right: it allows this."
    return "It is open, but something else still stands in the way; see below."


def _failing(opinion: Opinion) -> str:
    """The refuted conditions in the provision's own words, each with its pinpoint."""
    assert opinion.decided is not None
    found = []
    for finding in opinion.decided.findings:
        if finding.outcome == "not_met":
            cite = finding.condition.cite
            where = cite if isinstance(cite, str) else cite.provision
            found.append(f"{finding.condition.says} ({where})" if where else finding.condition.says)
    return "; ".join(found)


def _unknown(knowledge: KnowledgeBase, opinion: Opinion) -> str:
    named = [knowledge.instruments[id] for id in opinion.recognised.instruments]
    names = " or ".join(instrument.name for instrument in named[:3])
    if opinion.kind == "no-power":
        return f"{names}. {_KIND['no-power']} Name the section, if you have one in mind."
    if named and opinion.recognised.how != "words":
        places = ", ".join(dict.fromkeys(place for instrument in named for place in instrument.provisions[:12]))
        return (
            f"{names} is known here, but what you name in it is not known as a power to share. "
            f"Of it Gatehouse knows {places}."
        )
    return (
        "Gatehouse does not know this as a law, or cannot tell which is meant. That does not make it wrong: "
        "name the Act and the section, or ask your lawyer."
    )
