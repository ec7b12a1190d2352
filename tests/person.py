"""A person who answers the interview at a terminal: knows what to say to each question, whatever their order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from knowledge.model import STOCK_ANSWERS, KnowledgeBase
from knowledge.phrases import phrases
from tests.terminal import ENTER, Terminal

ASKED = re.compile(r"Question (\d+) of about (\d+)")
END = re.compile("What has to be done|Check your answers|The law as at|Come back within a day")
QUIET = "Does any of this need a closer look?"
OPENING = {id: phrases("opening")[id] for id in ("discloser", "receiver", "purpose", "data", "nation")}
COUNCILS = {
    "goal": "Check taxi licences with the next council.",
    "discloser": "district-council",
    "receiver": "district-council",
    "purpose": "licensing",
    "data": "licences-and-permits",
    "nation": "england",
    "identifiability": "identifiable",
    "subjects": "adults",
    "own-task": "yes",
    "first-collected-for": "licensing",
    "first-obtained-from": "the-people-themselves",
    "held-in-confidence": "no",
    "notice-or-order": "no",
    "collected-on-consent": "no",
    "consent": "not-sought",
    "outside-uk": "no",
    "roles": "own",
    "how-shared": "regular",
    "people-know": "told",
    "less-would-do": "no",
    "taxi-driver-record": "driver-from-elsewhere",
    "proportionate": "yes",
    "scale": "100-to-9999",
}
"""What two district councils say, who check taxi licences with one another."""


def flat(text: str) -> str:
    return " ".join(text.split())


@dataclass
class Person:
    """Answers by `says`; what is not there gets "I'm not sure"."""

    terminal: Terminal
    knowledge: KnowledgeBase
    says: dict[str, str]
    numbers: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    urgent: bool = False
    looked: bool = False

    def begin(self, *, urgent: bool = False) -> None:
        self.urgent = urgent
        self.terminal.wait_for("at risk of serious harm right now")
        self.terminal.move_to("Yes, somebody" if urgent else "No, I am planning")
        self.terminal.press(ENTER)

    def question(self) -> str:
        """Wait for the next question (or for the end of them), and say which it is: '' at the end."""
        shown = self.terminal.wait_until(self._goes_on, "the next question")
        if QUIET in shown and not self.looked:
            self.looked = True
            self.terminal.press(ENTER)
            shown = self.terminal.wait_until(lambda text: self.ready(text) or bool(END.search(text)), "what comes next")
        if not self.ready(shown):
            return ""
        found = list(ASKED.finditer(shown))
        self.numbers.append(int(found[-1].group(1)))
        after = flat(shown[found[-1].end() :])
        known = {**OPENING, **{id: flat(asked.asks) for id, asked in self.knowledge.questions.items()}}
        id = max(
            (id for id, asks in known.items() if after.startswith(asks)), key=lambda id: len(known[id]), default=""
        )
        assert id, f"no question of ours is on the screen:\n{shown}"
        self.asked.append(id)
        return id

    def _goes_on(self, shown: str) -> bool:
        quiet = QUIET in shown and not self.looked and bool(re.search(r"^>", shown.split(QUIET)[-1], re.MULTILINE))
        return self.ready(shown) or bool(END.search(shown)) or quiet

    def ready(self, shown: str) -> bool:
        """Does a question that was not on the screen before wait for its answer?"""
        found = list(ASKED.finditer(shown))
        if not found or (self.numbers and int(found[-1].group(1)) == self.numbers[-1]):
            return False
        return bool(re.search(r"^>", shown[found[-1].end() :], re.MULTILINE))

    def answer(self, id: str) -> None:
        terminal, say = self.terminal, self.says.get(id, "not-sure")
        question = self.knowledge.questions.get(id)
        if question and question.is_text:
            terminal.press(say + ENTER)
            return
        label = self.label(id, say)
        if id in ("discloser", "receiver", "purpose", "data") or (question and question.options_from):
            terminal.search(label.split()[0].lower())
        terminal.move_to(label)
        many = id in ("purpose", "data") or bool(question and question.is_many)
        if many:
            terminal.press(" ")
            terminal.wait_for("●")
        terminal.press(ENTER)
        if id in ("discloser", "receiver"):
            terminal.wait_for("Its name")
            terminal.press(ENTER)
        if id == "discloser" and "nation" in self.says and "harm-believed" not in self.says:
            terminal.wait_for(OPENING["nation"])
            terminal.move_to(self.label("nation", self.says["nation"]))
            terminal.press(ENTER)
        if id == "receiver":
            terminal.wait_for("Who else will receive it")
            terminal.move_to("Nobody else")
            terminal.press(ENTER)
        if question and question.kind == "judgement" and say in ("yes", "no"):
            terminal.wait_for("Who judges this")
            terminal.press("A. Manager" + ENTER)
            for consideration in () if self.urgent else question.weighs:
                terminal.wait_for(consideration[:20])
                terminal.press("So it is." + ENTER)
            terminal.wait_for("The reasons")
            terminal.press("It is needed to keep somebody safe." + ENTER)

    def label(self, id: str, say: str) -> str:
        """The words on the screen for an answer; a long one is cut at the edge."""
        question = self.knowledge.questions.get(id)
        words = STOCK_ANSWERS.get(say) or self.knowledge.label(say)
        if question and say in question.options:
            words = question.label(say)
        return words[: self.terminal.columns - 12]

    def answer_all(self, most: int = 30) -> None:
        """Answer until there is nothing more to ask."""
        for _ in range(most):
            id = self.question()
            if not id:
                return
            self.answer(id)
        raise AssertionError(f"{most} questions and no end: {self.asked}")
