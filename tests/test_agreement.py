"""Agreements: every clause has a source, every gap a number, nothing is made up, and text stays text."""

from __future__ import annotations

import copy
import datetime as dt
import io
import itertools
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import typer
from markdown_it import MarkdownIt
from typer.testing import CliRunner

from cli import draft as command
from cli.render import FORMATS, as_data, html, markdown, pdf, word
from knowledge.agreement import ITEMS, KEYS, pattern_faults
from knowledge.decode import Document, decode
from knowledge.model import KnowledgeBase
from knowledge.problems import BadInput
from knowledge.share import Share, dump_share, load_share, parse_share
from rules.agreement import BUILDERS, LATE, draft, draft_refusal
from rules.determine import Determination, Determiner
from rules.document import Agreement, Link, Paragraph, Table
from rules.explain import as_json
from rules.line import GO_AHEAD, REGIMES, VERDICTS
from rules.paper import choose, facts_of

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
TODAY = dt.date(2026, 11, 22)
HOSTILE = (
    "{{ 7*7 }} {% raw %} {_{ x }_} <script>alert(1)</script> <w:fldSimple/> & \x13 HYPERLINK x \x15 |=cmd|'/c'!A1 "
    "| a | **b** [c](http://d.example) `e` # f $g$ #panic() \x1b[31mred\x1b[0m \u202eltr\u202c \u200b\ufeff end"
)
SEEN = "<script>alert(1)</script>"

RUNNER = CliRunner()
APP = typer.Typer()
APP.command()(command.draft)


def base() -> dict[str, Any]:
    """A plain share that may go ahead: a council gives the police names and addresses."""
    return {
        "gatehouse": "1",
        "title": "Visits on an estate",
        "as_at": "2026-11-22",
        "nation": "england",
        "parties": [
            {"id": "council", "name": "Exampleshire Council", "kind": "unitary-authority", "role": "discloser"},
            {"id": "police", "name": "Exampleshire Police", "kind": "police-force", "role": "receiver"},
        ],
        "purpose": ["crime-prevention"],
        "data": ["identity", "contact"],
        "answers": {
            "goal": "Plan safe visits.",
            "how-shared": "regular",
            "identifiability": "identifiable",
            "subjects": ["adults", "tenants"],
            "scale": "2-to-99",
            "own-task": "yes",
            "people-know": "told",
            "first-collected-for": ["housing-and-homelessness"],
            "first-obtained-from": ["the-people-themselves"],
            "held-in-confidence": "no",
            "no-consent-reason": "asking-would-defeat-it",
            "serious-harm": "later",
            "harm-severity": "serious",
            "offence-severity": "serious",
            "outside-uk": "no",
            "roles": "own",
            "automated-decision": "none",
            "notice-or-order": "no",
            "collected-on-consent": "no",
            "consent": "not-sought",
            "less-would-do": "no",
            "proportionate": {"answer": "yes", "by": "Head of Housing", "reason": "Few see it.", "on": "2026-11-01"},
        },
    }


def share_of(knowledge: KnowledgeBase, **changes: Any) -> Share:
    return parse_share(Document("share.yaml", copy.deepcopy({**base(), **changes})), knowledge)


def decided(determiner: Determiner, share: Share) -> Determination:
    return determiner.determine(share, share.as_at or TODAY, provisional=True)


@pytest.fixture(scope="module")
def papers(knowledge: KnowledgeBase, determiner: Determiner) -> list[tuple[str, Determination, Agreement]]:
    """Each case's paper: its agreement where it may go ahead, else the record of the refusal."""
    found = []
    for path in CASES:
        determination = decided(determiner, load_share(path, knowledge))
        write = draft if determination.verdict in GO_AHEAD else draft_refusal
        found.append((path.stem, determination, write(determination)))
    return found


@pytest.fixture(scope="module")
def agreement(knowledge: KnowledgeBase, determiner: Determiner) -> Agreement:
    return draft(decided(determiner, share_of(knowledge)))


