"""A share of one line in the making, and the single changes that make a test hold or fail. Knows no provision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from knowledge.model import KnowledgeBase, Nation, Side
from knowledge.resolve import answers as answers_to
from knowledge.share import Answer, Answers, Party, Share
from rules.compile import Atom, Compiled, Ruleset
from rules.facts import Facts, Settings
from rules.lines import kind_on, lines
from rules.rulebook import Rulebook

Given = str | tuple[str, ...]

# What an outline starts with where the vocabulary has it: nothing out of the ordinary.
_ORDINARY = {"bodies": "local-authority", "purposes": "service-planning", "data": "identity", "nations": "england"}
_ANSWERS: Mapping[str, Given] = {"identifiability": "identifiable", "subjects": ("adults",), "roles": "own"}


@dataclass(frozen=True)
class Outline:
    """One sender, receiver, purpose and kind of data, with the answers given so far."""

    as_at: dt.date
    discloser: str
    receiver: str
    nation: Nation
    purpose: str
    data: str
    receiver_nation: Nation | None = None  # the sender's, if None
    carried: tuple[str, ...] = ()
    same_body: bool = False
    processor: bool = False
    answers: Mapping[str, Given] = field(default_factory=dict)

    def answering(self, id: str, value: Given | None) -> Outline:
        """The same, with an answer given, or taken out where the value is None."""
        kept = {name: given for name, given in self.answers.items() if name != id}
        return replace(self, answers=kept if value is None else {**kept, id: value})

    def differs(self, other: Outline) -> tuple[str, ...]:
        """The facts in which two outlines differ."""
        plain = [name for name in _PLAIN_FIELDS if getattr(self, name) != getattr(other, name)]
        ids = dict.fromkeys((*self.answers, *other.answers))
        return (*plain, *(id for id in ids if self.answers.get(id) != other.answers.get(id)))

    def share(self, knowledge: KnowledgeBase) -> Share:
        """The outline as a share that any command takes."""
        return Share(
            gatehouse="1",
            as_at=self.as_at,
            nation=self.nation,
            parties=(
                Party(id="a", name="Example Sender", kind=self.discloser, role="discloser"),
                Party(
                    id="b",
                    name="Example Receiver",
                    kind=self.receiver,
                    role="receiver",
                    nation=self.receiver_nation,
                    controller="a" if self.same_body else "",
                    acts_for="a" if self.processor else "",
                ),
            ),
            purpose=(self.purpose,),
            data=(self.data, *self.carried),
            answers=self._answers(knowledge),
        )

    def _answers(self, knowledge: KnowledgeBase) -> Answers:
        judged = {id for id in self.answers if knowledge.questions[id].kind == "judgement"}
        return {
            id: Answer(answer=given, by="Information governance lead", reason="Weighed and recorded")
            if id in judged
            else given
            for id, given in self.answers.items()
        }


_PLAIN_FIELDS = (
    "as_at", "discloser", "receiver", "nation", "receiver_nation", "purpose", "data", "carried", "same_body",
    "processor",
)  # fmt: skip


def ordinary(knowledge: KnowledgeBase, as_at: dt.date) -> Outline:
    """An outline with nothing out of the ordinary, to begin from."""
    word = {
        name: id if id in knowledge.vocabularies[name] else next(iter(knowledge.vocabularies[name]))
        for name, id in _ORDINARY.items()
    }
    return Outline(
        as_at=as_at,
        discloser=word["bodies"],
        receiver=word["bodies"],
        nation=word["nations"],  # type: ignore[arg-type]
        purpose=word["purposes"],
        data=word["data"],
        answers={id: given for id, given in _ANSWERS.items() if id in knowledge.questions},
    )


def facts_of(rulebook: Rulebook, outline: Outline, side: Side) -> Facts:
    """The facts of an outline's one line on a side, nothing taken as promised."""
    line = lines(outline.share(rulebook.knowledge), rulebook.knowledge, rulebook.as_at)[0][0]
    return Facts(rulebook, line, side, Settings())


# How far off


def off(facts: Facts, compiled: Compiled, met: bool) -> int:
    """How many facts, at the least, keep a condition from being met (or refuted)."""
    each = [_off_atom(facts, atom, met != compiled.negated) for atom in compiled.atoms]
    return sum(each) if met == compiled.negated else min(each)


def _off_atom(facts: Facts, atom: Atom, want: bool) -> int:
    if facts.holds(atom) is want:
        return 0
    if atom.sort != "implied" or (ruleset := facts.rulebook.implied(atom.fact)) is None:
        return 1
    yes = ("yes" in atom.accepts) == want
    each = [off(facts, compiled, yes) for compiled in ruleset.conditions]
    return max(1, sum(each) if yes else min(each, default=1))


# Single changes


def changes(facts: Facts, outline: Outline, compiled: Compiled, met: bool) -> Iterator[Outline]:
    """Outlines with one thing changed, each a step to a condition's being met (or refuted)."""
    for atom in compiled.atoms:
        want = met != compiled.negated
        if facts.holds(atom) is not want:
            yield from _changes(facts, outline, atom, want)


def _changes(facts: Facts, outline: Outline, atom: Atom, want: bool) -> Iterator[Outline]:
    if atom.sort == "implied":
        yield from _implying(facts, outline, atom.fact, ("yes" in atom.accepts) == want)
    elif atom.sort == "with":
        yield from _carrying(facts, outline, atom, want)
    elif atom.sort == "many":
        yield from _picking(facts, outline, atom, want)
    elif atom.sort == "question":
        yield from _answering(facts, outline, atom, want)
    elif atom.sort == "line":
        yield from _placing(facts, outline, atom, want)


