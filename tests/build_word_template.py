"""Builds knowledge/templates/agreement.docx, which ships: `python -m tests.build_word_template`.

The template holds styles, a header, a footer and tags; an organisation may put its own in its place.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

PATH = Path(__file__).resolve().parent.parent / "knowledge" / "templates" / "agreement.docx"
INK, GREY = RGBColor(0x1D, 0x3B, 0x5C), RGBColor(0x3A, 0x45, 0x50)
COLUMNS = (2, 3, 4, 5, 6)


def build() -> None:
    document = Document()
    _page(document)
    _styles(document)
    _header_and_footer(document)
    marks = "".join(f"{{% if {it} %}} · {{{{ {it} }}}}{{% endif %}}" for it in ("version", "reference", "marking"))
    _line(document, "{{ status }}" + marks, "Status")
    _line(document, "{{ heading }}", "Title")
    _line(document, "{{ title }}", "Subtitle")
    _line(document, "{{ summary.caption }}", "Caption")
    _table(document, "summary", 2, headed=False)
    _contents(document)
    _line(document, "{%p for section in sections %}")
    _heading(document, "{{ section.number }} {{ section.heading }}", 1, "s{{ section.number }}", "{{ section.number }}")
    _line(document, "{%p for clause in section.clauses %}")
    _line(document, "{{ clause.number }} {{ clause.heading }}", "Heading 2")
    _line(document, "{%p for block in clause.blocks %}")
    _paragraph(document)
    _points(document)
    _tables(document)
    _line(document, "{%p endfor %}")
    _line(document, "{%p endfor %}")
    _line(document, "{%p endfor %}")
    document.core_properties.title = ""
    document.core_properties.author = ""
    document.core_properties.comments = document.core_properties.last_modified_by = ""
    document.save(str(PATH))


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.1)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2.1)
    section.different_first_page_header_footer = False


def _styles(document: Any) -> None:
    styles = document.styles
    normal = styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(10.5)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "Arial")
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    normal.element.rPr.append(language)
    normal.paragraph_format.space_after = Pt(5)
    normal.paragraph_format.line_spacing = 1.12
    for name, size, before, after, colour in (
        ("Title", 22, 2, 2, INK), ("Subtitle", 13, 0, 12, GREY), ("Heading 1", 15, 22, 6, INK),
        ("Heading 2", 11.5, 13, 4, RGBColor(0, 0, 0)), ("Caption", 10, 8, 3, RGBColor(0, 0, 0)),
    ):  # fmt: skip
        style = styles[name]
        _font(style, size, colour)
        style.font.bold, style.font.italic = name != "Subtitle", False
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.keep_with_next = True
        for extra in (*style.element.iter(qn("w:pBdr")), *style.element.findall(f"{qn('w:rPr')}/{qn('w:spacing')}")):
            extra.getparent().remove(extra)
    status = styles.add_style("Status", WD_STYLE_TYPE.PARAGRAPH)
    status.base_style = normal
    _font(status, 10.5, INK)
    status.font.bold = True
    cells = styles.add_style("Cell", WD_STYLE_TYPE.PARAGRAPH)
    cells.base_style = normal
    cells.font.size = Pt(9)
    cells.paragraph_format.space_after = Pt(1)
    cells.paragraph_format.line_spacing = 1.0
    contents = styles.add_style("TOC 1", WD_STYLE_TYPE.PARAGRAPH)
    contents.base_style = normal
    contents.paragraph_format.space_after = Pt(2)
    heading = styles.add_style("Contents Heading", WD_STYLE_TYPE.PARAGRAPH)
    heading.base_style = normal
    _font(heading, 15, INK)
    heading.font.bold = True
    heading.paragraph_format.space_before, heading.paragraph_format.keep_with_next = Pt(16), True
    gap = styles.add_style("Gap", WD_STYLE_TYPE.CHARACTER)
    gap.font.bold = True
    shade = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", "FFF1C7")):
        shade.set(qn(f"w:{key}"), value)
    gap.element.get_or_add_rPr().append(shade)
    link = styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb, link.font.underline = RGBColor(0x0B, 0x4F, 0x8A), True


def _font(style: Any, size: float, colour: RGBColor) -> None:
    style.font.name, style.font.size, style.font.color.rgb = "Arial", Pt(size), colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for key in list(fonts.attrib):
        if "Theme" in key:
            del fonts.attrib[key]
    fonts.set(qn("w:eastAsia"), "Arial")


def _header_and_footer(document: Any) -> None:
    section = document.sections[0]
    width = section.page_width - section.left_margin - section.right_margin
    top, bottom = "{{ status }}: {{ short_title }}\t{{ marking }}", "{{ reference }} {{ version }}\t"
    for place, left in ((section.header, top), (section.footer, bottom)):
        line = place.paragraphs[0]
        line.style = document.styles["Cell"]
        for stop in list(line.paragraph_format.tab_stops):
            stop.clear()
        line.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)
        line.add_run(left)
    line.add_run("{{ words['page'] }} ")
    _field(line, "PAGE", "1")
    line.add_run(" {{ words['of'] }} ")
    _field(line, "NUMPAGES", "1")


def _field(line: Any, code: str, shown: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("shown", shown), ("end", "")):
        run = line.add_run()
        if kind in ("begin", "separate", "end"):
            _mark(run, kind)
        elif kind == "shown":
            run.text = text
        else:
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = f" {text} "
            run._r.append(instruction)


def _mark(run: Any, kind: str) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    run._r.append(mark)


def _contents(document: Any) -> None:
    """A contents field, with its lines in it already, so that it reads well before Word updates it."""
    _line(document, "{{ words['contents'] }}", "Contents Heading")
    first = document.add_paragraph(style="TOC 1")
    _mark(first.add_run(), "begin")
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = r' TOC \o "1-1" \h \z \u '
    first.add_run()._r.append(instruction)
    _mark(first.add_run(), "separate")
    first.paragraph_format.space_after = Pt(0)
    first.paragraph_format.line_spacing = Pt(1)
    _line(document, "{%p for section in sections %}")
    entry = document.add_paragraph(style="TOC 1")
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), "s{{ section.number }}")
    run = entry.add_run("{{ section.number }} {{ section.heading }}")
    link.append(run._r)
    entry._p.append(link)
    _line(document, "{%p endfor %}")
    last = document.add_paragraph(style="TOC 1")
    _mark(last.add_run(), "end")


def _heading(document: Any, text: str, level: int, name: str, id: str) -> None:
    line = document.add_heading(level=level)
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    start.set(qn("w:id"), id)
    start.set(qn("w:name"), name)
    end.set(qn("w:id"), id)
    line._p.append(start)
    line.add_run(text)
    line._p.append(end)


def _line(document: Any, text: str, style: str = "Normal") -> Any:
    return document.add_paragraph(text, style=style)


def _paragraph(document: Any) -> None:
    _line(document, '{%p if block.kind == "paragraph" %}')
    _line(document, "{%p if block.lead %}")
    line = document.add_paragraph()
    line.add_run("{{ block.lead }} ").bold = True
    line.add_run("{{r block.text }}")
    line.paragraph_format.keep_together = True
    _line(document, "{%p else %}")
    _line(document, "{{r block.text }}")
    _line(document, "{%p endif %}")
    _line(document, "{%p endif %}")


def _points(document: Any) -> None:
    _line(document, '{%p if block.kind == "points" %}')
    _line(document, "{%p if block.lead %}")
    lead = document.add_paragraph()
    lead.add_run("{{ block.lead }}").bold = True
    lead.paragraph_format.keep_with_next = True
    _line(document, "{%p endif %}")
    _line(document, "{%p for point in block.points %}")
    _line(document, "{{ point }}", "List Bullet").paragraph_format.space_after = Pt(2)
    _line(document, "{%p endfor %}")
    _line(document, "{%p endif %}")


def _tables(document: Any) -> None:
    _line(document, '{%p if block.kind == "table" %}')
    _line(document, "{%p if block.caption %}")
    _line(document, "{{ block.caption }}", "Caption")
    _line(document, "{%p endif %}")
    _line(document, "{%p if not block.headings %}")
    _table(document, "block", 2, headed=False)
    _line(document, "{%p endif %}")
    for columns in COLUMNS:
        for to_sign in (False, True):
            if to_sign and columns != 5:
                continue
            test = "" if to_sign else "not "
            _line(document, f"{{%p if block.headings and block.columns == {columns} and {test}block.to_sign %}}")
            _table(document, "block", columns, headed=True, to_sign=to_sign)
            _line(document, "{%p endif %}")
    after = _line(document, "")
    after.paragraph_format.space_after = Pt(4)
    after.paragraph_format.line_spacing = Pt(6)
    _line(document, "{%p endif %}")


def _table(document: Any, name: str, columns: int, *, headed: bool, to_sign: bool = False) -> None:
    table = document.add_table(rows=0, cols=columns)
    table.style = "Table Grid"
    margins = OxmlElement("w:tblCellMar")
    for side, twips in (("top", 45), ("left", 90), ("bottom", 45), ("right", 90)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    for key, value in (("firstRow", "1" if headed else "0"), ("firstColumn", "1"), ("noVBand", "1"), ("noHBand", "1")):
        look.set(qn(f"w:{key}"), value)
    if headed:
        row = table.add_row()
        _repeat(row)
        for place, cell in enumerate(row.cells):
            _fill(cell, f"{{{{ {name}.headings[{place}] }}}}", "E3EAF1", bold=True)
    table.add_row().cells[0].text = f"{{%tr for row in {name}.rows %}}"
    row = table.add_row()
    _keep(row)
    if to_sign:
        row.height = Cm(1.5)
    for place, cell in enumerate(row.cells):
        _fill(cell, f"{{{{r row[{place}] }}}}", "F1F4F7" if not headed and place == 0 else "")
    table.add_row().cells[0].text = "{%tr endfor %}"


def _fill(cell: Any, text: str, shade: str = "", *, bold: bool = False) -> None:
    line = cell.paragraphs[0]
    line.style = "Cell"
    line.add_run(text).bold = bold or None
    if shade:
        colour = OxmlElement("w:shd")
        for key, value in (("val", "clear"), ("color", "auto"), ("fill", shade)):
            colour.set(qn(f"w:{key}"), value)
        cell._tc.get_or_add_tcPr().append(colour)


def _repeat(row: Any) -> None:
    _keep(row)
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


if __name__ == "__main__":
    build()
