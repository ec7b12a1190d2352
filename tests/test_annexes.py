"""Annexes: each drafted for every case that has it, each clause with a source, the notice in plain English."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from cli.annex import row_as_csv
from cli.render import FORMATS, text
from cli.tables import read_rows
from knowledge.agreement import ITEMS, KEYS, AnnexPattern
from knowledge.decode import Document
from knowledge.model import KnowledgeBase
from knowledge.share import Share, dump_share, load_share, parse_share
from rules.agreement import annexed, draft, draft_annex
from rules.determine import Determination, Determiner
from rules.document import Agreement, Gap, Link, Paragraph, Points, Table
from rules.line import GO_AHEAD
from rules.register import duration, row
from tests.command import gatehouse
from tests.test_agreement import HOSTILE, SEEN, base, decided, share_of

CASEBOOK = Path(__file__).parent.parent / "knowledge" / "casebook"
CASES = [
    "demo", "dea/debt-pilot", "dea/warm-home-rebate", "dea/two-or-more-troubles", "dea/asthma-list-for-insulation",
    "safeguarding/section-47-request", "safeguarding/marac-landlord", "health/discharge-summary",
    "data-protection/payroll-bureau", "research/names-please", "crime/gang-list",
    "welfare-and-tax/national-fraud-initiative",
]  # fmt: skip
FORMULA = "=HYPERLINK(1)"


@pytest.fixture(scope="module")
def cases(knowledge: KnowledgeBase, determiner: Determiner) -> dict[str, Determination]:
    return {name: decided(determiner, load_share(CASEBOOK / f"{name}.yaml", knowledge)) for name in CASES}


def drafted(cases: dict[str, Determination], knowledge: KnowledgeBase) -> list[tuple[str, Determination, Agreement]]:
    found = []
    for name, determination in cases.items():
        for annex in knowledge.annexes:
            view = annexed(determination, annex)
            if (annex.drafts == "any" or not view.is_open) and (not annex.due or annex.due in view.safeguards):
                found.append((f"{name} {annex.id}", determination, draft_annex(determination, annex)))
    return found


def annex(knowledge: KnowledgeBase, id: str) -> AnnexPattern:
    return next(annex for annex in knowledge.annexes if annex.id == id)


def test_the_patterns_name_only_what_there_is(knowledge: KnowledgeBase) -> None:
    ids = [one.id for one in knowledge.annexes]
    assert len(ids) == len(set(ids)) == 10
    for one in knowledge.annexes:
        assert not one.due or knowledge.provisions[one.due].kind == "safeguard"
        clauses = [clause for section in one.sections for clause in section.clauses]
        assert len({clause.id for clause in clauses}) == len(clauses), one.id
        for clause in clauses:
            assert {*clause.asks, *clause.tells} <= set(KEYS), clause.id
            assert set(clause.answers) <= set(knowledge.questions), clause.id
            assert all(knowledge.provisions[id].kind == "safeguard" for id in clause.safeguards), clause.id
            assert not clause.due or clause.due in knowledge.provisions
            assert all(1 <= item <= ITEMS for item in clause.items)


def test_every_annex_is_drafted_for_some_case_and_each_clause_has_a_source(
    cases: dict[str, Determination], knowledge: KnowledgeBase
) -> None:
    found = drafted(cases, knowledge)
    missing = {one.id for one in knowledge.annexes} - {name.split()[1] for name, _, _ in found}
    assert missing == set()
    for name, determination, paper in found:
        assert [gap.number for gap in paper.gaps] == list(range(1, len(paper.gaps) + 1)), name
        assert all(gap.owner and gap.what for gap in paper.gaps), name
        for clause in paper.clauses:
            sources = clause.sources
            assert sources.answers or sources.provisions or sources.terms or sources.standard, (name, clause.id)
            assert clause.blocks, (name, clause.id)
            assert set(sources.provisions) <= set(determination.knowledge.provisions), name


def test_an_annex_that_nothing_asks_for_is_not_drafted(
    cases: dict[str, Determination], knowledge: KnowledgeBase
) -> None:
    with pytest.raises(ValueError, match="no register-entry is due"):
        draft_annex(cases["demo"], annex(knowledge, "register-entry"))
    assert cases["dea/asthma-list-for-insulation"].verdict not in GO_AHEAD
    with pytest.raises(ValueError, match="no privacy-notice"):
        draft_annex(cases["dea/asthma-list-for-insulation"], annex(knowledge, "privacy-notice"))
    assert draft_annex(cases["dea/asthma-list-for-insulation"], annex(knowledge, "request-form")).clauses


# The screening


@pytest.mark.parametrize(
    ("answers", "data", "state"),
    [
        ({"scale": "2-to-99", "how-shared": "once"}, ["identity"], "screened-not-due"),
        ({"automated-decision": "no-person"}, ["identity"], "screened-due"),
        ({"scale": "million-or-more", "subjects": ["children"]}, ["identity"], "screened-due"),
        ({"scale": "not-sure", "subjects": ["children"]}, ["identity"], "screened-unknown"),
    ],
)
def test_the_screening_turns_on_its_triggers(
    knowledge: KnowledgeBase, determiner: Determiner, answers: dict[str, Any], data: list[str], state: str
) -> None:
    share = share_of(knowledge, answers={**base()["answers"], **answers}, data=data)
    paper = draft_annex(decided(determiner, share), annex(knowledge, "dpia"))
    clause = next(clause for clause in paper.clauses if clause.id == "answer")
    assert [block.text for block in clause.blocks if isinstance(block, Paragraph)] == [paper.words[state]]
    started = {clause.id for clause in paper.clauses}
    assert ("risk-table" in started) is (state != "screened-not-due")


# Plain English


def prose(paper: Agreement) -> list[str]:
    """The sentences of a notice: not the names of laws, and not what people typed."""
    found: list[str] = []
    for clause in paper.clauses:
        for block in clause.blocks:
            if isinstance(block, Paragraph) and isinstance(block.text, str) and clause.id != "law":
                found.append(f"{block.lead} {block.text}".strip())
            elif isinstance(block, Points):
                found.append(block.lead)
    return [sentence if sentence[-1:] in ".?!" else f"{sentence}." for sentence in found if sentence]


@pytest.mark.parametrize("id", ["privacy-notice", "public-summary"])
def test_the_public_wording_can_be_read_at_twelve(
    cases: dict[str, Determination], knowledge: KnowledgeBase, id: str
) -> None:
    """A reading age is a school grade and five years; two measures that count letters, words and sentences."""
    textstat = pytest.importorskip("textstat")
    for name, determination in cases.items():
        if determination.verdict in GO_AHEAD:
            said = " ".join(prose(draft_annex(determination, annex(knowledge, id))))
            assert textstat.automated_readability_index(said) + 5 <= 12, (name, said)
            assert textstat.coleman_liau_index(said) + 5 <= 14, (name, said)  # long names of bodies weigh on this one


# The register


FULL = {
    "reference": "EX-1", "benefits": FORMULA, "transfer_method": "Secure, encrypted\nfile transfer",
    "retention": "6 years after the case closes", "start": "2027-01-04", "end": "2029-01-03", "review": "2028-01-04",
    "fields": [{"name": "@SUM(A1)"}, {"name": "Name, and “quotes”"}],
}  # fmt: skip


def register_share(knowledge: KnowledgeBase, **terms: Any) -> Share:
    share = load_share(CASEBOOK / "dea" / "debt-pilot.yaml", knowledge)
    said = {**FULL, "rights_contact": {share.parties[0].id: "rights@example.org"}, **terms}
    value = {**dict_of(share), "agreement": said}
    value["answers"]["goal"] = "Get debts paid\nwithout hardship"
    return parse_share(Document("share.yaml", value), knowledge)


def dict_of(share: Share) -> dict[str, Any]:
    from knowledge.decode import decode

    return dict(decode(dump_share(share), "x").value)


def test_a_register_entry_comes_back_as_it_was_written(knowledge: KnowledgeBase, determiner: Determiner) -> None:
    pattern = annex(knowledge, "register-entry")
    determination = decided(determiner, register_share(knowledge))
    written = row_as_csv(determination, pattern)
    found = row(annexed(determination, pattern), pattern.columns)
    (entry,) = read_rows(written)
    assert list(entry) == list(pattern.columns)
    assert len(entry) == 18
    assert entry == {column: text(str(cell)) for column, cell in found.items()}
    assert entry["retention-period"] == "P6Y"
    assert (entry["start-date"], entry["review-date"]) == ("2027-01-04", "2028-01-04")
    assert entry["information-sharing-benefits"] == FORMULA
    cells = next(iter(written.decode().splitlines()[1:])).split(",")
    assert not [cell for cell in cells if cell.lstrip('"').startswith(("=", "+", "-", "@"))]


def test_what_the_register_lacks_is_a_gap_and_never_made_up(knowledge: KnowledgeBase, determiner: Determiner) -> None:
    pattern = annex(knowledge, "register-entry")
    determination = decided(determiner, register_share(knowledge, benefits="", retention=""))
    (entry,) = read_rows(row_as_csv(determination, pattern))
    assert (entry["information-sharing-benefits"], entry["retention-period"]) == ("", "")
    gaps = {column for column, cell in row(annexed(determination, pattern), pattern.columns).items()
            if isinstance(cell, Gap)}  # fmt: skip
    assert gaps == {"information-sharing-benefits", "retention-period"}


@pytest.mark.parametrize(
    ("said", "period"), [("one year", ""), ("90 days", "P90D"), ("12 months, then 2 years", "P12M")]
)
def test_periods_of_the_register(said: str, period: str) -> None:
    assert duration(said) == period


# Text stays text


@pytest.mark.parametrize("ending", sorted(FORMATS))
def test_hostile_answers_are_text_in_every_annex(knowledge: KnowledgeBase, determiner: Determiner, ending: str) -> None:
    said = base()
    said["answers"]["goal"] = HOSTILE
    said["parties"][0]["name"] = HOSTILE
    said["agreement"] = {"security": HOSTILE, "fields": [{"name": HOSTILE, "reason": HOSTILE}], "retention": HOSTILE}
    determination = decided(determiner, parse_share(Document("share.yaml", said), knowledge))
    for id in ("privacy-notice", "processing-record", "request-form"):
        written = FORMATS[ending](draft_annex(determination, annex(knowledge, id)))
        if ending == ".html":
            assert b"<script" not in written
            assert b"{{ 7*7 }}" in written
        elif ending == ".docx":
            from docx import Document as Open

            xml = Open(io.BytesIO(written)).element.xml
            assert xml.count("<w:instrText") == 1
            assert "{{ 7*7 }}" in xml
        else:
            assert len(written) > 1_000
        assert SEEN.encode() not in written or ending == ".pdf"


# The command


def test_the_command_lists_drafts_and_refuses(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    (tmp_path / "share.yaml").write_text(dump_share(share_of(knowledge)))
    listed = gatehouse("annex", "share.yaml", "--provisional", cwd=tmp_path)
    assert listed.code == 0
    assert all(one.id in listed.out for one in knowledge.annexes)
    ran = gatehouse("annex", "share.yaml", "public-summary", "--provisional", "-o", "s.html", cwd=tmp_path)
    assert (ran.code, ran.out) == (0, "")
    assert (tmp_path / "s.html").exists()
    ran = gatehouse("annex", "share.yaml", "public-summary", "--provisional", "--complete", "-o", "c.md", cwd=tmp_path)
    assert ran.code == 3
    ran = gatehouse("annex", "share.yaml", "register-entry", "--provisional", "-o", "r.csv", cwd=tmp_path)
    assert ran.code == 3
    ran = gatehouse("annex", "share.yaml", "privacy-notice", "-o", "n.md", cwd=tmp_path)
    assert ran.code == 10
    for wrong, message in ((["privcy-notice", "-o", "n.md"], "privacy-notice"), (["dpia", "-o", "x.csv"], "no row"),
                           (["dpia", "-o", "x.doc"], ".docx"), (["dpia"], "-o dpia.docx")):  # fmt: skip
        ran = gatehouse("annex", "share.yaml", *wrong, cwd=tmp_path)
        assert ran.code == 2
        assert message in ran.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.html", "share.yaml"]


def test_what_is_to_be_agreed_stays_a_gap(knowledge: KnowledgeBase, determiner: Determiner) -> None:
    terms = {"retention": "To be agreed", "processors": "to be agreed", "contacts": {"council": "to be agreed"}}
    paper = draft(decided(determiner, share_of(knowledge, agreement=terms)))
    keys = {gap.key for gap in paper.gaps}
    assert {"agreement.retention", "agreement.processors", "agreement.contacts.council"} <= keys


def test_links_in_annexes_lead_to_the_law_that_is_relied_on(
    cases: dict[str, Determination], knowledge: KnowledgeBase
) -> None:
    for name, _, paper in drafted(cases, knowledge):
        used = {id for clause in paper.clauses for id in clause.sources.provisions}
        addresses = {knowledge.url(cite) for id in used for cite in knowledge.provisions[id].cites}
        cells = [cell for clause in paper.clauses for block in clause.blocks if isinstance(block, Table)
                 for line in block.rows for cell in line]  # fmt: skip
        assert {cell.url for cell in cells if isinstance(cell, Link)} <= addresses, name


def test_each_of_the_items_is_there_or_is_a_gap_for_the_whole_casebook(
    knowledge: KnowledgeBase, determiner: Determiner
) -> None:
    found = 0
    for path in sorted(CASEBOOK.rglob("*.yaml")):
        determination = decided(determiner, load_share(path, knowledge))
        if determination.verdict in GO_AHEAD:
            paper = draft(determination)
            found += 1
            assert set(range(1, ITEMS + 1)) - paper.items - {gap.item for gap in paper.gaps} == set(), path.stem
    assert found > 30
