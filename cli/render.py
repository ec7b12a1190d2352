"""A drafted paper as Markdown, HTML, Word or PDF: one model, four formats, no law and no logic.

What people typed is text, whatever it holds. It is cleaned once here, and each format then escapes it in its own
way: no template sees it before its tags are read, and no markup is ever made of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cli.output import clean
from knowledge.problems import BadInput, suggestion
from rules.document import Agreement, Block, Cell, Gap, Link, Paragraph, Points, Table

TEMPLATES = Path(__file__).resolve().parent.parent / "knowledge" / "templates"
_NOT_IN_XML = str.maketrans("", "", "\ufffe\uffff")
_LINE = 105  # characters of a table's row across a page
_TALL = 1500  # characters up to which a table is kept on one page
_HEADER = 70  # characters of a title that fit a page's header


def render(agreement: Agreement, path: Path) -> bytes:
    """The paper in the format that the file's ending names. Raises `BadInput` for an ending that none has."""
    return renderer(path)(agreement)


def renderer(path: Path) -> Callable[[Agreement], bytes]:
    ending = path.suffix.lower()
    if ending not in FORMATS:
        fault = f"'{ending}' is no ending of a draft" if ending else "the name has no ending"
        known = f"Use one of {', '.join(FORMATS)}.{suggestion(ending, FORMATS)}"
        raise BadInput(clean(f"{path}: {fault}. {known}"))
    return FORMATS[ending]


# One model


def text(value: str) -> str:
    """A text in one line, without the characters that are not for reading.

    >>> text("a\\x00b\\n c\\u202ed")
    'ab cd'
    """
    return " ".join(clean(value).translate(_NOT_IN_XML).split())


