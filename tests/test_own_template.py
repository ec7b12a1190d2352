"""An organisation's own Word template: filled, checked, and walled in."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from cli.render import TEMPLATES, as_data, with_template
from knowledge.model import KnowledgeBase
from knowledge.problems import BadInput
from rules.agreement import draft
from rules.determine import Determiner
from rules.document import Agreement
from tests.test_agreement import decided, share_of

SHIPPED = TEMPLATES / "agreement.docx"


@pytest.fixture(scope="module")
def agreement(knowledge: KnowledgeBase, determiner: Determiner) -> Agreement:
    return draft(decided(determiner, share_of(knowledge, title="{{ title }} <w:br/>")))


def template(folder: Path, *lines: str, shipped: bool = False) -> Path:
    """A template with some lines of its own, alone or before what the shipped one holds."""
    from docx import Document

    document = Document(str(SHIPPED)) if shipped else Document()
    for line in lines:
        document.add_paragraph(line)
    if shipped:
        own = document.add_table(1, 2)
        own.rows[0].cells[0].text = "Our reference"
        document.element.body.insert(0, own._tbl)
    path = folder / "ours.docx"
    document.save(str(path))
    return path


def said(paper: bytes) -> str:
    from docx import Document

    return "\n".join(line.text for line in Document(io.BytesIO(paper)).paragraphs)


def test_a_template_with_its_own_lines_and_tables_is_filled(agreement: Agreement, tmp_path: Path) -> None:
    from docx import Document

    written = with_template(template(tmp_path, "Exampleshire Council", shipped=True))(agreement)
    document = Document(io.BytesIO(written))
    assert "Exampleshire Council" in said(written)
    assert document.tables[0].rows[0].cells[0].text == "Our reference"
    headings = [line.text for line in document.paragraphs if line.style is not None and line.style.name == "Heading 1"]
    assert headings == [f"{section.number} {section.heading}" for section in agreement.sections]


def test_a_short_template_takes_what_it_likes(agreement: Agreement, tmp_path: Path) -> None:
    path = template(tmp_path, "{{ heading }}: {{ title }}", "{% for s in sections %}{{ s.heading }}; {% endfor %}")
    text = said(with_template(path)(agreement))
    assert "{{ title }} <w:br/>" in text  # what was typed stays text
    assert "Sign-off" in text or agreement.sections[0].heading in text


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{{ titel }}", "no tag is called 'titel'. Did you mean 'title'?"),
        ("{{ refrence }} {{ nonsense }}", "no tag is called 'nonsense'"),
        ("{% for s in sections %}{{ s.heding }}{% endfor %}", "heding"),
        ("{% for s in sections %}", "not well formed"),
        ("{{ title.__class__.__mro__ }}", "no template may have"),
        ("{{ ''.__class__ }}", "no template may have"),
        ("{{ words.update(title='x') }}", "no template may have"),
        ("{% include '/etc/passwd' %}", "cannot be filled"),
        ("{% import 'os' as os %}", "cannot be filled"),
        ("{{ range(100000000) | list }}", "cannot be filled"),
        ("{{ 1 / 0 }}", "cannot be filled"),
    ],
)
def test_a_tag_that_cannot_be_used_is_named(agreement: Agreement, tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(BadInput, match=re.escape(message)):
        with_template(template(tmp_path, line))(agreement)


def packed(path: Path, **parts: bytes) -> Path:
    """The shipped template with some parts put in or changed."""
    with zipfile.ZipFile(SHIPPED) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/_rels/document.xml.rels" and "rels" in parts:
                content = content.replace(b"</Relationships>", parts["rels"] + b"</Relationships>")
            new.writestr(name, content)
        if "macro" in parts:
            new.writestr("word/vbaProject.bin", parts["macro"])
    return path


KIND = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
FETCHED = b'<Relationship Id="rId9" Type="%s" Target="http://example.org/x.png" TargetMode="External"/>' % KIND


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: folder / "none.docx", "no such file"),
        (lambda folder: write(folder / "text.docx", b"hello"), "not a Word file"),
        (lambda folder: write(folder / "text.txt", b"hello"), ".docx"),
        (lambda folder: packed(folder / "macro.docx", macro=b"x"), "macros"),
        (lambda folder: packed(folder / "fetch.docx", rels=FETCHED), "fetches"),
    ],
)
def test_a_file_that_is_no_template_to_trust(agreement: Agreement, tmp_path: Path, make: Any, message: str) -> None:
    with pytest.raises(BadInput, match=re.escape(message)):
        with_template(make(tmp_path))(agreement)


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_the_guide_names_every_tag(agreement: Agreement) -> None:
    guide = (TEMPLATES / "README.md").read_text()
    assert [tag for tag in as_data(agreement) if f"`{tag}`" not in guide] == []
