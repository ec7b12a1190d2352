"""A class in numbers: where people go wrong by step and by concept, how sure they were, before and after.

Counts only; no wording, no files. Linear in the number of attempts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from knowledge.results import Attempt, Progress
from knowledge.training import Marking
from rules.training import is_right, lean


@dataclass
class Score:
    """Marks got and marks that could be got, in how many attempts."""

    marks: float = 0.0
    of: float = 0.0
    count: int = 0

    def add(self, marks: float, of: float) -> None:
        self.marks += marks
        self.of += of
        self.count += 1

    @property
    def percent(self) -> float:
        return 100 * self.marks / self.of if self.of else 0.0


@dataclass
class Cohort:
    """What a class did. Each mapping goes from an id to its score or its count."""

    learners: int = 0
    attempts: int = 0
    whole: Score = field(default_factory=Score)
    steps: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    concepts: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    scenarios: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    sure: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))  # verdicts right, by how sure
    stages: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    votes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    cautious: int = 0
    bold: int = 0


def cohort(results: Iterable[Progress], marking: Marking) -> Cohort:
    """Count a class.

    Before and after are the attempts so marked; where a learner marked none, the first and the last attempt at each
    scenario that was done more than once.
    """
    found = Cohort()
    for progress in results:
        found.learners += 1
        for attempt in progress.attempts:
            _count(found, attempt, marking)
        _stages(found, progress.attempts)
    return found


def _count(found: Cohort, attempt: Attempt, marking: Marking) -> None:
    found.attempts += 1
    found.whole.add(attempt.marks, attempt.of)
    found.scenarios[attempt.scenario].add(attempt.marks, attempt.of)
    for given in attempt.steps:
        if given.of:
            found.steps[given.step].add(given.marks, given.of)
    for concept in attempt.concepts:
        found.concepts[concept].add(attempt.marks, attempt.of)
    found.sure[attempt.sure].add(is_right(attempt), 1)
    leant = lean(attempt, marking)
    found.cautious += leant < 0
    found.bold += leant > 0
    said = attempt.said("verdict")
    if said and said.said:
        found.votes[attempt.scenario][said.said[0]] += 1


def _stages(found: Cohort, attempts: Iterable[Attempt]) -> None:
    marked = [attempt for attempt in attempts if attempt.stage]
    if marked:
        for attempt in marked:
            found.stages[attempt.stage].add(attempt.marks, attempt.of)
        return
    first: dict[str, Attempt] = {}
    last: dict[str, Attempt] = {}
    for attempt in attempts:
        last[attempt.scenario] = attempt
        first.setdefault(attempt.scenario, attempt)
    for id, attempt in first.items():
        if last[id] is not attempt:
            found.stages["before"].add(attempt.marks, attempt.of)
            found.stages["after"].add(last[id].marks, last[id].of)
