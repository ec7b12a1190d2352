"""Which parts of the law the scenarios written by hand reach: `python -m tests.coverage_of_law` prints a table.

For each condition: is there a scenario in which it is met, and one in which it alone is refuted? For each date of a
version: is there a scenario on both sides? For each option that a test names: is there a scenario that uses it?
A provision is looked for in the scenarios, cases and shares of the casebook that name it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.case import load_cases
from knowledge.load import load
from knowledge.model import KnowledgeBase, Provision
from knowledge.share import Share
from rules.compile import Atom, atom_of
from rules.decide import Decided, decide
from rules.determine import Determiner
from rules.facts import Facts, Settings
from rules.line import route_facts
from rules.lines import Line, lines
from rules.rulebook import Rulebook
from tests.scenarios import scenarios

TODAY = dt.date(2026, 11, 22)
CASES = Path(__file__).parent / "cases"


@dataclass
class Reached:
    """What there is of one sort, and what of it was reached."""

    all: set[tuple[str, ...]] = field(default_factory=set)
    reached: set[tuple[str, ...]] = field(default_factory=set)

    @property
    def share(self) -> float:
        return len(self.reached & self.all) / len(self.all) if self.all else 1.0

    @property
    def missing(self) -> list[tuple[str, ...]]:
        return sorted(self.all - self.reached)


@dataclass
class Coverage:
    """Conditions met, conditions that decide alone, dates with both sides, options used; each by provision."""

    met: Reached = field(default_factory=Reached)
    alone: Reached = field(default_factory=Reached)
    dates: Reached = field(default_factory=Reached)
    options: Reached = field(default_factory=Reached)

    @property
    def parts(self) -> dict[str, Reached]:
        return {"met": self.met, "alone": self.alone, "dates": self.dates, "options": self.options}


def coverage(knowledge: KnowledgeBase, determiner: Determiner) -> dict[str, Coverage]:
    """By field of law."""
    found: dict[str, Coverage] = defaultdict(Coverage)
    for provision in knowledge.provisions.values():
        _expect(knowledge, provision, found[knowledge.fields[provision.id]])
    days: dict[str, set[dt.date]] = defaultdict(set)
    for share, names in _shares(knowledge):
        day = share.as_at or TODAY
        rulebook = determiner.rulebook(day)
        named = [knowledge.provisions[name] for name in names]
        for provision in named:
            days[provision.id].add(day)
        for line in lines(share, knowledge, day)[0][:4]:
            for provision in named:
                own = found[knowledge.fields[provision.id]]
                for facts in _facts(determiner, rulebook, line, provision):
                    _note(own, decide(rulebook, provision, facts), facts)
    for provision in knowledge.provisions.values():
        own = found[knowledge.fields[provision.id]]
        for id, day in own.dates.all:
            if id == provision.id:
                turn = dt.date.fromisoformat(day)
                if min(days[id], default=turn) < turn <= max(days[id], default=dt.date.min):
                    own.dates.reached.add((id, day))
    return dict(found)


def _expect(knowledge: KnowledgeBase, provision: Provision, own: Coverage) -> None:
    for version in provision.versions:
        if version.opens and version.is_confirmed:
            own.dates.all.add((provision.id, version.opens.isoformat()))
        for condition in version.conditions:
            own.met.all.add((provision.id, condition.id))
            own.alone.all.add((provision.id, condition.id))
            for name, options in condition.tests:
                test = atom_of(knowledge, name, options)
                own.options.all |= {(provision.id, test.fact, option) for option in test.options}


def _shares(knowledge: KnowledgeBase) -> Iterator[tuple[Share, list[str]]]:
    """Shares, with the provisions that each names."""
    for scenario in scenarios():
        names = {id.rpartition("/")[2] for id in (*scenario.expect, *scenario.because)}
        names.add(scenario.file.rpartition("/")[2].removesuffix(".yaml"))
        yield scenario.load(knowledge), sorted(names & knowledge.provisions.keys())
    for case in load_cases(knowledge):
        expected = case.case.expected
        yield case.share, sorted({*expected.gateways, *expected.shut, *expected.bars} & knowledge.provisions.keys())


def _facts(determiner: Determiner, rulebook: Rulebook, line: Line, provision: Provision) -> Iterator[Facts]:
    """The facts on which a provision is decided: on each side, and on each route where it turns on one."""
    sides = provision.on_sides
    for side in sides:
        facts = Facts(rulebook, line, side, Settings(provisional=True))
        if not rulebook.turns_on(provision)[1]:
            yield facts
            continue
        sending = Facts(rulebook, line, "sending", Settings(provisional=True))
        for gateway in determiner.knowledge.of_kind("gateway"):
            decided = decide(rulebook, gateway, sending)
            if decided.meets():
                route = {**route_facts(rulebook, decided), "route-receiving": "open"}
                yield facts.on_route(route)
                yield facts.on_route({**route, "route-receiving": "unsettled"})


def _note(own: Coverage, decided: Decided, facts: Facts) -> None:
    refuted = [finding for finding in decided.findings if finding.outcome == "not_met"]
    settled = all(finding.outcome != "unknown" or finding.unverified for finding in decided.findings)
    for finding in decided.findings:
        key = (decided.id, finding.condition.id)
        if finding.outcome == "met" or finding.unverified:
            own.met.reached.add(key)
        if [finding] == refuted and settled:
            own.alone.reached.add(key)
        for test in finding.compiled.atoms:
            own.options.reached |= {(decided.id, test.fact, option) for option in _used(facts, test)}


def _used(facts: Facts, test: Atom) -> Iterator[str]:
    """The options of a test that hold on these facts; a name may hold its option itself."""
    for option in test.options:
        if facts.holds(atom_of(facts.knowledge, test.fact, (option,))):
            yield option


def table(found: dict[str, Coverage]) -> str:
    rows = [f"{'field':18}{'met':>8}{'alone':>8}{'dates':>8}{'options':>8}"]
    for name in (*sorted(found), "all"):
        own = whole(found) if name == "all" else found[name]
        rows.append(f"{name:18}" + "".join(f"{part.share:8.0%}" for part in own.parts.values()))
    return "\n".join(rows)


def whole(found: dict[str, Coverage]) -> Coverage:
    """All fields together."""
    total = Coverage()
    for own in found.values():
        for name, part in own.parts.items():
            total.parts[name].all |= part.all
            total.parts[name].reached |= part.reached
    return total


if __name__ == "__main__":
    import sys

    knowledge = load()
    found = coverage(knowledge, Determiner(knowledge))
    print(table(found))
    for name in sys.argv[1:]:  # a sort, such as alone: what is missing of it
        for missing in whole(found).parts[name].missing:
            print(name, *missing)