@pytest.fixture(scope="module")
def hostile(knowledge: KnowledgeBase, determiner: Determiner) -> Agreement:
    """A paper in which whatever a person may type is hostile."""
    said = base()
    said["title"] = said["answers"]["goal"] = HOSTILE
    said["parties"][0]["name"] = HOSTILE
    said["answers"]["proportionate"] |= {"by": HOSTILE, "reason": HOSTILE}
    text = [key for key in KEYS if key not in ("start", "end", "review", "paper", "fields", "processors")]
    by_party = {"addresses", "registrations", "contacts", "dpo", "guardians", "rights_contact", "breach_contact",
                "signatories"}  # fmt: skip
    said["agreement"] = {key: {"council": HOSTILE} if key in by_party else HOSTILE for key in text}
    said["agreement"]["fields"] = [{"name": HOSTILE, "reason": HOSTILE, "format": HOSTILE, "kind": HOSTILE}]
    said["agreement"]["processors"] = [{"name": HOSTILE, "does": HOSTILE, "contract": HOSTILE, "acts-for": HOSTILE}]
    return draft(decided(determiner, parse_share(Document("share.yaml", said), knowledge)))


# The pattern


def test_the_pattern_has_no_faults_and_every_builder(knowledge: KnowledgeBase) -> None:
    pattern = knowledge.agreement
    assert pattern is not None
    assert list(pattern_faults(pattern)) == []
    every = [
        *pattern.sections,
        *pattern.refusal,
        *(section for annex in knowledge.annexes for section in annex.sections),
    ]
    named = {name for section in every for clause in section.clauses for name in clause.shows}
    assert named == set(BUILDERS) | set(LATE)
    clauses = [clause for section in pattern.sections for clause in section.clauses]
    assert len({clause.id for clause in clauses}) == len(clauses)
    for clause in clauses:
        assert set(clause.answers) <= set(knowledge.questions), clause.id
        assert set(clause.only) <= set(knowledge.questions), clause.id
        assert all(knowledge.provisions[id].kind == "safeguard" for id in clause.safeguards), clause.id
    assert set(pattern.glossary) <= set(knowledge.glossary)


PAPERS = [
    ({"verdict": {"outside-data-protection-law"}, "how-shared": {"regular"}}, "no-agreement-needed"),
    ({"how-shared": {"urgent"}, "processor": {"yes"}}, "one-off-record"),
    ({"processor": {"yes"}, "how-shared": {"regular"}}, "controller-processor-terms"),
    ({"same-body": {"yes"}, "how-shared": {"regular"}}, "one-off-record"),
    ({"roles": {"together"}, "how-shared": {"once"}}, "joint-controllers-arrangement"),
    ({"how-shared": {"once"}, "roles": {"own"}}, "one-off-record"),
    ({"all-crown": {"yes"}, "how-shared": {"regular"}, "many-ways": {"yes"}}, "memorandum"),
    ({"all-crown": {"yes"}, "roles": {"together"}, "how-shared": {"regular"}}, "joint-controllers-arrangement"),
    ({"all-crown": {"no"}, "how-shared": {"regular"}}, "one-way-agreement"),
    ({"many-ways": {"yes"}, "how-shared": {"regular"}}, "reciprocal-protocol"),
    ({"many-ways": {"yes"}, "how-shared": {"on-request"}}, "reciprocal-protocol"),
    ({"many-ways": {"no"}, "how-shared": {"on-request"}}, "request-form"),
    ({"processor": {"yes", "no"}, "how-shared": {"regular"}}, "one-way-agreement"),
    ({}, "one-way-agreement"),
]


@pytest.mark.parametrize(("facts", "paper"), PAPERS)
def test_each_row_of_the_table_of_papers(knowledge: KnowledgeBase, facts: dict[str, set[str]], paper: str) -> None:
    assert knowledge.agreement is not None
    assert choose(knowledge.agreement, {name: frozenset(values) for name, values in facts.items()}).id == paper


def test_every_row_of_the_table_has_a_test(knowledge: KnowledgeBase) -> None:
    assert knowledge.agreement is not None
    assert {paper for _, paper in PAPERS} == {paper.id for paper in knowledge.agreement.papers}


