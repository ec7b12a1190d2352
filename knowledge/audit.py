"""What a reader of the law should look at, beside outright faults. Knows files and law, not reasoning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from knowledge import researched
from knowledge.load import Loaded
from knowledge.model import Condition, KnowledgeBase, Provision, Version
from knowledge.problems import Problem
from knowledge.resolve import answers, implied_conditions, resolve

_FOREVER = dt.date.max


@dataclass(frozen=True)
class AssuranceOnly:
    """A condition of a gateway that promises alone keep from being met."""

    provision: str
    condition: str
    says: str
    questions: tuple[str, ...]


def faults(knowledge: KnowledgeBase, loaded: Loaded) -> list[Problem]:
    """Implied facts that nothing uses, safeguards that nothing can name, provisions that contradict each other."""
    found = (_unused_facts, _never_named, _contrary, researched.faults)
    return sorted({problem for look in found for problem in look(knowledge, loaded)})


def warnings(knowledge: KnowledgeBase, loaded: Loaded) -> list[Problem]:
    """Options that no provision turns on: they may be there for the reader, or the law on them may be missing."""
    return sorted((*_idle_options(knowledge, loaded), *_idle_terms(knowledge, loaded)))


def assurances(knowledge: KnowledgeBase) -> list[AssuranceOnly]:
    """Every condition of a gateway that only an assurance decides.

    Whether the law reaches a body, a purpose or data must not stand among them: read the list with that in mind.
    """
    found = []
    for provision in knowledge.of_kind("gateway"):
        for condition in provision.versions[-1].conditions:
            asked = tuple(name for name, _ in condition.tests)
            if all(name in knowledge.questions and knowledge.questions[name].kind == "assurance" for name in asked):
                found.append(AssuranceOnly(provision.id, condition.id, condition.says, asked))
    return found


def _place(loaded: Loaded, sort: str, id: str, *path: str | int) -> tuple[str, int]:
    document, home = loaded.home[(sort, id)]
    return document.file, document.line((*home, *path))


def _conditions(knowledge: KnowledgeBase) -> Iterator[Condition]:
    for provision in knowledge.provisions.values():
        for version in provision.versions:
            yield from version.conditions
    for id in knowledge.facts:
        yield from implied_conditions(knowledge, id)


def _unused_facts(knowledge: KnowledgeBase, loaded: Loaded) -> Iterator[Problem]:
    used = {name for condition in _conditions(knowledge) for name, _ in condition.tests}
    used |= {name for fact in knowledge.facts.values() for name in fact.among or ()}
    for id in knowledge.facts:
        # the engine itself reads which regime applies, and whether anything personal is in it
        if id not in used and id != "personal-data" and not id.startswith("regime-"):
            yield Problem(
                *_place(loaded, "fact", id), f"implied fact '{id}' is used by nothing. Use it, or take it out."
            )


def _never_named(knowledge: KnowledgeBase, loaded: Loaded) -> Iterator[Problem]:
    named = {condition.safeguard for condition in _conditions(knowledge)}
    for safeguard in knowledge.of_kind("safeguard"):
        if safeguard.only_named == "yes" and safeguard.id not in named:
            message = f"safeguard '{safeguard.id}' is due only where a condition names it, and none does."
            yield Problem(*_place(loaded, "provision", safeguard.id), message)


# Contradiction: one place in the law, the same conditions, and another answer.

_Stand = tuple[Provision, Version, int]


def _contrary(knowledge: KnowledgeBase, loaded: Loaded) -> Iterator[Problem]:
    stands: dict[object, list[_Stand]] = {}
    for provision in knowledge.provisions.values():
        for index, version in enumerate(provision.versions):
            stand = frozenset(map(_tested, version.conditions))
            extent = version.extent or provision.extent
            key = (provision.kind, provision.cite.instrument, stand, tuple(sorted(extent)))
            stands.setdefault(key, []).append((provision, version, index))
    for group in stands.values():
        for (one, old, _), (other, new, index) in combinations(group, 2):
            overlap = one.id != other.id and _overlap(one, old, other, new)
            if overlap and (what := _differ(knowledge, one, old, other, new)):
                message = f"'{other.id}' has the conditions of '{one.id}', and {what}. Say what tells them apart."
                yield Problem(*_place(loaded, "provision", other.id, "versions", index), message)


def _tested(condition: Condition) -> object:
    form = "none_of" if condition.none_of is not None else "any_of"
    return form, frozenset((name, frozenset(options)) for name, options in condition.tests), frozenset(condition.bars)


def _overlap(one: Provision, old: Version, other: Provision, new: Version) -> bool:
    first, last = _span(one, old)
    start, end = _span(other, new)
    return first <= end and start <= last


def _span(provision: Provision, version: Version) -> tuple[dt.date, dt.date]:
    later = [v.opens for v in provision.versions if v.opens and version.opens and v.opens > version.opens]
    ends = [version.until or _FOREVER, *(day - dt.timedelta(days=1) for day in later)]
    return version.opens or _FOREVER, min(ends)


def _differ(knowledge: KnowledgeBase, one: Provision, old: Version, other: Provision, new: Version) -> str:
    if one.kind == "gateway" and (old.force or one.force) != (new.force or other.force):
        return "one may and the other must"
    lifts = [knowledge.lifted(v.lifts if v.lifts is not None else p.lifts) for p, v in ((one, old), (other, new))]
    if one.kind == "key" and lifts[0] & lifts[1]:
        return "both lift " + ", ".join(sorted(lifts[0] & lifts[1]))
    if one.kind == "gateway" and lifts[0] != lifts[1]:
        return "lifts other bars"
    if one.kind == "bar" and one.bar_class == other.bar_class:
        return "forbids the same"
    return ""


def _idle_options(knowledge: KnowledgeBase, loaded: Loaded) -> Iterator[Problem]:
    used: dict[str, set[str]] = {}
    for condition in _conditions(knowledge):
        for name, options in condition.tests:
            if resolved := resolve(knowledge, name):
                fact, held = resolved
                used.setdefault(fact.question, set()).update((held,) if held else options)
    for id, question in knowledge.questions.items():
        if question.kind != "fact" or question.is_text or id not in used or ("question", id) not in loaded.home:
            continue
        own = [option for option in answers(knowledge, id) if option in question.options]
        idle = [option for option in own if option not in used[id]]
        # of two answers one says all; of several, one is what is left
        if len(own) > 2 and len(idle) > 1:
            message = f"nothing turns on these options of '{id}': {', '.join(idle)}."
            yield Problem(*_place(loaded, "question", id), message)


def _idle_terms(knowledge: KnowledgeBase, loaded: Loaded) -> Iterator[Problem]:
    named = {option for condition in _conditions(knowledge) for _, options in condition.tests for option in options}
    for group in knowledge.groups.values():
        named |= {member if isinstance(member, str) else member.kind for member in group.members}
    for name in ("bodies", "purposes", "data"):
        vocabulary = knowledge.vocabularies[name]
        for id in vocabulary:
            around = {*vocabulary.wider(id), *vocabulary.narrower(id)}
            if not around & named:
                yield Problem(*_place(loaded, name, id), f"no provision names '{id}', nor a group that holds it.")
