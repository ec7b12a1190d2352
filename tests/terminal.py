"""A person at a real terminal: types keys, and reads the screen as it stands."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import pexpect
import pyte

from tests.command import GATEHOUSE, environment

UP, DOWN, ENTER, BACK, REVIEW, LEAVE, INTERRUPT = "\x1b[A", "\x1b[B", "\r", "\x02", "\x12", "\x13", "\x03"
POINTER = "»"
_LINE = 30  # letters from which an option that goes on in the next line is known
_PATIENCE = 20.0  # seconds until a screen that does not come is a fault


class Terminal:
    """The program in a terminal of so many columns and rows."""

    def __init__(self, *arguments: str, cwd: Path, columns: int = 100, rows: int = 40, **extra: str) -> None:
        self.columns = columns
        self.written = ""
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self.screen)
        size = {"TERM": "xterm-256color", "COLUMNS": str(columns), "LINES": str(rows), "PROMPT_TOOLKIT_NO_CPR": "1"}
        self.child = pexpect.spawn(
            str(GATEHOUSE), list(arguments), dimensions=(rows, columns), cwd=str(cwd), encoding="utf-8",
            env=environment(**{**size, **extra}),
        )  # fmt: skip
        self.child.delaybeforesend = None

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.child.close(force=True)

    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display).strip("\n")

    def read(self, seconds: float = 0.05) -> bool:
        """Take what the program has written; False when it has ended."""
        try:
            part = self.child.read_nonblocking(65536, timeout=seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.written += part
        self._stream.feed(part)
        return True

    def wait_until(self, holds: Callable[[str], bool], what: str) -> str:
        """Read until something holds of the screen; gives back the screen."""
        end = time.monotonic() + _PATIENCE
        while not holds(self.text()):
            going = self.read() and time.monotonic() < end
            assert going or holds(self.text()), f"{what} does not come:\n{self.text()}"
        return self.text()

    def wait_for(self, *wanted: str) -> str:
        """Read until one of these patterns stands on the screen; gives back the screen."""
        return self.wait_until(lambda shown: any(re.search(one, shown) for one in wanted), " or ".join(wanted))

    def press(self, keys: str) -> None:
        self.child.send(keys)

    def pointed(self) -> str:
        """The option that the pointer stands on."""
        return next((line.split(POINTER, 1)[1].strip() for line in self.text().splitlines() if POINTER in line), "")

    def move_to(self, label: str) -> None:
        """Bring the pointer to the option that starts with these words."""
        self.wait_for(POINTER)
        for _ in range(60):
            at = self.pointed()
            said = at.removeprefix("○ ").removeprefix("● ")
            if said.startswith(label) or (len(said) > _LINE and label.startswith(said)):
                return
            self.press(DOWN)
            self.wait_until(lambda _, left=at: self.pointed() not in (left, ""), "the next option")
        raise AssertionError(f"no option '{label}' on the screen:\n{self.text()}")

    def search(self, word: str) -> None:
        """Type a word into a long list, and wait until the list is short."""
        self.wait_for(POINTER)
        self.press(word)
        self.wait_for(rf"/ {re.escape(word)}\.\.\.")

    def ended(self) -> int:
        """Read to the end; gives back the exit status."""
        end = time.monotonic() + _PATIENCE
        while self.read() and time.monotonic() < end:
            pass
        self.child.close()
        assert self.child.exitstatus is not None, f"ended by signal {self.child.signalstatus}"
        return int(self.child.exitstatus)

    def kill(self) -> None:
        """End the program as a power cut would."""
        self.child.kill(9)
        self.child.close(force=True)
