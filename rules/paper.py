"""Which kind of paper a share needs: the first row of the decision table whose every test holds."""

from __future__ import annotations

from collections.abc import Mapping

from knowledge.agreement import AgreementPattern, Paper
from rules.determine import Determination

_ALL = "all-"  # before the name of a group, in a test that every body is in it
Facts = Mapping[str, frozenset[str]]


def facts_of(determination: Determination) -> Facts:
    """What the table tests: for each fact the values that the lines of the share have."""
    lines = [line.line for line in determination.lines]
    pairs = {(line.discloser.id, line.receiver.id) for line in lines}
    bodies = {line.discloser.id for line in lines} | {line.receiver.id for line in lines}
    many_ways = len(bodies) > 2 and len({line.discloser.id for line in lines}) > 1
    many_ways = many_ways or any((to, source) in pairs for source, to in pairs)
    found = {
        "verdict": frozenset(line.verdict for line in determination.lines),
        "processor": frozenset(_word(line.receiver_is_processor) for line in lines),
        "same-body": frozenset(_word(line.same_body) for line in lines),
    }
    for id in ("roles", "how-shared"):
        found[id] = frozenset(str(line.answers[id].answer) if id in line.answers else "" for line in lines)
    pattern = determination.knowledge.agreement
    for test in {test for paper in pattern.papers for test in paper.when} if pattern else ():
        if test.startswith(_ALL):
            found[test] = frozenset({_word(bool(lines) and _all_in(determination, test.removeprefix(_ALL)))})
    shared = found["how-shared"]
    found["many-ways"] = frozenset({_word(many_ways or bool(shared & {"both-ways", "pool"}))})
    return found


def _all_in(determination: Determination, group: str) -> bool:
    """Is every body of every line in a group of bodies?"""
    if determination.knowledge.groups[group].of != "bodies":
        return False
    return all(
        line.facts.rulebook.kinship.among("bodies", kind, (group,), nation)
        for line in determination.lines
        for kind, nation in (
            (line.line.discloser_kind, line.line.nation),
            (line.line.receiver_kind, line.line.receiver_nation),
        )
    )


def choose(pattern: AgreementPattern, facts: Facts) -> Paper:
    """The paper for these facts; the last row has no tests.

    A test holds where every value that the lines have is among its options.
    """
    return next(paper for paper in pattern.papers if all(_holds(facts, *test) for test in paper.when.items()))


def _holds(facts: Facts, name: str, options: tuple[str, ...]) -> bool:
    values = facts.get(name, frozenset())
    return bool(values) and values <= set(options)


def _word(value: bool) -> str:
    return "yes" if value else "no"
