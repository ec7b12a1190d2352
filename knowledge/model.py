"""The typed form of the knowledge base: what a file may say, and nothing else.

Every scalar in a file is text; types are given here. Unknown keys are refused, because a misspelt
condition that is silently ignored would open a gateway.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

if TYPE_CHECKING:
    from knowledge.agreement import AgreementPattern, AnnexPattern

Nation = Literal["england", "wales", "scotland", "northern-ireland"]
NATIONS: tuple[Nation, ...] = ("england", "wales", "scotland", "northern-ireland")
Kind = Literal["gateway", "bar", "key", "safeguard", "caution"]
Force = Literal["permissive", "mandatory"]
Strength = Literal["express", "implied", "general", "none"]
Source = Literal["enactment", "common-law", "court-order", "none-needed"]
BarClass = Literal["data-protection", "purpose", "confidence", "secrecy", "investigatory-powers", "rights", "transfer"]
Side = Literal["sending", "receiving"]
YesNo = Literal["yes", "no"]

# Facts that the engine works out from the share itself.
LINE_FACTS = {
    "discloser": "bodies",
    "receiver": "bodies",
    "holder": "bodies",
    "purpose": "purposes",
    "data": "data",
    "nation": "nations",
    "receiver-nation": "nations",
}
YES_NO_LINE_FACTS = ("same-body", "receiver-is-processor")
# Facts about the route that a bar, key, safeguard or caution is decided on, with their options (None: see check).
ROUTE_FACTS: dict[str, tuple[str, ...] | None] = {
    "route-force": ("permissive", "mandatory"),
    "route-strength": ("express", "implied", "general", "none"),
    "route-source": ("enactment", "common-law", "court-order", "none-needed"),
    "route-approved": ("yes", "no"),
    "route-gateway": None,
    "route-instrument": None,
    "route-lifts": None,
    "route-receiving": ("open", "unsettled", "shut"),
}


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Base of everything read from a file: immutable, and strict about what it may contain."""


class Checked(Model, frozen=True):
    """How a part was checked against the law, when, and when it is due again."""

    status: Literal["verified", "secondary", "memory"]
    on: dt.date
    due: dt.date
    against: tuple[str, ...] = ()


class Citation(Model, frozen=True):
    instrument: str
    provision: str = ""
    url: str = ""


@cache
def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


PROSPECTIVE = "prospective"  # enacted, with no date to start


class Prospective(Model, frozen=True):
    """A start that nobody has confirmed: shut before `not_before`, unsettled at best after it."""

    not_before: dt.date = msgspec.field(name="not-before")


Test = dict[str, tuple[str, ...]]


