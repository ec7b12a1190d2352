"""From a share to a determination: routes, bars, keys, safeguards, and a verdict for each line and the whole.

A line may go when a gateway is open and every bar that it meets on that route is lifted. A route is the worst
of its gateway and of every bar on it; a line is the best of its routes; gateways never pool what they lift.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from knowledge.model import KnowledgeBase
from knowledge.recognise import Recogniser
from knowledge.share import Share, answer_of
from rules.commons import Commons
from rules.engine import Engine
from rules.facts import Settings
from rules.line import MORE, VERDICTS, LineDecider, LineDetermination
from rules.lines import lines
from rules.rulebook import Rulebook


@dataclass(frozen=True, eq=False)
class Determination:
    """The verdict of each line, and the most cautious of them."""

    share: Share
    as_at: dt.date
    knowledge: KnowledgeBase
    lines: tuple[LineDetermination, ...]
    notes: tuple[str, ...]
    settings: Settings
    missing: tuple[str, ...] = ()

    @cached_property
    def verdict(self) -> str:
        found = [line.verdict for line in self.lines] or [MORE]
        return min(found, key=VERDICTS.index)

    @cached_property
    def summary(self) -> dict[str, int]:
        counted = Counter(line.verdict for line in self.lines)
        return {verdict: counted[verdict] for verdict in VERDICTS if counted[verdict]}


@dataclass
class Determiner:
    """Decides shares against a knowledge base. Keep one: what it has fired it need not fire again."""

    knowledge: KnowledgeBase
    engine: Engine = field(default_factory=Engine)

    def __post_init__(self) -> None:
        self.recogniser = Recogniser(self.knowledge)
        self._rulebooks: dict[dt.date, Rulebook] = {}
        self.safeguard_questions = frozenset(
            safeguard.answered_by or safeguard.id for safeguard in self.knowledge.of_kind("safeguard")
        )
        self.receiver_questions = frozenset(
            id for id, question in self.knowledge.questions.items() if question.about == "receiver"
        )

    def rulebook(self, as_at: dt.date) -> Rulebook:
        if as_at not in self._rulebooks:
            if len(self._rulebooks) > 50:
                self._rulebooks.clear()
            self._rulebooks[as_at] = Rulebook(self.knowledge, self.engine, as_at)
        return self._rulebooks[as_at]

    def determine(self, share: Share, as_at: dt.date, *, provisional: bool = False) -> Determination:
        """Decide a share under the law of a date.

        With `provisional`, assurances that nobody answered count as given; facts and judgements never do.
        """
        settings = self.settings(share, provisional)
        rulebook = self.rulebook(as_at)
        found, notes = lines(share, self.knowledge, as_at)
        missing = tuple(
            name
            for name, given in (
                ("discloser", any(p.role != "receiver" for p in share.parties)),
                ("receiver", any(p.role != "discloser" for p in share.parties)),
                ("purpose", share.purpose or any(flow.purpose for flow in share.flows)),
                ("data", share.data or any(flow.data for flow in share.flows)),
                ("nation", share.nation),
            )
            if not given
        )
        commons = Commons(self, rulebook, settings)
        decided = tuple(LineDecider(commons, line).determine() for line in found)
        return Determination(share, as_at, self.knowledge, decided, notes, settings, missing)

    def settings(self, share: Share, provisional: bool) -> Settings:
        """How its answers are read: where somebody may die or be badly hurt, promises and the rest are taken as so."""
        emergency = self.knowledge.emergency
        if emergency and is_emergency(share):
            return Settings(provisional=True, assume=emergency.assume)
        return Settings(provisional=provisional)


def is_emergency(share: Share) -> bool:
    """Has somebody, by name and for a reason, said that life or limb is at risk now?"""
    raw = share.answers.get("harm-believed")
    if raw is None:
        return False
    belief = answer_of(raw)
    urgent = "emergency-risk-to-life" in share.purpose or any(
        id in share.answers and answer_of(share.answers[id]).answer == word
        for id, word in (("how-shared", "urgent"), ("serious-harm", "within-hours"))
    )
    return urgent and belief.answer == "yes" and bool(belief.by and belief.reason)
