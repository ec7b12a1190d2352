"""The paper as a Word document, from a Word template that an organisation can make its own.

The template is read for its tags before any text is put in, so that text that looks like a tag stays text; text
goes into text runs alone, so that it can never be a field.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from typing import Any

from knowledge.problems import BadInput, Problem, suggestion

_MOST_BYTES = 20_000_000
_MOST_UNPACKED = 100_000_000


def word(paper: dict[str, Any], template: Path) -> bytes:
    """Fill a template with a paper (see `cli.render.as_data`)."""
    from docxtpl import DocxTemplate

    document = DocxTemplate(template)
    environment = _environment()
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


def _environment() -> Any:
    """Tags run walled in: no file, no network, no environment, no change to what they are given."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)


def own_word(paper: dict[str, Any], template: Path) -> bytes:
    """Fill an organisation's own template. Raises `BadInput` for one that cannot be used, with each unknown tag."""
    from jinja2 import TemplateError
    from jinja2.exceptions import SecurityError

    check_template(template, paper)
    try:
        return word(paper, template)
    except SecurityError as error:
        raise BadInput([Problem(str(template), 0, f"a tag reaches for what no template may have: {error}.")]) from None
    except TemplateError as error:
        raise BadInput([Problem(str(template), 0, f"a tag cannot be filled: {error.message}. {_GUIDE}")]) from None
    except (TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise BadInput([Problem(str(template), 0, f"a tag cannot be filled: {error}. {_GUIDE}")]) from None


_GUIDE = "knowledge/templates/README.md lists the tags."


def check_template(template: Path, paper: dict[str, Any]) -> None:
    """Refuse what is no plain Word file, and name every tag that nothing fills."""
    from docxtpl import DocxTemplate
    from jinja2 import TemplateSyntaxError

    problems = [Problem(str(template), 0, fault) for fault in _faults(template)]
    if problems:
        raise BadInput(problems)
    try:
        tags = DocxTemplate(template).get_undeclared_template_variables(_environment())
    except TemplateSyntaxError as error:
        raise BadInput([Problem(str(template), 0, f"a tag is not well formed: {error.message}. {_GUIDE}")]) from None
    except Exception as error:  # whatever a broken file makes the reader say
        raise BadInput([Problem(str(template), 0, f"it cannot be read as a Word template: {error}.")]) from None
    for tag in sorted(tags - set(paper)):
        problems.append(Problem(str(template), 0, f"no tag is called '{tag}'.{suggestion(tag, paper)} {_GUIDE}"))
    if problems:
        raise BadInput(problems)


def _faults(template: Path) -> list[str]:
    """What makes a file no template to trust: not Word, too large, macros, or parts that are fetched when opened."""
    if not template.is_file():
        return ["there is no such file."]
    if template.suffix.lower() != ".docx" or template.stat().st_size > _MOST_BYTES:
        return [f"a template is a .docx file of at most {_MOST_BYTES // 1_000_000} MB."]
    try:
        with zipfile.ZipFile(template) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED:
                return ["it unpacks to more than a Word file holds."]
            if any("vbaproject" in name.lower() for name in packed.namelist()):
                return ["it holds macros. Save it as a plain .docx."]
            rels = b"".join(packed.read(name) for name in packed.namelist() if name.endswith(".rels"))
    except (zipfile.BadZipFile, OSError, RuntimeError):
        return ["it is not a Word file."]
    found = re.findall(rb"<Relationship\s[^>]*>", rels)
    fetched = [rel for rel in found if b'"External"' in rel and b"/hyperlink" not in rel]
    return (
        ["it fetches something from elsewhere when it is opened. Put pictures and styles into it."] if fetched else []
    )


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
    waiting = list(tables)
    for drawn in document.tables:
        if not waiting or not _is(drawn, waiting[0]):
            continue  # a table of the template's own
        table = waiting.pop(0)
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


def _is(drawn: Any, table: dict[str, Any]) -> bool:
    """Is this table the one that was to be filled next?"""
    rows = len(table["rows"]) + bool(table["headings"])
    return len(drawn.columns) == table["columns"] and len(drawn._tbl.tr_lst) == rows


def _keep_together(drawn: Any) -> None:
    for row in drawn.rows[:-1]:
        for line in row.cells[0].paragraphs:
            line.paragraph_format.keep_with_next = True