@pytest.mark.parametrize(
    ("kinds", "paper"),
    [(("dwp", "hmrc"), "memorandum"), (("dwp", "district-council"), "one-way-agreement"),
     (("home-office", "dft"), "memorandum")],
)  # fmt: skip
def test_departments_of_the_crown_sign_a_memorandum(
    knowledge: KnowledgeBase, determiner: Determiner, kinds: tuple[str, str], paper: str
) -> None:
    assert knowledge.agreement is not None
    parties = [{**party, "kind": kind} for party, kind in zip(base()["parties"], kinds, strict=True)]
    determination = decided(determiner, share_of(knowledge, parties=parties))
    assert choose(knowledge.agreement, facts_of(determination)).id == paper


def test_the_parties_may_choose_another_paper(knowledge: KnowledgeBase, determiner: Determiner) -> None:
    chosen = {"paper": {"use": "joint-controllers-arrangement", "reason": "We decide together."}}
    assert draft(decided(determiner, share_of(knowledge, agreement=chosen))).kind == "joint-controllers-arrangement"


# Every paper


def test_every_clause_has_a_source(papers: list[tuple[str, Determination, Agreement]]) -> None:
    for name, _, paper in papers:
        for clause in paper.clauses:
            sources = clause.sources
            assert sources.answers or sources.provisions or sources.terms or sources.standard, (name, clause.id)
            assert clause.blocks, (name, clause.id)


def test_every_provision_and_citation_is_in_the_determination(
    knowledge: KnowledgeBase, papers: list[tuple[str, Determination, Agreement]]
) -> None:
    for name, determination, paper in papers:
        known = ids_in(as_json(determination, everything=True)) | ids_of(determination)
        used = {id for clause in paper.clauses for id in clause.sources.provisions}
        assert used <= known, name
        assert used <= set(knowledge.provisions), name
        addresses = {knowledge.url(cite) for id in used for cite in knowledge.provisions[id].cites}
        assert {link.url for link in links(paper)} <= addresses, name


def ids_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["id"]} if isinstance(value.get("id"), str) else set()
        return own | {id for part in value.values() for id in ids_in(part)}
    return {id for part in value for id in ids_in(part)} if isinstance(value, list) else set()


def ids_of(determination: Determination) -> set[str]:
    return {id for line in determination.lines for _, id in line.waits_for}


def links(paper: Agreement) -> Iterator[Link]:
    for clause in paper.clauses:
        for block in clause.blocks:
            cells = [block.text] if isinstance(block, Paragraph) else []
            cells += [cell for row in block.rows for cell in row] if isinstance(block, Table) else []
            yield from (cell for cell in cells if isinstance(cell, Link))


def test_gaps_are_numbered_without_holes(papers: list[tuple[str, Determination, Agreement]]) -> None:
    for name, _, paper in papers:
        assert [gap.number for gap in paper.gaps] == list(range(1, len(paper.gaps) + 1)), name
        assert all(gap.owner and gap.what and 1 <= gap.item <= ITEMS for gap in paper.gaps), name


def test_each_of_the_items_is_there_or_is_a_gap(papers: list[tuple[str, Determination, Agreement]]) -> None:
    agreements = [(name, paper) for name, determination, paper in papers if determination.verdict in GO_AHEAD]
    assert len(agreements) > 5
    for name, paper in agreements:
        missing = set(range(1, ITEMS + 1)) - paper.items - {gap.item for gap in paper.gaps}
        assert not missing, name


def test_every_gap_is_in_the_list_of_what_is_to_do(agreement: Agreement) -> None:
    clause = next(clause for clause in agreement.clauses if clause.id == "to-do")
    listed = [row[0] for block in clause.blocks if isinstance(block, Table) for row in block.rows]
    assert listed == [str(gap.number) for gap in agreement.gaps]


def test_a_term_that_is_given_is_no_gap(knowledge: KnowledgeBase, determiner: Determiner, agreement: Agreement) -> None:
    keys = {gap.key for gap in agreement.gaps}
    for key, value in {
        "retention": "6 years after the case closes", "start": "2027-01-01", "processors": "none",
        "fields": [{"name": "Name", "reason": "To know who"}], "benefits": "Fewer assaults", "dispute": "The two heads",
    }.items():  # fmt: skip
        assert f"agreement.{key}" in keys
        filled = draft(decided(determiner, share_of(knowledge, agreement={key: value})))
        assert f"agreement.{key}" not in {gap.key for gap in filled.gaps}
        assert len(filled.gaps) == len(agreement.gaps) - 1


