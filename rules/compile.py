"""From a version of a provision to rulesets for the engine. Knows the grammar; decides nothing.

For each condition one rule meets it and one refutes it; where neither fires, it is unknown. A test on a
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


@dataclass(frozen=True, eq=False)
class Compiled:
    """A condition with its atoms, and how they join."""

    condition: Condition
    atoms: tuple[Atom, ...]
    negated: bool


Shape = tuple[tuple[bool, tuple[tuple[int, tuple[str, ...]], ...]], ...]
"""A ruleset without its words: for each condition whether it is negated, and for each of its tests the position of
the property that it reads and the values that satisfy it. To the engine, rulesets of one shape are one."""


@dataclass(frozen=True, eq=False)
class Ruleset:
    """What one version of a provision (or an implied fact) compiles to."""

    name: str
    conditions: tuple[Compiled, ...]

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The indices of its conditions in the order of its shape: those alike together, so that many are of one."""

        def likeness(index: int) -> tuple[object, ...]:
            compiled = self.conditions[index]
            return len(compiled.atoms), compiled.negated, [atom.accepts for atom in compiled.atoms]

        return tuple(sorted(range(len(self.conditions)), key=likeness))

    @cached_property
    def reads(self) -> tuple[Atom, ...]:
        """The distinct properties that it reads, in the order of its shape."""
        return tuple({atom.posted: atom for index in self.order for atom in self.conditions[index].atoms}.values())

    @cached_property
    def posted(self) -> tuple[str, ...]:
        return tuple(atom.posted for atom in self.reads)

    @cached_property
    def settled_by_silence(self) -> tuple[Compiled, ...]:
        """The conditions that the law settles where nobody answers."""
        return tuple(compiled for compiled in self.conditions if compiled.condition.unanswered)

    @cached_property
    def shape(self) -> Shape:
        place = {posted: index for index, posted in enumerate(self.posted)}
        ordered = [self.conditions[index] for index in self.order]
        return tuple(
            (compiled.negated, tuple((place[atom.posted], atom.accepts) for atom in compiled.atoms))
            for compiled in ordered
        )


def packs(shape: Shape) -> list[tuple[int, ...]]:
    """The indices of the conditions of a shape, in packs that are safe to fire as one ruleset."""
    found: list[list[int]] = [[]]
    size = 0
    for index, (_, tests) in enumerate(shape):
        nodes = sum(1 + len(accepts) for _, accepts in tests)
        if found[-1] and size + nodes > _MOST_NODES:
            found.append([])
            size = 0
        found[-1].append(index)
        size += nodes
    return [tuple(pack) for pack in found if pack]


def definition(shape: Shape, indices: Iterable[int]) -> dict[str, dict[str, Any]]:
    """The rules of a pack in the engine's own form, without actions: rule name → {all: [pattern]}."""
    rules: dict[str, dict[str, Any]] = {}
    for index in indices:
        negated, tests = shape[index]
        meeting, refuting = (_none(tests), _some(tests)) if negated else (_some(tests), _none(tests))
        rules[f"{index}+"] = {"all": [{"m": meeting}]}
        rules[f"{index}-"] = {"all": [{"m": refuting}]}
    return rules


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
