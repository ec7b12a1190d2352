"""What is right at each step of a scenario, and the marks for what a learner said. No wording, no files.

The right answer is the determination's own. A step that the determination does not settle (no power was found, so
that nothing was tested further) is asked and not marked.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.model import KnowledgeBase
from knowledge.results import Attempt, Given
from knowledge.training import EMERGENCY, NONE, Marking, Option, Scenario, Step
from rules.decide import Decided, Status
from rules.determine import Determination, Determiner, is_emergency
from rules.explain import nearest_gateways
from rules.line import GO_AHEAD, MORE, REFER, LineDetermination
from rules.route import BarOnRoute

_OFFERED = 5  # options of a step, beside the one that says "none"
_RIGHT = 2  # of them, how many right ones at most


@dataclass(frozen=True)
class Question:
    """A step of a scenario: what is offered, what of it is right, and why the rest is not."""

    step: Step
    offered: tuple[str, ...]
    right: frozenset[str]
    near: frozenset[str] = frozenset()
    many: bool = False
    marked: bool = True
    lacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def best(self) -> tuple[str, ...]:
        """The right ones, in the order offered."""
        return tuple(id for id in self.offered if id in self.right)


@dataclass(frozen=True, eq=False)
class Worked:
    """A scenario worked out: the determination, and each step as it is asked."""

    scenario: Scenario
    determination: Determination
    verdict: str
    questions: tuple[Question, ...]

    def question(self, step: str) -> Question:
        return next(question for question in self.questions if question.step.id == step)


def work_out(scenario: Scenario, determiner: Determiner, marking: Marking, today: dt.date) -> Worked:
    """Decide a scenario as `assess --no-input --provisional` does, and set each step's question."""
    share = scenario.file.share
    determination = determiner.determine(share, share.as_at or today, provisional=True)
    verdict = scenario.expected or determination.verdict
    lines = [line for line in determination.lines if line.verdict == determination.verdict]
    chance = random.Random(scenario.id)  # the same options in the same order, whoever asks
    steps = {step.id: step for step in marking.steps}
    urgent = is_emergency(share) and verdict in GO_AHEAD
    questions = (
        _listed(steps["verdict"], marking.verdicts, verdict),
        _power(steps["power"], scenario, lines, chance),
        _key(steps["basis"], "lawful-basis", lines, chance, determiner),
        _key(steps["condition"], "special-category", lines, chance, determiner),
        _bars(steps["bars"], scenario, lines, chance, determiner),
        _listed(steps["first"], marking.firsts, EMERGENCY if urgent else verdict),
    )
    return Worked(scenario, determination, verdict, questions)


# Marks


def marks(question: Question, said: Sequence[str], hints: int, marking: Marking) -> Given:
    """Marks for what was said: all for right, half for near, a part of a list; hints cost, and nothing goes below 0.

    A step that is not marked is out of nothing.
    """
    id, full = question.step.id, question.step.marks
    if not question.marked:
        return Given(step=id, said=tuple(said), hints=hints)
    found = full * part_right(question, said) - hints * marking.hint.cost
    return Given(step=id, said=tuple(said), marks=max(0.0, round(found, 2)), of=full, hints=hints)


def part_right(question: Question, said: Sequence[str]) -> float:
    """How far an answer is right, from 0 to 1."""
    given = set(said)
    if question.many:
        hits, wrong = len(given & question.right), len(given - question.right)
        return max(0.0, (hits - wrong) / len(question.right)) if question.right else 0.0
    if given and given <= question.right:
        return 1.0
    return 0.5 if given and given <= question.near else 0.0


def crossed_out(question: Question, hints: int) -> frozenset[str]:
    """The wrong options that so many hints have crossed out: half of those left, each time."""
    wrong = [id for id in question.offered if id not in question.right | question.near]
    gone = 0
    for _ in range(hints):
        gone += (len(wrong) - gone + 1) // 2 if len(wrong) - gone > 1 else 0
    return frozenset(wrong[len(wrong) - gone :])


def lean(attempt: Attempt, marking: Marking) -> int:
    """Below 0 where the learner's verdict was more cautious than the right one, above 0 where it was bolder."""
    said = attempt.said("verdict")
    if said is None or not said.said or attempt.verdict in marking.verdicts.get(said.said[0], _NOTHING).right:
        return 0
    return marking.boldness.get(said.said[0], 0) - marking.boldness.get(attempt.verdict, 0)


