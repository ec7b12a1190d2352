"""The law on one date, compiled as it is needed, and what each part of it turns on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

from knowledge.model import ImpliedFact, KnowledgeBase, Provision, Side, Slip, Version
from rules.compile import Atom, Ruleset, atom_of, compile_conditions, compile_version
from rules.engine import Engine
from rules.kinship import Kinship

# How far facts reach: lines of one flow differ in their kind of data alone, routes of one line in their gateway.
Scope = Literal[0, 1, 2]
FLOW: Scope = 0
LINE: Scope = 1
ROUTE: Scope = 2

_ATTRIBUTES = {
    "discloser": "discloser_kind",
    "receiver": "receiver_kind",
    "purpose": "purpose",
    "data": "data",
    "with": "travels_with",
    "same-body": "same_body",
    "receiver-is-processor": "receiver_is_processor",
}
"""The attribute of a line that holds a fact, where the lines of like answers may differ in it."""


class Rulebook:
    """The law on one date, compiled as it is needed."""

    def __init__(self, knowledge: KnowledgeBase, engine: Engine, as_at: dt.date) -> None:
        self.knowledge = knowledge
        self.engine = engine
        self.as_at = as_at
        self.kinship = Kinship(knowledge, as_at)
        self.findings: dict[str, dict[Any, Any]] = {}  # what `decide` has made of a ruleset's values
        self._versions: dict[str, tuple[Version | None, Ruleset | None]] = {}
        self._implied: dict[str, Ruleset | None] = {}
        self._lifted: dict[str, frozenset[str]] = {}
        self._attributes: dict[tuple[str, Side], frozenset[str]] = {}
        self._scopes: dict[str, tuple[Scope, bool]] = {}
        self._of_atoms: dict[str, Scope] = {}
        self._tests: dict[str, Atom] = {}
        self._among: dict[tuple[str, str, str], bool | None] = {}
        self._bars: dict[Side, tuple[Provision, ...]] = {}
        self._keys: dict[tuple[str, Side], tuple[Provision, ...]] = {}

    def of(self, provision: Provision) -> tuple[Version | None, Ruleset | None]:
        """The version in force (or prospective) and its ruleset; None and None where there is none yet."""
        if provision.id not in self._versions:
            version = provision.at(self.as_at)
            ruleset = compile_version(self.knowledge, provision, version) if version else None
            self._versions[provision.id] = (version, ruleset)
        return self._versions[provision.id]

    def attributes(self, atom: Atom, side: Side) -> frozenset[str]:
        """The attributes of a line on which a test turns; all else that it may read is the same for a whole flow."""
        key = (atom.posted, side)
        if key not in self._attributes:
            self._attributes[key] = self._find_attributes(atom, side)
        return self._attributes[key]

    def _find_attributes(self, atom: Atom, side: Side) -> frozenset[str]:
        if atom.sort == "implied":
            among, ruleset = self.knowledge.facts[atom.fact].among, self.implied(atom.fact)
            if among:
                return frozenset(among) & {"purpose", "data"}
            parts = (self.attributes(each, side) for each in ruleset.reads) if ruleset else ()
            return frozenset().union(*parts)
        fact = atom.fact
        if fact == "holder":
            fact = "discloser" if side == "sending" else "receiver"
        return frozenset({_ATTRIBUTES[fact]}) if fact in _ATTRIBUTES else frozenset()

    def turns_on_data(self, atom: Atom) -> bool:
        """May the test come out otherwise for another kind of data of the same flow?"""
        return bool(self.attributes(atom, "sending") & {"data", "travels_with"})

    def among(self, atom: Atom, word: str, nation: str) -> bool | None:
        """Is a word of the vocabulary among a test's options, for a body of that nation?"""
        key = (atom.posted, word, nation)
        if key not in self._among:
            self._among[key] = self.kinship.among(atom.of, word, atom.options, nation)
        return self._among[key]

    def test(self, id: str) -> Atom:
        """The test that an implied fact is so."""
        if id not in self._tests:
            self._tests[id] = atom_of(self.knowledge, id, ("yes",))
        return self._tests[id]

    def turns_on(self, provision: Provision) -> tuple[Scope, bool]:
        """How far the facts reach on which a provision turns; and whether it turns on the route too."""
        if provision.id not in self._scopes:
            _, ruleset = self.of(provision)
            scopes = {self.scope(atom) for atom in ruleset.reads} if ruleset else set()
            self._scopes[provision.id] = (max(scopes - {ROUTE}, default=FLOW), ROUTE in scopes)
        return self._scopes[provision.id]

    def scope(self, atom: Atom) -> Scope:
        """What a test turns on."""
        found = self._of_atoms.get(atom.posted)
        if found is None:
            found = ROUTE if atom.sort == "route" else LINE if self.turns_on_data(atom) else FLOW
            self._of_atoms[atom.posted] = found
        return found

    @cached_property
    def slips(self) -> tuple[tuple[Slip, Ruleset], ...]:
        """The slips that answers may hold, each with its ruleset."""
        return tuple(
            (slip, compile_conditions(self.knowledge, f"slip:{slip.id}", slip.conditions))
            for slip in self.knowledge.slips
        )

    def lifted_by(self, provision: Provision) -> frozenset[str]:
        """The bars and safeguards that a provision lifts on the date."""
        if provision.id not in self._lifted:
            version, _ = self.of(provision)
            lifts = version.lifts if version and version.lifts is not None else provision.lifts
            self._lifted[provision.id] = self.knowledge.lifted(lifts)
        return self._lifted[provision.id]

    @cached_property
    def gateways(self) -> tuple[Provision, ...]:
        """The gateways of the date, in force or enacted."""
        return tuple(gateway for gateway in self.knowledge.of_kind("gateway") if self.of(gateway)[0])

    @cached_property
    def lifters(self) -> Mapping[str, tuple[Provision, ...]]:
        """The keys that lift each bar and safeguard on the date."""
        found: dict[str, tuple[Provision, ...]] = {}
        for key in self.knowledge.of_kind("key"):
            if self.of(key)[0]:
                for id in self.lifted_by(key):
                    found[id] = (*found.get(id, ()), key)
        return found

    def bars(self, side: Side) -> tuple[Provision, ...]:
        """The bars that a side may meet on the date."""
        if side not in self._bars:
            bars = self.knowledge.of_kind("bar")
            self._bars[side] = tuple(bar for bar in bars if side in bar.on_sides and self.of(bar)[0])
        return self._bars[side]

    def keys(self, bar: Provision, side: Side) -> tuple[Provision, ...]:
        """The keys that may lift a bar on a side."""
        if (bar.id, side) not in self._keys:
            keys = self.lifters.get(bar.id, ())
            self._keys[bar.id, side] = tuple(key for key in keys if side in key.on_sides)
        return self._keys[bar.id, side]

    def implied(self, id: str) -> Ruleset | None:
        """The ruleset of an implied fact on the date; None where no version is in force (the fact is `no`)."""
        if id not in self._implied:
            self._implied[id] = self._compile_implied(self.knowledge.facts[id])
        return self._implied[id]

    def _compile_implied(self, fact: ImpliedFact) -> Ruleset | None:
        if not fact.versions:
            return compile_conditions(self.knowledge, f"fact:{fact.id}", fact.conditions)
        found = None
        for number, version in enumerate(fact.versions):
            if version.opens and version.opens <= self.as_at:
                found = (number, version)
        if found is None or (found[1].until and found[1].until < self.as_at):
            return None
        return compile_conditions(self.knowledge, f"fact:{fact.id}@{found[0]}", found[1].conditions)
