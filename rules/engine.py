"""durable_rules, and nothing else: fires a ruleset on one fact object and says which conditions it settled.

The library has habits that this module lives with: its host starts threads that race with the caller; an
exception in an action is swallowed into the state; an action of two positional parameters is taken for an
asynchronous one and never completes; state is kept until it is deleted; and deleting the state of a fact that
no rule took corrupts the heap, so that every ruleset has one rule that takes every fact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any, Literal

from durable.engine import Host

from rules.compile import Ruleset, definition

Outcome = Literal["met", "not_met", "unknown"]
Values = tuple[str | None, ...]

_POSTED = {"posted": "yes"}
MOST_REMEMBERED = 2_000  # tuples a ruleset; keeps memory flat in a long-lived process


class EngineFault(RuntimeError):
    """An action failed inside the engine."""


class _QuietHost(Host):  # type: ignore[misc]
    """A host without the two dispatch threads, which compiles a ruleset when it is first needed."""

    def __init__(self, load: Callable[[str], dict[str, Any]]) -> None:
        self._load = load
        super().__init__()

    def _run(self) -> None:
        pass

    def load_ruleset(self, ruleset_name: str) -> dict[str, Any]:
        return self._load(ruleset_name)


class Engine:
    """Fires rulesets. One a process is enough; each distinct tuple of values fires a ruleset once."""

    def __init__(self) -> None:
        self._definitions: dict[str, dict[str, Any]] = {}
        self._host = _QuietHost(lambda name: {name: self._definitions.pop(name)})
        self._settled: dict[str, Outcome] = {}
        self._known: dict[str, dict[Values, tuple[Outcome, ...]]] = {}
        self._packs: dict[str, list[tuple[str, tuple[int, ...]]]] = {}
        self._sid = count(1)
        self.firings = 0

    def outcomes(self, ruleset: Ruleset, values: Values) -> tuple[Outcome, ...]:
        """The outcome of each condition, given the value of each property that the ruleset reads (None: unknown)."""
        known = self._known.get(ruleset.name)
        if known is None:
            known = self._known[ruleset.name] = {}
            self._packs[ruleset.name] = ruleset.packs()
            for name, indices in self._packs[ruleset.name]:
                self._definitions[name] = self._with_actions(definition(ruleset, indices))
        found = known.get(values)
        if found is None:
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            found = known[values] = self._fire(ruleset, values)
        return found

    def _fire(self, ruleset: Ruleset, values: Values) -> tuple[Outcome, ...]:
        fact = {atom.posted: value for atom, value in zip(ruleset.reads, values, strict=True) if value is not None}
        self._settled.clear()
        for name, _ in self._packs[ruleset.name]:
            self._assert(name, fact)
        settled: Mapping[str, Outcome] = self._settled
        return tuple(settled.get(str(index), "unknown") for index in range(len(ruleset.conditions)))

    def _assert(self, name: str, fact: dict[str, str]) -> None:
        sid = str(next(self._sid))
        self.firings += 1
        state = self._host.assert_fact(name, {**fact, **_POSTED, "sid": sid, "id": sid})
        self._host.delete_state(name, sid)
        if state and state.get("exception"):
            raise EngineFault(state["exception"])

    def _with_actions(self, rules: dict[str, dict[str, Any]]) -> dict[str, Any]:
        taking = {"posted": {"all": [{"m": _POSTED}], "run": _nothing}}
        return taking | {name: {**rule, "run": self._action(name)} for name, rule in rules.items()}

    def _action(self, rule: str) -> Callable[[Any], None]:
        index, sign = rule[:-1], rule[-1]
        outcome: Outcome = "met" if sign == "+" else "not_met"

        def settle(_: Any) -> None:
            self._settled[index] = outcome

        return settle


def _nothing(_: Any) -> None:
    """What the rule that takes every fact does."""
