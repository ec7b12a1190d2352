"""One provision on one set of facts: a finding for each condition, and the status that they make."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

import msgspec

from knowledge.model import Checked, Condition, Force, Provision, Strength, Version
from rules.compile import Compiled, Ruleset
from rules.engine import MOST_REMEMBERED, Outcome
from rules.facts import Causes, Facts, Reading, may_change
from rules.rulebook import Rulebook


class Status(IntEnum):
    """How far something stands open; the worst of several is the least."""

    SHUT = 0
    UNSETTLED = 1
    OPEN = 2

    @property
    def word(self) -> str:
        return self.name.lower()


LABELS = ("verified", "secondary", "memory")


class Finding(msgspec.Struct, frozen=True, eq=False):
    """What became of a condition."""

    compiled: Compiled
    outcome: Outcome
    label: str
    unverified: bool = False  # met on its face, but nobody has read the law
    silent: bool = False  # nobody answered, and the law reads silence as this outcome

    @property
    def condition(self) -> Condition:
        return self.compiled.condition


class Findings(msgspec.Struct, frozen=True, eq=False):
    """The findings that one tuple of values makes of a ruleset, and what they come to as they stand."""

    each: tuple[Finding, ...] = ()
    met: Status = Status.SHUT  # of all conditions together
    spared: Status = Status.OPEN  # of all conditions together, for a bar
    asked_for_some: bool = False  # has it conditions for some bars only?
    in_force: bool = False  # has it started, as far as anybody knows?


class Decided(msgspec.Struct, frozen=True, eq=False):
    """A provision decided: its version in force (None if none is), its findings and the facts they rest on."""

    provision: Provision
    version: Version | None
    made: Findings
    facts: Facts
    ruleset: Ruleset | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.made.each

    @property
    def id(self) -> str:
        return self.provision.id

    @property
    def force(self) -> Force:
        return (self.version and self.version.force) or self.provision.force

    @property
    def strength(self) -> Strength:
        return (self.version and self.version.strength) or self.provision.strength

    @property
    def in_force(self) -> bool:
        """Has it started, as far as anybody knows?"""
        return self.made.in_force

    @property
    def unconfirmed(self) -> bool:
        """May it have started, without anybody having confirmed it?"""
        return self.in_force and self.version is not None and not self.version.is_confirmed

    @property
    def label(self) -> str:
        """The weakest check that its findings lean on."""
        used = [finding.label for finding in self.findings if finding.outcome != "not_met"]
        return max(used or [_label(self.provision.checked)], key=LABELS.index)

    def meets(self, reading: Reading = "now", bar: str = "") -> Status:
        """The status of a gateway, key, safeguard or caution; for a key, as it stands for one of its bars."""
        if reading == "now" and not (bar and self.made.asked_for_some):
            return self.made.met
        if not self.in_force:
            return Status.SHUT
        status = Status.OPEN
        for finding in self.findings:
            if bar and finding.condition.bars and bar not in finding.condition.bars:
                continue
            status = min(status, self._favourable(finding, reading))
            if status is Status.SHUT:
                return status
        if self.unconfirmed and not may_change("commencement", reading):
            status = min(status, Status.UNSETTLED)
        return status

    def spares(self, reading: Reading = "now") -> Status:
        """How far a bar leaves the line alone: OPEN where it does not bite, SHUT where it does."""
        if reading == "now":
            return self.made.spared
        if not self.in_force:
            return Status.OPEN
        outcomes = [self._unfavourable(finding, reading) for finding in self.findings]
        if "not_met" in outcomes:
            return Status.OPEN
        return Status.UNSETTLED if "unknown" in outcomes or self.unconfirmed else Status.SHUT

    def _favourable(self, finding: Finding, reading: Reading) -> Status:
        if finding.outcome == "not_met":
            return Status.SHUT
        if finding.outcome == "met":
            return Status.OPEN
        if reading == "now":
            return Status.UNSETTLED
        if finding.unverified:
            return Status.OPEN if may_change("unverified", reading) else Status.UNSETTLED
        return Status.OPEN if self.facts.could_meet(finding.compiled, reading) else Status.UNSETTLED

    def _unfavourable(self, finding: Finding, reading: Reading) -> Outcome:
        if finding.outcome != "unknown" or reading == "now":
            return finding.outcome
        if finding.unverified:
            return "not_met" if may_change("unverified", reading) else "unknown"
        return "not_met" if self.facts.could_refute(finding.compiled, reading) else "unknown"

    @property
    def rests_on_silence(self) -> bool:
        """Is it settled only because nobody answered, so that an answer may still change it?"""
        refuted = [finding for finding in self.findings if finding.outcome == "not_met"]
        return self.in_force and bool(refuted) and all(_is_silent(finding, self.facts) for finding in refuted)

    @property
    def causes(self) -> Causes:
        """Why it is unsettled: each cause with what would settle it."""
        found: set[tuple[str, str]] = set()
        if self.unconfirmed:
            found.add(("commencement", self.provision.id))
        for finding in self.findings:
            if finding.unverified:
                found.add(("unverified", self.provision.id))
            elif finding.outcome == "unknown":
                found |= self.facts.causes_of(finding.compiled)
        return frozenset(found)  # type: ignore[arg-type]


def decide(rulebook: Rulebook, provision: Provision, facts: Facts) -> Decided:
    """Fire a provision on facts."""
    version, ruleset = rulebook.of(provision)
    if version is None or ruleset is None:
        return Decided(provision, None, _NOTHING, facts)
    values = facts.values(ruleset)
    doubted = facts.doubted(ruleset)
    known = rulebook.findings.setdefault(ruleset.name, {})
    made = known.get((values, doubted))
    if made is None:
        if len(known) >= MOST_REMEMBERED:
            known.clear()
        outcomes = rulebook.engine.outcomes(ruleset, values)
        made = known[values, doubted] = _findings(provision, version, ruleset, outcomes, doubted)
    return Decided(provision, version, made, facts, ruleset)


_NOTHING = Findings()


def _findings(
    provision: Provision,
    version: Version,
    ruleset: Ruleset,
    outcomes: Iterable[Outcome],
    doubted: tuple[Compiled, ...],
) -> Findings:
    each = tuple(
        _finding(
            compiled,
            outcome,
            _label(compiled.condition.checked or version.checked or provision.checked),
            doubted=compiled in doubted,
        )
        for compiled, outcome in zip(ruleset.conditions, outcomes, strict=True)
    )
    if version.opens is None:
        return Findings(each)
    made = {finding.outcome for finding in each} | ({"met"} if version.is_confirmed else {"unknown"})
    met = Status.SHUT if "not_met" in made else Status.UNSETTLED if "unknown" in made else Status.OPEN
    spared = Status.OPEN if "not_met" in made else Status.UNSETTLED if "unknown" in made else Status.SHUT
    return Findings(each, met, spared, any(finding.condition.bars for finding in each), in_force=True)


def _finding(compiled: Compiled, outcome: Outcome, label: str, *, doubted: bool) -> Finding:
    condition = compiled.condition
    if outcome == "unknown" and condition.safeguard:
        outcome = "met"  # it can be done before sharing: the safeguard is due
    if outcome == "unknown" and condition.unanswered and not doubted:
        return Finding(compiled, condition.unanswered, label, silent=True)
    if outcome == "met" and label == "memory":
        return Finding(compiled, "unknown", label, unverified=True)
    return Finding(compiled, outcome, label)


def _is_silent(finding: Finding, facts: Facts) -> bool:
    return finding.silent or any(facts.is_silent(atom) for atom in finding.compiled.atoms)


def _label(checked: Checked | None) -> str:
    return checked.status if checked else "memory"
