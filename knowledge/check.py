"""The health of the knowledge base: what types alone cannot see. Knows files and law, not reasoning."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from knowledge.case import check_cases
from knowledge.decode import Path
from knowledge.load import Loaded
from knowledge.model import (
    LINE_FACTS,
    ROUTE_FACTS,
    YES_NO_LINE_FACTS,
    Checked,
    Citation,
    Condition,
    Except,
    KnowledgeBase,
    Lifts,
    Provision,
    Test,
    Version,
    Vocabulary,
)
from knowledge.problems import Problem, listing, near_miss, suggestion
from knowledge.resolve import answers, implied_conditions, in_vocabulary, questions_behind, resolve
from knowledge.training import check_training

Report = Callable[[Path, str], None]

# Questions that describe the share and steer where to look first, whatever conditions there are.
_ALWAYS_ASKED = {
    "goal", "named-law", "how-shared", "scale", "required-by", "confidence-route", "identifiability", "serious-harm",
}  # fmt: skip
_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NEEDED = {
    "gateway": ("cites",),
    "bar": ("cites", "bar_class"),
    "key": ("cites", "lifts"),
    "safeguard": ("who", "when", "says"),
    "caution": ("says",),
}
_WRITTEN = {"bar_class": "class"}


def check(knowledge: KnowledgeBase, loaded: Loaded) -> list[Problem]:
    """Every fault, in the order of files and lines; empty when nothing is wrong."""
    if not loaded.is_whole:
        return sorted(set(loaded.problems))
    problems = [*_vocabulary(knowledge, loaded), *_groups(knowledge, loaded), *_facts(knowledge, loaded)]
    for provision in knowledge.provisions.values():
        problems += _provision(knowledge, loaded, provision)
    if not loaded.problems and not any(_in_a_circle(knowledge, id) for id in knowledge.facts):
        problems += [
            *_changes(knowledge),
            *_not_sharing(knowledge),
            *_slips(knowledge, loaded),
            *_unused(knowledge, loaded),
        ]
    problems += check_cases(knowledge) or check_training(knowledge)
    faults = [problem for problem in problems if not _is_echo(problem, loaded)]
    return sorted({*loaded.problems, *faults})


def _is_echo(problem: Problem, loaded: Loaded) -> bool:
    """Does a fault only say that there is no such thing, when the thing is there and could not be read?"""
    return any(f"'{id}'" in problem.message for id in loaded.unread)


def _report(loaded: Loaded, sort: str, id: str, into: list[Problem]) -> Report:
    document, home = loaded.home[(sort, id)]

    def report(path: Path, message: str) -> None:
        into.append(Problem(document.file, document.line((*home, *path)), message))

    return report


def _vocabulary(knowledge: KnowledgeBase, loaded: Loaded) -> Iterator[Problem]:
    for name, vocabulary in knowledge.vocabularies.items():
        for id in vocabulary:
            found: list[Problem] = []
            report = _report(loaded, name, id, found)
            term = vocabulary[id]
            for key, others in (("kind_of", term.kind_of), ("before", (term.before,)), ("after", (term.after,))):
                for other in filter(None, others):
                    if other not in vocabulary:
                        report((key,), f"'{other}' is not one of the {name}.{suggestion(other, vocabulary)}")
            if _circular(id, partial(_kinds_above, vocabulary)):
                report(("kind_of",), f"'{id}' is a kind of itself. Break the circle.")
            yield from found


def _kinds_above(vocabulary: Vocabulary, id: str) -> list[str]:
    return [kind for kind in vocabulary[id].kind_of if kind in vocabulary]


def _slips(knowledge: KnowledgeBase, loaded: Loaded) -> list[Problem]:
    found: list[Problem] = []

    def report(_: Path, message: str) -> None:
        found.append(Problem("knowledge/slips.yaml", 0, message))

    for slip in knowledge.slips:
        _conditions(knowledge, loaded, (), slip.conditions, None, report)
    return found


def _not_sharing(knowledge: KnowledgeBase) -> Iterator[Problem]:
    for one in knowledge.not_sharing:
        for id, values in one.if_any.items():
            if id != "purpose" and id not in knowledge.questions:
                yield Problem("knowledge/not-sharing.yaml", 0, f"no question is called '{id}' ({one.id}).")
                continue
            allowed = tuple(knowledge.vocabularies["purposes"]) if id == "purpose" else answers(knowledge, id)
            for value in values:
                if value not in allowed:
                    message = f"'{id}' has no option '{value}' ({one.id}).{suggestion(value, allowed)}"
                    yield Problem("knowledge/not-sharing.yaml", 0, message)


_OF_THE_LINE = {"purpose": "purposes", "receiver": "bodies"}


def _changes(knowledge: KnowledgeBase) -> Iterator[Problem]:
    for change in knowledge.changes:
        if bool(change.set) == bool(change.each) and change.each not in ("receiver", "purpose"):
            yield Problem("knowledge/changes.yaml", 0, f"'{change.id}' needs one of 'set' and 'each'.")
        for kind in change.drops:
            if kind not in knowledge.vocabularies["data"]:
                near = suggestion(kind, knowledge.vocabularies["data"])
                yield Problem("knowledge/changes.yaml", 0, f"no kind of data is called '{kind}' ({change.id}).{near}")
        others = [("purpose", tuple(change.bodies)), *(("purpose", family) for family in change.families)]
        others += [("receiver", kinds) for kinds in change.bodies.values()]
        for id, given in (*change.set.items(), *change.unless.items(), *change.only_if.items(), *others):
            if id in _OF_THE_LINE:
                terms = knowledge.vocabularies[_OF_THE_LINE[id]]
                for value in given:
                    if value not in terms:
                        message = f"no {id} is called '{value}' ({change.id}).{suggestion(value, terms)}"
                        yield Problem("knowledge/changes.yaml", 0, message)
                continue
            values = (given,) if isinstance(given, str) else given
            if id not in knowledge.questions:
                yield Problem("knowledge/changes.yaml", 0, f"no question is called '{id}' ({change.id}).")
                continue
            for value in values:
                if value not in answers(knowledge, id):
                    message = (
                        f"'{id}' has no option '{value}' ({change.id}).{suggestion(value, answers(knowledge, id))}"
                    )
                    yield Problem("knowledge/changes.yaml", 0, message)


def _groups(knowledge: KnowledgeBase, loaded: Loaded) -> Iterator[Problem]:
    for id, group in knowledge.groups.items():
        found: list[Problem] = []
        report = _report(loaded, "group", id, found)
        for index, member in enumerate(group.members):
            kind = member if isinstance(member, str) else member.kind
            if not in_vocabulary(knowledge, group.of, kind):
                near = suggestion(kind, [*knowledge.vocabularies[group.of], *knowledge.groups])
                report(("members", index), f"'{kind}' is not one of the {group.of}, nor a group of them.{near}")
        if group.cite:
            _citation(knowledge, group.cite, ("cite",), report)
        if _circular(id, lambda name: _member_groups(knowledge, name)):
            report((), f"group '{id}' is a member of itself.")
        yield from found


def _member_groups(knowledge: KnowledgeBase, id: str) -> list[str]:
    members = knowledge.groups[id].members
    kinds = [member if isinstance(member, str) else member.kind for member in members]
    return [kind for kind in kinds if kind in knowledge.groups]


def _circular(start: str, nexts: Callable[[str], Iterable[str]]) -> bool:
    seen: set[str] = set()
    todo = list(nexts(start))
    while todo:
        name = todo.pop()
        if name == start:
            return True
        if name not in seen:
            seen.add(name)
            todo += nexts(name)
    return False


def _facts(knowledge: KnowledgeBase, loaded: Loaded) -> Iterator[Problem]:
    for id, fact in knowledge.facts.items():
        found: list[Problem] = []
        report = _report(loaded, "fact", id, found)
        forms = [bool(fact.among), bool(fact.conditions), bool(fact.versions)]
        if sum(forms) != 1:
            report((), f"implied fact '{id}' needs exactly one of: among, conditions, versions.")
        for name in fact.among or ():
            if resolve(knowledge, name) is None:
                report(("among",), _no_such_fact(knowledge, loaded, f"implied fact '{id}'", name))
        _conditions(knowledge, loaded, ("conditions",), fact.conditions, None, report)
        for index, version in enumerate(fact.versions):
            _conditions(knowledge, loaded, ("versions", index, "conditions"), version.conditions, None, report)
        _order(fact.versions, report)
        if _in_a_circle(knowledge, id):
            report((), f"implied fact '{id}' turns on itself. Break the circle.")
        yield from found


def _in_a_circle(knowledge: KnowledgeBase, id: str) -> bool:
    return _circular(id, lambda name: _tested(knowledge, name))


def _tested(knowledge: KnowledgeBase, id: str) -> list[str]:
    fact = knowledge.facts[id]
    names = [*(fact.among or ())]
    names += [name for condition in implied_conditions(knowledge, id) for name, _ in condition.tests]
    return [name for name in names if name in knowledge.facts]


def _provision(knowledge: KnowledgeBase, loaded: Loaded, provision: Provision) -> list[Problem]:
    found: list[Problem] = []
    report = _report(loaded, "provision", provision.id, found)
    if not _KEBAB.fullmatch(provision.id):
        report(
            ("id",), f"'{provision.id}' is not an id. Write small letters, digits and hyphens, such as cda-1998-s115."
        )
    for name in _NEEDED[provision.kind]:
        if not getattr(provision, name) and not (name == "lifts" and any(v.lifts for v in provision.versions)):
            report((), f"a {provision.kind} needs the key '{_WRITTEN.get(name, name)}'.")
    for index, cite in enumerate(provision.cites):
        _citation(knowledge, cite, ("cites", index), report)
    _lifts(knowledge, provision.lifts, ("lifts",), report)
    _addresses(provision.checked, ("checked",), report)
    for other in provision.related:
        if other not in knowledge.provisions and other not in families(knowledge):
            report(("related",), f"no provision is called '{other}'.{suggestion(other, knowledge.provisions)}")
    if provision.answered_by and provision.answered_by not in knowledge.questions:
        near = suggestion(provision.answered_by, knowledge.questions)
        report(("answered_by",), f"no question is called '{provision.answered_by}'.{near}")
    _order(provision.versions, report)
    for index, version in enumerate(provision.versions):
        path: Path = ("versions", index)
        _lifts(knowledge, version.lifts or (), (*path, "lifts"), report)
        _conditions(knowledge, loaded, (*path, "conditions"), version.conditions, provision, report)
        if not (provision.checked or version.checked or all(c.checked for c in version.conditions)):
            report(path, "nothing says how this was checked. Add 'checked' to the file, the version or each condition.")
    return found


def families(knowledge: KnowledgeBase) -> frozenset[str]:
    """The names that limbs of one provision share."""
    return frozenset(provision.part_of for provision in knowledge.provisions.values() if provision.part_of)


def _order(versions: tuple[Version, ...], report: Report) -> None:
    dates = [version.opens for version in versions if version.opens]
    if dates != sorted(set(dates)):
        report(("versions",), "the versions are not in the order of their dates, or two start on one day.")
    for index, version in enumerate(versions):
        if version.until and version.opens and version.until < version.opens:
            report(("versions", index, "until"), f"it ends on {version.until}, before it starts on {version.opens}.")


def _lifts(knowledge: KnowledgeBase, lifts: Lifts, path: Path, report: Report) -> None:
    for entry in (lifts,) if isinstance(lifts, Except) else lifts:
        for id in (entry,) if isinstance(entry, str) else entry.exceptions:
            known = knowledge.provisions.get(id)
            if known is None or known.kind not in ("bar", "safeguard"):
                bars = [p.id for p in knowledge.provisions.values() if p.kind in ("bar", "safeguard")]
                report(path, f"'{id}' is neither a bar nor a safeguard.{suggestion(id, bars)}")


def _conditions(
    knowledge: KnowledgeBase,
    loaded: Loaded,
    path: Path,
    conditions: tuple[Condition, ...],
    provision: Provision | None,
    report: Report,
) -> None:
    seen: set[str] = set()
    for index, condition in enumerate(conditions):
        here = (*path, index)
        if condition.id in seen:
            report(here, f"condition '{condition.id}' is given twice. Each needs an id of its own.")
        seen.add(condition.id)
        _tests(knowledge, loaded, here, condition, provision, report)
        _condition(knowledge, here, condition, provision, report)


def _tests(
    knowledge: KnowledgeBase,
    loaded: Loaded,
    path: Path,
    condition: Condition,
    provision: Provision | None,
    report: Report,
) -> None:
    """What a condition tests: one form, facts that there are, options that they have."""
    name = f"condition '{condition.id}'"
    forms = [form for form in ("test", "any_of", "none_of") if getattr(condition, form) is not None]
    if len(forms) != 1:
        report(path, f"{name} needs exactly one of: test, any_of, none_of. It has {' and '.join(forms) or 'none'}.")
        return
    if not condition.tests:
        report((*path, forms[0]), f"{name} tests nothing.")
    for place, test in _placed((*path, forms[0]), condition):
        if len(test) != 1:
            report(place, f"{name} has a test of {len(test)} facts. A test names one; two facts are two conditions.")
        for fact_name, options in test.items():
            here = (*place, fact_name)
            resolved = resolve(knowledge, fact_name)
            if resolved is None:
                report(here, _no_such_fact(knowledge, loaded, name, fact_name))
                continue
            fact, held = resolved
            if fact.sort == "route" and (provision is None or provision.kind == "gateway"):
                report(
                    here, f"{name} tests '{fact_name}'. Only bars, keys, safeguards and cautions may test the route."
                )
            if not options:
                report(here, f"{name} tests '{fact_name}' for no option.")
            allowed = ("yes", "no") if held else fact.options
            for option in options:
                if option not in allowed and (held or not in_vocabulary(knowledge, fact.of, option)):
                    pool = [*allowed, *(knowledge.vocabularies[fact.of] if fact.of else ()), *knowledge.groups]
                    pool = pool if fact.of and not held else list(allowed)
                    shown = f" Its options: {listing(allowed)}." if allowed else ""
                    report(here, f"{name}: '{fact_name}' has no option '{option}'.{shown}{suggestion(option, pool)}")


def _placed(path: Path, condition: Condition) -> list[tuple[Path, Test]]:
    """Each test of a condition, with its place in the file."""
    if condition.test is not None:
        return [(path, condition.test)]
    return [((*path, index), test) for index, test in enumerate(condition.any_of or condition.none_of or ())]


def _condition(
    knowledge: KnowledgeBase, path: Path, condition: Condition, provision: Provision | None, report: Report
) -> None:
    """What else a condition names: a safeguard, bars, and where the law says so."""
    name = f"condition '{condition.id}'"
    if condition.safeguard and (known := knowledge.provisions.get(condition.safeguard)) is None:
        report((*path, "safeguard"), f"{name} names no safeguard that there is: '{condition.safeguard}'."
               f"{suggestion(condition.safeguard, knowledge.provisions)}")  # fmt: skip
    elif condition.safeguard and known and known.kind != "safeguard":
        report((*path, "safeguard"), f"{name}: '{condition.safeguard}' is a {known.kind}, not a safeguard.")
    for id in condition.bars:
        if id not in knowledge.provisions or knowledge.provisions[id].kind != "bar":
            report((*path, "for"), f"{name} is for '{id}', which is no bar.")
    _addresses(condition.checked, (*path, "checked"), report)
    if provision is None:
        return
    if isinstance(condition.cite, Citation):
        _citation(knowledge, condition.cite, (*path, "cite"), report)
    elif condition.cite and provision.cites:
        _pinpoint(knowledge, provision, condition, path, report)
    elif not condition.cite and provision.kind in ("gateway", "bar", "key"):
        report(path, f"{name} has no 'cite'. Pinpoint where the law says so.")


def _pinpoint(knowledge: KnowledgeBase, provision: Provision, condition: Condition, path: Path, report: Report) -> None:
    """A short cite belongs to one of the provision's own instruments, at or within a listed provision."""
    known = [p for cite in provision.cites if (i := knowledge.instruments.get(cite.instrument)) for p in i.provisions]
    cite = str(condition.cite)
    if known and not any(_within(cite, listed) for listed in known):
        report(
            (*path, "cite"),
            f"cites {cite} of {provision.cite.instrument}, which knowledge/instruments/"
            f"{provision.cite.instrument}.yaml does not list. Its provisions: {listing(known)}.",
        )


