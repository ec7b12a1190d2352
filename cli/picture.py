"""Pictures of a determination: the matrix of its lines in a terminal and as SVG, and the path to a verdict as a tree.

Each cell holds a word, so that nothing is said by colour alone.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.output import clean
from cli.screen import Screen
from cli.verdict import SHORT
from rules.document import Matrix
from rules.picture import Node

if TYPE_CHECKING:
    from rich.tree import Tree

_MARK = {"met": "+", "open": "+", "out of the way": "+", "not met": "x", "shut": "x", "stands": "x"}
_LEAST = 7  # characters that a cell takes
_TEMPLATES = Path(__file__).resolve().parent.parent / "knowledge" / "templates"


# In a terminal


def show_matrix(screen: Screen, matrix: Matrix) -> None:
    """A table where it fits, with numbered columns; else a line for each flow and verdict."""
    words = matrix.words
    screen.title(words["title"])
    room = screen.console.width - 3 * 20 - (_LEAST + 2) * len(matrix.kinds)
    if screen.plain or screen.narrow or room < 0:
        _by_row(screen, matrix)
    else:
        headings = [words["from"], words["to"], words["for"], *(str(n) for n, _ in enumerate(matrix.kinds, 1))]
        rows = [[row.sender, row.receiver, row.purpose, *map(matrix.word, row.verdicts)] for row in matrix.rows]
        screen.table(headings, rows)
        screen.blank()
        screen.para("; ".join(f"{number} {kind}" for number, kind in enumerate(matrix.kinds, 1)))
    screen.blank()
    screen.para(f"{words['legend']}: {'; '.join(_legend(matrix))}.")


def _by_row(screen: Screen, matrix: Matrix) -> None:
    for row in matrix.rows:
        screen.heading(f"{row.sender} → {row.receiver}, {row.purpose}")
        for verdict in matrix.used:
            kinds = [kind for kind, found in zip(matrix.kinds, row.verdicts, strict=True) if found == verdict]
            if kinds:
                screen.bullets([f"{matrix.word(verdict)}: {', '.join(kinds)}"])


def _legend(matrix: Matrix) -> list[str]:
    found = [f"{matrix.word(verdict)} = {SHORT[verdict].lower()}" for verdict in matrix.used]
    return [*found, f"{matrix.words['none']} = {matrix.words['legend-none']}"] if matrix.has_holes else found


def show_path(screen: Screen, node: Node) -> None:
    """A tree where there is room to draw; else a numbered line for each step, as deep as its number is long."""
    if screen.plain or screen.narrow:
        _lines(screen, node, "")
        return
    screen.console.print(_tree(node))


def _tree(node: Node) -> Tree:
    from rich.text import Text
    from rich.tree import Tree

    tree = Tree(Text(_says(node), style="bold"), guide_style="dim")

    def grow(branch: Tree, leads: tuple[Node, ...]) -> None:
        for lead in leads:
            grow(branch.add(Text(_says(lead))), lead.leads)

    grow(tree, node.leads)
    return tree


def _lines(screen: Screen, node: Node, number: str) -> None:
    screen.para(f"{number} {_says(node)}".strip())
    for position, lead in enumerate(node.leads, 1):
        _lines(screen, lead, f"{number}{position}.")


def _says(node: Node) -> str:
    mark = _MARK.get(node.state, "?")
    return clean(f"{mark} {node.says}: {node.state}" if node.state else node.says)


# As SVG, and as a page

_WIDE, _TALL, _SIDE, _CHARACTER = 92, 30, 12, 7.2
_FILL = {
    "must-share": "#d9ead3", "may-share": "#e2f0d9", "may-share-with-conditions": "#eef7e4",
    "outside-data-protection-law": "#e8eef7", "more-needed": "#fff2cc", "refer": "#fde9c9",
    "cannot-share-as-proposed": "#f4cccc",
}  # fmt: skip


def matrix_svg(matrix: Matrix) -> str:
    """The matrix as SVG: a title and a description for those who do not see it, and a word in each cell."""
    labels = [f"{row.sender} → {row.receiver}, {row.purpose}" for row in matrix.rows]
    left = int(max(map(len, labels), default=0) * _CHARACTER) + 2 * _SIDE
    top = 2 * _TALL
    width = left + _WIDE * len(matrix.kinds) + _SIDE
    key = [f"{number} {kind}" for number, kind in enumerate(matrix.kinds, 1)] + _legend(matrix)
    height = top + _TALL * (len(labels) + len(key)) + 2 * _SIDE
    describes = matrix.words["describes"].replace("{rows}", str(len(labels)))
    describes = describes.replace("{columns}", str(len(matrix.kinds)))
    said = "; ".join(
        f"{label}: " + ", ".join(f"{kind} {matrix.word(v)}" for kind, v in zip(matrix.kinds, row.verdicts, strict=True))
        for label, row in zip(labels, matrix.rows, strict=True)
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="matrix-title matrix-desc" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" style="max-width:100%;height:auto" '
        'font-family="sans-serif" font-size="13">',
        f'<title id="matrix-title">{_safe(matrix.words["title"])}</title>',
        f'<desc id="matrix-desc">{_safe(describes)} {_safe(said)}.</desc>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        _said(_SIDE, _TALL, matrix.words["title"], bold=True),
    ]
    for column in range(len(matrix.kinds)):
        parts.append(_said(left + _WIDE * column + _WIDE / 2, top - 10, str(column + 1), middle=True, bold=True))
    for number, (label, row) in enumerate(zip(labels, matrix.rows, strict=True)):
        y = top + _TALL * number
        parts.append(_said(_SIDE, y + 20, label))
        for column, verdict in enumerate(row.verdicts):
            x = left + _WIDE * column
            parts.append(
                f'<rect x="{x}" y="{y}" width="{_WIDE}" height="{_TALL}" fill="{_FILL.get(verdict or "", "#ffffff")}" '
                'stroke="#333333"/>'
            )
            parts.append(_said(x + _WIDE / 2, y + 20, matrix.word(verdict), middle=True))
    for number, line in enumerate(key):
        parts.append(_said(_SIDE, top + _TALL * (len(labels) + number) + 24, line))
    return "\n".join([*parts, "</svg>"])


def _said(x: float, y: float, text: str, *, middle: bool = False, bold: bool = False) -> str:
    anchor = ' text-anchor="middle"' if middle else ""
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}"{anchor}{weight} fill="#111111">{_safe(text)}</text>'


def _safe(text: str) -> str:
    return escape(" ".join(clean(text).split()))


def explained_html(title: str, matrix: Matrix, paths: list[tuple[str, Node]]) -> bytes:
    """One HTML page: the matrix as a picture and as a table, and the path of each group of lines."""
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(
        loader=FileSystemLoader(_TEMPLATES), undefined=StrictUndefined, autoescape=True, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    page: str = environment.get_template("explain.html.j2").render(
        style=(_TEMPLATES / "agreement.css").read_text(encoding="utf-8"),
        title=" ".join(clean(title).split()),
        words=matrix.words,
        picture=matrix_svg(matrix),
        kinds=matrix.kinds,
        rows=[
            {"names": [clean(row.sender), clean(row.receiver), clean(row.purpose)],
             "cells": [SHORT[verdict] if verdict else matrix.word(None) for verdict in row.verdicts]}
            for row in matrix.rows
        ],
        paths=[(" ".join(clean(heading).split()), _plain(node)) for heading, node in paths],
    )  # fmt: skip
    return page.encode()


def _plain(node: Node) -> dict[str, Any]:
    return {"says": _says(node), "leads": [_plain(lead) for lead in node.leads]}
