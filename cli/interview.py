"""The interview: asks what can still change the determination, saves each answer at once, loses nothing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from cli.prompts import NOT_SURE, Choice, Command, Prompt, Prompter, Reply, prompter
from cli.screen import Screen
from cli.verdict import cited
from knowledge.model import STOCK_ANSWERS, KnowledgeBase, Nation, Question, Vocabulary
from knowledge.personal import personal_details
from knowledge.phrases import phrases
from knowledge.resolve import answers as answers_to
from knowledge.share import Answer, Party, Share, answer_of, save_share
from rules.determine import Determination, Determiner
from rules.interview import OPENING, Ask, next_question, promises, quiet_questions
from rules.line import CANNOT, REFER

ABOUT = 15  # questions that a simple share takes
ABOUT_URGENT = 6  # and one where somebody is in danger now

_VOCABULARY = {"discloser": "bodies", "receiver": "bodies", "purpose": "purposes", "data": "data", "nation": "nations"}


class Left(Exception):
    """The person saved and left."""


@dataclass
class Interview:
    """One sitting with one share file."""

    knowledge: KnowledgeBase
    determiner: Determiner
    screen: Screen
    path: Path
    share: Share
    as_at: dt.date
    prompter: Prompter = field(init=False)
    asked: list[str] = field(default_factory=list)
    skipped: set[str] = field(default_factory=set)
    warned: set[str] = field(default_factory=set)
    about: int = ABOUT
    explains: Callable[[str], bool] | None = None  # whether to say why a question is asked before anybody asks

    def __post_init__(self) -> None:
        self.prompter = prompter(self.screen)

    # The sitting

    def run(self) -> Share:
        """Ask until nothing can change the determination; gives back the share as saved.

        Raises `Left` when the person saves and leaves, KeyboardInterrupt on Ctrl-C; both lose nothing.
        """
        try:
            return self._sit()
        except EOFError:
            raise Left from None

    def _sit(self) -> Share:
        if not self.share.parties and "goal" not in self.share.answers:
            self._begin()
        while True:
            determination = self.determine()
            self._warn(determination)
            ask = self._next(determination)
            if ask is None and self._quiet(determination):
                continue
            if ask is None:
                if self._promises(determination) and self._essentials(determination) and self._check_answers():
                    return self.share
                continue
            self._put(ask)

    def _quiet(self, determination: Determination) -> bool:
        """One page of things that are seldom so; whatever is ticked is asked. True if anything was."""
        quiet = () if self._urgent else quiet_questions(self.determiner, determination, self.skipped)
        if not quiet:
            return False
        self.skipped |= set(quiet)
        self.screen.title("Does any of this need a closer look?")
        choices = tuple(Choice(id, self.knowledge.questions[id].asks) for id in quiet)
        ticked = self._tick("Tick what may apply here; Enter if none does.", choices)
        for id in ticked:
            self._put(Ask(id, False, (), 0, 0, 1))
        return bool(ticked)

    def _warn(self, determination: Determination) -> None:
        """Say at once when two answers cannot both be so."""
        for line in determination.lines:
            for slip, _ in line.slips:
                if slip.id not in self.warned:
                    self.warned.add(slip.id)
                    self.screen.para(f"Look again: {slip.says} {slip.mend} (Review changes an answer.)", style="bold")

    def determine(self) -> Determination:
        return self.determiner.determine(self.share, self.as_at, provisional=True)

    def _next(self, determination: Determination) -> Ask | None:
        if "goal" in self.knowledge.questions and self._unasked("goal") and not self._urgent:
            return Ask("goal", False, (), 0, 0, 1)
        if self._urgent:
            return self._next_urgent(determination)
        return next_question(determination, self.asked, self.skipped)

    @property
    def _urgent(self) -> bool:
        raw = self.share.answers.get("how-shared")
        return raw is not None and answer_of(raw).answer == "urgent"

    def _next_urgent(self, determination: Determination) -> Ask | None:
        """The few questions that an emergency takes, in their order; the rest can wait until it is over."""
        emergency = self.knowledge.emergency
        for id in emergency.asks if emergency else ():
            if id in determination.missing or (id in self.knowledge.questions and self._unasked(id)):
                return Ask(id, False, (), 0, 0, 1)
        missing = [id for id in determination.missing if id in OPENING]
        if missing == ["nation"]:  # a seventh question can wait; it is not saved, and so is asked later
            self.share = msgspec.structs.replace(self.share, nation="england")
            self.screen.para("Taken as so for now: the sender is in England. Elsewhere other Acts may apply.")
            return None
        return Ask(missing[0], False, (), 0, 0, 1) if missing else None

    def _unasked(self, id: str) -> bool:
        return id not in self.share.answers and id not in self.asked and id not in self.skipped

    def _begin(self) -> None:
        prompt = Prompt(
            "Is somebody at risk of serious harm right now?",
            help="If so, six questions give you a first answer. The rest can wait.",
            choices=(
                Choice("no", "No, I am planning a share"),
                Choice("yes", "Yes, somebody may come to serious harm"),
            ),
            unsure=False,
            commands=False,
        )
        if self.prompter.ask(prompt) == ("yes",):
            self._answer("how-shared", Answer(answer="urgent"))

    # One question

    def _put(self, ask: Ask) -> None:
        number = len(self.asked) + 1
        self.about = min(self.about, max(number, number + ask.remaining - 1)) if number > 8 else self.about
        self.about = max(ABOUT_URGENT if self._urgent else self.about, number)
        explained = self.explains is None or self._urgent or not self.explains(ask.id)
        while True:
            self.screen.heading(f"Question {number} of about {self.about}")
            if not explained:
                self._why(ask)
                explained = True
            reply = self._ask(ask)
            if isinstance(reply, Command):
                if not self._command(reply, ask):
                    return
                continue
            self._take(ask, reply)
            return

    def _command(self, command: Command, ask: Ask) -> bool:
        """Carry out a command; True to put the same question again."""
        if command is Command.LEAVE:
            raise Left
        if command is Command.WHY:
            self._why(ask)
            return True
        if command is Command.REVIEW:
            self._review()
            return False
        if self.asked:
            last = self.asked.pop()
            self._put(Ask(last, False, (), 0, 0, 1))
            return False
        self.screen.para("This is the first question.")
        return True

    def _why(self, ask: Ask) -> None:
        question = self.knowledge.questions.get(ask.id)
        why = (question.why or question.help) if question else phrases("opening")[f"{ask.id}-help"]
        self.screen.para(why)
        if question:
            for example in question.examples:
                self.screen.bullets([f"For example: {example}"])
        laws = [self.knowledge.provisions[id] for id in ask.waiting if id in self.knowledge.provisions]
        if laws:
            self.screen.para("What it can open or shut:")
            self.screen.bullets(cited(self.knowledge, law) for law in laws[:6])
            if len(laws) > 6:
                self.screen.para(f"and {len(laws) - 6} more.")

    def _ask(self, ask: Ask) -> Reply:
        if ask.id in OPENING:
            return self._ask_opening(ask)
        question = self.knowledge.questions[ask.id]
        given = self.share.answers.get(ask.id)
        current = answer_of(given).answer if given else ()
        text = question.asks + (" Please be more exact." if ask.exact else "")
        return self._ask_text(
            Prompt(
                text,
                help=question.help,
                choices=self._choices(ask.id, question),
                many=question.is_many,
                free=question.is_text and not question.is_many,
                current=(current,) if isinstance(current, str) else current,
            )
        )

    def _choices(self, id: str, question: Question) -> tuple[Choice, ...]:
        found = []
        for option in answers_to(self.knowledge, id):
            if option in question.options:
                found.append(Choice(option, question.label(option), question.hint(option)))
            elif question.options_from:
                found.append(self._term(self.knowledge.vocabularies[question.options_from], option))
            else:
                own = {"yes": question.yes, "no": question.no}.get(option, "")
                found.append(Choice(option, STOCK_ANSWERS.get(option, option), own))
        return tuple(found)

    def _term(self, vocabulary: Vocabulary, id: str) -> Choice:
        term = vocabulary[id]
        return Choice(id, term.label, term.hint, " ".join(term.aliases))

    def _ask_opening(self, ask: Ask, *, commands: bool = True) -> Reply:
        vocabulary = self.knowledge.vocabularies[_VOCABULARY[ask.id]]
        words = phrases("opening")
        text = words[ask.id]
        terms: Iterable[str] = self._terms_now(vocabulary)
        wide = self._wide(ask.id) if ask.exact else ""
        if wide:
            terms = vocabulary.narrower(wide)
            kind = vocabulary[wide].label
            text = words["which-data"] if ask.id == "data" else words["which-body"].replace("{kind}", kind)
        return self.prompter.ask(
            Prompt(
                text,
                help=words[f"{ask.id}-help"],
                choices=tuple(self._term(vocabulary, id) for id in terms),
                many=ask.id in ("purpose", "data") and not wide,
                unsure=bool(wide),
                current=self._current_opening(ask.id),
                commands=commands,
            )
        )

    def _terms_now(self, vocabulary: Vocabulary) -> list[str]:
        """The terms that exist on the day."""
        return [
            id
            for id in vocabulary
            if not (vocabulary[id].until and vocabulary[id].until < self.as_at)  # type: ignore[operator]
            and not (vocabulary[id].start and vocabulary[id].start > self.as_at)  # type: ignore[operator]
        ]

    def _wide(self, id: str) -> str:
        """The kind that is too wide: the first party (or kind of data) that has narrower kinds."""
        vocabulary = self.knowledge.vocabularies[_VOCABULARY[id]]
        if id == "data":
            return next((kind for kind in self.share.data if vocabulary.narrower(kind)), "")
        party = self._wide_party(id)
        return party.kind if party else ""

    def _wide_party(self, id: str) -> Party | None:
        role = "receiver" if id == "discloser" else "discloser"
        bodies = self.knowledge.vocabularies["bodies"]
        return next((p for p in self.share.parties if p.role != role and bodies.narrower(p.kind)), None)

    def _current_opening(self, id: str) -> tuple[str, ...]:
        if id == "purpose":
            return self.share.purpose
        return self.share.data if id == "data" else ()

    # What was answered

    def _take(self, ask: Ask, reply: tuple[str, ...]) -> None:
        if ask.exact and (reply == (NOT_SURE,) or ask.id in self.knowledge.questions):
            self.skipped.add(ask.id)  # asked for more than once already
        if ask.id not in self.asked:
            self.asked.append(ask.id)
        if ask.id in OPENING:
            self._take_opening(ask, reply)
            return
        question = self.knowledge.questions[ask.id]
        value: str | tuple[str, ...] = reply if question.is_many else (reply[0] if reply else NOT_SURE)
        answer = Answer(answer=value)
        if question.kind == "judgement" and value in ("yes", "no"):
            answer = self._judged(question, str(value))
        elif question.dated == "yes" and value not in ("no", NOT_SURE):
            reference = self._text("Its reference or date, if it has one", optional=True)
            answer = Answer(answer=value, reference=reference)
        self._answer(ask.id, answer)
        if ask.id == "goal" and not self.share.title:
            self._save(title=str(value)[:80])

    def _judged(self, question: Question, value: str) -> Answer:
        by = self._text("Who judges this? Name or post")
        weighed = [] if self._urgent else self._weighed(question)
        reason = self._text("The reasons, in a sentence or two")
        return Answer(answer=value, by=by, reason="\n".join([*weighed, reason]), on=dt.date.today())

    def _weighed(self, question: Question) -> list[str]:
        """What a judgement weighs, put one by one; what is said to each is kept with the reasons."""
        if question.weighs:
            self.screen.para("What to weigh: a few words on each. Enter leaves one out.")
        found = []
        for consideration in question.weighs:
            said = self._text(consideration, optional=True)
            if said.strip():
                found.append(f"{consideration}: {said.strip()}")
        return found

    def _ask_text(self, prompt: Prompt) -> Reply:
        """Ask; where a text seems to hold somebody's details, keep it only if the person says so."""
        while True:
            reply = self.prompter.ask(prompt)
            if isinstance(reply, Command) or not prompt.free:
                return reply
            held = ", ".join(dict.fromkeys(detail.what for detail in personal_details(" ".join(reply))))
            if not held:
                return reply
            self.screen.para(f"That seems to hold {held}. Nothing here needs anybody’s details.", style="bold")
            again = Prompt(
                "What shall become of it?",
                choices=(
                    Choice("again", "Write it again, without them"),
                    Choice("keep", "Keep it: it is nobody’s"),
                ),
                unsure=False,
                commands=False,
            )
            if self.prompter.ask(again) == ("keep",):
                return reply

    def _text(self, text: str, *, optional: bool = False, current: str = "") -> str:
        reply = self.prompter.ask(
            Prompt(text, free=True, optional=optional, commands=False, current=(current,) if current else ())
        )
        return reply[0] if isinstance(reply, tuple) and reply else ""

    def _answer(self, id: str, answer: Answer) -> None:
        short = answer.answer if answer == Answer(answer=answer.answer) else answer
        self._save(answers={**self.share.answers, id: short})

    def _take_opening(self, ask: Ask, reply: tuple[str, ...]) -> None:
        if ask.id == "nation":
            nation: Nation = reply[0]  # type: ignore[assignment]
            self._save(nation=nation)
        elif ask.id == "purpose":
            self._save(purpose=reply)
        elif ask.id == "data":
            wide = self._wide("data") if ask.exact else ""
            kept = tuple(reply[0] if kind == wide else kind for kind in self.share.data) if wide else reply
            data = tuple(dict.fromkeys(kept)) if reply != (NOT_SURE,) else self.share.data
            self._save(data=data, essential=tuple(kind for kind in self.share.essential if kind in data))
        else:
            self._take_party(ask, reply[0])

    def _take_party(self, ask: Ask, kind: str) -> None:
        wide = self._wide_party(ask.id) if ask.exact else None
        if wide:
            if kind != NOT_SURE:
                parties = [msgspec.structs.replace(p, kind=kind) if p is wide else p for p in self.share.parties]
                self._save(parties=tuple(parties))
            return
        label = self.knowledge.label(kind)
        name = self._text("Its name", optional=True, current=label) or label
        other = tuple(p for p in self.share.parties if p.role != ask.id)
        id = _slug(name, {p.id for p in other})
        party = Party(id=id, name=name, kind=kind, role=ask.id)  # type: ignore[arg-type]
        self._save(parties=(*other, party) if ask.id == "receiver" else (party, *other))
        if ask.id == "receiver":
            self._more_receivers()
        elif self.share.nation is None and not self._urgent:
            self._where()

    def _where(self) -> None:
        """The sender's nation, asked with the sender itself."""
        reply = self._ask_opening(Ask("nation", False, (), 0, 0, 1), commands=False)
        if isinstance(reply, tuple) and reply:
            self._take_opening(Ask("nation", False, (), 0, 0, 1), reply)

    def _more_receivers(self) -> None:
        vocabulary = self.knowledge.vocabularies["bodies"]
        terms = tuple(self._term(vocabulary, id) for id in self._terms_now(vocabulary))
        nobody = Choice("nobody-else", "Nobody else")
        while True:
            prompt = Prompt(
                "Who else will receive it?", choices=(nobody, *terms), unsure=False, commands=False, optional=True
            )
            reply = self.prompter.ask(prompt)
            if isinstance(reply, Command) or reply == ("nobody-else",) or not reply:
                return
            name = self._text("Its name", optional=True, current=self.knowledge.label(reply[0]))
            name = name or self.knowledge.label(reply[0])
            id = _slug(name, {p.id for p in self.share.parties})
            self._save(parties=(*self.share.parties, Party(id=id, name=name, kind=reply[0], role="receiver")))

    def _save(self, **changes: Any) -> None:
        """Change the share, and put it in its file at once."""
        self.share = msgspec.structs.replace(self.share, **changes)
        save_share(self.share, self.path)

    # Looking back

    def answered(self) -> list[tuple[str, str, str]]:
        """Every answer so far: (id, what was asked, the answer in words)."""
        label, opening = self.knowledge.label, phrases("opening")
        share = self.share
        found = []
        for role in ("discloser", "receiver"):
            names = [f"{p.name} ({label(p.kind)})" for p in share.parties if p.role in (role, "both")]
            if names:
                found.append((role, opening[f"{role}-title"], ", ".join(names)))
        if share.purpose:
            found.append(("purpose", opening["purpose-title"], ", ".join(map(label, share.purpose))))
        if share.data:
            found.append(("data", opening["data-title"], ", ".join(map(label, share.data))))
        if share.nation:
            found.append(("nation", opening["nation-title"], label(share.nation)))
        for id, raw in share.answers.items():
            question, answer = self.knowledge.questions[id], answer_of(raw)
            words = self.knowledge.answer_label(id, answer.answer)
            by = f" (by {answer.by}: {answer.reason})" if answer.by or answer.reason else ""
            found.append((id, question.title or question.asks, words + by))
        return found

    def _review(self) -> None:
        """Show the answers, and change one."""
        found = self.answered()
        if not found:
            self.screen.para("There is nothing to review yet.")
            return
        choices = tuple(Choice(id, f"{asks}: {answer}") for id, asks, answer in found)
        prompt = Prompt(
            "Your answers. Which one do you want to change?",
            choices=(Choice("", "None: go on"), *choices),
            unsure=False,
            commands=False,
        )
        reply = self.prompter.ask(prompt)
        if isinstance(reply, tuple) and reply and reply[0]:
            if reply[0] in self.asked:
                self.asked.remove(reply[0])
            self._put(Ask(reply[0], False, (), 0, 0, 1))

    def _check_answers(self) -> bool:
        """Show every answer before the result; True when they are right."""
        if self._urgent:
            return True
        self.screen.title("Check your answers")
        self.screen.table(("Question", "Answer"), [(asks, answer) for _, asks, answer in self.answered()])
        self.screen.blank()
        prompt = Prompt(
            "Is everything right?",
            choices=(Choice("yes", "Yes, show the result"), Choice("no", "No, change an answer")),
            unsure=False,
        )
        reply = self.prompter.ask(prompt)
        if reply is Command.LEAVE:
            raise Left
        if reply == ("yes",):
            return True
        self._review()
        return False

    # Promises

    def _promises(self, determination: Determination) -> bool:
        """One page of ticks: what is kept already. What is left is promised, or refused by name."""
        assurances, safeguards = promises(determination)
        open_ones = [id for id in assurances if id not in self.share.answers]
        open_ones += [
            s.id for s in safeguards
            if not s.done and not s.refused and self.knowledge.questions.get(s.id) and s.id not in self.share.answers
            and self.knowledge.questions[s.id].kind == "assurance"
        ]  # fmt: skip
        if not open_ones or self._urgent:
            return True
        self.screen.title("What has to be done")
        choices = tuple(Choice(id, self.knowledge.questions[id].asks) for id in open_ones)
        kept = self._tick("Tick what is done already. The rest counts as promised before sharing.", choices)
        left = tuple(choice for choice in choices if choice.id not in kept)
        refused = (
            self._tick("Is there any that will NOT be done? Tick it; Enter if there is none.", left) if left else ()
        )
        answers = {id: "yes" if id in kept else "will-not" if id in refused else "not-yet" for id in open_ones}
        self._save(answers={**self.share.answers, **answers})
        return not refused

    def _essentials(self, determination: Determination) -> bool:
        """Which kinds of data the goal cannot do without, so that what would help never leaves them out."""
        refused = any(line.verdict in (CANNOT, REFER) for line in determination.lines)
        if self._urgent or not refused or len(self.share.data) < 2 or "essential" in self.skipped:
            return True
        self.skipped.add("essential")
        self.screen.title("Some of it cannot go as it is")
        choices = tuple(Choice(kind, self.knowledge.label(kind)) for kind in self.share.data)
        text = "Without which of these would the goal be lost? Tick them; Enter if there is none."
        self._save(essential=self._tick(text, choices))
        return True

    def _tick(self, text: str, choices: tuple[Choice, ...]) -> tuple[str, ...]:
        reply = self.prompter.ask(Prompt(text, choices=choices, many=True, optional=True, unsure=False))
        if reply is Command.LEAVE:
            raise Left
        return reply if isinstance(reply, tuple) else ()


def _slug(name: str, taken: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:30] or "party"
    found, number = base, 2
    while found in taken:
        found, number = f"{base}-{number}", number + 1
    return found
