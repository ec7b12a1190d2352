"""What the lines of one determination have in common, so that it is decided once.

Lines of one flow and purpose differ in their kind of data alone: what no test on data can change is decided on the
facts of the flow. And a condition that has shut a gateway for one line shuts it for every line that agrees with
that one in all that the condition turns on.
"""

from __future__ import annotations

from typing import Protocol

from knowledge.model import KnowledgeBase, Provision
from knowledge.recognise import Recognised, Recogniser
from knowledge.share import NOT_SURE
from rules.decide import Decided, decide
from rules.facts import Facts, Settings
from rules.lines import Line, Shown
from rules.rulebook import FLOW, LINE, Rulebook


class Index(Protocol):
    """What is known of the law whatever the line and the date."""

    knowledge: KnowledgeBase
    recogniser: Recogniser
    safeguard_questions: frozenset[str]
    receiver_questions: frozenset[str]


class Common:
    """What is common to lines that differ in their kind of data alone: the facts of their flow."""

    def __init__(
        self, determiner: Index, rulebook: Rulebook, settings: Settings, line: Line, shown: list[Shown]
    ) -> None:
        blank = Settings(settings.provisional, settings.assume, determiner.receiver_questions)
        self.sending = Facts(rulebook, line, "sending", settings, scope=FLOW, shown=shown[0])
        self.receiving = Facts(rulebook, line, "receiving", settings, scope=FLOW, shown=shown[1])
        self.receiver_silent = Facts(rulebook, line, "receiving", blank, scope=FLOW, shown=shown[2])
        self.named = _named(determiner.recogniser, line)


def decide_on(provision: Provision, facts: Facts) -> Decided:
    """A provision decided once for all lines and routes that it cannot tell apart."""
    scope, by_route = facts.rulebook.turns_on(provision)
    known = facts.layers[scope].decided
    key = (provision.id, facts.route_name) if by_route else provision.id
    found: Decided | None = known.get(key)
    if found is None:
        found = known[key] = decide(facts.rulebook, provision, facts if by_route else facts.layers[scope])
        _note(found, facts)
    return found


def is_refuted(provision: Provision, facts: Facts) -> bool:
    """Has a line that agrees with this one shown that a condition refutes it, so that nobody need decide it again?"""
    return provision.id in facts.layers[LINE].refuted


def _note(decided: Decided, facts: Facts) -> None:
    turning = [
        frozenset().union(*(facts.rulebook.attributes(atom, facts.side) for atom in finding.compiled.atoms))
        for finding in decided.findings
        if finding.outcome == "not_met"
        and not finding.condition.bars
        and all(atom.sort != "route" for atom in finding.compiled.atoms)
    ]
    if turning:
        facts.shown.refuted.keep(facts.line, min(turning, key=len), decided.id, True)


class Commons:
    """What the lines of one determination have in common."""

    def __init__(self, determiner: Index, rulebook: Rulebook, settings: Settings) -> None:
        self.determiner = determiner
        self.rulebook = rulebook
        self.settings = settings
        self._shown: dict[tuple[object, ...], list[Shown]] = {}
        self._known: dict[tuple[object, ...], Common] = {}

    def of(self, line: Line) -> Common:
        """What a line has in common with those whose answers are the very same."""
        read = (id(line.answers), line.nation, line.receiver_nation)
        kinds = (line.discloser_kind, line.receiver_kind, line.purpose, line.same_body, line.receiver_is_processor)
        if (read, kinds) not in self._known:
            shown = self._shown.setdefault(read, [Shown(), Shown(), Shown()])
            self._known[read, kinds] = Common(self.determiner, self.rulebook, self.settings, line, shown)
        return self._known[read, kinds]


def _named(recogniser: Recogniser, line: Line) -> tuple[Recognised, ...]:
    """What the sender believes the law to be, as far as it can be recognised."""
    given = line.answers.get("named-law")
    texts = () if given is None else (given.answer,) if isinstance(given.answer, str) else given.answer
    return tuple(recogniser.recognise(text) for text in texts if text.strip() and text != NOT_SURE)