class Condition(Model, frozen=True):
    """One thing that must hold. Exactly one of `test`, `any_of`, `none_of`; each test names one fact."""

    id: str
    says: str
    cite: str | Citation = ""
    test: Test | None = None
    any_of: tuple[Test, ...] | None = None
    none_of: tuple[Test, ...] | None = None
    safeguard: str = ""
    bars: tuple[str, ...] = msgspec.field(name="for", default=())
    unanswered: Literal["met", "not_met"] | None = None
    checked: Checked | None = None

    @property
    def tests(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The (fact, options) pairs that the condition names, in the order written."""
        group = (self.test,) if self.test is not None else self.any_of or self.none_of or ()
        return tuple((fact, options) for test in group for fact, options in test.items())


class Except(Model, frozen=True):
    """Every bar of a class, save those named."""

    bar_class: BarClass = msgspec.field(name="class")
    exceptions: tuple[str, ...] = msgspec.field(name="except", default=())


Lifts = tuple[str | Except, ...] | Except


class Version(Model, frozen=True):
    """A provision as it stood from a date: conditions, and what it overrides of the top level."""

    start: str | Prospective = msgspec.field(name="from")
    until: dt.date | None = None
    conditions: tuple[Condition, ...] = ()
    lifts: Lifts | None = None
    extent: tuple[Nation, ...] | None = None
    force: Force | None = None
    strength: Strength | None = None
    checked: Checked | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.start, str) and self.start != PROSPECTIVE:
            try:
                dt.date.fromisoformat(self.start)
            except ValueError:
                raise ValueError(f"'{self.start}' is neither a date (YYYY-MM-DD) nor '{PROSPECTIVE}'.") from None

    @property
    def opens(self) -> dt.date | None:
        """The first day on which it could be in force; None while it is prospective."""
        if isinstance(self.start, Prospective):
            return self.start.not_before
        return None if self.start == PROSPECTIVE else _day(self.start)

    @property
    def is_confirmed(self) -> bool:
        """Is its start a date that is known?"""
        return isinstance(self.start, str) and self.start != PROSPECTIVE


class Option(Model, frozen=True):
    label: str
    hint: str = ""
    no_if_any: tuple[str, ...] = ()
    unknown_if_any: tuple[str, ...] = ()


class Question(Model, frozen=True):
    """Something that a person is asked. An assurance takes yes, not-yet, will-not; a judgement yes, no."""

    kind: Literal["fact", "assurance", "judgement"]
    asks: str
    title: str = ""
    help: str = ""
    why: str = ""
    examples: tuple[str, ...] = ()
    weighs: tuple[str, ...] = ()
    about: Literal["share", "discloser", "receiver"] = "share"
    options: dict[str, str | Option] = {}
    options_from: Literal["bodies", "purposes", "data"] | None = None
    many: YesNo = "no"
    text: YesNo = "no"
    dated: YesNo = "no"
    yes: str = ""
    no: str = ""

    @property
    def is_many(self) -> bool:
        return self.many == "yes"

    @property
    def is_text(self) -> bool:
        return self.text == "yes"

    def label(self, option: str) -> str:
        """The words for one of its own options, or the option itself."""
        found = self.options.get(option, option)
        return found if isinstance(found, str) else found.label

    def hint(self, option: str) -> str:
        found = self.options.get(option, "")
        return "" if isinstance(found, str) else found.hint


class Member(Model, frozen=True):
    kind: str
    nations: tuple[Nation, ...] = NATIONS
    start: dt.date | None = msgspec.field(name="from", default=None)
    until: dt.date | None = None
    note: str = ""


class Group(Model, frozen=True):
    """A set of bodies, purposes or kinds of data, whose members may be limited by nation and date."""

    of: Literal["bodies", "purposes", "data"]
    says: str
    members: tuple[str | Member, ...]
    cite: Citation | None = None
    checked: Checked | None = None


class ImpliedFact(Model, frozen=True):
    """What other answers imply: yes when all conditions are met, no when one is refuted."""

    id: str
    says: str
    among: tuple[str, str] | None = None
    conditions: tuple[Condition, ...] = ()
    versions: tuple[Version, ...] = ()
    questions: dict[str, Question] = {}
    groups: dict[str, Group] = {}
    checked: Checked | None = None


class Provision(Model, frozen=True):
    """A gateway, bar, key, safeguard or caution: one file of law."""

    id: str
    kind: Kind
    title: str
    versions: tuple[Version, ...]
    cites: tuple[Citation, ...] = ()
    part_of: str = ""
    force: Force = "permissive"
    strength: Strength = "express"
    source: Source = "enactment"
    approved: YesNo = "no"
    bar_class: BarClass | None = msgspec.field(name="class", default=None)
    sides: tuple[Side, ...] = ()
    shown_as: Literal["lawful-basis", "special-category"] | None = None
    article_9: str = ""
    last_resort: YesNo = "no"
    who: Literal["discloser", "receiver", "each-controller", "both"] | None = None
    when: Literal["before-sharing", "at-sharing", "after"] | None = None
    says: str = ""
    answered_by: str = ""
    only_named: YesNo = "no"
    offence: str = ""
    deadline: str = ""
    extent: tuple[Nation, ...] = NATIONS
    lifts: Lifts = ()
    questions: dict[str, Question] = {}
    groups: dict[str, Group] = {}
    plain: str = ""
    does_not: tuple[str, ...] = ()
    pitfalls: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    checked: Checked | None = None

    @property
    def on_sides(self) -> tuple[Side, ...]:
        if self.sides:
            return self.sides
        return ("sending", "receiving") if self.kind == "key" else ("sending",)

    @property
    def cite(self) -> Citation:
        return self.cites[0] if self.cites else Citation(instrument="")

    def at(self, date: dt.date) -> Version | None:
        """The version in force on a date, or the prospective one if there is no other; None before the first."""
        found = None
        for version in self.versions:
            if version.opens is None:
                found = found or version
            elif version.opens <= date:
                found = version
        if found and found.until and found.until < date:
            return None
        return found


class Instrument(Model, frozen=True):
    id: str
    name: str
    kind: Literal[
        "act", "regulations", "order", "retained-eu-law", "common-law", "code", "convention", "eu-law", "guidance"
    ]
    url: str
    year: int | None = None
    number: str = ""
    provisions: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()  # what people call it: CDA, PACE, the Human Rights Act


class Term(Model, frozen=True):
    """A kind of body, a purpose, a kind of data or a nation."""

    label: str
    hint: str = ""
    kind_of: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    start: dt.date | None = msgspec.field(name="from", default=None)
    until: dt.date | None = None
    before: str = ""
    after: str = ""


class GlossaryTerm(Model, frozen=True):
    says: str
    see: tuple[str, ...] = ()


class Emergency(Model, frozen=True):
    """The six questions when somebody may come to serious harm, and what is then taken as so."""

    asks: tuple[str, ...]
    assume: dict[str, str]
    within: str
    says: dict[str, str]


class Change(Model, frozen=True):
    """Something that people can change about a share so that it may go; `cost` is how much it asks of them.

    With `each` it is the words for what is not written down one by one: to leave a kind of data out, to do what was
    refused, to have a judgement made, or made anew, to give a promise, to take another receiver or purpose. For those
    two, `set` is what becomes of answers that were about the share as it was.
    """

    id: str
    takes: str
    cost: int
    set: dict[str, str | tuple[str, ...]] = {}
    drops: tuple[str, ...] = ()  # kinds of data that cannot go with it
    unless: dict[str, tuple[str, ...]] = {}
    only_if: dict[str, tuple[str, ...]] = {}
    each: Literal["data", "refusal", "judgement", "again", "promise", "receiver", "purpose"] | None = None
    families: tuple[tuple[str, ...], ...] = ()  # purposes that are near to one another
    bodies: dict[str, tuple[str, ...]] = {}  # by purpose, the kinds of body whose job it is
    material: YesNo = "no"  # is it then another share, so that a judgement against it has to be made anew?


class Slip(Model, frozen=True):
    """Answers that cannot both be so: found when all its conditions are met."""

    id: str
    says: str
    mend: str
    conditions: tuple[Condition, ...]


class NotSharing(Model, frozen=True):
    """What it may cost not to share: said where one of these answers or purposes is found."""

    id: str
    says: str
    if_any: dict[str, tuple[str, ...]]


class Vocabulary(Model, frozen=True):
    """Terms of one sort, with their kinships: a narrower term is a kind of its wider ones."""

    terms: dict[str, Term]

    def __contains__(self, term: object) -> bool:
        return term in self.terms

    def __iter__(self) -> Iterator[str]:
        return iter(self.terms)

    def __getitem__(self, term: str) -> Term:
        return self.terms[term]

    def wider(self, term: str) -> frozenset[str]:
        """The term and everything that it is a kind of."""
        found = {term}
        for parent in self.terms[term].kind_of:
            found |= self.wider(parent)
        return frozenset(found)

    def narrower(self, term: str) -> tuple[str, ...]:
        """The terms that are directly a kind of this one."""
        return tuple(id for id, entry in self.terms.items() if term in entry.kind_of)


class KnowledgeBase:
    """Everything that the files say, indexed. Immutable after loading; passed in, never global."""

    def __init__(
        self,
        *,
        root: Path,
        provisions: Mapping[str, Provision],
        facts: Mapping[str, ImpliedFact],
        questions: Mapping[str, Question],
        groups: Mapping[str, Group],
        instruments: Mapping[str, Instrument],
        vocabularies: Mapping[str, Vocabulary],
        glossary: Mapping[str, GlossaryTerm],
        emergency: Emergency | None,
        changes: tuple[Change, ...],
        slips: tuple[Slip, ...],
        not_sharing: tuple[NotSharing, ...] = (),
        fields: Mapping[str, str],
        digest: str,
        agreement: AgreementPattern | None = None,
        annexes: tuple[AnnexPattern, ...] = (),
    ) -> None:
        self.root = root
        self.provisions = provisions
        self.facts = facts
        self.questions = questions
        self.groups = groups
        self.instruments = instruments
        self.vocabularies = vocabularies
        self.glossary = glossary
        self.emergency = emergency
        self.changes = changes
        self.slips = slips
        self.not_sharing = not_sharing
        self.resolved: dict[str, Any] = {}  # what `resolve` has found out about the names of facts
        self.fields = fields
        self.digest = digest
        self.agreement = agreement
        self.annexes = annexes

    @cached_property
    def by_kind(self) -> dict[str, tuple[Provision, ...]]:
        """Provisions of each kind, in id order."""
        found: dict[str, list[Provision]] = {}
        for id in sorted(self.provisions):
            found.setdefault(self.provisions[id].kind, []).append(self.provisions[id])
        return {kind: tuple(items) for kind, items in found.items()}

    def of_kind(self, kind: Kind) -> tuple[Provision, ...]:
        return self.by_kind.get(kind, ())

    def label(self, term: str) -> str:
        """The words for a term of any vocabulary or group, or the term itself."""
        for vocabulary in self.vocabularies.values():
            if term in vocabulary:
                return vocabulary[term].label
        return self.groups[term].says if term in self.groups else term

    def label_all(self, terms: Iterable[str]) -> str:
        return ", ".join(map(self.label, terms))

    def answer_label(self, question: str, value: Any) -> str:
        """The words for an answer to a question."""
        if isinstance(value, list | tuple):
            return ", ".join(self.answer_label(question, one) for one in value)
        entry = self.questions.get(question)
        own = entry.label(value) if entry else value
        if own != value:
            return own
        return STOCK_ANSWERS.get(value) or self.label(str(value))

    def lifted(self, lifts: Lifts) -> frozenset[str]:
        """Ids of the bars and safeguards that a `lifts` names."""
        entries = (lifts,) if isinstance(lifts, Except) else lifts
        found: set[str] = set()
        for entry in entries:
            if isinstance(entry, str):
                found.add(entry)
            else:
                found |= {bar.id for bar in self.of_kind("bar") if bar.bar_class == entry.bar_class}
                found -= set(entry.exceptions)
        return frozenset(found)

    def name(self, citation: Citation) -> str:
        """The instrument's name as lawyers write it."""
        instrument = self.instruments.get(citation.instrument)
        return instrument.name if instrument else citation.instrument

    def url(self, citation: Citation) -> str:
        """Where the provision can be read."""
        if citation.url:
            return citation.url
        instrument = self.instruments.get(citation.instrument)
        return address(instrument, citation.provision) if instrument else ""


STOCK_ANSWERS = {
    "yes": "Yes",
    "no": "No",
    "not-yet": "Not yet",
    "will-not": "We will not",
    "not-sure": "I'm not sure",
}

_UNITS = {
    "s": "section", "ss": "section", "reg": "regulation", "regs": "regulation", "art": "article", "arts": "article",
    "sch": "schedule", "para": "paragraph", "paras": "paragraph", "pt": "part", "part": "part", "rule": "rule",
    "annex": "annex", "chapter": "chapter",
}  # fmt: skip


def address(instrument: Instrument, provision: str) -> str:
    """The address of a provision on the site that publishes the instrument.

    >>> act = Instrument(id="cda-1998", name="", kind="act", url="https://www.legislation.gov.uk/ukpga/1998/37")
    >>> address(act, "s.115(2)")
    'https://www.legislation.gov.uk/ukpga/1998/37/section/115'
    >>> address(act, "Sch 1 para 10")
    'https://www.legislation.gov.uk/ukpga/1998/37/schedule/1/paragraph/10'
    """
    if "legislation.gov.uk" not in instrument.url:
        return instrument.url
    steps: list[str] = []
    words = provision.replace("s.", "s ").replace("ss.", "ss ").replace(".", " ").split()
    for unit, number in pairwise(words):
        bare = number.split("(")[0].split("-")[0].rstrip(",")
        if unit.lower() in _UNITS and bare[:1].isalnum():
            steps += [_UNITS[unit.lower()], bare]
    return "/".join([instrument.url, *steps])
