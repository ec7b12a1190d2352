"""The law as it is written: its files as plain YAML, and what they make of a share on a day, worked out in a few lines.

Of the program it takes only whether one test holds on a share, and what a body is called later: loading, versions,
groups, conditions and their status are read here anew, so that tests can hold the program to them.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import yaml

from knowledge.load import load
from knowledge.model import NATIONS
from rules.compile import atom_of
from rules.decide import Status
from rules.facts import Facts
from rules.lines import kind_on
from tests.test_oracle import oracle

LAW = load()
DAY = dt.timedelta(days=1)
File = dict[str, Any]  # a file of law, or a version in it, as it is written


@cache
def written(path: str) -> File:
    return yaml.load((LAW.root / path).read_text(), yaml.CBaseLoader)  # type: ignore[no-any-return]


def law(id: str) -> File:
    return written(f"gateways/{LAW.fields[id]}/{id}.yaml")


def start(version: File) -> dt.date | None:
    begins = version["from"]
    day = begins["not-before"] if isinstance(begins, dict) else begins
    return None if day == "prospective" else dt.date.fromisoformat(day)


def standing(file: File, day: dt.date) -> File | None:
    """The version that stands on a day: the last to have started, unless it has ended; else one enacted, undated."""
    begun = [(first, version) for version in file["versions"] if (first := start(version)) and first <= day]
    if not begun:
        return next((version for version in file["versions"] if start(version) is None), None)
    version: File = max(begun, key=lambda each: each[0])[1]
    ended = "until" in version and day > dt.date.fromisoformat(version["until"])
    return None if ended else version


def turns(file: File) -> set[dt.date]:
    """The days on which another version starts, or on which one no longer stands."""
    starts = {first for version in file["versions"] if (first := start(version))}
    return starts | {
        dt.date.fromisoformat(version["until"]) + DAY for version in file["versions"] if "until" in version
    }


def tested(condition: File) -> list[tuple[str, list[str]]]:
    """The tests of a condition: the fact and the options of each."""
    group = [condition["test"]] if "test" in condition else condition.get("any_of") or condition["none_of"]
    return [pair for test in group for pair in test.items()]


def either(id: str, version: File, name: str, default: Any) -> Any:
    """What the version says, or else the whole file."""
    return version.get(name, law(id).get(name, default))


def lifted(id: str, version: File) -> set[str]:
    """The bars and safeguards that it lifts; a class stands for each bar of it."""
    entries = either(id, version, "lifts", ())
    found: set[str] = set()
    for entry in [entries] if isinstance(entries, dict) else entries:
        if isinstance(entry, str):
            found.add(entry)
        else:
            found |= {bar.id for bar in LAW.of_kind("bar") if law(bar.id)["class"] == entry["class"]}
            found -= set(entry.get("except", ()))
    return found


def outcomes(file: File, version: File, facts: Facts) -> dict[str, str]:
    """What becomes of each condition of a version as it is written."""
    extent = version.get("extent", file.get("extent", NATIONS))
    found = {} if set(extent) == set(NATIONS) else {"extent": "met" if facts.line.nation in extent else "not_met"}
    for condition in version.get("conditions", ()):
        held = [facts.holds(atom_of(LAW, fact, tuple(options))) for fact, options in tested(condition)]
        outcome: str = oracle(held, "none_of" in condition)
        if outcome == "unknown":
            outcome = "met" if "safeguard" in condition else condition.get("unanswered", outcome)
        label = condition.get("checked") or version.get("checked") or file["checked"]
        found[condition["id"]] = "unknown" if outcome == "met" and label["status"] == "memory" else outcome
    return found


def expected(file: File, version: File | None, facts: Facts) -> Status:
    """How far a provision is met by what is written: nothing that does not stand, or has no date, is met at all."""
    if version is None or start(version) is None:
        return Status.SHUT
    made = {*outcomes(file, version, facts).values(), "unknown" if isinstance(version["from"], dict) else "met"}
    return Status.SHUT if "not_met" in made else Status.UNSETTLED if "unknown" in made else Status.OPEN


def read(id: str, version: File) -> set[tuple[str, str, str]]:
    """What a version tests: condition, fact and option; its extent and whether its start is known with it."""
    found = {("extent", "nation", nation) for nation in either(id, version, "extent", NATIONS)}
    found |= {("confirmed", "", "")} if isinstance(version["from"], str) else set()
    bodies = LAW.vocabularies["bodies"]
    for condition in version["conditions"]:
        for fact, option in [(fact, option) for fact, options in tested(condition) for option in options]:
            name = kind_on(bodies, option, dt.date.max) if option in bodies else option
            found.add((condition["id"], fact, name))
    return found


@cache
def groups() -> dict[str, File]:
    """Every group, from the files of groups and from those of provisions and facts."""
    found: dict[str, File] = {}
    for path in sorted((LAW.root / "knowledge/groups").glob("*.yaml")):
        found |= written(path.relative_to(LAW.root).as_posix())
    for folder in ("gateways", "knowledge/facts"):
        for path in sorted((LAW.root / folder).rglob("*.yaml")):
            found |= written(path.relative_to(LAW.root).as_posix()).get("groups", {})
    return found


def members(group: str) -> list[File]:
    """The members of a group as they are written, those of the groups in it aside."""
    return [{"kind": each} if isinstance(each, str) else each for each in groups()[group]["members"]]


def counts(member: File, nation: str, day: dt.date) -> bool:
    first, last = member.get("from", dt.date.min.isoformat()), member.get("until", dt.date.max.isoformat())
    return nation in member.get("nations", NATIONS) and first <= day.isoformat() <= last


def narrower(of: str, term: str) -> list[str]:
    """The terms that are written to be a kind of this one."""
    terms = written(f"knowledge/vocabulary/{of}.yaml")
    return [id for id, entry in terms.items() if term in entry.get("kind_of", ())]


@cache
def below(of: str, term: str) -> frozenset[str]:
    """A term and every narrower one."""
    return frozenset({term}).union(*(below(of, kind) for kind in narrower(of, term)))


def among(group: str, nation: str, day: dt.date) -> frozenset[str]:
    """The terms that a group has on a day for a body of a nation."""
    kinds = [member["kind"] for member in members(group) if counts(member, nation, day)]
    of = groups()[group]["of"]
    return frozenset().union(*(among(kind, nation, day) if kind in groups() else below(of, kind) for kind in kinds))
