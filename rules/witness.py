"""Witnesses of the law: for each provision a share that opens it and one that shuts it, found by search.

To open is: a gateway or key met, a bar bites, a safeguard due, a caution shown. The search climbs: it takes a
condition that is not met and changes one of the facts that it turns on, until all are met. A provision that is
enacted and not in force, or that nobody has read, is searched *as if* it were. The engine has the last word.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

from knowledge.load import Loaded
from knowledge.model import ROUTE_FACTS, KnowledgeBase, Provision, Side, Version
from knowledge.problems import Problem
from rules.compile import Atom, Compiled, Ruleset, compile_version
from rules.decide import Decided, Findings, decide
from rules.determine import Determiner
from rules.engine import Outcome
from rules.facts import Facts
from rules.line import route_facts
from rules.outline import Outline, changes, facts_of, off, ordinary
from rules.rulebook import Rulebook

_STARTS = 6  # climbs from the beginning before it is given up
_STEPS = 40
_PATIENCE = 8  # steps without coming nearer
_TRIES = 8  # changes looked at in a step
_ROUTES = 40  # gateways looked at for a condition about the route


@dataclass(frozen=True)
class Goal:
    """A condition that is to be met or refuted on a side: the provision's own, or one of what stands beside it."""

    compiled: Compiled
    met: bool
    side: Side
    own: bool


@dataclass(frozen=True, eq=False)
class Witness:
    """A share on which every condition of a version of a provision is met, or all but one."""

    provision: Provision
    version: Version
    outline: Outline
    side: Side
    gateway: Provision | None  # of the route, where the provision turns on it
    bar: Provision | None  # a bar or safeguard that a key lifts, and that is down or due here
    outcomes: Mapping[str, Outcome]
    refuted: str = ""
    changed: tuple[str, ...] = ()  # the facts in which it differs from the share that opens


