"""Conditions and groups in words, for people who do not read YAML. No law: every word of it comes from the files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from knowledge.model import NATIONS, Citation, Condition, Group, KnowledgeBase, Member, Provision
from knowledge.resolve import resolve

WHO = {
    "discloser": "The one who sends",
    "receiver": "The one who receives",
    "each-controller": "Each organisation",
    "both": "Both together",
}
WHEN = {"before-sharing": "Before sharing", "at-sharing": "When sharing", "after": "Afterwards"}
CHECKED = {
    "verified": "read in the law's own text",
    "secondary": "checked in part against reliable commentary, not all in the law's own text",
    "memory": "not yet checked against the law's own text",
}
_FACTS = {
    "discloser": "The one who sends",
    "receiver": "The one who receives",
    "holder": "The one who holds it",
    "purpose": "What it is for",
    "data": "The data",
    "with": "What travels with it",
    "nation": "The sender’s nation",
    "receiver-nation": "The receiver’s nation",
    "same-body": "One body on both sides",
    "receiver-is-processor": "The receiver is a processor",
    "side": "The side",
    "route-force": "The power is a power or a duty",
    "route-strength": "How plainly the power is given",
    "route-source": "Where the power comes from",
    "route-approved": "An outside body approved it",
    "route-gateway": "The power relied on",
    "route-instrument": "The law relied on",
    "route-lifts": "What the power itself sets aside",
    "route-receiving": "The receiving side",
}


def fact_words(knowledge: KnowledgeBase, name: str) -> str:
    """What a fact is called, for a person."""
    found = resolve(knowledge, name)
    fact = found[0].name if found else name
    if fact in _FACTS:
        return _FACTS[fact]
    if fact in knowledge.questions:
        return knowledge.questions[fact].title or knowledge.questions[fact].asks
    if fact in knowledge.facts:
        return knowledge.facts[fact].says
    return fact.replace("-", " ")


def option_words(knowledge: KnowledgeBase, fact: str, option: str) -> str:
    """What an option of a fact is called."""
    if option in knowledge.provisions:
        return knowledge.provisions[option].title
    if option in knowledge.instruments:
        return knowledge.instruments[option].name
    return knowledge.answer_label(fact, option)


def list_words(knowledge: KnowledgeBase, terms: Iterable[str]) -> str:
    return ", ".join(knowledge.label(term) for term in terms)


def cited(knowledge: KnowledgeBase, provision: Provision) -> str:
    """A provision as people cite it, with its title."""
    names = [f"{knowledge.name(cite)} {cite.provision}".strip() for cite in provision.cites]
    return f"{provision.title} ({', with '.join(names)})" if names else provision.title


def cite_words(knowledge: KnowledgeBase, condition: Condition) -> str:
    """Where the law says so."""
    if isinstance(condition.cite, Citation):
        return f"{knowledge.name(condition.cite)} {condition.cite.provision}".strip()
    return condition.cite


def member_words(knowledge: KnowledgeBase, member: str | Member) -> str:
    """A member of a group, with the nations and dates to which it is limited."""
    if isinstance(member, str):
        return knowledge.label(member)
    limits = [] if set(member.nations) == set(NATIONS) else [f"in {list_words(knowledge, member.nations)}"]
    limits += [f"from {member.start}"] if member.start else []
    limits += [f"until {member.until}"] if member.until else []
    return knowledge.label(member.kind) + (f" ({', '.join(limits)})" if limits else "")


def group_words(knowledge: KnowledgeBase, group: Group, today: dt.date | None = None) -> list[str]:
    """The members of a group, groups within it spelled out; on a date, only those that belong to it then."""
    found: dict[str, None] = {}
    for member in group.members:
        kind = member if isinstance(member, str) else member.kind
        if today and not isinstance(member, str) and not _counts(member, today):
            continue
        if kind in knowledge.groups:
            found |= dict.fromkeys(group_words(knowledge, knowledge.groups[kind], today))
        else:
            found[member_words(knowledge, member)] = None
    return list(found)


def _counts(member: Member, date: dt.date) -> bool:
    return (member.start is None or member.start <= date) and (member.until is None or date <= member.until)


def tested_for(fact: str, conditions: Iterable[Condition]) -> list[str]:
    """The kinds and groups that conditions test a fact for, each once, in the order named."""
    found: dict[str, None] = {}
    for condition in conditions:
        for name, options in condition.tests:
            if name == fact and condition.none_of is None:
                found |= dict.fromkeys(options)
    return list(found)


def spelled_out(knowledge: KnowledgeBase, options: Iterable[str], today: dt.date) -> Iterator[str]:
    """Kinds and groups in words, a group with its members."""
    for option in options:
        group = knowledge.groups.get(option)
        if group is None:
            yield knowledge.label(option)
        else:
            yield f"{group.says}: {', '.join(group_words(knowledge, group, today)) or 'nobody on this date'}"
