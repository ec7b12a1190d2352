"""What moved between two versions of a paper: which clauses, and the answers, terms and provisions that moved them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from knowledge.agreement import KEYS
from rules.determine import Determination
from rules.document import Agreement, Block, Cell, Clause, Gap, Paragraph, Table

Drafted = tuple[Determination, Agreement]
_SHARE_TERMS = ("title", "parties", "purpose", "data", "as_at")
_OF_THE_REST = ("to-do", "trace", "law-list", "left-out")  # they only list the other clauses


@dataclass(frozen=True)
class Moved:
    """A clause that is not what it was. `because` names each thing behind it that changed, before and after."""

    id: str
    heading: str
    how: Literal["new", "gone", "changed"]
    because: tuple[str, ...]


def moved(old: Drafted, new: Drafted) -> list[Moved]:
    """The clauses that moved, in the order of the new paper, then those that are gone."""
    before = {clause.id: clause for clause in old[1].clauses if clause.id not in _OF_THE_REST}
    after = {clause.id: clause for clause in new[1].clauses if clause.id not in _OF_THE_REST}
    found = []
    for id, clause in after.items():
        if id not in before:
            found.append(Moved(id, clause.heading, "new", _because(old, new, None, clause)))
        elif _said(before[id]) != _said(clause):
            found.append(Moved(id, clause.heading, "changed", _because(old, new, before[id], clause)))
    for id, clause in before.items():
        if id not in after:
            found.append(Moved(id, clause.heading, "gone", _because(old, new, clause, None)))
    return found


def differences(old: Determination, new: Determination) -> tuple[str, ...]:
    """Each answer and term of the share that is not what it was, before and after."""
    found: list[str] = []
    for id in new.knowledge.questions:
        found += _changed(id, _answers(old, id), _answers(new, id))
    for key in (*_SHARE_TERMS, *KEYS):
        found += _changed(key, _term(old, key), _term(new, key))
    if old.verdict != new.verdict:
        found.append(f"verdict: {old.verdict} → {new.verdict}")
    return tuple(found)


def _said(clause: Clause) -> list[Block]:
    """What a clause says, whatever number its gaps have."""
    return [_unnumbered(block) for block in clause.blocks]


def _unnumbered(block: Block) -> Block:
    def cell(one: Cell) -> Cell:
        return dataclasses.replace(one, number=0) if isinstance(one, Gap) else one

    if isinstance(block, Paragraph):
        return dataclasses.replace(block, text=cell(block.text))
    if isinstance(block, Table):
        return dataclasses.replace(block, rows=tuple(tuple(map(cell, row)) for row in block.rows))
    return block


def _because(old: Drafted, new: Drafted, before: Clause | None, after: Clause | None) -> tuple[str, ...]:
    clauses = [clause for clause in (before, after) if clause]
    found: list[str] = []
    if old[1].kind != new[1].kind:
        found.append(f"kind of paper: {old[1].heading} → {new[1].heading}")
    for id in dict.fromkeys(id for clause in clauses for id in clause.sources.answers):
        found += _changed(id, _answers(old[0], id), _answers(new[0], id))
    for key in dict.fromkeys(key for clause in clauses for key in clause.sources.terms):
        found += _changed(key, _term(old[0], key), _term(new[0], key))
    one, other = (set(clause.sources.provisions) if clause else set() for clause in (before, after))
    found += [f"{id}: no longer relied on" for id in sorted(one - other)]
    found += [f"{id}: now relied on" for id in sorted(other - one)]
    return tuple(found) or ("it follows from what moved the other clauses",)


def _changed(name: str, before: str, after: str) -> Iterator[str]:
    if before != after:
        yield f"{name}: {_short(before)} → {_short(after)}"


def _short(said: str) -> str:
    return said if len(said) <= 80 else f"{said[:80]}…" if said else "nothing"


def _answers(determination: Determination, id: str) -> str:
    found = {
        determination.knowledge.answer_label(id, answer.answer) + (f" ({answer.reason})" if answer.reason else "")
        for line in determination.lines
        if (answer := line.line.answers.get(id))
    }
    return "; ".join(sorted(found)) or "nothing"


def _term(determination: Determination, key: str) -> str:
    share = determination.share
    if key in _SHARE_TERMS:
        if key == "as_at":
            return str(determination.as_at)
        if key == "parties":
            return "; ".join(f"{p.name} ({p.kind}, {p.role})" for p in share.parties)
        value = getattr(share, key)
    else:
        value = getattr(share.agreement, key, "")
    if isinstance(value, dict):
        return "; ".join(f"{id}: {text}" for id, text in value.items()) or "nothing"
    if isinstance(value, tuple):
        return "; ".join(getattr(one, "name", str(one)) for one in value) or "nothing"
    return str(value or "nothing")
