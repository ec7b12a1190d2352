"""What changed in the law between two dates, and what is due to be checked again. Reads versions; decides nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.load import Loaded
from knowledge.model import Checked, Condition, Group, KnowledgeBase, Provision, Version


@dataclass(frozen=True)
class Opened:
    """A provision that came into force; `confirmed` where its start is a date that is known."""

    provision: Provision
    start: dt.date
    confirmed: bool


@dataclass(frozen=True)
class Shut:
    """A provision that went out of force; `last` is its last day."""

    provision: Provision
    last: dt.date


@dataclass(frozen=True)
class ConditionChange:
    """A condition that stands in both versions, and is not the same: the options that came and went, by fact."""

    old: Condition
    new: Condition
    came: tuple[tuple[str, str], ...]
    went: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Altered:
    """A provision in force on both dates in different versions. A pair is what was and what is; None is no change."""

    provision: Provision
    start: dt.date
    note: str
    came: tuple[Condition, ...]
    went: tuple[Condition, ...]
    changed: tuple[ConditionChange, ...]
    force: tuple[str, str] | None
    strength: tuple[str, str] | None
    confirmed: tuple[bool, bool] | None
    lifts_came: tuple[str, ...]
    lifts_went: tuple[str, ...]
    extent_came: tuple[str, ...]
    extent_went: tuple[str, ...]


@dataclass(frozen=True)
class GroupChange:
    """A group whose members are others on the second date, and the provisions that name it."""

    id: str
    group: Group
    joined: tuple[str, ...]
    left: tuple[str, ...]
    named_by: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """The law of one date beside the law of a later one."""

    since: dt.date
    to: dt.date
    opened: tuple[Opened, ...]
    shut: tuple[Shut, ...]
    altered: tuple[Altered, ...]
    groups: tuple[GroupChange, ...]


def difference(knowledge: KnowledgeBase, since: dt.date, to: dt.date) -> Difference:
    """What is in force on `to` and was not on `since`, the other way about, and what is in force otherwise."""
    opened: list[Opened] = []
    shut: list[Shut] = []
    altered: list[Altered] = []
    for provision in sorted(knowledge.provisions.values(), key=lambda p: p.id):
        old, new = in_force(provision, since), in_force(provision, to)
        if new and not old:
            start = _began(provision, new)
            opened.append(Opened(provision, start, new.is_confirmed))
        elif old and not new:
            shut.append(Shut(provision, _ended(provision, since)))
        elif old and new and old is not new:
            altered.append(_altered(knowledge, provision, old, new))
    return Difference(since, to, tuple(opened), tuple(shut), tuple(altered), tuple(_groups(knowledge, since, to)))


def in_force(provision: Provision, date: dt.date) -> Version | None:
    """The version that has started by a date, as far as anybody knows; None where none has, or it has ended."""
    version = provision.at(date)
    return version if version and version.opens else None


def turning_days(knowledge: KnowledgeBase) -> tuple[dt.date, ...]:
    """Every day on which the law, as it is encoded, becomes another; the latest first."""
    found: set[dt.date] = set()
    for provision in knowledge.provisions.values():
        for version in provision.versions:
            if version.opens:
                found.add(version.opens)
            if version.until:
                found.add(version.until + dt.timedelta(days=1))
    for group in knowledge.groups.values():
        for member in group.members:
            if not isinstance(member, str):
                found |= {member.start} if member.start else set()
                found |= {member.until + dt.timedelta(days=1)} if member.until else set()
    return tuple(sorted(found, reverse=True))


def _began(provision: Provision, version: Version) -> dt.date:
    """The first day of the unbroken time in force that a version belongs to."""
    start = version.opens
    assert start is not None
    while (before := in_force(provision, start - dt.timedelta(days=1))) and before.opens:
        start = before.opens
    return start


def _ended(provision: Provision, since: dt.date) -> dt.date:
    version = in_force(provision, since)
    last = since
    while version is not None and version.until is None:
        later = [v.opens for v in provision.versions if v.opens and version.opens and v.opens > version.opens]
        last = min(later) - dt.timedelta(days=1)
        version = in_force(provision, min(later))
    return version.until if version is not None and version.until else last


def _altered(knowledge: KnowledgeBase, provision: Provision, old: Version, new: Version) -> Altered:
    before, after = ({condition.id: condition for condition in version.conditions} for version in (old, new))
    lifts_before, lifts_after = (
        knowledge.lifted(provision.lifts if version.lifts is None else version.lifts) for version in (old, new)
    )
    extent_before, extent_after = (version.extent or provision.extent for version in (old, new))
    changed = [_condition(before[id], after[id]) for id in after if id in before and _differ(before[id], after[id])]
    start = new.opens
    assert start is not None
    return Altered(
        provision=provision,
        start=start,
        note=new.note,
        came=tuple(condition for id, condition in after.items() if id not in before),
        went=tuple(condition for id, condition in before.items() if id not in after),
        changed=tuple(changed),
        force=_pair(old.force or provision.force, new.force or provision.force),
        strength=_pair(old.strength or provision.strength, new.strength or provision.strength),
        confirmed=None if old.is_confirmed == new.is_confirmed else (old.is_confirmed, new.is_confirmed),
        lifts_came=tuple(sorted(lifts_after - lifts_before)),
        lifts_went=tuple(sorted(lifts_before - lifts_after)),
        extent_came=tuple(nation for nation in extent_after if nation not in extent_before),
        extent_went=tuple(nation for nation in extent_before if nation not in extent_after),
    )


def _pair(old: str, new: str) -> tuple[str, str] | None:
    return None if old == new else (old, new)


def _differ(old: Condition, new: Condition) -> bool:
    parts = ("says", "cite", "test", "any_of", "none_of", "safeguard", "bars", "unanswered")
    return any(getattr(old, part) != getattr(new, part) for part in parts)


def _condition(old: Condition, new: Condition) -> ConditionChange:
    before, after = (
        [(fact, option) for fact, options in condition.tests for option in options] for condition in (old, new)
    )
    return ConditionChange(
        old=old,
        new=new,
        came=tuple(pair for pair in after if pair not in before),
        went=tuple(pair for pair in before if pair not in after),
    )


def _groups(knowledge: KnowledgeBase, since: dt.date, to: dt.date) -> Iterator[GroupChange]:
    for id, group in sorted(knowledge.groups.items()):
        old, new = members_on(group, since), members_on(group, to)
        if old != new:
            yield GroupChange(
                id, group, tuple(m for m in new if m not in old), tuple(m for m in old if m not in new),
                named_by(knowledge, id),
            )  # fmt: skip


def members_on(group: Group, date: dt.date) -> tuple[str, ...]:
    """The kinds that are members on a date, in any nation."""
    found = []
    for member in group.members:
        if isinstance(member, str):
            found.append(member)
        elif (member.start is None or member.start <= date) and (member.until is None or member.until >= date):
            found.append(member.kind)
    return tuple(dict.fromkeys(found))


def named_by(knowledge: KnowledgeBase, option: str) -> tuple[str, ...]:
    """The provisions with a condition that tests for this option."""
    return tuple(
        sorted(
            provision.id
            for provision in knowledge.provisions.values()
            if any(option in options for v in provision.versions for c in v.conditions for _, options in c.tests)
        )
    )


@dataclass(frozen=True)
class Due:
    """Part of a file that was checked at one time, and when it is due again."""

    file: str
    line: int
    id: str
    parts: tuple[str, ...]  # conditions or groups; empty for a provision or a fact without any
    checked: Checked


def due(knowledge: KnowledgeBase, loaded: Loaded, by: dt.date | None = None) -> list[Due]:
    """What is to be checked again, the first due first; with `by`, only what is due on that day or before."""
    parts: dict[tuple[str, int, str, str, dt.date, dt.date], tuple[Checked, list[str]]] = {}

    def put(sort: str, id: str, part: str, checked: Checked | None) -> None:
        if checked is None or (by is not None and checked.due > by):
            return
        file, line = loaded.line(sort, id)
        key = (file, line, id, checked.status, checked.on, checked.due)
        entry = parts.setdefault(key, (checked, []))
        if part and part not in entry[1]:
            entry[1].append(part)

    for provision in knowledge.provisions.values():
        for version in provision.versions:
            for condition in version.conditions:
                label = condition.checked or version.checked or provision.checked
                put("provision", provision.id, condition.id, label)
            if not version.conditions:
                put("provision", provision.id, "", version.checked or provision.checked)
    for fact in knowledge.facts.values():
        put("fact", fact.id, "", fact.checked)
    for id, group in knowledge.groups.items():
        put("group", id, "", group.checked)
    found = [Due(key[0], key[1], key[2], tuple(names), checked) for key, (checked, names) in parts.items()]
    return sorted(found, key=lambda d: (d.checked.due, d.file, d.line, d.checked.status))
