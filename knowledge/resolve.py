"""What a fact's name refers to, and which options it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from knowledge.model import LINE_FACTS, ROUTE_FACTS, YES_NO_LINE_FACTS, Condition, KnowledgeBase

Sort = Literal["line", "with", "question", "many", "implied", "route"]


@dataclass(frozen=True)
class Fact:
    """A fact that a condition may test. `of` is the vocabulary of its options, where they have kinships."""

    name: str
    sort: Sort
    of: str = ""
    options: tuple[str, ...] = ()
    question: str = ""


def resolve(knowledge: KnowledgeBase, name: str) -> tuple[Fact, str] | None:
    """The fact that a name refers to, and the option that the name itself holds (`subjects-children`)."""
    known: dict[str, tuple[Fact, str] | None] = knowledge.resolved
    if name not in known:
        known[name] = _resolve(knowledge, name)
    return known[name]


def _resolve(knowledge: KnowledgeBase, name: str) -> tuple[Fact, str] | None:
    found = _plain(knowledge, name)
    if found:
        return found, ""
    for many in ("with", *(id for id, question in knowledge.questions.items() if question.is_many)):
        if name.startswith(many + "-"):
            fact = _plain(knowledge, many)
            option = name.removeprefix(many + "-")
            if fact and (option in fact.options or in_vocabulary(knowledge, fact.of, option)):
                return fact, option
    return None


def _plain(knowledge: KnowledgeBase, name: str) -> Fact | None:
    if name in LINE_FACTS:
        return Fact(name, "line", of=LINE_FACTS[name])
    if name == "with":
        return Fact(name, "with", of="data")
    if name in YES_NO_LINE_FACTS:
        return Fact(name, "line", options=("yes", "no"))
    if name == "side":
        return Fact(name, "line", options=("sending", "receiving"))
    if name in ROUTE_FACTS:
        return Fact(name, "route", options=_route_options(knowledge, name))
    if name in knowledge.facts:
        return Fact(name, "implied", options=("yes", "no"))
    if name in knowledge.questions:
        question = knowledge.questions[name]
        if question.is_many:
            return Fact(name, "many", of=question.options_from or "", options=tuple(question.options), question=name)
        return Fact(name, "question", of=question.options_from or "", options=answers(knowledge, name), question=name)
    return None


def _route_options(knowledge: KnowledgeBase, name: str) -> tuple[str, ...]:
    if name == "route-gateway":
        gateways = knowledge.of_kind("gateway")
        return tuple(sorted({g.id for g in gateways} | {g.part_of for g in gateways if g.part_of}))
    if name == "route-instrument":
        return tuple(knowledge.instruments)
    if name == "route-lifts":
        return tuple(bar.id for bar in knowledge.of_kind("bar"))
    return ROUTE_FACTS[name] or ()


def answers(knowledge: KnowledgeBase, id: str) -> tuple[str, ...]:
    """The answers that a question takes, `not-sure` aside; empty where the answer is free text."""
    question = knowledge.questions[id]
    if question.is_text:
        return ()
    if question.kind == "assurance":
        return ("yes", "not-yet", "will-not")
    if question.kind == "judgement":
        return ("yes", "no")
    listed = tuple(question.options)
    if question.options_from:
        return (*listed, *knowledge.vocabularies[question.options_from])
    return listed or ("yes", "no")


def in_vocabulary(knowledge: KnowledgeBase, of: str, option: str) -> bool:
    """Is this a term of the vocabulary, or a group of its terms?"""
    if not of:
        return False
    return option in knowledge.vocabularies[of] or (option in knowledge.groups and knowledge.groups[option].of == of)


def questions_behind(knowledge: KnowledgeBase, condition: Condition) -> frozenset[str]:
    """Every question whose answer the condition may turn on, through implied facts too."""
    found: set[str] = set()
    for name, _ in condition.tests:
        found |= _questions_behind_fact(knowledge, name)
    return frozenset(found)


def _questions_behind_fact(knowledge: KnowledgeBase, name: str) -> frozenset[str]:
    resolved = resolve(knowledge, name)
    if resolved is None:
        return frozenset()
    fact = resolved[0]
    if fact.sort != "implied":
        return frozenset({fact.question}) if fact.question else frozenset()
    implied = knowledge.facts[name]
    found: set[str] = set()
    for among in implied.among or ():
        found |= _questions_behind_fact(knowledge, among)
    for condition in implied_conditions(knowledge, name):
        found |= questions_behind(knowledge, condition)
    return frozenset(found)


def line_facts_behind(knowledge: KnowledgeBase, condition: Condition) -> frozenset[str]:
    """The facts of the line itself (who, to whom, what for) that the condition may turn on, through implied facts."""
    return frozenset(fact for name, _ in condition.tests for fact in _line_facts_behind(knowledge, name))


def _line_facts_behind(knowledge: KnowledgeBase, name: str) -> Iterator[str]:
    resolved = resolve(knowledge, name)
    if resolved and resolved[0].sort == "line":
        yield resolved[0].name
    elif resolved and resolved[0].sort == "implied":
        for one in knowledge.facts[name].among or ():
            yield from _line_facts_behind(knowledge, one)
        for condition in implied_conditions(knowledge, name):
            yield from line_facts_behind(knowledge, condition)


def implied_conditions(knowledge: KnowledgeBase, name: str) -> tuple[Condition, ...]:
    """The conditions of every version of an implied fact."""
    implied = knowledge.facts[name]
    return (*implied.conditions, *(c for version in implied.versions for c in version.conditions))
