"""What an agreement is made of: the terms that a share file may give, and the pattern that they fill.

The pattern (`agreement.yaml`) holds every heading, standard clause and gap; a term holds what only the parties
know. Nothing here decides anything, and nothing is made up: what nobody has said is a gap.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from knowledge.decode import Document, Path
from knowledge.model import KnowledgeBase, Model, YesNo
from knowledge.problems import suggestion

ITEMS = 52
"""How many things a complete agreement holds; each has a number and a name in the pattern."""


# What the parties say: the key `agreement` of a share file


class DataItem(Model, frozen=True):
    """One field that goes over, and why it is needed."""

    name: str
    reason: str = ""
    kind: str = ""
    format: str = ""
    type: Literal["", "string", "integer", "number", "boolean", "date"] = ""
    options: tuple[str, ...] = ()
    example: str = ""
    required: YesNo = "no"
    sensitive: YesNo = "no"


class Processor(Model, frozen=True):
    """A body that handles the data for a party, under a contract."""

    name: str
    acts_for: str = msgspec.field(name="acts-for", default="")
    does: str = ""
    contract: str = ""


class PaperChoice(Model, frozen=True):
    """Another kind of paper than the one proposed, and why."""

    use: str
    reason: str


ByParty = dict[str, str]


class Terms(Model, frozen=True):
    """What only the draft needs. A key left out, or with nothing after it, is a gap in the agreement."""

    # The paper
    reference: str = ""
    version: str = ""
    marking: str = ""
    start: dt.date | None = None
    end: dt.date | None = None
    review: dt.date | None = None
    paper: PaperChoice | None = None
    # The parties; each by party id
    addresses: ByParty = {}
    registrations: ByParty = {}
    contacts: ByParty = {}
    dpo: ByParty = {}
    guardians: ByParty = {}
    rights_contact: ByParty = {}
    breach_contact: ByParty = {}
    signatories: ByParty = {}
    processors: Literal["none", "to be agreed"] | tuple[Processor, ...] | None = None
    joining: str = ""
    # Why
    functions: str = ""
    benefits: str = ""
    measures: str = ""
    alternatives: str = ""
    risks: str = ""
    proportionality: str = ""
    dpia: str = ""
    # The data
    fields: tuple[DataItem, ...] = ()
    people: str = ""
    source: str = ""
    quality: str = ""
    format: str = ""
    deidentification: str = ""
    # How it goes
    frequency: str = ""
    transfer_method: str = ""
    procedure: str = ""
    access: str = ""
    security: str = ""
    location: str = ""
    onward: str = ""
    decisions: str = ""
    # The people concerned
    notice: str = ""
    rights: str = ""
    foi: str = ""
    complaints: str = ""
    children: str = ""
    # Keeping and ending
    retention: str = ""
    retention_results: str = ""
    deletion: str = ""
    breach: str = ""
    audit: str = ""
    liability: str = ""
    dispute: str = ""
    exit: str = ""
    variation: str = ""
    publication: str = ""
    annexes: str = ""

    def without(self, phrase: str) -> Terms:
        """The terms without those that only say a phrase, such as 'to be agreed'."""

        def says(value: object) -> bool:
            return isinstance(value, str) and value.strip().strip(".").lower() == phrase

        changes: dict[str, object] = {}
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if says(value):
                changes[name] = None if name == "processors" else ""
            elif isinstance(value, dict) and any(map(says, value.values())):
                changes[name] = {id: text for id, text in value.items() if not says(text)}
        return msgspec.structs.replace(self, **changes) if changes else self


KEYS = tuple(field.encode_name for field in msgspec.structs.fields(Terms))
DATES = ("start", "end", "review")
BY_PARTY = tuple(field.encode_name for field in msgspec.structs.fields(Terms) if field.type == ByParty)


def check_terms(terms: Terms, parties: list[str], document: Document, at: Path, knowledge: KnowledgeBase) -> None:
    """Note what types alone cannot see: parties that are not there, dates out of order, an empty promise."""
    for key in BY_PARTY:
        for id in getattr(terms, key):
            if id not in parties:
                document.fault((*at, key, id), f"'{key}' names no party: '{id}'.{suggestion(id, parties)}")
    for first, later in (("start", "end"), ("start", "review")):
        one, other = getattr(terms, first), getattr(terms, later)
        if one and other and other < one:
            document.fault((*at, later), f"'{later}' is {other}, before the {first} on {one}.")
    pattern = knowledge.agreement
    if pattern is None:
        return
    for key in ("retention", "retention_results"):
        for phrase in pattern.refused_periods:
            if re.search(rf"\b{re.escape(phrase)}\b", " ".join(getattr(terms, key).lower().split())):
                document.fault(
                    (*at, key),
                    f"'{key}' says '{phrase}', which nobody can check. Give a period, an event that ends it, or both, "
                    "such as '6 years after the case closes'.",
                )
    papers = [paper.id for paper in pattern.papers]
    if terms.paper and terms.paper.use not in papers:
        word = terms.paper.use
        options = f"Its options: {', '.join(dict.fromkeys(papers))}.{suggestion(word, papers)}"
        document.fault((*at, "paper", "use"), f"'use' has no option '{word}'. {options}")
    if terms.paper and not terms.paper.reason.strip():
        document.fault((*at, "paper", "reason"), "'reason' is empty. Say why another paper fits better.")


# The pattern: `knowledge/agreement.yaml`


class Term(Model, frozen=True):
    """A thing that only a party can say: the words of its gap, who owns it, and how to answer.

    Where a question has one of the answers in `unless`, nobody need say it.
    """

    item: int
    what: str
    owner: Literal["discloser", "receiver", "both", "party"]
    help: str
    unless: dict[str, tuple[str, ...]] = {}


class ClausePattern(Model, frozen=True):
    """A clause: standard wording, what the determination shows there, and the terms that it asks for.

    `asks` are terms whose lack is a gap, `tells` those that are shown only where given. `answers` are questions
    whose answers it shows. `safeguards` are those whose state it shows; with `tells_not_due`, also that one is not
    due. `bars` are the classes of bars (or what a bar is shown as) that it shows with what lifts them. `only` keeps
    it for shares with one of these answers, `due` for those on which that safeguard is due, `needs` for those that
    may go ahead, or may not yet. A paper that is short has the clauses that are `short`, and says which others it
    leaves out.
    """

    id: str
    heading: str
    items: tuple[int, ...] = ()
    says: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    safeguards: tuple[str, ...] = ()
    bars: tuple[str, ...] = ()
    only: dict[str, tuple[str, ...]] = {}
    due: str = ""
    needs: Literal["", "go-ahead", "not-yet"] = ""
    tells_not_due: YesNo = "no"
    short: YesNo = "no"


class SectionPattern(Model, frozen=True):
    id: str
    heading: str
    clauses: tuple[ClausePattern, ...]


class Paper(Model, frozen=True):
    """A kind of paper: a row of the decision table. The first row whose every test holds is the one."""

    id: str
    title: str
    why: str
    when: dict[str, tuple[str, ...]] = {}
    short: YesNo = "no"


class AnnexPattern(Model, frozen=True):
    """A paper that goes with an agreement and also stands alone.

    `drafts: any` is drafted whatever the verdict. `due` names the safeguard without which there is nothing to draft.
    `columns` are those of its one row, where it can be written as CSV.
    """

    id: str
    title: str
    why: str
    sections: tuple[SectionPattern, ...]
    drafts: Literal["any", "go-ahead"] = "go-ahead"
    due: str = ""
    columns: tuple[str, ...] = ()


class AgreementPattern(Model, frozen=True):
    """Everything in an agreement that does not come from the share or from the law."""

    items: tuple[str, ...]
    papers: tuple[Paper, ...]
    refused_periods: tuple[str, ...]
    terms: dict[str, Term]
    sections: tuple[SectionPattern, ...]
    refusal: tuple[SectionPattern, ...]
    words: dict[str, str]
    months: tuple[str, ...]
    glossary: tuple[str, ...] = ()

    def paper(self, id: str) -> Paper:
        return next(paper for paper in self.papers if paper.id == id)

    def item(self, number: int) -> str:
        """The name of one of the things that an agreement holds, counted from 1."""
        return self.items[number - 1]


def pattern_faults(pattern: AgreementPattern) -> Iterator[tuple[Path, str]]:
    """What is wrong with the pattern that its types do not show."""
    if len(pattern.items) != ITEMS:
        yield ("items",), f"'items' names {len(pattern.items)} things; an agreement holds {ITEMS}."
    if len(pattern.months) != 12:
        yield ("months",), f"'months' names {len(pattern.months)} months."
    for key in KEYS:
        if key not in pattern.terms:
            yield ("terms",), f"the term '{key}' is missing: nobody would be asked for it."
    for key, term in pattern.terms.items():
        if key not in KEYS:
            yield ("terms", key), f"no share file can give the term '{key}'.{suggestion(key, KEYS)}"
        if not 1 <= term.item <= ITEMS:
            yield ("terms", key, "item"), f"'item' is {term.item}. It is a number from 1 to {ITEMS}."
    covered: set[int] = set()
    for number, section in enumerate(pattern.sections):
        for place, clause in enumerate(section.clauses):
            covered |= set(clause.items)
            for key in (*clause.asks, *clause.tells):
                if key not in KEYS:
                    here: Path = ("sections", number, "clauses", place)
                    yield here, f"the clause '{clause.id}' asks for '{key}', which is no term.{suggestion(key, KEYS)}"
    for missing in sorted(set(range(1, ITEMS + 1)) - covered):
        yield ("sections",), f"no clause holds item {missing}."
    if pattern.papers and pattern.papers[-1].when:
        yield ("papers",), "the last paper has tests, so that some shares would get none. Leave them out there."
