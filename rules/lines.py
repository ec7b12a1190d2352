"""From a share to its lines: one discloser, one receiver, one purpose, one kind of data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from knowledge.model import KnowledgeBase, Nation, Vocabulary
from knowledge.share import Answer, Flow, Party, Share, answer_of


@dataclass(frozen=True)
class Line:
    """What the law decides. Kinds are those in law on the day: of the principal, for a body that acts for one."""

    discloser: Party
    receiver: Party
    discloser_kind: str
    receiver_kind: str
    nation: Nation
    receiver_nation: Nation
    purpose: str
    data: str
    travels_with: tuple[str, ...]
    same_body: bool
    receiver_is_processor: bool
    answers: Mapping[str, Answer]


_Kept = TypeVar("_Kept")


class Kept(Generic[_Kept]):
    """Named things that lines have shown, for the lines that agree in all that each turns on."""

    def __init__(self) -> None:
        self._things: dict[frozenset[str], dict[Hashable, dict[str, _Kept]]] = {}

    def of(self, line: Line) -> dict[str, _Kept]:
        """All that holds for a line."""
        found: dict[str, _Kept] = {}
        for attributes, things in self._things.items():
            found |= things.get(_read(line, attributes), {})
        return found

    def keep(self, line: Line, attributes: frozenset[str], name: str, thing: _Kept) -> None:
        """Keep what a line has shown and what turns on these attributes of it alone."""
        self._things.setdefault(attributes, {}).setdefault(_read(line, attributes), {})[name] = thing


@dataclass(frozen=True)
class Shown:
    """What lines of the very same answers have shown on one side: values of tests, and provisions refuted."""

    values: Kept[str | None] = field(default_factory=Kept)
    refuted: Kept[bool] = field(default_factory=Kept)


def _read(line: Line, attributes: frozenset[str]) -> Hashable:
    return tuple([getattr(line, name) for name in attributes])


def lines(share: Share, knowledge: KnowledgeBase, as_at: dt.date) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """The lines of a share in the order written, and notes on bodies read as others on the day.

    A share that lacks parties, purposes, data or a nation has no lines yet.
    """
    found: list[Line] = []
    notes: dict[str, None] = {}
    common = {id: answer_of(raw) for id, raw in share.answers.items()}
    bodies = knowledge.vocabularies["bodies"]
    for flow in share.flows or every_flow(share):
        discloser, receiver = share.party(flow.source), share.party(flow.to)
        nation, receiver_nation = discloser.nation or share.nation, receiver.nation or share.nation
        if nation is None or receiver_nation is None:
            continue
        given = {id: answer_of(raw) for id, raw in flow.answers.items()}
        answers = {**common, **given} if given else common  # the very same where they may be: see `rules.commons`
        principal = _principal(share, discloser)
        instructed = "roles" in answers and answers["roles"].answer == "instructed"
        own_processor = bool(receiver.acts_for) and receiver.acts_for in (discloser.id, principal.id)
        stands_for = receiver if own_processor else _principal(share, receiver)
        kinds = []
        for party in (principal, stands_for):
            kind = kind_on(bodies, party.kind, as_at)
            if kind != party.kind:
                notes[f"{party.name}: '{party.kind}' is read as '{kind}' on {as_at}."] = None
            kinds.append(kind)
        data = flow.data or share.data
        found += [
            Line(
                discloser=discloser,
                receiver=receiver,
                discloser_kind=kinds[0],
                receiver_kind=kinds[1],
                nation=nation,
                receiver_nation=receiver_nation,
                purpose=purpose,
                data=kind,
                travels_with=tuple(other for other in data if other != kind),
                same_body=_controller(principal) == _controller(stands_for),
                receiver_is_processor=own_processor or instructed,
                answers=answers,
            )
            for purpose in flow.purpose or share.purpose
            for kind in data
        ]
    return tuple(found), tuple(notes)


def every_flow(share: Share) -> tuple[Flow, ...]:
    """Every discloser to every other receiver, for a share that names no flows."""
    return tuple(
        Flow(source=one.id, to=other.id)
        for one in share.parties
        if one.role in ("discloser", "both")
        for other in share.parties
        if other.role in ("receiver", "both") and other.id != one.id
    )


def _principal(share: Share, party: Party) -> Party:
    seen = {party.id}
    while party.acts_for and party.acts_for not in seen:
        seen.add(party.acts_for)
        party = share.party(party.acts_for)
    return party


def _controller(party: Party) -> str:
    return party.controller or party.id


def kind_on(bodies: Vocabulary, kind: str, date: dt.date) -> str:
    """The kind that a body is read as on a date: its predecessor before its time, its successor after it."""
    seen = {kind}
    while True:
        term = bodies[kind]
        if term.start and date < term.start and term.before and term.before not in seen:
            kind = term.before
        elif term.until and date > term.until and term.after and term.after not in seen:
            kind = term.after
        else:
            return kind
        seen.add(kind)
