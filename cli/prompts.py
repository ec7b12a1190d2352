"""Asking at a terminal: menus that repaint, or plain numbered lines for screen readers and dumb terminals.

Every prompt takes the same few commands: why (?), back, review, not sure, save and leave.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from cli.screen import Screen

_LONG = 12
_MARK = ">"
_MARGIN = 5  # columns that the pointer and the tick take before an option
_ABOVE = 11  # lines that a question, its help and its keys take in a narrow terminal
_FEWEST = 5  # options that are shown, however low the terminal
NOT_SURE = "not-sure"


class Command(Enum):
    """What a person may do at any prompt instead of answering."""

    WHY = "why"
    BACK = "back"
    REVIEW = "review"
    LEAVE = "leave"


@dataclass(frozen=True)
class Choice:
    id: str
    label: str
    hint: str = ""
    words: str = ""  # other words that find it


@dataclass(frozen=True)
class Prompt:
    """One thing to ask."""

    text: str
    help: str = ""
    choices: tuple[Choice, ...] = ()
    many: bool = False
    free: bool = False
    optional: bool = False
    unsure: bool = True
    current: tuple[str, ...] = ()
    commands: bool = True

    @property
    def offered(self) -> tuple[Choice, ...]:
        if self.unsure and not self.free:
            return (*self.choices, Choice(NOT_SURE, "I'm not sure"))
        return self.choices


Reply = tuple[str, ...] | Command


class Prompter(Protocol):
    def ask(self, prompt: Prompt) -> Reply: ...


def prompter(screen: Screen) -> Prompter:
    return PlainPrompter(screen) if screen.plain else MenuPrompter(screen)


class MenuPrompter:
    """Menus driven by the arrow keys; typing narrows a long one."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen

    def ask(self, prompt: Prompt) -> Reply:
        self.screen.para(prompt.text, style="bold")
        if prompt.help:
            self.screen.para(prompt.help)
        if prompt.free:
            return self._text(prompt)
        return self._many(prompt) if prompt.many else self._one(prompt)

    def _one(self, prompt: Prompt) -> Reply:
        import questionary

        search = len(prompt.offered) > _LONG
        current = prompt.current[0] if prompt.current else None
        offered = {choice.id for choice in prompt.offered}
        question = questionary.select(
            "",
            qmark=_MARK,
            choices=[self._choice(choice, brief=search) for choice in prompt.offered],
            default=current if current in offered else None,
            instruction=" ",
            use_search_filter=search,
            use_jk_keys=False,
            style=_style(),
        )
        answer = self._run(question, prompt, search)
        return answer if isinstance(answer, Command) else (str(answer),)

    def _many(self, prompt: Prompt) -> Reply:
        import questionary

        search = len(prompt.offered) > _LONG
        question = questionary.checkbox(
            "",
            qmark=_MARK,
            choices=[self._choice(choice, choice.id in prompt.current, brief=search) for choice in prompt.offered],
            instruction=" ",
            use_search_filter=search,
            use_jk_keys=False,
            validate=lambda picked: True if picked or prompt.optional else "Pick at least one: space ticks it.",
            style=_style(),
        )
        answer = self._run(question, prompt, search, many=True)
        return answer if isinstance(answer, Command) else tuple(answer)

    def _text(self, prompt: Prompt) -> Reply:
        import questionary

        question = questionary.text(
            "",
            qmark=_MARK,
            default=prompt.current[0] if prompt.current else "",
            validate=lambda text: True if text.strip() or prompt.optional else "Write a few words.",
            style=_style(),
        )
        answer = self._run(question, prompt, search=False, text=True)
        return answer if isinstance(answer, Command) else ((str(answer).strip(),) if str(answer).strip() else ())

    def _choice(self, choice: Choice, checked: bool = False, *, brief: bool) -> Any:
        import questionary

        return questionary.Choice(title=self._title(choice, brief), value=choice.id, checked=checked)

    def _title(self, choice: Choice, brief: bool) -> str:
        """The whole label, over as many lines as it takes; in a long list the hint gets what is left of the line."""
        width = self.screen.console.width - _MARGIN - 3
        label = " ".join(choice.label.split())
        hinted = f"{label}: {choice.hint}" if choice.hint and self.screen.console.width >= 90 else label
        if brief and len(label) <= width:
            return hinted if len(hinted) <= width else f"{hinted[: width - 1]}…"
        margin = " " * _MARGIN
        return textwrap.fill(
            hinted, width + _MARGIN, initial_indent=margin, subsequent_indent=margin, break_on_hyphens=False
        ).lstrip()

    def _run(self, question: Any, prompt: Prompt, search: bool, *, many: bool = False, text: bool = False) -> Any:
        keys = [
            f"type to search all {len(prompt.offered)}" if search else "",
            "space to tick" + (f" ({len(prompt.offered)} in all)" if not search else "") if many else "",
            "Enter",
        ]
        if prompt.commands:
            keys += ["? why", "Ctrl-B back", "Ctrl-R review", "Ctrl-S save and leave"]
            _bind(question.application, text)
        self.screen.para("  ".join(key for key in keys if key), style="dim")
        if not text:
            _fit(question.application, self.screen.console.height)
        return question.unsafe_ask()