_NOTHING = Option(label="", right=())


def is_right(attempt: Attempt, step: str = "verdict") -> bool:
    """Did the learner get all of a step's marks, but for hints?"""
    said = attempt.said(step)
    return said is not None and said.of > 0 and said.marks + said.hints >= said.of


# Spaced repetition


def due_concepts(attempts: Iterable[Attempt], marking: Marking, now: dt.datetime) -> list[str]:
    """The concepts that it is time to meet again, those longest due first.

    A concept comes back sooner the worse it went: its wait starts over with each scenario that went wrong.
    """
    row: dict[str, int] = {}
    last: dict[str, dt.datetime] = {}
    for attempt in sorted(attempts, key=lambda attempt: attempt.ended):
        for concept in attempt.concepts:
            row[concept] = row.get(concept, -1) + 1 if attempt.percent >= marking.good else 0
            last[concept] = attempt.ended
    due = {
        concept: when + dt.timedelta(days=marking.spacing[min(row[concept], len(marking.spacing) - 1)])
        for concept, when in last.items()
    }
    return sorted(
        (concept for concept, when in due.items() if when <= now), key=lambda concept: (due[concept], concept)
    )


def missed_concepts(attempts: Iterable[Attempt], marking: Marking) -> list[str]:
    """The concepts that went wrong the last time they came up, those met most often first."""
    latest: dict[str, Attempt] = {}
    met: dict[str, int] = {}
    for attempt in sorted(attempts, key=lambda attempt: attempt.ended):
        for concept in attempt.concepts:
            latest[concept] = attempt
            met[concept] = met.get(concept, 0) + 1
    wrong = [concept for concept, attempt in latest.items() if attempt.percent < marking.good]
    return sorted(wrong, key=lambda concept: (-met[concept], concept))


def suggest(
    scenarios: Sequence[Scenario], attempts: Sequence[Attempt], concepts: Sequence[str], most: int = 3
) -> list[Scenario]:
    """The scenarios to try next: new ones before those done, with most of the concepts, the easier first."""
    done = {attempt.scenario for attempt in attempts}
    wanted = set(concepts)

    def order(scenario: Scenario) -> tuple[bool, int, int, str]:
        return scenario.id in done, -len(wanted & set(scenario.concepts)), scenario.level, scenario.id

    fitting = [scenario for scenario in scenarios if wanted & set(scenario.concepts)] if wanted else scenarios
    return sorted((one for one in fitting if wanted or one.id not in done), key=order)[:most]


# Steps


def _listed(step: Step, options: Mapping[str, Option], verdict: str) -> Question:
    right = frozenset(id for id, option in options.items() if verdict in option.right)
    near = frozenset(id for id, option in options.items() if verdict in option.near)
    return Question(step, tuple(options), right, near)


def _power(step: Step, scenario: Scenario, lines: Sequence[LineDetermination], chance: random.Random) -> Question:
    """A power that is open, where one is; else one that may be; else none."""
    found: list[Decided] = []
    for status in (Status.OPEN, Status.UNSETTLED):
        for usable in (True, False):
            found = found or [
                route.gateway
                for line in lines
                for route in line.shown
                if route.gateway and route.gateway.meets() is status and (route.now is Status.OPEN or not usable)
            ]
    expected = scenario.file.case.expected
    found.sort(key=lambda gateway: gateway.id not in expected.gateways)
    right = list(dict.fromkeys(gateway.id for gateway in found))
    wholes = {gateway.provision.part_of or gateway.id for gateway in found}
    possible = {route.gateway.id for line in lines for route in line.routes if route.gateway}
    shut = {gateway.id: gateway for line in lines for gateway in line.shut}
    named = [shut[id] for id in expected.shut if id in shut]
    near = [gateway for line in lines[:1] for gateway in nearest_gateways(line, _OFFERED * 2)]
    wrong: dict[str, Decided] = {}
    for gateway in (*named, *near):
        if gateway.id not in possible and (gateway.provision.part_of or gateway.id) not in wholes:
            wrong[gateway.id] = gateway
            wholes.add(gateway.provision.part_of or gateway.id)
    offered = _mixed(right, list(wrong), chance)
    lacks = {id: _not_met(gateway) for id, gateway in wrong.items() if id in offered}
    return Question(step, offered, frozenset(right) or frozenset({NONE}), lacks=lacks)


