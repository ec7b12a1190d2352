"""What the lines of one determination have in common, so that it is decided once.

Lines of one flow and purpose differ in their kind of data alone. What no test on data can change is decided on the
facts of the flow; and a gateway that a condition shuts whatever the data is not looked at again for the others.
"""

from __future__ import annotations

from typing import Protocol

from knowledge.model import KnowledgeBase, Provision
from knowledge.recognise import Recognised, Recogniser
from knowledge.share import NOT_SURE
from rules.decide import Decided, decide
from rules.facts import Facts, Pool, Settings
from rules.lines import Line
from rules.rulebook import FLOW, Rulebook


class Index(Protocol):
    """What is known of the law whatever the line and the date."""

    knowledge: KnowledgeBase
    recogniser: Recogniser
    safeguard_questions: frozenset[str]
    receiver_questions: frozenset[str]


class Common:
    """What is common to lines that differ in their kind of data alone."""

    def __init__(self, determiner: Index, rulebook: Rulebook, settings: Settings, line: Line, pool: Pool) -> None:
        self.determiner = determiner
        self.rulebook = rulebook
        blank = Settings(settings.provisional, settings.assume, determiner.receiver_questions)
        self.sending = Facts(rulebook, line, "sending", settings, scope=FLOW, pool=pool)
        self.receiving = Facts(rulebook, line, "receiving", settings, scope=FLOW, pool=pool)
        self.receiver_silent = Facts(rulebook, line, "receiving", blank, scope=FLOW, pool=pool)
        self.named = _named(determiner.recogniser, line)
        self._gateways: tuple[Provision, ...] | None = None

    def gateways(self, sending: Facts) -> tuple[Provision, ...]:
        """The gateways that are not shut for every kind of data alike, found on the facts of any line of these."""
        if self._gateways is None:
            self._gateways = tuple(g for g in self.rulebook.gateways if not self._is_refuted(g, sending))
        return self._gateways

    def _is_refuted(self, gateway: Provision, sending: Facts) -> bool:
        return any(
            finding.outcome == "not_met" and all(self.rulebook.scope(atom) == FLOW for atom in finding.compiled.atoms)
            for finding in decide_on(gateway, sending).findings
        )


def decide_on(provision: Provision, facts: Facts) -> Decided:
    """A provision decided once for all lines and routes that it cannot tell apart."""
    scope, by_route = facts.rulebook.turns_on(provision)
    known = facts.layers[scope].decided
    key = (provision.id, facts.route_name) if by_route else provision.id
    found: Decided | None = known.get(key)
    if found is None:
        found = known[key] = decide(facts.rulebook, provision, facts if by_route else facts.layers[scope])
    return found


class Commons:
    """What the lines of one determination have in common."""

    def __init__(self, determiner: Index, rulebook: Rulebook, settings: Settings) -> None:
        self.determiner = determiner
        self.rulebook = rulebook
        self.settings = settings
        self._pool = Pool()
        self._known: dict[tuple[object, ...], Common] = {}

    def of(self, line: Line) -> Common:
        """What a line has in common with those whose answers are the very same."""
        who = (line.discloser_kind, line.receiver_kind, line.nation, line.receiver_nation)
        key = (*who, line.purpose, line.same_body, line.receiver_is_processor, id(line.answers))
        if key not in self._known:
            self._known[key] = Common(self.determiner, self.rulebook, self.settings, line, self._pool)
        return self._known[key]


def _named(recogniser: Recogniser, line: Line) -> tuple[Recognised, ...]:
    """What the sender believes the law to be, as far as it can be recognised."""
    given = line.answers.get("named-law")
    texts = () if given is None else (given.answer,) if isinstance(given.answer, str) else given.answer
    return tuple(recogniser.recognise(text) for text in texts if text.strip() and text != NOT_SURE)