def as_data(agreement: Agreement) -> dict[str, Any]:
    """The paper as lists, dicts and clean text: what every template is given."""
    title = text(agreement.title)
    return {
        "heading": text(agreement.heading),
        "title": title,
        "short_title": title if len(title) <= _HEADER else f"{title[:_HEADER]}…",
        "reference": text(agreement.reference)[:_HEADER],
        "version": text(agreement.version)[:_HEADER],
        "marking": text(agreement.marking)[:_HEADER],
        "status": agreement.status,
        "words": agreement.words,
        "summary": _block(agreement.summary),
        "sections": [
            {
                "id": section.id,
                "number": str(section.number),
                "heading": section.heading,
                "clauses": [
                    {
                        "id": clause.id,
                        "number": clause.number,
                        "heading": clause.heading,
                        "blocks": [_block(block) for block in clause.blocks],
                    }
                    for clause in section.clauses
                ],
            }
            for section in agreement.sections
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "lead": _lead(block.lead), "text": _cell(block.text)}
    if isinstance(block, Points):
        return {"kind": "points", "lead": _lead(block.lead), "points": [text(point) for point in block.points]}
    rows = [[_cell(cell) for cell in row] for row in block.rows]
    return {
        "kind": "table",
        "caption": text(block.caption),
        "headings": list(block.headings),
        "rows": rows,
        "columns": len(rows[0]),
        "weights": _weights(block),
        "to_sign": block.to_sign,
        "together": sum(len(cell["text"]) for row in rows for cell in row) < _TALL and not block.headings,
    }


def _lead(lead: str) -> str:
    found = text(lead)
    return found if not found or found[-1] in ":.?" else f"{found}:"


def _cell(cell: Cell) -> dict[str, Any]:
    url = text(cell.url) if isinstance(cell, Link) else ""
    said = cell.text if isinstance(cell, Link) else str(cell)
    return {"text": text(said), "gap": isinstance(cell, Gap), "url": url if url.startswith("https://") else ""}


def _weights(table: Table) -> list[int]:
    """How wide each column is beside the others: its longest word fits, and the rest goes by how much it holds."""
    if table.to_sign:
        return [24, 22, 20, 22, 12]
    if not table.headings:
        return [28, 72]
    if not any(_words(cell) for row in table.rows for cell in row[1:]):  # a form to fill in
        return [40, *(60 // (len(table.headings) - 1) for _ in table.headings[1:])]
    columns = list(zip(*([_words(cell) for cell in row] for row in (table.headings, *table.rows)), strict=True))
    least = [min(26, 4 + max(len(word) for cell in cells for word in ("", *cell.split()))) for cells in columns]
    holds = [min(120, sum(map(len, cells)) // len(cells)) + 1 for cells in columns]
    spare = max(0, _LINE - sum(least))
    return [need + spare * held // sum(holds) for need, held in zip(least, holds, strict=True)]


def _words(cell: Cell) -> str:
    return cell.text if isinstance(cell, Link) else str(cell)


# Four formats


def _environment(**options: Any) -> Any:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, **options
    )


def html(agreement: Agreement) -> bytes:
    """One HTML page with its style in it, no script, nothing fetched."""
    environment = _environment(autoescape=True)
    style = (TEMPLATES / "agreement.css").read_text(encoding="utf-8")
    picture = ""
    if agreement.matrix and agreement.matrix.rows:
        from cli.picture import matrix_svg

        picture = matrix_svg(agreement.matrix)
    template = environment.get_template("agreement.html.j2")
    page: str = template.render(style=style, picture=picture, **as_data(agreement))
    return page.encode()


_MARKS = re.compile(r"([\\`*_\[\]<>|~&$@])|(?<=http)(:)|(?<=https)(:)|(?<=www)(\.)")
_FIRST = re.compile(r"^([-+#=]|\d+(?=[.)]))")


def escape_markdown(value: object) -> str:
    """Text that no Markdown reader takes for markup.

    >>> escape_markdown("1. <b>*x*</b> [y](http://z)")
    '1\\\\. \\\\<b\\\\>\\\\*x\\\\*\\\\</b\\\\> \\\\[y\\\\](http\\\\://z)'
    """
    escaped = _MARKS.sub(lambda match: "\\" + match.group(0), str(value))
    return _FIRST.sub(lambda m: m.group(1) + "\\" if m.group(1)[0].isdigit() else "\\" + m.group(1), escaped)


def markdown(agreement: Agreement) -> bytes:
    """Plain Markdown with pipe tables, as most editors and repositories show it."""
    paper = as_data(agreement)
    marks = [paper[key] for key in ("status", "version", "reference", "marking") if paper[key]]
    parts = [f"# {_md(paper['heading'])}", f"**{_md(paper['title'])}**", _md(" · ".join(marks))]
    parts.append(_md_table(paper["summary"]))
    for section in paper["sections"]:
        parts.append(f"## {section['number']} {_md(section['heading'])}")
        for clause in section["clauses"]:
            parts.append(f"### {clause['number']} {_md(clause['heading'])}")
            parts += [_MARKDOWN[block["kind"]](block) for block in clause["blocks"]]
    return ("\n\n".join(parts) + "\n").encode()


_md = escape_markdown


def _md_paragraph(block: dict[str, Any]) -> str:
    lead = f"**{_md(block['lead'])}** " if block["lead"] else ""
    return lead + _md_cell(block["text"])


def _md_points(block: dict[str, Any]) -> str:
    points = "\n".join(f"- {_md(point)}" for point in block["points"])
    return f"**{_md(block['lead'])}**\n\n{points}" if block["lead"] else points


def _md_table(block: dict[str, Any]) -> str:
    headings = [_md(heading) for heading in block["headings"]] or [" "] * block["columns"]
    lines = [headings, ["---"] * len(headings)]
    for row in block["rows"]:
        cells = [_md_cell(cell) for cell in row]
        if not block["headings"]:
            cells[0] = f"**{cells[0]}**"
        lines.append(cells)
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f"**{_md(block['caption'])}**\n\n{table}" if block["caption"] else table


def _md_cell(cell: dict[str, Any]) -> str:
    said: str = cell["text"]
    if cell["gap"]:
        return f"**[{_md(said[1:-1])}]**"
    return f"[{_md(said)}](<{cell['url']}>)" if cell["url"] else _md(said)


_MARKDOWN = {"paragraph": _md_paragraph, "points": _md_points, "table": _md_table}


def pdf(agreement: Agreement) -> bytes:
    """A tagged PDF. The text goes in as data, so that it is never read as markup."""
    import typst

    said = json.dumps(as_data(agreement))
    source = TEMPLATES / "agreement.typ"
    found: bytes = typst.compile(
        source, format="pdf", root=TEMPLATES, sys_inputs={"agreement": said}, pdf_standards=["ua-1"]
    )
    return found


def word(agreement: Agreement) -> bytes:
    from cli.word import word as write

    return write(as_data(agreement), TEMPLATES / "agreement.docx")


def with_template(template: Path) -> Callable[[Agreement], bytes]:
    """A Word document in an organisation's own template."""
    from cli.word import own_word

    return lambda agreement: own_word(as_data(agreement), template)


FORMATS: dict[str, Callable[[Agreement], bytes]] = {".docx": word, ".html": html, ".md": markdown, ".pdf": pdf}


def trace(agreement: Agreement) -> Sequence[str]:
    """For each clause a line: the answers, the terms and the provisions behind it."""
    lines = []
    for clause in agreement.clauses:
        sources = clause.sources
        parts = [
            ("answers", sources.answers),
            ("share", sources.terms),
            ("provisions", sources.provisions),
            ("standard wording", sources.standard),
        ]
        said = "; ".join(f"{name}: {', '.join(ids)}" for name, ids in parts if ids)
        lines.append(f"{clause.number} {clause.heading}: {said}")
    return lines
