"""A share as one row of the public register: a cell for each of the register's columns, or a gap.

The columns are the register's own; dates and the retention period are written as it writes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from rules.document import Cell, Gap
from rules.view import View

Row = dict[str, Cell]
_PERIOD = re.compile(r"\b(\d{1,3})\s*(day|week|month|year)s?\b", re.IGNORECASE)


def row(view: View, columns: Sequence[str]) -> Row:
    """The cells of the columns, in their order. Raises `KeyError` for a column that nobody can fill."""
    return {column: _CELLS[column](view) for column in columns}


def gaps(found: Row) -> list[Gap]:
    return [cell for cell in found.values() if isinstance(cell, Gap)]


def duration(text: str) -> str:
    """The first period that a text names, as the register writes it; nothing where it names none.

    >>> duration("6 years after the case closes"), duration("for 18 months"), duration("when it ends")
    ('P6Y', 'P18M', '')
    """
    found = _PERIOD.search(text)
    return f"P{found[1]}{found[2][0].upper()}" if found else ""


def _term(key: str) -> Callable[[View], Cell]:
    def cell(view: View) -> Cell:
        value = getattr(view.terms, key)
        return str(value).strip() if value else view.term_gap(key)

    return cell


def _codes(role: str) -> Callable[[View], Cell]:
    return lambda view: ";".join(party.id for party in view.parties if party.role in (role, "both"))


def _names(role: str) -> Callable[[View], Cell]:
    return lambda view: ";".join(party.name for party in view.parties if party.role in (role, "both"))


def _purpose(view: View) -> Cell:
    said = "; ".join(str(answer.answer) for answer in view.given("goal"))
    if said:
        return said
    question = view.knowledge.questions.get("goal")
    return view.gap(9, question.title if question else "", "discloser", "", "answers.goal")


def _power(view: View) -> Cell:
    return "; ".join(view.cited(gateway) for gateway, _ in view.relied_on("gateway"))


def _data(view: View) -> Cell:
    """What is disclosed: the data items where they are listed, else the kinds of data."""
    named = [one.name for one in view.terms.fields]
    return "; ".join(named or _unique(view.knowledge.label(line.line.data) for line in view.determination.lines))


def _retention(view: View) -> Cell:
    if not view.terms.retention.strip():
        return view.term_gap("retention")
    return duration(view.terms.retention) or view.terms.retention.strip()


def _contact(view: View) -> Cell:
    first = next((party for party in view.parties if party.role != "receiver"), None)
    return (first and view.terms.rights_contact.get(first.id)) or view.term_gap("rights_contact", first)


def _areas(view: View) -> Cell:
    nations = _unique(line.line.nation for line in view.determination.lines)
    return ";".join(view.knowledge.label(nation) for nation in nations)


def _unique(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))


_CELLS: dict[str, Callable[[View], Cell]] = {
    "id": _term("reference"),
    "name": lambda view: view.share.title or view.word("no-title"),
    "purpose": _purpose,
    "information-sharing-benefits": _term("benefits"),
    "legal-power-disclosure": _power,
    "disclosed-information": _data,
    "controllers": _codes("discloser"),
    "controller-names": _names("discloser"),
    "information-sharing-method": _term("transfer_method"),
    "processors": _codes("receiver"),
    "processor-names": _names("receiver"),
    "retention-period": _retention,
    "start-date": _term("start"),
    "end-date": lambda view: str(view.terms.end or ""),  # sharing may have no end
    "review-date": _term("review"),
    "contact": _contact,
    "areas": lambda view: "",
    "area-names": _areas,
}
