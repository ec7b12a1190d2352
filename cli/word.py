"""The paper as a Word document, from a Word template that an organisation can make its own.

The template is read for its tags before any text is put in, so that text that looks like a tag stays text; text
goes into text runs alone, so that it can never be a field.
"""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any


def word(paper: dict[str, Any], template: Path) -> bytes:
    """Fill a template with a paper (see `cli.render.as_data`)."""
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    document = DocxTemplate(template)
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    tables: list[dict[str, Any]] = []
    document.render(_dressed(document, paper, tables), environment, autoescape=True)
    properties = document.docx.core_properties
    properties.title = f"{paper['heading']}: {paper['short_title']}"
    properties.author = properties.last_modified_by = ""
    properties.created = properties.modified = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    properties.language = "en-GB"
    _fit(document.docx, tables)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _dressed(document: Any, paper: dict[str, Any], tables: list[dict[str, Any]]) -> dict[str, Any]:
    """The paper with each cell as a run of text, marked where it is a gap and linked where it is a citation."""

    def block(one: dict[str, Any]) -> dict[str, Any]:
        if one["kind"] == "paragraph":
            return {**one, "text": _run(document, one["text"])}
        if one["kind"] == "table":
            tables.append(one)
            bold = not one["headings"]
            rows = [[_run(document, c, bold=bold and not place) for place, c in enumerate(row)] for row in one["rows"]]
            return {**one, "rows": rows}
        return one

    summary = block(paper["summary"])
    sections = [
        {**section, "clauses": [{**c, "blocks": [block(b) for b in c["blocks"]]} for c in section["clauses"]]}
        for section in paper["sections"]
    ]
    return {**paper, "summary": summary, "sections": sections}


def _run(document: Any, cell: dict[str, Any], *, bold: bool = False) -> Any:
    from docxtpl import RichText

    if cell["gap"]:
        return RichText(cell["text"], style="Gap")
    if cell["url"]:
        return RichText(cell["text"], style="Hyperlink", url_id=document.build_url_id(cell["url"]))
    return RichText(cell["text"], bold=bold)


def _fit(document: Any, tables: list[dict[str, Any]]) -> None:
    """Set the widths of the columns; the template knows only how many there are."""
    from docx.shared import Emu

    section = document.sections[0]
    page = section.page_width - section.left_margin - section.right_margin
    for drawn, table in zip(document.tables, tables, strict=True):
        total = sum(table["weights"])
        widths = [Emu(page * weight // total) for weight in table["weights"]]
        drawn.autofit = False
        grid = drawn._tbl.tblGrid.gridCol_lst
        for column, width in zip(grid, widths, strict=True):
            column.w = width
        for row in drawn._tbl.tr_lst:
            for cell, width in zip(row.tc_lst, widths, strict=True):
                cell.width = width
        if table["together"]:
            _keep_together(drawn)


def _keep_together(drawn: Any) -> None:
    for row in drawn.rows[:-1]:
        for line in row.cells[0].paragraphs:
            line.paragraph_format.keep_with_next = True
