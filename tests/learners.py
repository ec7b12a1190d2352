"""Made-up learners, and the result files of a class of them."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

from knowledge.results import Attempt, Given, Progress, Stage, save_progress
from knowledge.training import Training
from rules.determine import Determiner
from rules.training import work_out

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def attempt(scenario: str = "a", *, verdict: str = "may-share", said: str = "may", sure: str = "sure",
            marks: float = 4, concepts: tuple[str, ...] = ("consent",), day: int = 0,
            stage: Stage = "") -> Attempt:  # fmt: skip
    when = NOON + dt.timedelta(days=day)
    steps = (Given(step="verdict", said=(said,), marks=marks, of=4),)
    return Attempt(
        scenario=scenario, pack="p", started=when, ended=when, verdict=verdict, steps=steps, sure=sure,
        concepts=concepts, stage=stage,
    )  # fmt: skip


def right_answers(pack: str, training: Training, determiner: Determiner) -> list[str]:
    """What to type at plain prompts to get all marks, for each scenario of a pack; sure of each."""
    found = []
    for scenario in training.pack(pack).scenarios:
        worked = work_out(scenario, determiner, training.marking, NOON.date())
        said = [question.best if question.many else question.best[:1] for question in worked.questions]
        picked = [
            ",".join(str(question.offered.index(id) + 1) for id in ids)
            for question, ids in zip(worked.questions, said, strict=True)
        ]
        found.append("".join(f"{line or 1}\n" for line in (*picked, "1")))
    return found


def class_of(count: int, training: Training, folder: Path, each: int = 10) -> None:
    """Result files of so many made-up learners."""
    folder.mkdir(exist_ok=True)
    chance = random.Random(count)
    everything = [one for pack in training.packs for one in pack.scenarios]
    verdicts = list(training.marking.verdicts)
    for number in range(count):
        done = tuple(
            attempt(one.id, verdict=one.file.case.expected.verdict, said=chance.choice(verdicts),
                    sure=chance.choice(["sure", "fairly", "guess"]), marks=chance.randint(0, 4), concepts=one.concepts,
                    stage="before" if place < each // 2 else "after")
            for place, one in enumerate(chance.sample(everything, each))
        )  # fmt: skip
        save_progress(Progress(format=1, learner=f"learner-{number}", attempts=done), folder / f"{number}.json")
