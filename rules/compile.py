"""From a version of a provision to rulesets for the engine. Knows the grammar; decides nothing.

A condition is a ruleset of two rules: one meets it, one refutes it; where neither fires, it is unknown. A test on a
vocabulary (who, what for, which data) becomes the one property "is among these", because kinships, groups,
nations and dates settle it before any rule is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from knowledge.model import NATIONS, Condition, KnowledgeBase, Provision, Version
from knowledge.resolve import resolve

EXTENT = "extent"
_MOST_NODES = 48  # durable_rules fails when one fact matches more than 64 nodes of a ruleset
_MOST_OPTIONS = 6
_SETS = ("route-gateway", "route-instrument", "route-lifts")  # a route may be several of these at once


@dataclass(frozen=True)
class Atom:
    """One test: the property that is posted, and the values of it that satisfy the test."""

    fact: str
    options: tuple[str, ...]
    posted: str
    accepts: tuple[str, ...]
    is_membership: bool
    sort: str
    of: str
    question: str

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        return self.fact, self.options


Shape = tuple[bool, tuple[tuple[int, tuple[str, ...]], ...]]
"""A condition without its words: whether it is negated, and for each of its tests the place of the property that it
reads and the values that satisfy it. To the engine, conditions of one shape are one ruleset."""


@dataclass(frozen=True, eq=False)
class Compiled:
    """A condition with its atoms, and how they join."""

    condition: Condition
    atoms: tuple[Atom, ...]
    negated: bool

    @cached_property
    def posted(self) -> tuple[str, ...]:
        """The distinct properties that it reads."""
        return tuple(dict.fromkeys([atom.posted for atom in self.atoms]))

    @cached_property
    def shape(self) -> Shape:
        """What the engine is told of it."""
        return self.negated, tuple([(self.posted.index(atom.posted), atom.accepts) for atom in self.atoms])


@dataclass(frozen=True, eq=False)
class Ruleset:
    """What one version of a provision (or an implied fact) compiles to."""

    name: str
    conditions: tuple[Compiled, ...]

    @cached_property
    def reads(self) -> tuple[Atom, ...]:
        """The distinct properties that it reads, in a fixed order."""
        return tuple({atom.posted: atom for c in self.conditions for atom in c.atoms}.values())

    @cached_property
    def posted(self) -> tuple[str, ...]:
        return tuple([atom.posted for atom in self.reads])

    @cached_property
    def settled_by_silence(self) -> tuple[Compiled, ...]:
        """The conditions that the law settles where nobody answers."""
        return tuple([compiled for compiled in self.conditions if compiled.condition.unanswered])


def definition(shape: Shape) -> dict[str, dict[str, Any]]:
    """The two rules of a condition in the engine's own form, without actions: rule name → {all: [pattern]}.

    Raises ValueError for a condition of more tests than the engine can match at once.
    """
    negated, tests = shape
    if sum(1 + len(accepts) for _, accepts in tests) > _MOST_NODES:
        raise ValueError("a condition has too many tests for the engine")
    meeting, refuting = (_none(tests), _some(tests)) if negated else (_some(tests), _none(tests))
    return {"met": {"all": [{"m": meeting}]}, "not_met": {"all": [{"m": refuting}]}}


def property_at(place: int) -> str:
    """The name under which the engine knows the property at a place."""
    return f"p{place}"


def _some(tests: Iterable[tuple[int, tuple[str, ...]]]) -> dict[str, Any]:
    found: list[dict[str, Any]] = [{property_at(place): value} for place, accepts in tests for value in accepts]
    return found[0] if len(found) == 1 else {"$or": found}


def _none(tests: Iterable[tuple[int, tuple[str, ...]]]) -> dict[str, Any]:
    # `$neq` does not match an absent property, so an unanswered fact refutes nothing.
    found: list[dict[str, Any]] = [
        {"$neq": {property_at(place): value}} for place, accepts in tests for value in accepts
    ]
    return found[0] if len(found) == 1 else {"$and": found}


def compile_version(knowledge: KnowledgeBase, provision: Provision, version: Version) -> Ruleset:
    """A provision's version as a ruleset; its extent is its first condition, unless it extends everywhere."""
    number = provision.versions.index(version)
    extent = version.extent or provision.extent
    conditions = version.conditions
    if set(extent) != set(NATIONS):
        first = Condition(
            id=EXTENT, says=f"Extends to {', '.join(map(knowledge.label, extent))}", test={"nation": extent}
        )
        conditions = (first, *conditions)
    return compile_conditions(knowledge, f"{provision.id}@{number}", conditions)


def compile_conditions(knowledge: KnowledgeBase, name: str, conditions: Iterable[Condition]) -> Ruleset:
    return Ruleset(name, tuple(_compile(knowledge, condition) for condition in conditions))


def _compile(knowledge: KnowledgeBase, condition: Condition) -> Compiled:
    atoms = tuple(atom_of(knowledge, fact, options) for fact, options in condition.tests)
    return Compiled(condition, atoms, negated=condition.none_of is not None)


def atom_of(knowledge: KnowledgeBase, name: str, options: tuple[str, ...]) -> Atom:
    """One test as a property and the values that satisfy it."""
    resolved = resolve(knowledge, name)
    if resolved is None:
        raise KeyError(f"no question asks '{name}' and nothing implies it")
    fact, held = resolved
    if held:
        # `subjects-children: [yes]` is `subjects: [children]`; `[no]` wants the membership refuted
        return Atom(fact.name, (held,), f"{fact.name}∈{held}", options, True, fact.sort, fact.of, fact.question)
    if fact.of or fact.sort in ("many", "with") or name in _SETS or len(options) > _MOST_OPTIONS:
        key = f"{fact.name}∈{'|'.join(options)}"
        return Atom(fact.name, options, key, ("yes",), True, fact.sort, fact.of, fact.question)
    return Atom(fact.name, options, fact.name, options, False, fact.sort, fact.of, fact.question)