def test_nobody_is_named_to_sign(agreement: Agreement) -> None:
    clause = next(clause for clause in agreement.clauses if clause.id == "sign-off")
    (table,) = [block for block in clause.blocks if isinstance(block, Table)]
    assert [row[1:] for row in table.rows] == [("", "", "", ""), ("", "", "", "")]


def test_drafting_twice_gives_the_same(knowledge: KnowledgeBase, determiner: Determiner, agreement: Agreement) -> None:
    assert draft(decided(determiner, share_of(knowledge))) == agreement
    assert word(agreement)[:2] == b"PK"


# The terms of a share file


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"retntion": "1 year"}, "Did you mean 'retention'?"),
        ({"retention": "For as long as  necessary."}, "as long as necessary"),
        ({"contacts": {"polise": "x"}}, "Did you mean 'police'?"),
        ({"start": "2027-01-01", "end": "2026-01-01"}, "before the start"),
        ({"review": "soon"}, "is not a date"),
        ({"fields": [{"name": "x", "reson": "y"}]}, "Did you mean 'reason'?"),
        ({"paper": {"use": "memo", "reason": "x"}}, "has no option 'memo'"),
    ],
)
def test_terms_that_cannot_be_used(knowledge: KnowledgeBase, terms: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=re.escape(message)):
        share_of(knowledge, agreement=terms)


def test_empty_terms_are_gaps_and_a_saved_share_keeps_its_terms(knowledge: KnowledgeBase) -> None:
    share = share_of(knowledge, agreement={"retention": None, "start": "2027-01-04", "fields": [{"name": "Name"}]})
    again = parse_share(decode(dump_share(share), "again.yaml"), knowledge)
    assert again.agreement == share.agreement
    assert share.agreement.retention == ""


# The command


@pytest.fixture
def files(tmp_path: Path, knowledge: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(command, "load", lambda: knowledge)
    (tmp_path / "share.yaml").write_text(dump_share(share_of(knowledge)))
    answers = {**base()["answers"], "proportionate": {"answer": "no", "by": "X", "reason": "Too much."}}
    (tmp_path / "refused.yaml").write_text(dump_share(share_of(knowledge, answers=answers)))
    return tmp_path


def run(*arguments: object) -> Any:
    return RUNNER.invoke(APP, [str(argument) for argument in arguments])


@pytest.mark.parametrize("ending", sorted(FORMATS))
def test_a_share_that_may_go_ahead_is_drafted(files: Path, ending: str) -> None:
    out = files / f"agreement{ending}"
    out.write_text("old")
    result = run(files / "share.yaml", "-o", out, "--provisional")
    assert result.exit_code == 0, result.output
    assert out.stat().st_size > 5000
    assert "gaps" in result.stderr
    assert result.stdout == ""
    assert sorted(path.name for path in files.iterdir()) == sorted([out.name, "share.yaml", "refused.yaml"])


@pytest.mark.parametrize(
    ("file", "options", "status"), [("share.yaml", [], 10), ("refused.yaml", ["--provisional"], 12)]
)
def test_a_share_that_may_not_go_ahead_writes_nothing(files: Path, file: str, options: list[str], status: int) -> None:
    out = files / "new" / "agreement.md"
    result = run(files / file, "-o", out, *options)
    assert result.exit_code == status
    assert not out.parent.exists()
    assert "gatehouse draft" in result.stderr
    assert result.stdout == ""


def test_a_refusal_is_recorded(files: Path) -> None:
    out = files / "refusal.md"
    result = run(files / "refused.yaml", "-o", out, "--provisional", "--record-refusal", "--json")
    assert result.exit_code == 0, result.output
    assert decode(result.stdout, "json").value["paper"] == "refusal"
    assert out.exists()


def test_a_share_that_may_go_ahead_is_no_refusal(files: Path) -> None:
    result = run(files / "share.yaml", "-o", files / "x.md", "--provisional", "--record-refusal")
    assert isinstance(result.exception, BadInput)
    assert not (files / "x.md").exists()


def test_complete_writes_nothing_while_gaps_are_left(files: Path) -> None:
    result = run(files / "share.yaml", "-o", files / "x.md", "--provisional", "--complete", "--json")
    assert result.exit_code == 3
    found = decode(result.stdout, "json").value
    assert found["file"] is None
    assert [gap["number"] for gap in found["gaps"]] == [str(n) for n in range(1, len(found["gaps"]) + 1)]
    assert set(found["gaps"][0]) >= {"number", "item", "owner"}
    assert not (files / "x.md").exists()


@pytest.mark.parametrize(
    ("out", "message"), [("x.dox", "Did you mean '.docx'?"), ("x", "no ending"), ("share.yaml/x.md", "cannot")]
)
def test_a_file_that_cannot_be_written(files: Path, out: str, message: str) -> None:
    result = run(files / "share.yaml", "-o", files / out, "--provisional")
    assert isinstance(result.exception, BadInput)
    assert message in str(result.exception)


def test_trace_names_what_stands_behind_each_clause(files: Path, agreement: Agreement) -> None:
    result = run(files / "share.yaml", "-o", files / "x.md", "--provisional", "--trace")
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines] == [clause.number for clause in agreement.clauses]
    assert any("cda-1998-s115" in line for line in lines)


