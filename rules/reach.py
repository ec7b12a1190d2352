"""Which provisions may reach a share of which only some is known: who sends, who receives, what for, what, where.

Reads the conditions by kinship alone and fires nothing: a condition that needs more than is known rules nothing out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.history import in_force
from knowledge.model import LINE_FACTS, NATIONS, Condition, KnowledgeBase, Nation, Provision, Version
from rules.kinship import Kinship


@dataclass(frozen=True)
class Reach:
    """What is known of a share, and the date."""

    knowledge: KnowledgeBase
    kinship: Kinship
    date: dt.date
    known: Mapping[str, str]  # discloser, receiver, purpose, data → a term
    nation: Nation | None = None

    def fit(self, provision: Provision) -> int | None:
        """How many of the known facts a provision names as its own; None where it cannot reach the share.

        A provision that has not started, or has ended, reaches nothing.
        """
        version = in_force(provision, self.date)
        if version is None:
            return None
        extent = version.extent or provision.extent
        nations = [nation for nation in extent if self.nation in (None, nation)]
        return max((fit for nation in nations if (fit := self._fit(version, nation)) is not None), default=None)

    def _fit(self, version: Version, nation: Nation) -> int | None:
        named: set[str] = set()
        for condition in version.conditions:
            if self._refutes(condition, nation):
                return None
            if condition.none_of is None:
                named |= {fact for fact, options in condition.tests if self._holds(fact, options, nation)}
        return len(named & set(self.known))

    def _refutes(self, condition: Condition, nation: Nation) -> bool:
        holds = [self._holds(fact, options, nation) for fact, options in condition.tests]
        if condition.none_of is not None:
            return True in holds
        return all(held is False for held in holds)

    def _holds(self, fact: str, options: tuple[str, ...], nation: Nation) -> bool | None:
        """Is the fact one of the options? None where nobody said, or the term is wider than the law asks."""
        if fact in ("nation", "receiver-nation"):
            return nation in options if fact == "nation" or self.nation else None
        term = self.known.get(fact)
        if term is None:
            return None
        return self.kinship.among(LINE_FACTS[fact], term, options, nation)


def reach(
    knowledge: KnowledgeBase, date: dt.date, known: Mapping[str, str], nation: Nation | None = None
) -> Mapping[str, int]:
    """The provisions that may reach a share, and how many of the known facts each names."""
    assert nation is None or nation in NATIONS
    found = Reach(knowledge, Kinship(knowledge, date), date, known, nation)
    fits = ((id, found.fit(provision)) for id, provision in knowledge.provisions.items())
    return {id: fit for id, fit in fits if fit is not None}
