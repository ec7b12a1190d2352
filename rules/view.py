"""What every clause is drafted from: the determination, the terms that the parties gave, and the pattern.

Gathers facts for the clauses; writes none of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from knowledge.agreement import AgreementPattern, Paper, Terms
from knowledge.model import Citation, KnowledgeBase, Provision
from knowledge.share import Answer, Party, Share
from rules.decide import Decided, Status
from rules.determine import Determination
from rules.document import Gap, Link
from rules.explain import bars_of, merge, nearest_gateways, open_questions
from rules.line import GO_AHEAD, LineDetermination
from rules.route import BarOnRoute, Route, SafeguardDue, needs_lifting

REFUSAL = "refusal"


@dataclass(frozen=True, eq=False)
class Flow:
    """Lines decided alike, under one number."""

    number: int
    lines: tuple[LineDetermination, ...]

    @property
    def first(self) -> LineDetermination:
        return self.lines[0]

    @property
    def best(self) -> Route | None:
        return self.first.best


@dataclass(frozen=True, eq=False)
class View:
    """One determination, as its clauses look at it."""

    determination: Determination
    pattern: AgreementPattern
    paper: Paper

    @property
    def knowledge(self) -> KnowledgeBase:
        return self.determination.knowledge

    @property
    def share(self) -> Share:
        return self.determination.share

    @cached_property
    def terms(self) -> Terms:
        """What the parties said; what they have yet to agree counts as not said."""
        return self.share.agreement.without(self.pattern.words["to-be-agreed"])

    @property
    def is_open(self) -> bool:
        """May the share not go ahead, or not yet?"""
        return self.determination.verdict not in GO_AHEAD

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        groups = merge(self.determination.lines)
        return tuple(Flow(number, tuple(group)) for number, group in enumerate(groups, 1))

    @cached_property
    def parties(self) -> tuple[Party, ...]:
        return self.share.parties

    @property
    def is_refusal(self) -> bool:
        return self.paper.id == REFUSAL

    # Words

    def word(self, id: str, **parts: object) -> str:
        text = self.pattern.words[id]
        for name, value in parts.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def day(self, date: dt.date) -> str:
        """A date as people write it."""
        return f"{date.day} {self.pattern.months[date.month - 1]} {date.year}"

    def gap(self, item: int, what: str, owner: str, help: str = "", key: str = "") -> Gap:
        return Gap(item, what, self.pattern.words.get(owner, owner), help, key)

    def term_gap(self, key: str, party: Party | None = None) -> Gap:
        term = self.pattern.terms[key]
        if party is None:
            return self.gap(term.item, term.what, term.owner, term.help, f"agreement.{key}")
        return self.gap(term.item, term.what, party.name, term.help, f"agreement.{key}.{party.id}")

    def cited(self, provision: Provision) -> str:
        """A provision as lawyers cite it."""
        if not provision.cites:
            return provision.title
        first, *others = [self.citation(cite) for cite in provision.cites]
        return f"{first} {self.word('with')} {', '.join(others)}" if others else first

    def citation(self, cite: Citation) -> str:
        return f"{self.knowledge.name(cite)} {cite.provision}".strip()

    def link(self, provision: Provision) -> Link | str:
        url = self.knowledge.url(provision.cite) if provision.cites else ""
        return Link(self.cited(provision), url) if url else self.cited(provision)

    def titled(self, provision: Provision) -> str:
        cited = self.cited(provision)
        return provision.title if cited == provision.title else f"{cited} ({provision.title})"

    def data(self, flow: Flow) -> str:
        return ", ".join(dict.fromkeys(self.knowledge.label(line.line.data) for line in flow.lines))

    def numbers(self, flows: Iterable[Flow]) -> str:
        return ", ".join(str(number) for number in sorted({flow.number for flow in flows}))

    # Answers

    def given(self, id: str) -> list[Answer]:
        """The different answers that the lines have to a question."""
        found: list[Answer] = []
        for line in self.determination.lines:
            answer = line.line.answers.get(id)
            if answer is not None and answer not in found:
                found.append(answer)
        return found

    def values(self, id: str) -> frozenset[str]:
        found: set[str] = set()
        for answer in self.given(id):
            found |= {answer.answer} if isinstance(answer.answer, str) else set(answer.answer)
        return frozenset(found)

    def has(self, tests: dict[str, tuple[str, ...]]) -> bool:
        """Does some line have one of the answers, for each of the questions?"""
        return all(self.values(id) & set(options) for id, options in tests.items())

    def fact(self, name: str, value: str) -> str:
        """A fact behind a condition, in words."""
        knowledge = self.knowledge
        question = knowledge.questions.get(name)
        values = value.split(", ") if value else []
        if question is not None:
            said = ", ".join(knowledge.answer_label(name, one) for one in values)
            return f"{question.title or question.asks}: {said}"
        implied = knowledge.facts.get(name)
        if implied is not None:
            return implied.says if value == "yes" else f"{implied.says}: {self.word('no')}"
        key = "fact-route" if name.startswith("route-") else f"fact-{name}"
        words = self.pattern.words.get(key, name)
        return f"{words}: {', '.join(knowledge.answer_label('', one) for one in values)}"

    # What was decided

    @cached_property
    def relied(self) -> dict[str, list[tuple[Flow, Decided]]]:
        """Each provision that a flow leans on, with its findings on every line: gateways first, as they come."""
        found: dict[str, list[tuple[Flow, Decided]]] = {}
        for flow in self.flows:
            for line in flow.lines:
                for decided in _leaned_on(line.best):
                    found.setdefault(decided.id, []).append((flow, decided))
        return found

    def relied_on(self, kind: str) -> list[tuple[Provision, list[tuple[Flow, Decided]]]]:
        provisions = self.knowledge.provisions
        return [(provisions[id], uses) for id, uses in self.relied.items() if provisions[id].kind == kind]

    @cached_property
    def bars(self) -> list[tuple[BarOnRoute, list[Flow]]]:
        """Each bar met, with what lifts it, and on which flows it is so."""
        found: dict[tuple[object, ...], tuple[BarOnRoute, list[Flow]]] = {}
        for flow in self.flows:
            for bar in bars_of(flow.best):
                key = (bar.bar.id, bar.side, bar.lifted, tuple(lift.provision.id for lift in bar.lifted_by))
                found.setdefault(key, (bar, []))[1].append(flow)
        return list(found.values())

    @cached_property
    def safeguards(self) -> dict[str, list[tuple[Flow, SafeguardDue]]]:
        """Each safeguard that some flow asks for; not the promises, which are no provisions."""
        found: dict[str, list[tuple[Flow, SafeguardDue]]] = {}
        for flow in self.flows:
            for due in flow.best.safeguards if flow.best else ():
                if due.id in self.knowledge.provisions:
                    found.setdefault(due.id, []).append((flow, due))
        return found

    def safeguard_answer(self, id: str) -> tuple[str, list[Answer]]:
        """The question that says whether a safeguard is done, and what was answered."""
        question = self.knowledge.provisions[id].answered_by or id
        return question, self.given(question)

    def tried(self, flow: Flow, most: int = 3) -> list[Decided]:
        """The gateways that came nearest: those of its routes, or the shut ones that least shuts."""
        routes = [route.gateway for route in flow.first.shown if route.gateway]
        if routes:
            return routes[:most]
        return nearest_gateways(flow.first, most)

    @cached_property
    def open_points(self) -> list[tuple[str, str, str]]:
        """Each open question with the word for who may settle it, and its id."""
        settles = {"judgement": "settle-judgement", "assurance": "settle-promise", "fact": "settle-fact"}
        found: dict[str, tuple[str, str, str]] = {}
        for line in self.determination.lines:
            for id in open_questions(self.knowledge, line):
                question = self.knowledge.questions.get(id)
                text = question.asks if question else self.pattern.words.get(f"fact-{id}", id)
                found[id] = (text, settles[question.kind] if question else "settle-fact", id)
            for cause, id in line.waits_for:
                if cause in ("unverified", "commencement"):
                    provision = self.knowledge.provisions[id]
                    found[id] = (self.word("law-open", title=self.titled(provision)), "settle-law", id)
        return list(found.values())

    def who(self, who: str, flows: Sequence[Flow]) -> str:
        """The parties that a safeguard falls on, by name."""
        lines = [line.line for flow in flows for line in flow.lines]
        names = [line.discloser.name for line in lines] if who != "receiver" else []
        names += [line.receiver.name for line in lines] if who != "discloser" else []
        return ", ".join(dict.fromkeys(names))


def _leaned_on(best: Route | None) -> list[Decided]:
    """What a route rests on: its gateway, and the plainest thing that lifts each bar, where that is settled."""
    if best is None:
        return []
    keys = [bar.lifted_by[0].decided for bar in bars_of(best) if needs_lifting(bar) and bar.lifted is Status.OPEN]
    return [part for part in (best.gateway, *keys) if part is not None]
