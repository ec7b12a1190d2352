"""A learner at a terminal: reads a story, decides, and then sees Gatehouse's own determination step by step.

Everything said is saved at once, so that a learner can stop anywhere and go on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from cli import scenario as words
from cli.output import times
from cli.prompts import Choice, Command, Prompt, prompter
from cli.screen import Screen
from cli.verdict import WORDS
from knowledge.results import Attempt, Current, Given, Progress, Stage, save_progress
from knowledge.training import NONE, Pack, Scenario, Training
from rules.determine import Determiner
from rules.training import Question, Worked, crossed_out, due_concepts, lean, marks, missed_concepts, suggest, work_out


class Stopped(Exception):
    """The learner stopped; what was said so far is saved, as it is on Ctrl-C."""


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


class Lesson:
    """One sitting of one learner."""

    def __init__(
        self,
        training: Training,
        determiner: Determiner,
        screen: Screen,
        path: Path,
        progress: Progress,
        give: Callable[[Attempt], None] = lambda attempt: None,
        stage: Stage = "",
        name: str = "",
    ) -> None:
        self.training = training
        self.determiner = determiner
        self.screen = screen
        self.prompter = prompter(screen)
        self.path = path
        self.progress = progress
        self.give = give  # what was done, to the class
        self.stage = stage
        self.name = name  # of the pack, as it was asked for

    def run(self, pack: Pack, scenarios: Sequence[Scenario]) -> None:
        """Go through scenarios until they end or the learner stops. Raises `Stopped`."""
        for index, scenario in enumerate(scenarios):
            self._scenario(pack, scenario, index + 1, len(scenarios))
            if index + 1 < len(scenarios) and not self._go_on():
                break
        self._end(pack)

    # One scenario

    def _scenario(self, pack: Pack, scenario: Scenario, number: int, count: int) -> None:
        worked = work_out(scenario, self.determiner, self.training.marking, dt.date.today())
        current = self.progress.current
        if current is None or current.scenario != scenario.id:
            current = Current(scenario=scenario.id, pack=pack.id, started=now(), stage=self.stage)
        else:
            self.screen.para("You left this one in the middle. What you said is kept.")
        self._keep(current)
        self._story(worked, number, count)
        steps = [question.step.id for question in worked.questions]
        place = next((index for index, id in enumerate(steps) if id not in current.said), len(steps))
        while place < len(steps) + 1:
            if place == len(steps):
                reply = self._sure(current)
            else:
                reply = self._ask(worked.questions[place], current, place + 1, len(steps) + 1)
                current = self.progress.current or current  # a hint may have been taken
            if reply is Command.BACK:
                place = max(0, place - 1)
                continue
            if reply is Command.REVIEW:
                self._story(worked, number, count)
                continue
            assert not isinstance(reply, Command)
            current = msgspec.structs.replace(current, said={**current.said, (*steps, "sure")[place]: reply})
            self._keep(current)
            place += 1
        self._marked(pack, worked, current)

    def _story(self, worked: Worked, number: int, count: int) -> None:
        scenario, training, screen = worked.scenario, self.training, self.screen
        screen.title(scenario.title)
        screen.para(f"Scenario {number} of {count}, {words.LEVELS[scenario.level]} level")
        screen.blank()
        screen.para(scenario.file.case.story)
        screen.heading("What is proposed")
        screen.bullets(words.facts_of(training, scenario))
        papers = list(words.papers_of(training, scenario))
        if papers:
            screen.heading("On file")
            screen.bullets(papers)
        screen.blank()
        assumed = words.assumed_of(training.marking, scenario)
        screen.para(f"{assumed} {training.marking.promises}".strip(), style="dim")

    def _ask(self, question: Question, current: Current, number: int, count: int) -> tuple[str, ...] | Command:
        """Put a step; `?` crosses out wrong answers for a mark."""
        step, marking = question.step, self.training.marking
        while True:
            hints = current.hints.get(step.id, 0)
            gone = crossed_out(question, hints)
            offered = [id for id in question.offered if id not in gone]
            choices = tuple(Choice(id, words.label(self.training, step.id, id)) for id in offered)
            self.screen.heading(f"Step {number} of {count}: {step.title} ({step.marks} marks)")
            reply = self._put(
                Prompt(
                    step.asks,
                    help=f"{step.help} {marking.hint.says}",
                    choices=choices,
                    many=question.many,
                    unsure=False,
                    current=tuple(id for id in current.said.get(step.id, ()) if id in offered),
                )
            )
            if reply is not Command.WHY:
                if question.many and not isinstance(reply, Command) and NONE in reply and len(reply) > 1:
                    self.screen.para("That says “nothing” and names something. Pick one of the two.")
                    continue
                return reply
            if crossed_out(question, hints + 1) == gone:
                self.screen.para(marking.hint.none)
                continue
            current = msgspec.structs.replace(current, hints={**current.hints, step.id: hints + 1})
            self._keep(current)
            self.screen.para(marking.hint.crossed)

    def _sure(self, current: Current) -> tuple[str, ...] | Command:
        confidence = self.training.marking.confidence
        while True:
            self.screen.heading("Last of all")
            choices = tuple(Choice(option.id, option.label) for option in confidence.options)
            reply = self._put(
                Prompt(confidence.asks, choices=choices, unsure=False, current=current.said.get("sure", ()))
            )
            if reply is not Command.WHY:
                return reply
            self.screen.para("It shows you whether you can trust your own feeling. It costs no marks.")

    def _put(self, prompt: Prompt) -> tuple[str, ...] | Command:
        try:
            reply = self.prompter.ask(prompt)
        except EOFError:
            raise Stopped from None
        if reply is Command.LEAVE:
            raise Stopped
        return reply

    # What came of it

    def _marked(self, pack: Pack, worked: Worked, current: Current) -> None:
        marking, screen, training = self.training.marking, self.screen, self.training
        given = tuple(
            marks(question, current.said[question.step.id], current.hints.get(question.step.id, 0), marking)
            for question in worked.questions
        )
        attempt = Attempt(
            scenario=worked.scenario.id,
            pack=pack.id,
            started=current.started,
            ended=now(),
            verdict=worked.verdict,
            steps=given,
            sure=current.said["sure"][0],
            concepts=worked.scenario.concepts,
            stage=current.stage,
            knowledge=training.knowledge.digest,
        )
        attempts = (*self.progress.attempts, attempt)
        self._save(msgspec.structs.replace(self.progress, attempts=attempts, current=None))
        self.give(attempt)
        screen.title(f"Gatehouse says: {WORDS[worked.determination.verdict][0]}")
        if view := words.own_view(training, worked):
            screen.para(view, style="bold")
        screen.para(worked.scenario.file.case.why)
        for question, one in zip(worked.questions, given, strict=True):
            self._step(question, one)
        screen.heading(f"Marks: {attempt.marks:g} of {attempt.of}")
        self._calibrate(attempt)
        screen.heading("What commonly goes wrong")
        screen.bullets(words.goes_wrong(training.knowledge, worked))

    def _step(self, question: Question, given: Given) -> None:
        screen, training = self.screen, self.training
        screen.heading(f"{question.step.title}: {words.marks_words(given)}")
        screen.para(f"You: {words.labels(training, question.step.id, given.said)}", indent=2)
        if not question.marked:
            screen.para(training.marking.unmarked, indent=2)
            return
        screen.para(f"Gatehouse: {words.right_words(training, question)}", indent=2)
        for reason in words.reasons(training, question, given.said):
            screen.para(reason, indent=2, style="dim")

    def _calibrate(self, attempt: Attempt) -> None:
        marking = self.training.marking
        said = attempt.said("verdict")
        right = said is not None and said.marks + said.hints >= said.of
        leant = lean(attempt, marking)
        if leant and not right:
            self.screen.para(marking.lean.bold if leant > 0 else marking.lean.cautious)
        if attempt.sure == "sure" and not right:
            self.screen.para(marking.confidence.sure_and_wrong)
        elif attempt.sure == "guess" and right:
            self.screen.para(marking.confidence.unsure_and_right)

    def _go_on(self) -> bool:
        choices = (Choice("on", "Go on to the next scenario"), Choice("stop", "Stop here for now"))
        self.screen.blank()
        while True:
            reply = self._put(Prompt("And now?", choices=choices, unsure=False, commands=False))
            if not isinstance(reply, Command):
                return reply == ("on",)

    def _end(self, pack: Pack) -> None:
        """What to read, and what to try next."""
        attempts = self.progress.attempts
        mine = [attempt for attempt in attempts if attempt.pack == pack.id]
        if not mine:
            return
        screen, training = self.screen, self.training
        marks_, of = sum(a.marks for a in mine), sum(a.of for a in mine)
        screen.title(f"{pack.title}: {marks_:g} of {of} marks in {times(len(mine), 'scenario')}")
        self._sure_and_wrong(mine)
        missed = missed_concepts(attempts, training.marking)
        if missed:
            screen.heading("Come back to")
            screen.bullets(training.concepts[id] for id in missed[:4] if id in training.concepts)
        sources = {}
        for attempt in mine[-5:]:
            done = training.scenario(attempt.scenario) or next(
                (s for s in pack.scenarios if s.id == attempt.scenario), None
            )
            if done and attempt.percent < 100:
                sources[done.file.case.source.address] = done.file.case.source.title
        if sources:
            screen.heading("What to read")
            screen.bullets(f"{title}: {address}" for address, title in sources.items())
        found = {one.id: one for other in (pack, *training.packs) for one in other.scenarios}
        everything = tuple(found.values())
        following = suggest(everything, attempts, missed or due_concepts(attempts, training.marking, now()))
        if following:
            screen.heading("Try next")
            screen.bullets(f"{one.title} ({self._command(one, pack)})" for one in following)

    def _sure_and_wrong(self, attempts: Sequence[Attempt]) -> None:
        marking = self.training.marking
        wrong = [a for a in attempts if a.sure == "sure" and a.verdict not in _right(a, self.training)]
        sure = [a for a in attempts if a.sure == "sure"]
        if sure:
            self.screen.para(f"Sure of your verdict: {times(len(sure), 'time')}; and right: {len(sure) - len(wrong)}.")
        leant = [lean(attempt, marking) for attempt in attempts]
        self.screen.para(
            f"Too cautious: {sum(one < 0 for one in leant)}. Too bold: {sum(one > 0 for one in leant)}. "
            f"Scenarios: {len(attempts)}."
        )

    def _command(self, scenario: Scenario, own: Pack) -> str:
        packs = (pack.id for pack in self.training.packs if any(one.id == scenario.id for one in pack.scenarios))
        return f"gatehouse train {next(packs, self.name or own.id)}"

    # Keeping

    def _keep(self, current: Current) -> None:
        self._save(msgspec.structs.replace(self.progress, current=current))

    def _save(self, progress: Progress) -> None:
        self.progress = progress
        save_progress(progress, self.path)


def _right(attempt: Attempt, training: Training) -> tuple[str, ...]:
    said = attempt.said("verdict")
    option = training.marking.verdicts.get(said.said[0]) if said and said.said else None
    return option.right if option else ()


def due_first(progress: Progress, training: Training) -> Scenario | None:
    """A scenario for the concepts that it is time to meet again, from whichever pack; None while nothing is due."""
    everything = [one for pack in training.packs for one in pack.scenarios]
    due = due_concepts(progress.attempts, training.marking, now())
    return next(iter(suggest(everything, progress.attempts, due, 1)), None) if due else None


def order(pack: Pack, progress: Progress, training: Training, first: str = "") -> list[Scenario]:
    """The scenarios of a sitting: what was left in the middle, what is new, then what is due, the longest first.

    `first` is the id of one that comes before those.
    """
    done = {attempt.scenario for attempt in progress.attempts}
    current = progress.current.scenario if progress.current else first
    new = [one for one in pack.scenarios if one.id not in done]
    due = due_concepts(progress.attempts, training.marking, now())
    again = suggest([one for one in pack.scenarios if one.id in done], (), due, len(pack.scenarios)) if due else []
    found = new or again or list(pack.scenarios)
    found.sort(key=lambda one: one.id != current)  # sorting is stable
    if current and all(one.id != current for one in found):
        found = [*(one for one in pack.scenarios if one.id == current), *found]
    return found