class Witnesses:
    """Finds them, in the same order each time."""

    def __init__(self, knowledge: KnowledgeBase, determiner: Determiner | None = None) -> None:
        self.knowledge = knowledge
        self.determiner = determiner or Determiner(knowledge)
        self._opening: dict[tuple[str, int], Witness | None] = {}
        self._refuting: dict[tuple[Witness, str], Witness | None] = {}

    @cached_property
    def today(self) -> dt.date:
        """The last day on which the law was looked at: so that a witness does not change with the calendar."""
        return max(p.checked.on for p in self.knowledge.provisions.values() if p.checked)

    def versions(self) -> Iterator[tuple[Provision, int]]:
        """Each version of each provision that ever is, or may come, in force."""
        for provision in self.knowledge.provisions.values():
            for index, _ in enumerate(provision.versions):
                yield provision, index

    def opening(self, provision: Provision, index: int) -> Witness | None:
        """A share that opens a version of a provision, as if it were in force and read; None where none was found."""
        key = (provision.id, index)
        if key not in self._opening:
            self._opening[key] = self._open(provision, index)
        return self._opening[key]

    def on(self, provision: Provision, index: int, day: dt.date) -> Witness | None:
        """A share that opens a version on one day."""
        return self._open(provision, index, [day])

    def decided(self, witness: Witness) -> Decided:
        """What the rules make of the provision on a witness, under the law as it stands on its day."""
        search = _Search(self, witness.provision, witness.version, witness.outline.as_at, witness.side)
        search.turned = witness.refuted
        search.route(witness.gateway)
        return search.decided(witness.outline)

    def refuting(self, witness: Witness, condition: str) -> Witness | None:
        """A share near to a witness that opens, on which this condition alone is refuted; one change if one will do."""
        key = (witness, condition)
        if key not in self._refuting:
            self._refuting[key] = self._refute(witness, condition)
        return self._refuting[key]

    def _refute(self, witness: Witness, condition: str) -> Witness | None:
        search = _Search(self, witness.provision, witness.version, witness.outline.as_at, witness.side)
        search.turned = condition
        search.route(witness.gateway)
        goals = _refuting(search.goals, condition)
        refuted, others = goals[0], goals[1:]
        found = search.one_change(witness.outline, refuted, others)
        climbs = (search.climb(goals, witness.outline) for _ in range(_STARTS))
        found = found or next((outline for outline in climbs if outline), None)
        if found is None and witness.gateway and any(atom.sort == "route" for atom in refuted.compiled.atoms):
            found = self._on_another_route(search, condition, witness.outline)
        if found is None:
            return None
        return search.witness(found, witness.bar, condition, found.differs(witness.outline))

    def using(self, witness: Witness, condition: str, option: Atom) -> Witness | None:
        """A share near to one that opens, on which a condition turns on one option: met by it, or refuted by it."""
        days = (witness.outline.as_at, *self._last_days(option, witness))
        return next((found for day in days if (found := self._use(witness, condition, option, day))), None)

    def _last_days(self, option: Atom, witness: Witness) -> Iterator[dt.date]:
        """The last day of a kind of body that is no more, where the version held then."""
        for id in option.options if option.of == "bodies" else ():
            terms = self.knowledge.vocabularies["bodies"]
            until = terms[id].until if id in terms else None
            if until and witness.version.opens and witness.version.opens <= until < witness.outline.as_at:
                yield until

    def _use(self, witness: Witness, condition: str, option: Atom, day: dt.date) -> Witness | None:
        search = _Search(self, witness.provision, witness.version, day, witness.side)
        search.route(witness.gateway)
        start = replace(witness.outline, as_at=day)
        compiled = next(c for c in search.ruleset.conditions if c.condition.id == condition)
        turned = condition if compiled.negated else ""
        goals = _refuting(search.goals, turned)
        wanted = Goal(Compiled(compiled.condition, (option,), negated=False), True, witness.side, own=False)
        found = search.one_change(start, wanted, goals)
        climbs = (search.climb([wanted, *goals], start) for _ in range(_STARTS))
        found = found or next((outline for outline in climbs if outline), None)
        if found is None:
            return None
        return search.witness(found, witness.bar, turned, found.differs(witness.outline))

    def _on_another_route(self, search: _Search, condition: str, start: Outline) -> Outline | None:
        for gateway in search.gateways(_refuting(search.own, condition))[:_ROUTES]:
            search.route(gateway)
            if found := search.climb(_refuting(search.goals, condition), start):
                return found
        return None

    def _open(self, provision: Provision, index: int, days: Sequence[dt.date] = ()) -> Witness | None:
        version = provision.versions[index]
        for as_at in days or self._days(provision, index):
            for side in provision.on_sides:
                for bar in self._lifted(provision, version):
                    search = _Search(self, provision, version, as_at, side)
                    gateways = search.gateways([*search.goals, *search.goals_of(bar)])
                    for _, gateway in product(range(_STARTS), gateways):
                        search.route(gateway)
                        found = search.climb([*search.goals, *search.goals_of(bar)])
                        if found:
                            return search.witness(found, bar)
        return None

    def _days(self, provision: Provision, index: int) -> list[dt.date]:
        """Days on which to look: the last day that the version holds, and its first."""
        version = provision.versions[index]
        ends = [self.today]
        if version.until:
            ends.append(version.until)
        later = [v.opens for v in provision.versions[index + 1 :] if v.opens]
        ends += [day - dt.timedelta(days=1) for day in later[:1]]
        first = version.opens or self.today
        return list(dict.fromkeys((max(first, min(ends)), first)))

    def _lifted(self, provision: Provision, version: Version) -> list[Provision | None]:
        """What a key is to lift on its witness: each bar or safeguard in turn."""
        if provision.kind != "key":
            return [None]
        lifts = version.lifts if version.lifts is not None else provision.lifts
        named = [bar for c in version.conditions for bar in c.bars]
        order = sorted(self.knowledge.lifted(lifts), key=lambda id: (id not in named, id))
        return [self.knowledge.provisions[id] for id in order]


