"""A line through one gateway: the bars that it meets there, what lifts them, and what has to be done.

A route is the worst of its gateway and of every bar on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import msgspec

from knowledge.model import Provision, Side
from rules.commons import decide_on, is_refuted
from rules.decide import LABELS, Decided, Status
from rules.facts import Causes, Facts, Reading


class Lift(msgspec.Struct, frozen=True, eq=False):
    """Something that would lift a bar on a route: the route's own gateway, or a key."""

    provision: Provision
    facts: Facts | None  # None for the route's own gateway, whose status the route holds already
    bar: str

    @property
    def decided(self) -> Decided | None:
        """The key decided; None for the route's own gateway."""
        return decide_on(self.provision, self.facts) if self.facts else None

    def status(self, reading: Reading = "now") -> Status:
        if self.facts is None:
            return Status.OPEN
        if is_refuted(self.provision, self.facts):
            return Status.SHUT
        return decide_on(self.provision, self.facts).meets(reading, self.bar)


@dataclass(frozen=True, eq=False)
class BarOnRoute:
    """A bar that a line meets, and what lifts it there."""

    bar: Decided
    side: Side
    lifts: tuple[Lift, ...]

    def passes(self, reading: Reading = "now") -> Status:
        return max([self.bar.spares(reading), *(lift.status(reading) for lift in self.lifts)])

    @cached_property
    def bites(self) -> Status:
        """SHUT where it bites, UNSETTLED where it may."""
        return self.bar.spares()

    @cached_property
    def lifted(self) -> Status:
        found = Status.SHUT
        for lift in self.lifts:
            found = max(found, lift.status())
            if found is Status.OPEN:
                break
        return found

    @cached_property
    def lifted_by(self) -> tuple[Lift, ...]:
        """What lifts it, or may: the open ones, or failing those the unsettled; the plainest first."""
        best = [lift for lift in self.lifts if lift.status() is self.lifted and self.lifted > Status.SHUT]
        return tuple(sorted(best, key=_plainest))


def _plainest(lift: Lift) -> tuple[int, int, str]:
    if lift.decided is None:
        return (0, 0, "")
    due = sum(bool(finding.condition.safeguard) for finding in lift.decided.findings)
    last = 10 if lift.provision.last_resort == "yes" else 1
    return (last + due, LABELS.index(lift.decided.label), lift.provision.id)


@dataclass(frozen=True)
class SafeguardDue:
    """Something to be done: done, or outstanding, or refused."""

    id: str
    who: str
    when: str
    says: str
    done: bool
    refused: bool = False
    settled: bool = True


class Finder(Protocol):
    """Finds what a route needs only if somebody looks at it."""

    @property
    def may_be_refused(self) -> bool: ...
    def receiving(self, route: Route) -> tuple[BarOnRoute, ...]: ...
    def receiving_status(self, route: Route) -> Status: ...
    def safeguards(self, route: Route) -> tuple[SafeguardDue, ...]: ...
    def silent(self, route: Route) -> tuple[Decided, ...]: ...


@dataclass(frozen=True, eq=False)
class Route:
    """A line through one gateway (or through none, where nothing personal is in it)."""

    gateway: Decided | None
    sending: tuple[BarOnRoute, ...]
    finder: Finder
    facts: Facts

    @cached_property
    def receiving(self) -> tuple[BarOnRoute, ...]:
        """The bars that it meets on the receiving side."""
        return self.finder.receiving(self)

    @cached_property
    def receiving_status(self) -> Status:
        """How far the receiving side is settled; SHUT only by the receiver's own answers."""
        return self.finder.receiving_status(self)

    @cached_property
    def safeguards(self) -> tuple[SafeguardDue, ...]:
        """What has to be done on it."""
        return self.finder.safeguards(self)

    @cached_property
    def silent(self) -> tuple[Decided, ...]:
        """Bars that would bite if an unanswered question turned out so."""
        return self.finder.silent(self)

    def status(self, reading: Reading = "now") -> Status:
        found = self.gateway.meets(reading) if self.gateway else Status.OPEN
        for bar in self.sending:
            found = min(found, bar.passes(reading))
        if found is Status.SHUT or self.receiving_status is Status.SHUT or self.refused:
            return Status.SHUT
        return found

    @cached_property
    def now(self) -> Status:
        return self.status()

    @cached_property
    def refused(self) -> bool:
        return self.finder.may_be_refused and any(safeguard.refused for safeguard in self.safeguards)

    @property
    def is_mandatory(self) -> bool:
        return self.gateway is not None and self.gateway.force == "mandatory"

    @cached_property
    def causes(self) -> Causes:
        """What keeps the route from being settled."""
        found: set[tuple[str, str]] = set()
        if self.gateway and self.gateway.meets() is Status.UNSETTLED:
            found |= self.gateway.causes
        for bar in self.sending:
            if bar.passes() is Status.UNSETTLED:
                if bar.bites is Status.UNSETTLED:
                    found |= bar.bar.causes
                for lift in bar.lifts:
                    if lift.decided and lift.status() is Status.UNSETTLED:
                        found |= lift.decided.causes
        return frozenset(found)  # type: ignore[arg-type]

    @cached_property
    def leans_on(self) -> tuple[Decided, ...]:
        """The provisions that it rests on: its gateway, and the plainest key for each bar that has to be lifted."""
        keys = [bar.lifted_by[0].decided for bar in (*self.sending, *self.receiving) if needs_lifting(bar)]
        return tuple(part for part in (self.gateway, *keys) if part)

    @cached_property
    def label(self) -> str:
        return max((part.label for part in self.leans_on), key=LABELS.index, default="verified")


def needs_lifting(bar: BarOnRoute) -> bool:
    """Is it a bar that is, or may be, down, and that something lifts or may lift?"""
    return bar.bites is not Status.OPEN and bool(bar.lifted_by)