# Text stays text


def test_no_control_or_direction_mark_is_left(hostile: Agreement) -> None:
    said = str(as_data(hostile))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ufffe]", said)


class Page(HTMLParser):
    """The tags, the text and the ids of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.said).split())


def test_hostile_text_in_html(hostile: Agreement) -> None:
    page = Page(html(hostile).decode())
    assert not page.open
    assert {"script", "img", "iframe", "w:fldsimple"}.isdisjoint(tag for tag, _ in page.tags)
    assert "{{ 7*7 }}" in page.text
    assert SEEN in page.text


def test_html_is_accessible(agreement: Agreement) -> None:
    page = Page(html(agreement).decode())
    tags = [tag for tag, _ in page.tags]
    assert page.tags[0] == ("html", {"lang": "en-GB"})
    assert all(tags.count(landmark) == 1 for landmark in ("main", "header", "nav", "footer", "h1", "title"))
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert all(later - one <= 1 for one, later in itertools.pairwise(levels))
    assert all(attributes.get("scope") in ("row", "col") for tag, attributes in page.tags if tag == "th")
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    anchors = [str(attributes["href"]) for tag, attributes in page.tags if tag == "a"]
    assert all(anchor[1:] in ids for anchor in anchors if anchor.startswith("#"))
    assert all(f"[GAP {gap.number}: {gap.what}" in page.text for gap in agreement.gaps)


def test_hostile_text_in_markdown(hostile: Agreement) -> None:
    text = markdown(hostile).decode()
    reader = MarkdownIt("gfm-like", {"linkify": False, "html": True})
    tokens = reader.parse(text)
    inline = [child for token in tokens for child in token.children or ()]
    assert not [token for token in (*tokens, *inline) if token.type.startswith("html")]
    assert not [token for token in inline if token.type in ("code_inline", "image")]
    hrefs = {str(token.attrs["href"]) for token in inline if token.type == "link_open"}
    assert all("legislation.gov.uk" in href or "ico.org.uk" in href for href in hrefs), hrefs
    said = "".join(token.content for token in inline if token.type in ("text", "text_special"))
    assert SEEN in said
    assert "{{ 7*7 }}" in said
    widths = [line.count(" | ") for line in re.sub(r"\\\|", "", text).splitlines() if line.startswith("|")]
    assert max(widths) < 6


def test_gaps_are_searchable_in_markdown(agreement: Agreement) -> None:
    assert re.findall(r"\[GAP (\d+): ", markdown(agreement).decode()) == [str(gap.number) for gap in agreement.gaps]


def test_hostile_text_in_word(hostile: Agreement) -> None:
    from docx import Document as Open

    document = Open(io.BytesIO(word(hostile)))
    xml = document.element.xml
    assert xml.count("<w:instrText") == 1  # the contents list, and nothing that anybody typed
    assert "<w:fldSimple" not in xml
    said = "\n".join(paragraph.text for paragraph in document.paragraphs)
    cells = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    for text in (said, cells):
        assert "{{ 7*7 }}" in text
        assert SEEN in text


def test_word_has_styles_tables_and_the_gaps(agreement: Agreement, tmp_path: Path) -> None:
    from docx import Document as Open
    from docxtpl import DocxTemplate

    path = tmp_path / "agreement.docx"
    path.write_bytes(word(agreement))
    assert DocxTemplate(path).get_undeclared_template_variables() == set()
    document = Open(str(path))
    headings = [p.text for p in document.paragraphs if (p.style.name if p.style else "") == "Heading 1"]
    assert headings == [f"{section.number} {section.heading}" for section in agreement.sections]
    blocks = [block for clause in agreement.clauses for block in clause.blocks if isinstance(block, Table)]
    assert len(document.tables) == len(blocks) + 1
    for drawn, table in zip(document.tables[1:], blocks, strict=True):
        assert len(drawn.rows) == len(table.rows) + bool(table.headings)
        assert drawn.rows[0]._tr.xpath("./w:trPr/w:tblHeader") or not table.headings
    text = document.element.xml
    assert set(re.findall(r"\[GAP (\d+): ", text)) == {str(gap.number) for gap in agreement.gaps}
    footer = document.sections[0].footer._element.xml
    assert "PAGE" in footer
    assert "NUMPAGES" in footer
    assert document.core_properties.author == ""


def read_pdf(paper: bytes) -> tuple[Any, str]:
    pypdf = pytest.importorskip("pypdf")
    reader = pypdf.PdfReader(io.BytesIO(paper))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    return reader, text


def test_pdf_is_tagged_and_holds_the_gaps(agreement: Agreement) -> None:
    paper = pdf(agreement)
    assert paper.startswith(b"%PDF")
    reader, text = read_pdf(paper)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).lower() == "en-gb"
    assert set(re.findall(r"\[GAP (\d+):", text)) == {str(gap.number) for gap in agreement.gaps}


def test_hostile_text_in_pdf(hostile: Agreement) -> None:
    _, text = read_pdf(pdf(hostile))
    plain = text.replace("\u200b", "").replace("- ", "")
    assert "{{ 7*7 }}" in plain
    assert "#panic()" in plain


@pytest.mark.parametrize("ending", sorted(FORMATS))
def test_very_long_text(knowledge: KnowledgeBase, determiner: Determiner, ending: str) -> None:
    terms = {"security": "x" * 100_000, "risks": "long words " * 9_000}
    paper = draft(decided(determiner, share_of(knowledge, agreement=terms)))
    assert len(FORMATS[ending](paper)) > 5_000


def test_every_word_that_a_clause_may_use_is_in_the_pattern(knowledge: KnowledgeBase) -> None:
    assert knowledge.agreement is not None
    words = knowledge.agreement.words
    rules = Path(__file__).parent.parent / "rules"
    used: set[str] = set()
    for module in ("agreement", "annex_clauses", "clauses", "law_clauses", "view"):
        text = (rules / f"{module}.py").read_text()
        used |= set(re.findall(r'word\("([^"{]+)"', text))
        for listed in re.findall(r"word\(id\) for id in \(([^)]*)\)", text):
            used |= set(re.findall(r'"([^"]+)"', listed))
    assert len(used) > 80
    assert used <= set(words)
    dynamic = {"verified", "secondary", "memory", "verified-short", "secondary-short", "memory-short", "met", "not_met",
               "unknown", "done", "to-do", "given", "not-yet", "assumed", "discloser", "receiver", "both",
               "each-controller", "before-sharing", "at-sharing", "after", "sending", "receiving", "yes", "no",
               "mandatory", "permissive", "gateway", "bar", "key", "safeguard", "skip", "contents", "page", "of",
               "address", "registration", "owner", "dpo", "guardian", "rights-contact", "breach-contact", *VERDICTS,
               *REGIMES, "none"}  # fmt: skip
    assert dynamic <= set(words)
