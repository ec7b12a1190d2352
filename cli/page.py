"""The page of a provision, for the terminal and for the site: all that a newcomer wants, as data. No law here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from cli.wording import CHECKED, WHEN, WHO, cite_words, list_words, spelled_out, tested_for
from knowledge.case import CaseFile, cases_about
from knowledge.history import in_force
from knowledge.model import Checked, Condition, KnowledgeBase, Provision, Version

KINDS = {
    "gateway": "A legal gateway: a power or a duty to share.",
    "bar": "A bar: it forbids sharing until something lifts it.",
    "key": "A key: it lifts the bars that it names. It gives no power to share; a gateway is needed as well.",
    "safeguard": "A safeguard: something to be done.",
    "caution": "A caution: what has gone wrong before. It forbids nothing.",
}
FORCE = {
    "permissive": "It allows sharing and obliges nobody.",
    "mandatory": "It is a duty: where every condition is met, the information must be given.",
}
STRENGTH = {
    "express": "The law says so in words.",
    "implied": "No law says so in words; the power follows from a job that the law gives.",
    "general": "It is a general power, and the weakest footing.",
    "none": "No power is needed for this.",
}
_ANY = "Whatever the conditions let in; no list limits it"
_REACH = (
    ("discloser", "Who may send"),
    ("receiver", "Who may receive"),
    ("purpose", "What for"),
    ("data", "Which data"),
)


@dataclass(frozen=True)
class Link:
    """A name, and the id or address that it leads to."""

    text: str
    to: str = ""


@dataclass(frozen=True)
class Check:
    """A condition as a line of a checklist."""

    id: str
    says: str
    cite: str
    label: str


@dataclass(frozen=True)
class VersionPage:
    """A version: when it holds, and its checklist."""

    when: str
    current: bool
    conditions: tuple[Check, ...]
    note: str


@dataclass(frozen=True)
class Page:
    """What there is to say about a provision."""

    provision: Provision
    field: str
    traits: tuple[str, ...]
    law: tuple[Link, ...]
    says: str
    who: str
    reach: tuple[tuple[str, tuple[str, ...]], ...]
    versions: tuple[VersionPage, ...]
    lists: tuple[tuple[str, tuple[Link, ...]], ...]
    cases: tuple[Link, ...]
    checked: str
    weaker: tuple[str, ...]
    against: tuple[str, ...]
    extent: str
    terms: tuple[tuple[str, str], ...]


class Pages:
    """Makes pages; keeps what many of them need."""

    def __init__(self, knowledge: KnowledgeBase, today: dt.date, cases: tuple[CaseFile, ...] | None = None) -> None:
        self.knowledge = knowledge
        self.today = today
        self._cases = cases

    def page(self, provision: Provision) -> Page:
        knowledge = self.knowledge
        version = in_force(provision, self.today) or provision.versions[-1]
        conditions = version.conditions
        return Page(
            provision=provision,
            field=knowledge.fields[provision.id],
            traits=tuple(self._traits(provision, version)),
            law=tuple(
                Link(f"{knowledge.name(cite)} {cite.provision}".strip(), knowledge.url(cite))
                for cite in provision.cites
            ),
            says=provision.plain or provision.says,
            who=f"{WHEN[provision.when]}. {WHO[provision.who]}: {provision.says}"
            if provision.who and provision.when
            else "",
            reach=tuple(
                (heading, tuple(spelled_out(knowledge, tested_for(fact, conditions), self.today)) or (_ANY,))
                for fact, heading in _REACH
                if provision.kind == "gateway"
            ),
            versions=tuple(self._version(provision, each, each is version) for each in reversed(provision.versions)),
            lists=tuple((heading, links) for heading, links in self._lists(provision, version) if links),
            cases=tuple(Link(case.case.title, case.id) for case in self._about(provision)),
            checked=_checked(provision.checked),
            weaker=tuple(self._weaker(provision)),
            against=provision.checked.against if provision.checked else (),
            extent=list_words(knowledge, version.extent or provision.extent),
            terms=self._terms(provision, conditions),
        )

    def _traits(self, provision: Provision, version: Version) -> Iterator[str]:
        yield KINDS[provision.kind]
        if provision.kind == "gateway":
            if (version.strength or provision.strength) != "none":
                yield FORCE[version.force or provision.force]
            yield STRENGTH[version.strength or provision.strength]
        if in_force(provision, self.today) is None:
            yield f"It is not in force on {self.today}."
        elif not version.is_confirmed:
            yield "Whether it has started is not confirmed."

    def _version(self, provision: Provision, version: Version, current: bool) -> VersionPage:
        if version.opens is None:
            when = "enacted, not in force"
        elif version.is_confirmed:
            when = f"from {version.opens}"
        else:
            when = f"not before {version.opens}; its start is not confirmed"
        when += f" to {version.until}" if version.until else ""
        checks = []
        for condition in version.conditions:
            label = condition.checked or version.checked or provision.checked
            cite = cite_words(self.knowledge, condition)
            checks.append(Check(condition.id, condition.says, cite, label.status if label else "memory"))
        return VersionPage(when, current, tuple(checks), version.note)

    def _lists(self, provision: Provision, version: Version) -> Iterator[tuple[str, tuple[Link, ...]]]:
        knowledge = self.knowledge
        lifts = knowledge.lifted(provision.lifts if version.lifts is None else version.lifts)
        yield "What it sets aside", tuple(self._link(id) for id in sorted(lifts) if id in knowledge.provisions)
        if provision.kind == "bar":
            yield "What lifts it", tuple(self._link(id) for id in self.lifters.get(provision.id, ()))
        yield "What it does not do", tuple(map(Link, provision.does_not))
        yield "What goes wrong", tuple(map(Link, provision.pitfalls))
        if provision.offence:
            yield "Breaking it", (Link(provision.offence),)
        if provision.deadline:
            yield "By when", (Link(provision.deadline),)
        family = [p for p in knowledge.provisions.values() if provision.part_of and p.part_of == provision.part_of]
        yield "Other limbs of it", tuple(self._link(p.id) for p in family if p.id != provision.id)
        yield "See also", tuple(self._link(id) for id in provision.related)

    def _link(self, id: str) -> Link:
        provision = self.knowledge.provisions.get(id)
        return Link(provision.title if provision else id, id)

    @cached_property
    def lifters(self) -> dict[str, tuple[str, ...]]:
        """What lifts each bar or safeguard, in any version."""
        found: dict[str, set[str]] = {}
        for provision in self.knowledge.provisions.values():
            for lifts in (provision.lifts, *(version.lifts or () for version in provision.versions)):
                for id in self.knowledge.lifted(lifts):
                    found.setdefault(id, set()).add(provision.id)
        return {id: tuple(sorted(ids)) for id, ids in found.items()}

    def _about(self, provision: Provision) -> Iterable[CaseFile]:
        ids = {provision.id, provision.part_of} - {""}
        return self._by_id(ids) if self._cases is not None else cases_about(self.knowledge, ids)

    def _by_id(self, ids: set[str]) -> list[CaseFile]:
        return [case for case in self._cases or () if ids & set(case.case.expected.names)]

    def _weaker(self, provision: Provision) -> Iterator[str]:
        own = provision.checked.status if provision.checked else ""
        for version in provision.versions:
            for condition in version.conditions:
                label = condition.checked or version.checked
                if label and label.status != own:
                    yield f"{condition.says}: {CHECKED[label.status]}, on {label.on}; due again on {label.due}"

    def _terms(self, provision: Provision, conditions: Iterable[Condition]) -> tuple[tuple[str, str], ...]:
        """The words of the glossary that the page uses."""
        parts = (provision.kind, provision.title, provision.plain, provision.says, *provision.does_not)
        parts += (KINDS[provision.kind], provision.force if provision.kind == "gateway" else "")
        text = " ".join((*parts, *provision.pitfalls, *(condition.says for condition in conditions))).lower()
        found = [term for term, pattern in self._glossary.items() if pattern.search(text)]
        longest = [term for term in found if not any(other.endswith(f" {term}") for other in found)]
        return tuple((term, self.knowledge.glossary[term].says) for term in longest)

    @cached_property
    def _glossary(self) -> dict[str, re.Pattern[str]]:
        return {
            term: re.compile(rf"(?<![a-z0-9]){re.escape(term.lower())}(?:s|es)?(?![a-z0-9])")
            for term in self.knowledge.glossary
        }


def _checked(checked: Checked | None) -> str:
    if checked is None:
        return ""
    return f"{CHECKED[checked.status].capitalize()}, on {checked.on}; due again on {checked.due}."
