"""The facts of a line on one side: what the answers say, what they imply, and what is not known and why."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from knowledge.model import Question, Side
from knowledge.resolve import answers as answers_to
from knowledge.share import NOT_SURE, Answer
from rules.compile import Atom, Compiled, Ruleset
from rules.engine import Outcome
from rules.lines import Line, Shown
from rules.rulebook import FLOW, LINE, ROUTE, Rulebook, Scope

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
        shown: Shown | None = None,
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
        self.shown: Shown = base.shown if base else shown or Shown()
        self._values: dict[str, str | None] = {} if base else self.shown.values.of(line)
        self.route_name = (self.route.get("route-gateway"), self.route.get("route-receiving"))
        self.decided: dict[Hashable, Any] = {}  # what `rules.line` has decided on these facts

    @cached_property
    def refuted(self) -> Mapping[str, bool]:
        """The provisions that lines before this one have shown to be refuted for it too."""
        return self.shown.refuted.of(self.line)

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
                if self.scope == FLOW:
                    attributes = self.rulebook.attributes(atom, self.side)
                    self.shown.values.keep(self.line, attributes, atom.posted, value)
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

    def doubted(self, ruleset: Ruleset) -> tuple[Compiled, ...]:
        """The conditions that silence would settle, where somebody is not silent but not sure of a fact."""
        return tuple([each for each in ruleset.settled_by_silence if self._is_doubted(each)])

    def _is_doubted(self, compiled: Compiled) -> bool:
        unsure = [self.knowledge.questions[id] for cause, id in self.causes_of(compiled) if cause == "not-sure"]
        return any(question.kind != "judgement" and not question.is_many for question in unsure)

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
        doubted = self.doubted(ruleset)
        outcomes = [
            outcome if compiled in doubted else _unanswered(compiled, outcome)
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


def _word(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def _unanswered(compiled: Compiled, outcome: Outcome) -> Outcome:
    if outcome == "unknown" and compiled.condition.unanswered:
        return compiled.condition.unanswered
    return outcome