def _implying(facts: Facts, outline: Outline, id: str, yes: bool) -> Iterator[Outline]:
    if among := facts.knowledge.facts[id].among:
        yield from _among(facts, outline, *among, yes)
    ruleset: Ruleset | None = facts.rulebook.implied(id)
    for compiled in ruleset.conditions if ruleset and not among else ():
        if off(facts, compiled, yes):
            yield from changes(facts, outline, compiled, yes)


def _among(facts: Facts, outline: Outline, one: str, many: str, yes: bool) -> Iterator[Outline]:
    word = {"purpose": outline.purpose, "data": outline.data}.get(one) or outline.answers.get(one)
    if yes and isinstance(word, str):
        yield outline.answering(many, (word,))
    elif not yes:
        for other in _terms(facts, facts.knowledge.questions[many].options_from or ""):
            if other != word:
                yield outline.answering(many, (other,))


def _terms(facts: Facts, of: str) -> Iterator[str]:
    """The terms of a vocabulary in use on the day."""
    for term in facts.knowledge.vocabularies[of]:
        if of != "bodies" or kind_on(facts.knowledge.vocabularies[of], term, facts.rulebook.as_at) == term:
            yield term


def _fitting(facts: Facts, atom: Atom, nation: str, want: bool) -> Iterator[str]:
    for term in _terms(facts, atom.of):
        held = facts.rulebook.kinship.among(atom.of, term, atom.options, nation)
        if held is not None and (_word(held) in atom.accepts) is want:
            yield term


def _word(held: bool) -> str:
    return "yes" if held else "no"


def _carrying(facts: Facts, outline: Outline, atom: Atom, want: bool) -> Iterator[Outline]:
    if want == ("yes" in atom.accepts):
        for kind in _fitting(facts, atom, outline.nation, want):
            if kind != outline.data:
                yield replace(outline, carried=(*outline.carried, kind))
    else:
        among = facts.rulebook.kinship.among
        kept = tuple(k for k in outline.carried if among(atom.of, k, atom.options, outline.nation) is False)
        yield replace(outline, carried=kept)


def _picking(facts: Facts, outline: Outline, atom: Atom, want: bool) -> Iterator[Outline]:
    """Answers to a question of which many may be picked: with one more, or without those that count."""
    question = facts.knowledge.questions[atom.question]
    given = outline.answers.get(atom.question, ())
    picked = (given,) if isinstance(given, str) else given
    counting = [option for option in question.options if option in atom.options]
    counting += _fitting(facts, atom, outline.nation, "yes" in atom.accepts) if atom.of else ()
    if want == ("yes" in atom.accepts):
        for word in counting:
            if word not in picked:
                yield outline.answering(atom.question, (*picked, word))
        return
    kept = tuple(word for word in picked if word not in counting)
    if kept:
        yield outline.answering(atom.question, kept)
    for word in (*question.options, *(_terms(facts, atom.of) if atom.of else ())):
        if word not in counting:
            yield outline.answering(atom.question, (word,))


def _answering(facts: Facts, outline: Outline, atom: Atom, want: bool) -> Iterator[Outline]:
    if atom.of:
        options: tuple[str, ...] = tuple(_fitting(facts, atom, outline.nation, want))
    else:
        listed = answers_to(facts.knowledge, atom.question)
        accepted = atom.options if atom.is_membership else atom.accepts
        options = tuple(option for option in listed if (option in accepted) is want)
    for option in options:
        yield outline.answering(atom.question, option)


def _placing(facts: Facts, outline: Outline, atom: Atom, want: bool) -> Iterator[Outline]:
    if atom.fact == "same-body":
        yield replace(outline, same_body=("yes" in atom.accepts) == want)
    elif atom.fact == "receiver-is-processor":
        instructed = ("yes" in atom.accepts) == want
        yield (
            replace(outline, processor=instructed)
            if instructed
            else replace(outline.answering("roles", "own"), processor=False)
        )
    elif atom.fact in ("nation", "receiver-nation"):
        for nation in facts.knowledge.vocabularies["nations"]:
            if (nation in atom.options) is want:
                yield _in(outline, nation, receiver=atom.fact == "receiver-nation")
    elif atom.fact != "side":
        name = atom.fact
        if name == "holder":
            name = "discloser" if facts.side == "sending" else "receiver"
        own = outline.receiver_nation if name == "receiver" else None
        found = [_with(outline, name, term) for term in _fitting(facts, atom, own or outline.nation, want)]
        yield from found
        if not found and name in ("discloser", "receiver"):
            for nation in facts.knowledge.vocabularies["nations"]:
                for term in _fitting(facts, atom, nation, want):
                    yield _with(_in(outline, nation), name, term)


def _with(outline: Outline, name: str, term: str) -> Outline:
    changed: Any = {name: term}
    return replace(outline, **changed)


def _in(outline: Outline, nation: str, *, receiver: bool = False) -> Outline:
    """The same in another nation: both bodies, or the receiver alone."""
    if receiver:
        return replace(outline, receiver_nation=nation)  # type: ignore[arg-type]
    return replace(outline, nation=nation, receiver_nation=None)  # type: ignore[arg-type]