def _fit(application: Any, rows: int) -> None:
    """Keep a long list short enough that what is asked stays on the screen above it."""
    from prompt_toolkit.filters import to_filter
    from prompt_toolkit.layout.dimension import Dimension
    from questionary.prompts.common import InquirerControl

    for window in application.layout.find_all_windows():
        if isinstance(window.content, InquirerControl):
            window.height = Dimension(max=max(_FEWEST, rows - _ABOVE))
            window.dont_extend_height = to_filter(True)


def _bind(application: Any, text: bool) -> None:
    """Give a prompt the commands; in a text box `?` asks why only while the box is empty."""
    from prompt_toolkit.filters import Condition
    from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings

    bindings = KeyBindings()

    def leave_with(command: Command) -> Callable[[Any], None]:
        def handle(event: Any) -> None:
            event.app.exit(result=command)

        return handle

    empty = Condition(lambda: not text or not application.current_buffer.text)
    bindings.add("?", filter=empty, eager=True)(leave_with(Command.WHY))
    bindings.add("c-b", eager=True)(leave_with(Command.BACK))
    bindings.add("c-r", eager=True)(leave_with(Command.REVIEW))
    bindings.add("c-s", eager=True)(leave_with(Command.LEAVE))
    application.key_bindings = merge_key_bindings([application.key_bindings or KeyBindings(), bindings])


def _style() -> Any:
    from questionary import Style

    return Style([("question", "bold"), ("highlighted", "bold reverse"), ("selected", "bold"), ("instruction", "")])


_PLAIN = {"?": Command.WHY, "b": Command.BACK, "back": Command.BACK, "r": Command.REVIEW, "review": Command.REVIEW,
          "s": Command.LEAVE, "save": Command.LEAVE, "q": Command.LEAVE, "why": Command.WHY}  # fmt: skip


class PlainPrompter:
    """Numbered options, one line each, and a line to answer on. Nothing is repainted."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen

    def ask(self, prompt: Prompt) -> Reply:
        self.screen.para(prompt.text)
        if prompt.help:
            self.screen.para(prompt.help)
        if prompt.free:
            return self._text(prompt)
        if len(prompt.offered) > _LONG:
            return self._search(prompt)
        return self._pick(prompt, prompt.offered)

    def _text(self, prompt: Prompt) -> Reply:
        while True:
            line = self._line("Your answer" + (" (Enter to leave out)" if prompt.optional else ""))
            if prompt.commands and line.lower() in _PLAIN and len(line) <= 1:
                return _PLAIN[line.lower()]
            if line or prompt.optional:
                return (line,) if line else ()
            self.screen.para("Write a few words.")

    def _pick(self, prompt: Prompt, choices: Sequence[Choice]) -> Reply:
        for number, choice in enumerate(choices, 1):
            hint = f" ({choice.hint})" if choice.hint else ""
            self.screen.para(f"{number}. {choice.label}{hint}")
        ask = "Numbers with commas" if prompt.many else "Number"
        commands = ", or ? why, b back, r review, s save and leave" if prompt.commands else ""
        while True:
            line = self._line(f"{ask}{commands}").lower()
            if prompt.commands and line in _PLAIN:
                return _PLAIN[line]
            if not line and prompt.optional:
                return ()
            picked = self._picked(line, choices, prompt.many)
            if picked:
                return picked
            self.screen.para(f"Write a number from 1 to {len(choices)}.")

    def _picked(self, line: str, choices: Sequence[Choice], many: bool) -> tuple[str, ...]:
        found: list[str] = []
        for part in line.replace(",", " ").split():
            by_id = [choice.id for choice in choices if part == choice.id]
            if part.isdigit() and 1 <= int(part) <= len(choices):
                found.append(choices[int(part) - 1].id)
            elif by_id:
                found += by_id
            else:
                return ()
        return tuple(dict.fromkeys(found)) if many or len(found) == 1 else ()

    def _search(self, prompt: Prompt) -> Reply:
        """Find the options by a word; in a list of many, words find more until an empty line."""
        chosen: list[str] = list(prompt.current) if prompt.many else []
        by_id = {choice.id: choice for choice in prompt.offered}
        while True:
            if chosen:
                self.screen.para("So far: " + ", ".join(by_id[id].label for id in chosen if id in by_id))
            more = " (Enter when that is all)" if chosen else " (Enter for none)" if prompt.optional else ""
            line = self._line(f"A word to search for, * for all{more}, or ? why, b back, r review, s save and leave")
            if not line and (chosen or prompt.optional):
                return tuple(chosen)
            if prompt.commands and line.lower() in _PLAIN:
                return _PLAIN[line.lower()]
            found = _matching(line, prompt.offered)
            if not found:
                self.screen.para("Nothing like that. Try another word.")
                continue
            reply = self._pick(Prompt(prompt.text, many=prompt.many, optional=True), found)
            if isinstance(reply, Command):
                return reply
            if reply and not prompt.many:
                return reply
            chosen += [id for id in reply if id not in chosen]

    def _line(self, ask: str) -> str:
        sys.stdout.write(f"{ask}: ")
        sys.stdout.flush()
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line.strip()


def _matching(words: str, choices: Sequence[Choice]) -> list[Choice]:
    if words == "*":
        return list(choices)
    wanted = words.lower().split()
    return [
        choice
        for choice in choices
        if wanted and all(w in f"{choice.id} {choice.label} {choice.hint} {choice.words}".lower() for w in wanted)
    ]
