"""Rows as CSV that a spreadsheet opens as text: nothing that anybody typed is ever a formula.

A cell that a spreadsheet would calculate is written after an apostrophe; reading takes the apostrophe off again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_STARTS = ("=", "+", "-", "@", "'", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}",
           "\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}")  # fmt: skip


def write_rows(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 CSV with a line of headings.

    >>> write_rows(["a"], [["=1+1"], ["x, y"]])
    b'a\\r\\n\\'=1+1\\r\\n"x, y"\\r\\n'
    """
    file = io.StringIO()
    writer = csv.writer(file)
    for cells in (headings, *rows):
        writer.writerow([guarded(cell) for cell in cells])
    return file.getvalue().encode()


def read_rows(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file, by heading. Raises `ValueError` for what is no UTF-8 text or no CSV."""
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        return [
            {unguarded(key): unguarded(value or "") for key, value in row.items() if isinstance(key, str)}
            for row in reader
        ]
    except csv.Error as error:
        raise ValueError(str(error)) from None


def guarded(cell: str) -> str:
    """A cell that no spreadsheet calculates.

    >>> guarded("@SUM(1)"), guarded("  =1"), guarded("Head of Housing")
    ("'@SUM(1)", "'  =1", 'Head of Housing')
    """
    return f"'{cell}" if cell.startswith(_STARTS) or cell.lstrip().startswith(_STARTS) else cell


def unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") else cell
