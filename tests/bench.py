"""Speed and memory, as ratios in one run: `make bench`. Nothing here passes or fails."""

from __future__ import annotations

import datetime as dt
import io
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from cli.render import word
from knowledge.load import load
from knowledge.share import Share, load_share, save_share
from knowledge.training import load_training
from rules.agreement import draft
from rules.determine import Determiner
from rules.interview import next_question
from tests.learners import class_of

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
BASELINE = [sys.executable, "-c", "import yaml, msgspec, rich, jinja2, durable.engine"]
ROUNDS = 7


def share_of(lines: int) -> Share:
    """Council to police, for crime prevention, with that many kinds of data."""
    knowledge = load()
    share = load_share(ROOT / "knowledge/casebook/demo.yaml", knowledge)
    kinds = list(knowledge.vocabularies["data"])[: lines // max(1, len(share.purpose))]
    return msgspec.structs.replace(share, data=tuple(kinds), flows=())


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def ratio(command: Sequence[str]) -> float:
    """How many times as long as the bare imports a command takes as a whole process: median of pairs."""
    found = []
    for _ in range(ROUNDS + 1):
        taken = seconds(lambda: subprocess.run(command, capture_output=True, check=False))
        found.append(taken / seconds(lambda: subprocess.run(BASELINE, capture_output=True, check=True)))
    return statistics.median(found[1:])


def main() -> None:
    knowledge = load()
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for lines in (4, 12):
            files[lines] = Path(folder) / f"{lines}.yaml"
            save_share(share_of(lines), files[lines])
        gatehouse = str(BIN / "gatehouse")
        largest = ROOT / "tests/cases/darlington-channel.yaml"
        assess = [gatehouse, "assess", "--json", "--no-input"]
        print("Whole processes, times the bare imports (median of pairs)")
        print(f"  assess, 4 lines                {ratio([*assess, str(files[4])]):6.1f}")
        print(f"  assess, the largest case       {ratio([*assess, '--provisional', str(largest)]):6.1f}")
        print(f"  browse                         {ratio([gatehouse, 'browse', 'safeguarding']):6.1f}")
        for ending in ("md", "html", "docx", "pdf"):
            out = str(Path(folder) / f"a.{ending}")
            draft = [gatehouse, "draft", str(ROOT / "knowledge/casebook/demo.yaml"), "--provisional", "-o", out]
            print(f"  draft to {ending:21} {ratio(draft):6.1f}")
        training = load_training(knowledge)
        for learners in (100, 500, 2500):
            class_of(learners, training, Path(folder) / str(learners))
            report = [
                gatehouse,
                "train",
                "report",
                str(Path(folder) / str(learners)),
                "-o",
                str(Path(folder) / "c.html"),
            ]
            print(f"  a class of {learners:5}               {ratio(report):6.1f}")
        print("The next question after an answer, in milliseconds (median)")
        for lines, file in files.items():
            share = load_share(file, knowledge)
            determiner = Determiner(knowledge)
            day = dt.date(2026, 11, 22)

            def ask(share: Share = share, determiner: Determiner = determiner, day: dt.date = day) -> object:
                return next_question(determiner.determine(share, day, provisional=True))

            ask()
            print(f"  {lines:2} lines                        {1000 * statistics.median(map(seconds, [ask] * 15)):8.1f}")
    print(f"A Word agreement, times docxtpl rendering a static file as long: {word_ratio():.2f}")
    determiner = Determiner(knowledge)
    share = share_of(1)
    before = memory(determiner, share, 2_000)
    after = memory(determiner, share, 18_000)
    print(f"Memory after 2,000 and after 20,000 determinations, in MB: {before:.0f}, {after:.0f}")


def word_ratio() -> float:
    """How many times as long as docxtpl takes for a file of the same length that holds no tags."""
    from docxtpl import DocxTemplate

    knowledge = load()
    share = load_share(ROOT / "knowledge/casebook/demo.yaml", knowledge)
    agreement = draft(Determiner(knowledge).determine(share, dt.date(2026, 11, 22), provisional=True))
    written = word(agreement)

    def static() -> None:
        template = DocxTemplate(io.BytesIO(written))
        template.render({}, autoescape=True)
        template.save(io.BytesIO())

    return statistics.median(seconds(lambda: word(agreement)) / seconds(static) for _ in range(ROUNDS))


def memory(determiner: Determiner, share: Share, times: int) -> float:
    answers = ("yes", "no", "not-sure")
    for number in range(times):
        varied = {**share.answers, "own-task": answers[number % 3], "outside-uk": ("no", "not-sure")[number % 2]}
        determiner.determine(msgspec.structs.replace(share, answers=varied), dt.date(2026, 11, 1 + number % 28))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
