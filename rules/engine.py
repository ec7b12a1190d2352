"""durable_rules, and nothing else: fires a ruleset on one fact object and says which conditions it settled.

The library has habits that this module lives with. Its host starts threads that race with the caller and keeps
an action's exception to itself, so that there is no host here: the ruleset is asked for its next action until it
has none. State is kept until it is deleted; and deleting the state of a fact that no rule took corrupts the heap,
so that every ruleset has one rule that takes every fact.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any, Literal

import durable_rules_engine
import msgspec
from durable.engine import Ruleset as DurableRuleset

from rules.compile import Ruleset, Shape, definition, property_at

Outcome = Literal["met", "not_met", "unknown"]
Values = tuple[str | None, ...]

MOST_REMEMBERED = 2_000  # tuples a shape; keeps memory flat in a long-lived process
_POSTED = {"posted": "yes"}


class _FiringRuleset(DurableRuleset):  # type: ignore[misc]
    """A ruleset of the library, fired to its end in the caller's thread; what fired is read from the rules' names."""

    def __init__(self, name: str, rules: dict[str, dict[str, Any]]) -> None:
        taking = {"posted": {"all": [{"m": _POSTED}]}}
        self._handle = durable_rules_engine.create_ruleset(name, _encode(taking | rules))

    def fire(self, fact: dict[str, str], sid: str) -> Iterator[str]:
        """The names of the rules that one fact object makes true, once or more each. Raises what the library raises."""
        found = durable_rules_engine.assert_fact(self._handle, _encode({**fact, **_POSTED, "sid": sid, "id": sid}))
        state = self._handle_result(found, fact)
        started = durable_rules_engine.start_action_for_state(self._handle, state)
        message = started[1] if started else None
        while message:
            yield message.split('"', 2)[1]  # {"RULE": …}
            message = durable_rules_engine.complete_and_start_action(self._handle, state)
        self.delete_state(sid)


def _encode(value: object) -> str:
    return msgspec.json.encode(value).decode()


class Engine:
    """Fires conditions. One a process is enough; each distinct tuple of values fires a shape of condition once."""

    def __init__(self) -> None:
        self._rulesets: dict[Shape, _FiringRuleset] = {}
        self._known: dict[Shape, dict[Values, Outcome]] = {}
        self._sid = count(1)
        self.firings = 0

    def outcomes(self, ruleset: Ruleset, values: Values) -> tuple[Outcome, ...]:
        """The outcome of each condition, given the value of each property that the ruleset reads (None: unknown)."""
        given = dict(zip(ruleset.posted, values, strict=True))
        return tuple(
            [self.outcome(each.shape, tuple([given[posted] for posted in each.posted])) for each in ruleset.conditions]
        )

    def outcome(self, shape: Shape, values: Values) -> Outcome:
        """The outcome of a condition, given the value of each property that it reads."""
        known = self._known.setdefault(shape, {})
        found = known.get(values)
        if found is None:
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            found = known[values] = self.fire(shape, values)
        return found

    def fire(self, shape: Shape, values: Values) -> Outcome:
        """The same, fired afresh."""
        if shape not in self._rulesets:
            self._rulesets[shape] = _FiringRuleset(str(len(self._rulesets)), definition(shape))
        fact = {property_at(place): value for place, value in enumerate(values) if value is not None}
        self.firings += 1
        fired = set(self._rulesets[shape].fire(fact, str(next(self._sid))))
        return "met" if "met" in fired else "not_met" if "not_met" in fired else "unknown"