def _within(cite: str, listed: str) -> bool:
    """Is a pinpoint at, or within, a listed provision?

    >>> _within("s.115(2)", "s.115"), _within("s.115A", "s.115"), _within("para 18(1)", "Sch 1 para 18")
    (True, False, True)
    """
    if listed.lower().endswith(cite.split("(")[0].lower().strip()) and cite[:4].lower() == "para":
        return True
    if not cite.lower().startswith(listed.lower()):
        return False
    rest = cite[len(listed) :]
    return not rest or not (rest[0].isalnum())


def _citation(knowledge: KnowledgeBase, cite: Citation, path: Path, report: Report) -> None:
    instrument = knowledge.instruments.get(cite.instrument)
    if instrument is None:
        near = suggestion(cite.instrument, knowledge.instruments)
        report(
            path,
            f"no instrument is called '{cite.instrument}'.{near} Add knowledge/instruments/{cite.instrument}.yaml.",
        )
    elif cite.provision and not any(_within(cite.provision, listed) for listed in instrument.provisions):
        report(
            path,
            f"cites {cite.provision} of {cite.instrument}, which knowledge/instruments/{cite.instrument}.yaml "
            f"does not list. Its provisions: {listing(instrument.provisions)}.",
        )
    if cite.url and not cite.url.startswith("https://"):
        report(path, f"'{cite.url}' is not an address. It starts with https://.")


