"""What a terminal shows: the same words in colour and columns, or in plain lines for a screen reader.

Meaning never stands in colour or in position alone. Text that people typed is shown as text, whatever it holds.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from cli.output import clean

_WIDEST = 100
_MANY = 50  # rows that a person at a terminal is shown of a list that goes on
_WHOLE = ("Id", "File", "Due")  # columns of what people copy, and so never broken


def wants_plain(asked: bool = False) -> bool:
    """Plain lines where they are asked for, where the terminal is dumb, or where there is none."""
    return (
        asked
        or os.environ.get("ACCESSIBLE", "") not in ("", "0")
        or os.environ.get("TERM") == "dumb"
        or not sys.stdout.isatty()
    )


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to whoever runs the command; the console would say that Gatehouse is at fault."""
        raise


class Screen:
    """Writes headings, paragraphs, lists and tables to a stream."""

    def __init__(self, plain: bool = False, *, stderr: bool = False) -> None:
        self.plain = plain
        stream = sys.stderr if stderr else sys.stdout
        size = {"width": 10_000} if plain and not stream.isatty() else {}
        self.console = _Console(
            stderr=stderr,
            highlight=False,
            markup=False,
            emoji=False,
            color_system=None if plain else "auto",
            soft_wrap=plain,
            **size,  # type: ignore[arg-type]
        )
        if not plain and self.console.width > _WIDEST:
            self.console.width = _WIDEST

    @property
    def narrow(self) -> bool:
        return self.console.width < 76

    def title(self, text: str, style: str = "bold") -> None:
        self.blank()
        self.console.print(Text(clean(text), style=style))
        if not self.plain:
            self.console.print(Rule(style="dim"))

    def heading(self, text: str) -> None:
        self.blank()
        self.console.print(Text(clean(text), style="bold"))

    def para(self, text: str, *, indent: int = 0, style: str = "") -> None:
        body = Text(clean(" ".join(text.split())), style=style)
        self.console.print(body if self.plain or not indent else Padding(body, (0, 0, 0, indent)))

    def bullets(self, entries: Iterable[str], mark: str = "•") -> None:
        """A list; each entry hangs under its mark."""
        for entry in entries:
            text = clean(" ".join(entry.split()))
            if self.plain:
                self.console.print(f"{'-' if mark == '•' else mark} {text}")
                continue
            grid = Table.grid(padding=(0, 1))
            grid.add_column(no_wrap=True)
            grid.add_column()
            grid.add_row(Text(f"  {mark}", style="dim"), Text(text))
            self.console.print(grid)

    def list_of_many(self, headings: Sequence[str], rows: Sequence[Sequence[str]], narrowed_by: str) -> None:
        """A table whose best rows come first: at a terminal as many as anybody reads, elsewhere all."""
        shown = rows if self.plain else rows[:_MANY]
        self.table(headings, shown)
        if len(shown) < len(rows):
            self.blank()
            self.para(f"The first {len(shown)} of {len(rows)}. {narrowed_by}, or --plain for all.", style="bold")

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A table where there is room; else each row as lines of `heading: cell`."""
        if self.plain or self.narrow:
            lines = []
            for row in rows:
                lines.append("")
                for heading, cell in zip(headings, row, strict=True):
                    lines.append(clean(" ".join(f"{heading}: {cell}".split())))
            if lines:
                self.console.print(Text("\n".join(lines)))
            return
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", expand=False)
        for heading in headings:
            table.add_column(heading, overflow="fold", no_wrap=heading in _WHOLE)
        for row in rows:
            table.add_row(*(Text(clean(cell)) for cell in row))
        self.console.print(table)

    def blank(self) -> None:
        self.console.print()
