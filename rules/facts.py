"""The facts of a line on one side: what the answers say, what they imply, and what is not known and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from knowledge.model import ImpliedFact, KnowledgeBase, Provision, Question, Side, Slip, Version
from knowledge.resolve import answers as answers_to
from knowledge.share import NOT_SURE, Answer
from rules.compile import Atom, Compiled, Ruleset, atom_of, compile_conditions, compile_version
from rules.engine import Engine, Outcome
from rules.kinship import Kinship
from rules.lines import Line

# Why a fact is not known: nobody was asked, a judgement is not made, somebody is not sure,
# a wider kind was named than the law turns on, or it is not for this side to say.
Cause = Literal["unanswered", "judgement", "not-sure", "wide", "elsewhere", "unverified", "commencement"]
Causes = frozenset[tuple[Cause, str]]

# How hopefully the unknown is read: as it stands; with unanswered facts and assurances at their best;
# with judgements and unconfirmed law at their best too.
Reading = Literal["now", "facts", "judged"]
_OPENED_BY: dict[Reading, frozenset[str]] = {
    "now": frozenset(),
    "facts": frozenset({"unanswered", "wide"}),
    "judged": frozenset({"unanswered", "wide", "judgement", "unverified", "commencement"}),
}


# How far facts reach: lines of one flow differ in their kind of data alone, routes of one line in their gateway.
Scope = Literal[0, 1, 2]
FLOW: Scope = 0
LINE: Scope = 1
ROUTE: Scope = 2

# Facts of the line that are `no` until a question says otherwise.
SILENT = {"receiver-is-processor": "roles"}


def may_change(cause: str, reading: Reading) -> bool:
    """May a fact unknown for this cause still turn out well, on this reading?"""
    return cause in _OPENED_BY[reading]


@dataclass(frozen=True)
class Settings:
    """What the answers of a share are read with."""

    provisional: bool = False
    assume: Mapping[str, str] = field(default_factory=dict)
    blank: frozenset[str] = frozenset()


class Rulebook:
    """The law on one date, compiled as it is needed."""

    def __init__(self, knowledge: KnowledgeBase, engine: Engine, as_at: dt.date) -> None:
        self.knowledge = knowledge
        self.engine = engine
        self.as_at = as_at
        self.kinship = Kinship(knowledge, as_at)
        self.findings: dict[str, dict[Any, Any]] = {}  # what `decide` has made of a ruleset's values
        self._versions: dict[str, tuple[Version | None, Ruleset | None]] = {}
        self._implied: dict[str, Ruleset | None] = {}
        self._lifted: dict[str, frozenset[str]] = {}
        self._attributes: dict[tuple[str, Side], frozenset[str]] = {}
        self._scopes: dict[str, tuple[Scope, bool]] = {}
        self._tests: dict[str, Atom] = {}
        self._among: dict[tuple[str, str, str], bool | None] = {}
        self._bars: dict[Side, tuple[tuple[Provision, tuple[Provision, ...]], ...]] = {}

    def of(self, provision: Provision) -> tuple[Version | None, Ruleset | None]:
        """The version in force (or prospective) and its ruleset; None and None where there is none yet."""
        if provision.id not in self._versions:
            version = provision.at(self.as_at)
            ruleset = compile_version(self.knowledge, provision, version) if version else None
            self._versions[provision.id] = (version, ruleset)
        return self._versions[provision.id]

    def attributes(self, atom: Atom, side: Side) -> frozenset[str]:
        """The attributes of a line on which a test turns; all else that it may read is the same for a whole flow."""
        key = (atom.posted, side)
        if key not in self._attributes:
            self._attributes[key] = self._find_attributes(atom, side)
        return self._attributes[key]

    def _find_attributes(self, atom: Atom, side: Side) -> frozenset[str]:
        if atom.sort == "implied":
            among, ruleset = self.knowledge.facts[atom.fact].among, self.implied(atom.fact)
            if among:
                return frozenset(among) & {"purpose", "data"}
            parts = (self.attributes(each, side) for each in ruleset.reads) if ruleset else ()
            return frozenset().union(*parts)
        fact = atom.fact
        if fact == "holder":
            fact = "discloser" if side == "sending" else "receiver"
        return frozenset({_ATTRIBUTES[fact]}) if fact in _ATTRIBUTES else frozenset()

    def turns_on_data(self, atom: Atom) -> bool:
        """May the test come out otherwise for another kind of data of the same flow?"""
        return bool(self.attributes(atom, "sending") & {"data", "travels_with"})

    def among(self, atom: Atom, word: str, nation: str) -> bool | None:
        """Is a word of the vocabulary among a test's options, for a body of that nation?"""
        key = (atom.posted, word, nation)
        if key not in self._among:
            self._among[key] = self.kinship.among(atom.of, word, atom.options, nation)
        return self._among[key]

    def test(self, id: str) -> Atom:
        """The test that an implied fact is so."""
        if id not in self._tests:
            self._tests[id] = atom_of(self.knowledge, id, ("yes",))
        return self._tests[id]

    def turns_on(self, provision: Provision) -> tuple[Scope, bool]:
        """How far the facts reach on which a provision turns; and whether it turns on the route too."""
        if provision.id not in self._scopes:
            _, ruleset = self.of(provision)
            scopes = {self.scope(atom) for atom in ruleset.reads} if ruleset else set()
            self._scopes[provision.id] = (max(scopes - {ROUTE}, default=FLOW), ROUTE in scopes)
        return self._scopes[provision.id]

    def scope(self, atom: Atom) -> Scope:
        """What a test turns on."""
        return ROUTE if atom.sort == "route" else LINE if self.turns_on_data(atom) else FLOW

    @cached_property
    def slips(self) -> tuple[tuple[Slip, Ruleset], ...]:
        """The slips that answers may hold, each with its ruleset."""
        return tuple(
            (slip, compile_conditions(self.knowledge, f"slip:{slip.id}", slip.conditions))
            for slip in self.knowledge.slips
        )

    def lifted_by(self, provision: Provision) -> frozenset[str]:
        """The bars and safeguards that a provision lifts on the date."""
        if provision.id not in self._lifted:
            version, _ = self.of(provision)
            lifts = version.lifts if version and version.lifts is not None else provision.lifts
            self._lifted[provision.id] = self.knowledge.lifted(lifts)
        return self._lifted[provision.id]

    @cached_property
    def gateways(self) -> tuple[Provision, ...]:
        """The gateways of the date, in force or enacted."""
        return tuple(gateway for gateway in self.knowledge.of_kind("gateway") if self.of(gateway)[0])

    @cached_property
    def lifters(self) -> Mapping[str, tuple[Provision, ...]]:
        """The keys that lift each bar and safeguard on the date."""
        found: dict[str, tuple[Provision, ...]] = {}
        for key in self.knowledge.of_kind("key"):
            if self.of(key)[0]:
                for id in self.lifted_by(key):
                    found[id] = (*found.get(id, ()), key)
        return found

    def bars(self, side: Side) -> tuple[tuple[Provision, tuple[Provision, ...]], ...]:
        """The bars that a side may meet on the date, each with the keys that may lift it there."""
        if side not in self._bars:
            self._bars[side] = tuple(
                (bar, tuple(key for key in self.lifters.get(bar.id, ()) if side in key.on_sides))
                for bar in self.knowledge.of_kind("bar")
                if side in bar.on_sides and self.of(bar)[0]
            )
        return self._bars[side]

    def implied(self, id: str) -> Ruleset | None:
        """The ruleset of an implied fact on the date; None where no version is in force (the fact is `no`)."""
        if id not in self._implied:
            self._implied[id] = self._compile_implied(self.knowledge.facts[id])
        return self._implied[id]

    def _compile_implied(self, fact: ImpliedFact) -> Ruleset | None:
        if not fact.versions:
            return compile_conditions(self.knowledge, f"fact:{fact.id}", fact.conditions)
        found = None
        for number, version in enumerate(fact.versions):
            if version.opens and version.opens <= self.as_at:
                found = (number, version)
        if found is None or (found[1].until and found[1].until < self.as_at):
            return None
        return compile_conditions(self.knowledge, f"fact:{fact.id}@{found[0]}", found[1].conditions)