class _Search:
    """The search for one version of a provision on one day and one side."""

    def __init__(
        self, witnesses: Witnesses, provision: Provision, version: Version, as_at: dt.date, side: Side
    ) -> None:
        self.knowledge = witnesses.knowledge
        self.provision = provision
        self.version = version
        self.side: Side = side
        self.rulebook: Rulebook = witnesses.determiner.rulebook(as_at)
        self.ruleset: Ruleset = compile_version(self.knowledge, provision, version)
        self.chance = random.Random(f"{provision.id} {version.start}")
        self.gateway: Provision | None = None
        self.turned = ""  # the condition that is to be refuted
        self._route: dict[str, str | frozenset[str]] = {}

    # The route

    def gateways(self, goals: Sequence[Goal]) -> list[Provision | None]:
        """Gateways on whose route to look: none where no goal turns on it, else those on which the goals may stand."""
        if not any(atom.sort == "route" for goal in goals for atom in goal.compiled.atoms):
            return [None]
        routed = [goal for goal in goals if all(atom.sort == "route" for atom in goal.compiled.atoms)]
        found = [gateway for gateway in self.knowledge.of_kind("gateway") if self._may_do(gateway, routed)]
        found.sort(key=lambda gateway: len(gateway.versions[-1].conditions))
        sorts = Counter[tuple[str, str, str]]()
        turn = {}
        for gateway in found:  # one of each sort first, then a second of each
            sort = (gateway.force, gateway.strength, gateway.source)
            turn[gateway.id] = sorts[sort]
            sorts[sort] += 1
        return [*sorted(found, key=lambda gateway: turn[gateway.id]), None]

    def _may_do(self, gateway: Provision, routed: Sequence[Goal]) -> bool:
        version, _ = self.rulebook.of(gateway)
        if version is None or version.opens is None:
            return False
        self.route(gateway)
        facts = self._plain.on_route(self._route)
        return not any(off(facts, goal.compiled, goal.met) for goal in routed)

    def route(self, gateway: Provision | None) -> None:
        """Look on the route through this gateway."""
        self.gateway = gateway
        self._route = {"route-receiving": self._receiving()}
        if gateway is not None:
            version, _ = self.rulebook.of(gateway)
            self._route |= route_facts(self.rulebook, Decided(gateway, version, Findings(), self._plain))

    @cached_property
    def _plain(self) -> Facts:
        return self.facts(ordinary(self.knowledge, self.rulebook.as_at), self.side)

    def _receiving(self) -> str:
        """How the receiving side stands: as the provision would have it, or not where that is to be refuted."""
        for compiled in self.ruleset.conditions:
            for atom in compiled.atoms:
                if atom.fact == "route-receiving":
                    wanted = (compiled.condition.id != self.turned) != compiled.negated
                    return next(word for word in ROUTE_FACTS[atom.fact] or () if (word in atom.options) is wanted)
        return "open"

    # Goals

    @cached_property
    def own(self) -> list[Goal]:
        return [Goal(compiled, True, self.side, True) for compiled in self.ruleset.conditions]

    @property
    def goals(self) -> list[Goal]:
        """Its own conditions, and those of the gateway of the route."""
        return [*self.own, *(self.goals_of(self.gateway, "sending") if self.gateway else [])]

    def goals_of(self, provision: Provision | None, side: Side | None = None) -> list[Goal]:
        """The conditions of another provision, all to be met."""
        _, ruleset = self.rulebook.of(provision) if provision else (None, None)
        side = side or (self.side if provision is None or self.side in provision.on_sides else "sending")
        return [Goal(compiled, True, side, False) for compiled in (ruleset.conditions if ruleset else ())]

    # The climb

    def facts(self, outline: Outline, side: Side) -> Facts:
        return facts_of(self.rulebook, outline, side)

    def _off(self, outline: Outline, goals: Sequence[Goal]) -> list[int]:
        sides = {goal.side: self.facts(outline, goal.side).on_route(self._route) for goal in goals}
        return [off(sides[goal.side], goal.compiled, goal.met) for goal in goals]

    def climb(self, goals: Sequence[Goal], start: Outline | None = None) -> Outline | None:
        """An outline on which every goal is reached, or None where the climb ends before."""
        outline = start or ordinary(self.knowledge, self.rulebook.as_at)
        far = self._off(outline, goals)
        least, patience = sum(far), _PATIENCE
        for _ in range(_STEPS):
            if not any(far):
                return outline
            outline, far = self._step(outline, goals, far)
            patience = patience - 1 if sum(far) >= least else _PATIENCE
            least = min(least, sum(far))
            if not patience:
                break
        return None

    def _step(self, outline: Outline, goals: Sequence[Goal], far: list[int]) -> tuple[Outline, list[int]]:
        goal = self.chance.choice([goal for goal, distance in zip(goals, far, strict=True) if distance])
        facts = self.facts(outline, goal.side).on_route(self._route)
        ways = list(changes(facts, outline, goal.compiled, goal.met))
        best = (outline, far)
        tries = self.chance.sample(ways, min(_TRIES, len(ways)))
        for number, way in enumerate(tries):
            found = self._off(way, goals)
            if sum(found) < sum(best[1]):
                return way, found
            if number == 0 and (sum(found) == sum(far) or self.chance.random() < 0.2):
                best = (way, found)
        return best

    def one_change(self, start: Outline, goal: Goal, others: Sequence[Goal]) -> Outline | None:
        """An outline with one thing changed that reaches a goal and leaves the others as they are."""
        facts = self.facts(start, goal.side).on_route(self._route)
        for way in changes(facts, start, goal.compiled, goal.met):
            if not any(self._off(way, [goal])) and not any(self._off(way, others)):
                return way
        return None

    def decided(self, outline: Outline) -> Decided:
        return decide(self.rulebook, self.provision, self.facts(outline, self.side).on_route(self._route))

    def witness(
        self, outline: Outline, bar: Provision | None, refuted: str = "", changed: tuple[str, ...] = ()
    ) -> Witness | None:
        """What the engine makes of an outline, if it agrees with the search."""
        facts = self.facts(outline, self.side).on_route(self._route)
        fired = facts.outcomes(self.ruleset)
        outcomes = {c.condition.id: o for c, o in zip(self.ruleset.conditions, fired, strict=True)}
        if any(outcome != ("not_met" if id == refuted else "met") for id, outcome in outcomes.items()):
            return None
        return Witness(self.provision, self.version, outline, self.side, self.gateway, bar, outcomes, refuted, changed)


def _refuting(goals: Sequence[Goal], condition: str) -> list[Goal]:
    """The goals with one turned round and put first."""
    turned = [replace(goal, met=not (goal.own and goal.compiled.condition.id == condition)) for goal in goals]
    return sorted(turned, key=lambda goal: goal.met)


def faults(knowledge: KnowledgeBase, loaded: Loaded, determiner: Determiner | None = None) -> list[Problem]:
    """Every version that no share can open, or that none can shut, with file and line."""
    witnesses = Witnesses(knowledge, determiner)
    found = []
    for provision, index in witnesses.versions():
        opening = witnesses.opening(provision, index)
        always = provision.kind == "safeguard" and not opening.outcomes if opening else False
        shut = opening and any(witnesses.refuting(opening, id) for id in reversed(list(opening.outcomes)))
        if opening and (shut or always):
            continue
        document, home = loaded.home[("provision", provision.id)]
        line = document.line((*home, "versions", index))
        what = f"meets every condition of '{provision.id}'" if not opening else f"refutes any of '{provision.id}'"
        found.append(Problem(document.file, line, f"no share was found that {what}."))
    return sorted(found)
