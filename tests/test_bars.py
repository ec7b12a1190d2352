"""Each bar, and each key that lifts one, decides: two shares that differ in one fact, and in the verdict.

Real shares alone do not test the bars, since most are refused by their gateway first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from copy import copy
from functools import cache
from itertools import combinations
from typing import Any

import pytest

from knowledge.load import load
from knowledge.model import KnowledgeBase, Provision
from rules.determine import Determiner
from tests.scenarios import FOLDER, Scenario, scenarios, state_of

# What can never change a verdict alone, with what always stands beside it.
KEYS_BESIDE_ANOTHER: dict[str, str] = {}
BARS_BESIDE_ANOTHER = {
    "hra-1998-art-8-disproportionate": "the judgement that finds it disproportionate refuses hra-art-8-record too",
}


def lifted_bars(knowledge: KnowledgeBase, key: Provision) -> set[str]:
    lifts = [version.lifts if version.lifts is not None else key.lifts for version in key.versions]
    ids = {id for each in lifts for id in knowledge.lifted(each)}
    return {id for id in ids if knowledge.provisions[id].kind == "bar"}


LAW = load()
BARS = [bar.id for bar in LAW.of_kind("bar")]
KEYS = [key.id for key in LAW.of_kind("key") if lifted_bars(LAW, key)]


@cache
def files() -> dict[str, tuple[str, list[Scenario]]]:
    """The text of each file of scenarios, and the scenarios in it."""
    found: dict[str, tuple[str, list[Scenario]]] = {}
    for scenario in scenarios():
        text = (FOLDER / scenario.file).read_text()
        found.setdefault(scenario.file, (text, []))[1].append(scenario)
    return found


def naming(id: str) -> list[list[Scenario]]:
    """The files of scenarios that name a provision, its own first."""
    named = [(file, one) for file, (text, one) in files().items() if id in text]
    return [one for file, one in sorted(named, key=lambda pair: not pair[0].endswith(f"/{id}.yaml"))]


def facts(share: dict[str, Any]) -> dict[str, Any]:
    """What a share says, each fact by its place; an answer with its reasons is one."""
    answers = {f"answers.{id}": given for id, given in share.get("answers", {}).items()}
    parties = {
        f"parties.{number}.{name}": value
        for number, party in enumerate(share["parties"])
        for name, value in party.items()
    }
    return {**{k: v for k, v in share.items() if k not in ("answers", "parties", "title")}, **answers, **parties}


def differ_in_one(one: Scenario, other: Scenario) -> bool:
    first, second = facts(one.share), facts(other.share)
    return sum(first.get(name) != second.get(name) for name in first.keys() | second.keys()) == 1


class Decided:
    """What became of scenarios; each is decided once."""

    def __init__(self, knowledge: KnowledgeBase, determiner: Determiner) -> None:
        self.knowledge = knowledge
        self.determiner = determiner
        self._known: dict[tuple[str, str], Any] = {}

    def verdict(self, scenario: Scenario) -> str:
        return str(self._of(scenario).verdict)

    def states(self, scenario: Scenario, id: str) -> tuple[str, str]:
        line = self._of(scenario).lines[0]
        return state_of(line, id, self.knowledge), state_of(line, f"receiving/{id}", self.knowledge)

    def _of(self, scenario: Scenario) -> Any:
        key = (scenario.file, scenario.name)
        if key not in self._known:
            share = scenario.load(self.knowledge)
            day = share.as_at or dt.date(2026, 11, 22)
            self._known[key] = self.determiner.determine(share, day, provisional=True)
        return self._known[key]


@pytest.fixture(scope="module")
def decided(knowledge: KnowledgeBase, determiner: Determiner) -> Decided:
    return Decided(knowledge, determiner)


def pairs(id: str, decided: Decided) -> Iterator[tuple[Scenario, Scenario]]:
    """Scenarios that differ in one fact, in the verdict, and in what became of the provision."""
    for group in naming(id):
        for one, other in combinations(group, 2):
            if (
                differ_in_one(one, other)
                and decided.verdict(one) != decided.verdict(other)
                and decided.states(one, id) != decided.states(other, id)
            ):
                yield one, other


@pytest.mark.parametrize("id", [*BARS, *KEYS])
def test_one_fact_turns_it_and_the_verdict(id: str, decided: Decided) -> None:
    found = next(pairs(id, decided), None)
    assert (found is None) == (id in KEYS_BESIDE_ANOTHER)


@pytest.mark.parametrize("id", BARS)
def test_without_the_bar_some_scenario_would_come_out_otherwise(
    id: str, knowledge: KnowledgeBase, determiner: Determiner
) -> None:
    without = copy(knowledge)
    without.provisions = {name: provision for name, provision in knowledge.provisions.items() if name != id}
    without.__dict__.pop("by_kind", None)  # what was worked out with the bar in
    poorer = Determiner(without, determiner.engine)
    decides = any(
        poorer.determine(share, share.as_at or dt.date(2026, 11, 22), provisional=True).verdict
        != scenario.expect["verdict"]
        for group in naming(id)
        for scenario in group
        if "verdict" in scenario.expect
        for share in (scenario.load(knowledge),)
    )
    assert decides == (id not in BARS_BESIDE_ANOTHER)