class Pool:
    """What the lines of one determination have shown of single tests, for other flows to go by."""

    def __init__(self) -> None:
        self._shown: dict[Hashable, dict[frozenset[str], dict[Hashable, dict[str, str | None]]]] = {}

    def begin(self, facts: Facts) -> dict[str, str | None]:
        """The values that flows have shown that agree with this one in all that they turn on."""
        found: dict[str, str | None] = {}
        for attributes, shown in self._of(facts).items():
            found |= shown.get(_read(facts.line, attributes), {})
        return found

    def keep(self, facts: Facts, atom: Atom, value: str | None) -> None:
        """Keep a value that facts have shown."""
        attributes = facts.rulebook.attributes(atom, facts.side)
        shown = self._of(facts).setdefault(attributes, {})
        shown.setdefault(_read(facts.line, attributes), {})[atom.posted] = value

    def _of(self, facts: Facts) -> dict[frozenset[str], dict[Hashable, dict[str, str | None]]]:
        line = facts.line
        key = (id(line.answers), facts.side, line.nation, line.receiver_nation, facts.settings.blank)
        return self._shown.setdefault(key, {})


def _read(line: Line, attributes: frozenset[str]) -> Hashable:
    return tuple([getattr(line, name) for name in attributes])


class Facts:
    """The facts of one side: of a flow whatever the kind of data, of a line, or of a line on one route.

    Each rests on the one before it, so that what a test or a provision does not turn on is looked at once.
    """

    def __init__(
        self,
        rulebook: Rulebook,
        line: Line,
        side: Side,
        settings: Settings,
        *,
        scope: Scope = LINE,
        base: Facts | None = None,
        route: Mapping[str, str | frozenset[str]] | None = None,
        pool: Pool | None = None,
    ) -> None:
        self.rulebook = rulebook
        self.knowledge = rulebook.knowledge
        self.line = line
        self.side = side
        self.settings = settings
        self.scope = scope
        self.route = route or {}
        before = base.layers[:scope] if base else (self,) * scope
        self.layers: tuple[Facts, ...] = (*before, *(self,) * (ROUTE + 1 - scope))  # by scope
        self._pool = pool
        self._values: dict[str, str | None] = pool.begin(self) if pool else {}
        self.route_name = (self.route.get("route-gateway"), self.route.get("route-receiving"))
        self.decided: dict[Hashable, Any] = {}  # what `rules.line` has decided on these facts

    def of_line(self, line: Line) -> Facts:
        """The facts of a line of this flow."""
        return Facts(self.rulebook, line, self.side, self.settings, scope=LINE, base=self)

    def on_route(self, route: Mapping[str, str | frozenset[str]]) -> Facts:
        """The same facts, with those of a route."""
        return Facts(self.rulebook, self.line, self.side, self.settings, scope=ROUTE, base=self, route=route)

    # What is known

    def value(self, atom: Atom) -> str | None:
        """The value posted for a property: a word, `yes` or `no` for a membership, None where unknown."""
        if atom.posted not in self._values:
            scope = self.rulebook.scope(atom)
            facts = self.layers[scope]
            if facts is not self:
                value = facts.value(atom)
            else:
                value = self._compute(atom) if self.scope >= scope else None
                if self._pool:
                    self._pool.keep(self, atom, value)
            self._values[atom.posted] = value
        return self._values[atom.posted]

    def holds(self, atom: Atom) -> bool | None:
        """Is the test satisfied? None where unknown."""
        value = self.value(atom)
        return None if value is None else value in atom.accepts

    def values(self, ruleset: Ruleset) -> tuple[str | None, ...]:
        """The value of each property that a ruleset reads."""
        known = self._values
        try:
            return tuple([known[name] for name in ruleset.posted])
        except KeyError:
            return tuple([self.value(atom) for atom in ruleset.reads])

    def outcomes(self, ruleset: Ruleset) -> tuple[Outcome, ...]:
        """What the engine makes of these facts, condition by condition."""
        return self.rulebook.engine.outcomes(ruleset, self.values(ruleset))

    def _compute(self, atom: Atom) -> str | None:
        if atom.sort == "implied":
            return self._imply(atom.fact)
        if atom.sort == "route":
            return self._of_route(atom)
        if atom.sort == "line":
            return self._of_line(atom)
        if atom.sort == "with":
            return self._picked(atom, self.line.travels_with)
        answer, _ = self.answer(atom.question)
        if answer is None:
            return None
        if atom.sort == "many":
            return self._picked(atom, (answer,) if isinstance(answer, str) else answer)
        word = str(answer)
        if not atom.is_membership:
            return word
        return _word(self._among(atom, word))

    def _of_line(self, atom: Atom) -> str | None:
        word = self._words[atom.fact]
        return _word(self._among(atom, word)) if atom.is_membership else word

    @cached_property
    def _words(self) -> Mapping[str, str]:
        line = self.line
        return {
            "discloser": line.discloser_kind,
            "receiver": line.receiver_kind,
            "holder": line.discloser_kind if self.side == "sending" else line.receiver_kind,
            "purpose": line.purpose,
            "data": line.data,
            "nation": line.nation,
            "receiver-nation": line.receiver_nation,
            "same-body": "yes" if line.same_body else "no",
            "receiver-is-processor": "yes" if line.receiver_is_processor else "no",
            "side": self.side,
        }

    def _among(self, atom: Atom, word: str) -> bool | None:
        if not atom.of:
            return word in atom.options
        receiving = atom.fact == "receiver" or (atom.fact == "holder" and self.side == "receiving")
        nation = self.line.receiver_nation if receiving else self.line.nation
        return self.rulebook.among(atom, word, nation)

    def _picked(self, atom: Atom, picked: tuple[str, ...]) -> str | None:
        """Is one of those picked among the options? Leaving an option out may prove nothing."""
        answers = [self._among(atom, word) for word in picked if word != NOT_SURE]
        if True in answers:
            return "yes"
        if None in answers or NOT_SURE in picked:
            return None
        question = self.knowledge.questions.get(atom.question)
        for option in atom.options:
            entry = question.options.get(option) if question else None
            if entry is None or isinstance(entry, str):
                continue
            if entry.no_if_any and not set(entry.no_if_any) & set(picked):
                return None
            if set(entry.unknown_if_any) & set(picked):
                return None
        return "no"

    def _of_route(self, atom: Atom) -> str | None:
        value = self.route.get(atom.fact)
        if value is None:
            return None
        if isinstance(value, frozenset):
            return _word(bool(value & set(atom.options)))
        return _word(value in atom.options) if atom.is_membership else value

    def implied(self, id: str) -> str | None:
        """`yes`, `no` or None: what the answers imply."""
        return self.value(self.rulebook.test(id))

    def _imply(self, id: str) -> str | None:
        among = self.knowledge.facts[id].among
        if among:
            return self._is_among(*among)
        ruleset = self.rulebook.implied(id)
        if ruleset is None:
            return "no"
        outcomes = [
            _unanswered(compiled, outcome)
            for compiled, outcome in zip(ruleset.conditions, self.outcomes(ruleset), strict=True)
        ]
        if "not_met" in outcomes:
            return "no"
        return None if "unknown" in outcomes else "yes"

    def _is_among(self, one: str, many: str) -> str | None:
        word = {"purpose": self.line.purpose, "data": self.line.data}.get(one) or self.answer(one)[0]
        picked = self.answer(many)[0]
        if word is None or picked is None:
            return None
        words = (picked,) if isinstance(picked, str) else picked
        of = "purposes" if one == "purpose" else self.knowledge.questions[many].options_from or ""
        options = tuple(w for w in words if w != NOT_SURE)
        found = self.rulebook.kinship.among(of, str(word), options, self.line.nation) if of else word in options
        return None if found is False and NOT_SURE in words else _word(found)

    # What was answered

    def answer(self, id: str) -> tuple[str | tuple[str, ...] | None, Cause | None]:
        """An answer as the law may use it, or None and why there is none."""
        question = self.knowledge.questions[id]
        if self.side == "receiving" and question.about == "discloser":
            return None, "elsewhere"
        given = None if id in self.settings.blank else self.line.answers.get(id)
        if given is None:
            return self._without_answer(id, question)
        if given.answer == NOT_SURE:
            return None, "not-sure"
        if question.kind == "judgement" and given.answer == "yes" and not (given.by and given.reason):
            return None, "judgement"
        if question.kind == "assurance" and given.answer == "not-yet":
            return "yes", None  # promised: it is due before sharing
        if not self._counts(given):
            return ("no", None) if "no" in answers_to(self.knowledge, id) else (None, "unanswered")
        return given.answer, None

    def _without_answer(self, id: str, question: Question) -> tuple[str | None, Cause | None]:
        if id in self.settings.assume:
            return self.settings.assume[id], None
        if question.kind == "assurance" and self.settings.provisional:
            return "yes", None
        return None, "judgement" if question.kind == "judgement" else "unanswered"

    def _counts(self, given: Answer) -> bool:
        day = self.rulebook.as_at
        return (given.start is None or given.start <= day) and (given.until is None or day <= given.until)

    def is_assumed(self, id: str) -> bool:
        """Is it taken as so, though nobody answered it?"""
        return id not in self.line.answers and self.answer(id)[0] is not None

    def is_silent(self, atom: Atom) -> bool:
        """Is it a fact of the line that is read as `no` only because nobody answered its question?"""
        question = SILENT.get(atom.fact)
        return question is not None and question not in self.line.answers

    def is_outstanding(self, id: str) -> bool:
        """Is it an assurance that is promised and not yet kept?"""
        given = self.line.answers.get(id)
        return given is not None and given.answer == "not-yet" and self.knowledge.questions[id].kind == "assurance"

    # What is not known

    def could(self, atom: Atom, want: bool, reading: Reading) -> bool:
        """Is the test, or might it still be, satisfied (or refuted, where `want` is False)?"""
        held = self.holds(atom)
        if held is not None:
            return held == want
        if atom.sort == "implied":
            wants_yes = ("yes" in atom.accepts) == want
            return self._could_imply(atom.fact, wants_yes, reading)
        return any(may_change(cause, reading) for cause, _ in self.causes(atom))

    def _could_imply(self, id: str, yes: bool, reading: Reading) -> bool:
        among = self.knowledge.facts[id].among
        if among:
            return any(may_change(self.answer(n)[1] or "", reading) for n in among if n in self.knowledge.questions)
        ruleset = self.rulebook.implied(id)
        conditions = ruleset.conditions if ruleset else ()
        if yes:
            return all(self.could_meet(compiled, reading) for compiled in conditions)
        return any(self.could_refute(compiled, reading) for compiled in conditions)

    def could_meet(self, compiled: Compiled, reading: Reading) -> bool:
        """Is the condition met, or might unanswered facts still meet it?"""
        if compiled.negated:
            return all(self.could(atom, False, reading) for atom in compiled.atoms)
        return any(self.could(atom, True, reading) for atom in compiled.atoms)

    def could_refute(self, compiled: Compiled, reading: Reading) -> bool:
        """Is the condition refuted, or might unanswered facts still refute it?"""
        if compiled.negated:
            return any(self.could(atom, True, reading) for atom in compiled.atoms)
        return all(self.could(atom, False, reading) for atom in compiled.atoms)

    def causes(self, atom: Atom) -> Causes:
        """Why a test is unknown: each cause with the question (or fact of the line) that would settle it."""
        if self.holds(atom) is not None:
            return frozenset()
        if atom.sort == "implied":
            return self._causes_implied(atom.fact)
        if atom.sort in ("line", "with"):
            return frozenset({("wide", "data" if atom.sort == "with" else self._asked_as(atom.fact))})
        if atom.sort == "route":
            return frozenset({("elsewhere", atom.fact)})
        answer, cause = self.answer(atom.question)
        if cause is None and answer is not None and NOT_SURE in answer:
            cause = "not-sure"
        return frozenset({(cause or "wide", atom.question)})

    def _asked_as(self, fact: str) -> str:
        if fact == "holder":
            return "discloser" if self.side == "sending" else "receiver"
        return fact

    def _causes_implied(self, id: str) -> Causes:
        among = self.knowledge.facts[id].among
        if among:
            return frozenset(
                (cause, name) for name in among if name in self.knowledge.questions and (cause := self.answer(name)[1])
            )
        ruleset = self.rulebook.implied(id)
        if ruleset is None:
            return frozenset()
        unknown = zip(ruleset.conditions, self.outcomes(ruleset), strict=True)
        return frozenset(
            cause for compiled, outcome in unknown if outcome == "unknown" for cause in self.causes_of(compiled)
        )

    def causes_of(self, compiled: Compiled) -> Causes:
        return frozenset(cause for atom in compiled.atoms for cause in self.causes(atom))

    # Why

    def because(self, atoms: Iterable[Atom]) -> dict[str, str]:
        """The facts behind tests, in the words of the vocabulary: fact id → value."""
        found: dict[str, str] = {}
        for atom in atoms:
            for name, value in self._behind(atom):
                found.setdefault(name, value)
        return found

    def _behind(self, atom: Atom) -> list[tuple[str, str]]:
        if atom.sort == "implied":
            value = self.implied(atom.fact)
            return [(atom.fact, value)] if value else []
        if atom.sort == "line":
            return [(atom.fact, self._line_word(atom.fact))]
        if atom.sort == "with":
            return [("with", ", ".join(self.line.travels_with))]
        if atom.sort == "route":
            word = self.route.get(atom.fact, "")
            return [(atom.fact, ", ".join(sorted(word)) if isinstance(word, frozenset) else word)]
        given = self.line.answers.get(atom.question)
        raw = given.answer if given else self.answer(atom.question)[0]
        return [] if raw is None else [(atom.question, raw if isinstance(raw, str) else ", ".join(raw))]

    def _line_word(self, fact: str) -> str:
        return self._of_line(Atom(fact, (), fact, (), False, "line", "", "")) or ""

    @cached_property
    def is_personal(self) -> bool | None:
        """Does the line carry personal data, by the law's own test?"""
        return {"yes": True, "no": False, None: None}[self.implied("personal-data")]


_ATTRIBUTES = {
    "discloser": "discloser_kind",
    "receiver": "receiver_kind",
    "purpose": "purpose",
    "data": "data",
    "with": "travels_with",
    "same-body": "same_body",
    "receiver-is-processor": "receiver_is_processor",
}
"""The attribute of a line that holds a fact, where the lines of like answers may differ in it."""


def _word(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def _unanswered(compiled: Compiled, outcome: Outcome) -> Outcome:
    if outcome == "unknown" and compiled.condition.unanswered:
        return compiled.condition.unanswered
    return outcome