def _addresses(checked: Checked | None, path: Path, report: Report) -> None:
    for url in checked.against if checked else ():
        if not re.fullmatch(r"https?://[^\s/]+\.[^\s/]+(/\S*)?", url):
            report(path, f"'{url}' is not an address. It starts with https:// and has no spaces.")
    if checked and checked.due < checked.on:
        report(path, f"it is due on {checked.due}, before it was checked on {checked.on}.")


def _no_such_fact(knowledge: KnowledgeBase, loaded: Loaded, who: str, name: str) -> str:
    many = [
        f"{id}-{option}"
        for id, question in knowledge.questions.items()
        if question.is_many
        for option in (*question.options, *knowledge.vocabularies.get(question.options_from or "", ()))
    ]
    known = [*LINE_FACTS, *YES_NO_LINE_FACTS, *ROUTE_FACTS, *knowledge.questions, *knowledge.facts, *many]
    near = near_miss(name, known)
    place = next((loaded.line(sort, near) for sort in ("question", "fact") if (sort, near) in loaded.home), None)
    at = f" ({place[0]}:{place[1]})" if place else ""
    return f"{who} tests '{name}', which no question asks and nothing implies." + (
        f" Did you mean '{near}'{at}?" if near else ""
    )


def _unused(knowledge: KnowledgeBase, loaded: Loaded) -> Iterator[Problem]:
    used = set(_ALWAYS_ASKED)
    used_groups: set[str] = set()
    conditions = [c for p in knowledge.provisions.values() for v in p.versions for c in v.conditions]
    conditions += [c for id in knowledge.facts for c in implied_conditions(knowledge, id)]
    for condition in conditions:
        used |= questions_behind(knowledge, condition)
        used_groups |= {option for _, options in condition.tests for option in options}
    for fact in knowledge.facts.values():
        for name in fact.among or ():
            used.add(name)
    for provision in knowledge.provisions.values():
        if provision.kind == "safeguard":
            used.add(provision.answered_by or provision.id)
    for group in knowledge.groups:
        used_groups |= set(_member_groups(knowledge, group))
    for sort, known, kept in (("question", knowledge.questions, used), ("group", knowledge.groups, used_groups)):
        for id in known:
            if id not in kept and (sort, id) in loaded.home:
                found: list[Problem] = []
                _report(loaded, sort, id, found)((), f"{sort} '{id}' is used by nothing. Use it, or take it out.")
                yield from found


@dataclass(frozen=True)
class Weak:
    """A condition that rests on less than the law's own text, or whose check is overdue."""

    provision: str
    condition: str
    status: str
    due: dt.date


def weak(knowledge: KnowledgeBase, today: dt.date) -> list[Weak]:
    """Conditions on `memory`, and those due to be checked again by `today`."""
    found = []
    for provision in knowledge.provisions.values():
        for version in provision.versions:
            for condition in version.conditions:
                label = condition.checked or version.checked or provision.checked
                if label and (label.status == "memory" or label.due <= today):
                    found.append(Weak(provision.id, condition.id, label.status, label.due))
    return sorted(found, key=lambda w: (w.due, w.provision, w.condition))