def _key(
    step: Step, shown_as: str, lines: Sequence[LineDetermination], chance: random.Random, determiner: Determiner
) -> Question:
    """What lifts the bar of a kind on the best route: any of the keys that do; none, where the bar does not bite."""
    bars = [bar for line in lines for bar in _sending(line) if bar.bar.provision.shown_as == shown_as]
    biting = [bar for bar in bars if bar.bites is not Status.OPEN]
    right = list(dict.fromkeys(lift.provision.id for bar in biting for lift in bar.lifted_by if lift.decided))
    others = {
        lift.provision.id: lift.decided
        for bar in bars
        for lift in bar.lifts
        if lift.decided and lift.status() is Status.SHUT and lift.decided.version
    }
    own = any(lift.decided is None for bar in biting for lift in bar.lifted_by)
    wrong = [id for id in sorted(others) if id not in right]
    if not wrong and not right:
        wrong = _stock(shown_as, determiner.knowledge, _day(lines))
    chance.shuffle(wrong)
    offered = _mixed(right, wrong, chance)
    lacks = {id: _not_met(others[id]) for id in wrong if id in offered and id in others}
    open_to_doubt = bool(biting) and all(bar.bites is Status.UNSETTLED for bar in biting)
    settled = any(line.best for line in lines) and not (open_to_doubt and lines[0].verdict in (MORE, REFER))
    return Question(step, offered, frozenset(right) if right and not own else frozenset({*right, NONE}), marked=settled,
                    lacks=lacks)  # fmt: skip


def _bars(
    step: Step, scenario: Scenario, lines: Sequence[LineDetermination], chance: random.Random, determiner: Determiner
) -> Question:
    """The bars that stay down on the best route, beside those that are lifted or that might have been thought of."""
    on_route = [bar for line in lines for bar in _sending(line) if bar.bites is not Status.OPEN]
    down = [bar for line in lines if line.verdict not in GO_AHEAD for bar in _sending(line)]
    right = list(dict.fromkeys(bar.bar.id for bar in down if bar.passes() is not Status.OPEN))
    lifted = list(dict.fromkeys(bar.bar.id for bar in on_route if bar.bar.id not in right))
    stock = [bar.id for bar in determiner.rulebook(_day(lines)).bars("sending") if bar.id not in (*right, *lifted)]
    chance.shuffle(stock)
    offered = _mixed(right, [*lifted, *stock], chance, most_right=_OFFERED - 2)
    settled = any(line.best and line.verdict not in (MORE, REFER) for line in lines)
    return Question(step, offered, frozenset({*right} & {*offered}) or frozenset({NONE}), many=True, marked=settled)


def _sending(line: LineDetermination) -> tuple[BarOnRoute, ...]:
    return line.best.sending if line.best else ()


def _day(lines: Sequence[LineDetermination]) -> dt.date:
    return lines[0].facts.rulebook.as_at if lines else dt.date.today()


def _stock(shown_as: str, knowledge: KnowledgeBase, day: dt.date) -> list[str]:
    """The keys of a day that lift a kind of bar, where nothing was tested."""
    bars = {bar.id for bar in knowledge.of_kind("bar") if bar.shown_as == shown_as and bar.at(day)}
    found = []
    for key in knowledge.of_kind("key"):
        version = key.at(day)
        if version and bars & knowledge.lifted(key.lifts if version.lifts is None else version.lifts):
            found.append(key.id)
    return found


def _mixed(
    right: Sequence[str], wrong: Sequence[str], chance: random.Random, most_right: int = _RIGHT
) -> tuple[str, ...]:
    kept = list(right[:most_right])
    kept += list(wrong[: max(2, _OFFERED - len(kept))])
    chance.shuffle(kept)
    return (*kept, NONE)


def _not_met(decided: Decided) -> tuple[str, ...]:
    return tuple(finding.condition.says for finding in decided.findings if finding.outcome == "not_met")
