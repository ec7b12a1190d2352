"""What a drafted paper is made of, whatever its format: sections, clauses, blocks, gaps, and where each came from.

Knows no wording, no law and no format. Frozen once drafted; `Writing` is the notepad on which one clause is drafted.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """A sender, a receiver and a purpose, with a verdict for each kind of data; None where it does not go."""

    sender: str
    receiver: str
    purpose: str
    verdicts: tuple[str | None, ...]


@dataclass(frozen=True)
class Matrix:
    """Who to whom for what, against which data. `words` are those of a verdict, in a cell and in the legend."""

    kinds: tuple[str, ...]
    rows: tuple[Row, ...]
    words: dict[str, str]

    def word(self, verdict: str | None) -> str:
        return self.words[verdict or "none"]

    @property
    def used(self) -> tuple[str, ...]:
        """The verdicts in it, in the order in which they are met."""
        found = dict.fromkeys(verdict for row in self.rows for verdict in row.verdicts)
        return tuple(verdict for verdict in found if verdict)

    @property
    def has_holes(self) -> bool:
        return any(verdict is None for row in self.rows for verdict in row.verdicts)


@dataclass(frozen=True)
class Gap:
    """Something that nobody has said yet, with its owner. Numbered in the order of the document."""

    item: int
    what: str
    owner: str
    help: str
    key: str
    number: int = 0

    def __str__(self) -> str:
        return f"[GAP {self.number}: {self.what}. Owner: {self.owner}]"


@dataclass(frozen=True)
class Link:
    """A citation, with the address at which it can be read."""

    text: str
    url: str


Cell = str | Gap | Link


@dataclass(frozen=True)
class Paragraph:
    text: Cell
    lead: str = ""


@dataclass(frozen=True)
class Points:
    points: tuple[str, ...]
    lead: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of cells. Without headings the first column names what stands beside it."""

    rows: tuple[tuple[Cell, ...], ...]
    headings: tuple[str, ...] = ()
    caption: str = ""
    to_sign: bool = False


Block = Paragraph | Points | Table


@dataclass(frozen=True)
class Sources:
    """Where a clause comes from: question ids, provision ids, terms of the share, and standard wording."""

    answers: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    standard: tuple[str, ...] = ()


@dataclass(frozen=True)
class Clause:
    id: str
    number: str
    heading: str
    blocks: tuple[Block, ...]
    items: tuple[int, ...]
    sources: Sources

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return tuple(cell for block in self.blocks for cell in _cells(block) if isinstance(cell, Gap))


@dataclass(frozen=True)
class Section:
    id: str
    number: int
    heading: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Agreement:
    """A whole paper. `kind` is the id of the kind of paper, or `refusal`."""

    kind: str
    heading: str
    title: str
    reference: str
    version: str
    marking: str
    status: str
    summary: Table
    sections: tuple[Section, ...]
    words: dict[str, str]
    matrix: Matrix | None = None  # who to whom for what, against which data: shown where a picture can be

    @property
    def clauses(self) -> tuple[Clause, ...]:
        return tuple(clause for section in self.sections for clause in section.clauses)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return tuple(gap for clause in self.clauses for gap in clause.gaps)

    @property
    def items(self) -> frozenset[int]:
        """The numbered things that an agreement has to hold and that this one holds, or has a gap for."""
        return frozenset(item for clause in self.clauses for item in clause.items)


def _cells(block: Block) -> Iterable[Cell]:
    if isinstance(block, Paragraph):
        return (block.text,)
    return (cell for row in block.rows for cell in row) if isinstance(block, Table) else ()


@dataclass
class Writing:
    """The notepad for one clause: its blocks so far, and what they rest on."""

    blocks: list[Block] = field(default_factory=list)
    answers: dict[str, None] = field(default_factory=dict)
    provisions: dict[str, None] = field(default_factory=dict)
    terms: dict[str, None] = field(default_factory=dict)
    standard: dict[str, None] = field(default_factory=dict)
    items: list[int] = field(default_factory=list)

    def para(self, text: Cell, lead: str = "") -> None:
        """A paragraph; text typed on several lines becomes one paragraph a line."""
        if not isinstance(text, str):
            self.blocks.append(Paragraph(text, lead))
            return
        for line in filter(None, map(str.strip, text.splitlines())):
            self.blocks.append(Paragraph(line, lead))
            lead = ""

    def points(self, points: Iterable[str], lead: str = "") -> None:
        found = tuple(points)
        if found:
            self.blocks.append(Points(found, lead))

    def table(
        self,
        headings: Sequence[str],
        rows: Iterable[Sequence[Cell]],
        caption: str = "",
        *,
        to_sign: bool = False,
    ) -> None:
        found = tuple(tuple(row) for row in rows)
        if found:
            self.blocks.append(Table(found, tuple(headings), caption, to_sign))

    def rests_on(
        self, *, answers: Iterable[str] = (), provisions: Iterable[str] = (), terms: Iterable[str] = ()
    ) -> None:
        self.answers.update(dict.fromkeys(answers))
        self.provisions.update(dict.fromkeys(provisions))
        self.terms.update(dict.fromkeys(terms))

    @property
    def sources(self) -> Sources:
        return Sources(tuple(self.answers), tuple(self.provisions), tuple(self.terms), tuple(self.standard))


class Numbering:
    """Gives gaps their numbers, in the order in which a reader meets them."""

    def __init__(self) -> None:
        self.last = 0

    def clause(self, clause: Clause) -> Clause:
        return dataclasses.replace(clause, blocks=tuple(self._block(block) for block in clause.blocks))

    def _block(self, block: Block) -> Block:
        if isinstance(block, Paragraph):
            return dataclasses.replace(block, text=self._cell(block.text))
        if isinstance(block, Table):
            return dataclasses.replace(block, rows=tuple(tuple(self._cell(c) for c in row) for row in block.rows))
        return block

    def _cell(self, cell: Cell) -> Cell:
        if not isinstance(cell, Gap):
            return cell
        self.last += 1
        return dataclasses.replace(cell, number=self.last)
