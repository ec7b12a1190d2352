"""From a determination to a paper to sign: the pattern's sections, filled with findings, terms and numbered gaps.

The last step of the path. Knows no wording, no law and no format: words come from the pattern, law from the
provisions, and a paper is plain data that any format can print. What nobody said is a gap, never made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from knowledge.agreement import AgreementPattern, AnnexPattern, ClausePattern, Paper, SectionPattern
from rules import annex_clauses, clauses, law_clauses
from rules.decide import LABELS
from rules.determine import Determination
from rules.document import Agreement, Clause, Numbering, Section, Table, Writing
from rules.line import GO_AHEAD
from rules.paper import choose, facts_of
from rules.view import REFUSAL, View

BUILDERS: dict[str, clauses.Builder] = {
    builder.__name__: builder
    for builder in (
        clauses.status, clauses.paper, clauses.law_as_at, clauses.parties, clauses.parties_plain, clauses.roles,
        clauses.contacts, clauses.rights_contacts, clauses.breach_contacts, clauses.processors, clauses.goal,
        clauses.functions, clauses.limits, clauses.cautions, clauses.obligations, clauses.promises, clauses.fields,
        clauses.people, clauses.children, clauses.sign_off, clauses.annexed, clauses.glossary,
        law_clauses.overview, law_clauses.schedule, law_clauses.powers, law_clauses.keys, law_clauses.bars,
        law_clauses.offences, law_clauses.regimes, law_clauses.judgements, law_clauses.refused, law_clauses.outcomes,
        law_clauses.powers_tried, law_clauses.bars_down, law_clauses.still_needed,
        annex_clauses.screening, annex_clauses.screened, annex_clauses.risk_table, annex_clauses.views_table,
        annex_clauses.duty_of_annex,
        annex_clauses.decision_table, annex_clauses.approval_table, annex_clauses.deletion_table,
        annex_clauses.kept_table, annex_clauses.quality_table, annex_clauses.request_facts, annex_clauses.notice_who,
        annex_clauses.notice_what, annex_clauses.notice_why, annex_clauses.notice_law, annex_clauses.notice_rights,
        annex_clauses.sensitive_conditions, annex_clauses.record_entry, annex_clauses.register_row,
    )
}  # fmt: skip
LATE = ("left_out", "law_list", "to_do", "trace")
"""What can be shown only once every other clause stands."""


def draft(determination: Determination) -> Agreement:
    """The paper for a share that may go ahead. Raises `ValueError` where it may not."""
    if determination.verdict not in GO_AHEAD:
        raise ValueError(f"no agreement for '{determination.verdict}'")
    pattern = _pattern(determination)
    paper = choose(pattern, facts_of(determination))
    chosen = determination.share.agreement.paper
    if chosen:
        paper = pattern.paper(chosen.use)
    return _Drafting(View(determination, pattern, paper), pattern.sections).agreement()


def draft_refusal(determination: Determination) -> Agreement:
    """The record of a decision not to share, with its reasons."""
    view = looked_at(determination)
    return _Drafting(view, view.pattern.refusal).agreement()


def draft_annex(determination: Determination, annex: AnnexPattern) -> Agreement:
    """One of the annexes, on its own. Raises `ValueError` where there is nothing to draft."""
    view = annexed(determination, annex)
    if annex.drafts != "any" and view.is_open:
        raise ValueError(f"no {annex.id} for '{determination.verdict}'")
    if annex.due and annex.due not in view.safeguards:
        raise ValueError(f"no {annex.id} is due: it goes with '{annex.due}'")
    return _Drafting(view, annex.sections).agreement()


def annexed(determination: Determination, annex: AnnexPattern) -> View:
    """A determination as an annex looks at it."""
    return View(determination, _pattern(determination), Paper(id=annex.id, title=annex.title, why=annex.why))


def looked_at(determination: Determination) -> View:
    """A determination with the words in which a refusal is told."""
    pattern = _pattern(determination)
    words = pattern.words
    paper = Paper(id=REFUSAL, title=words["refusal-title"], why=words["refusal-why"], short="yes")
    return View(determination, pattern, paper)


def _pattern(determination: Determination) -> AgreementPattern:
    pattern = determination.knowledge.agreement
    if pattern is None:
        raise ValueError("the knowledge base holds no pattern of an agreement")
    return pattern


class _Drafting:
    """One paper in the making."""

    def __init__(self, view: View, sections: Sequence[SectionPattern]) -> None:
        self.view = view
        self.sections = sections
        self.numbering = Numbering()
        self.left_out: list[ClausePattern] = []
        self.drafted: list[Clause] = []

    def agreement(self) -> Agreement:
        """Draft every clause in two rounds: those that look at the share and the law, then those that look at these."""
        kept = [(section, self._kept(section)) for section in self.sections]
        kept = [(section, patterns) for section, patterns in kept if patterns]
        found: dict[str, Clause] = {}
        for late in (False, True):
            for number, (_, patterns) in enumerate(kept, 1):
                for place, pattern in enumerate(patterns, 1):
                    if any(name in LATE for name in pattern.shows) is late:
                        clause = self.numbering.clause(self._clause(pattern, f"{number}.{place}"))
                        found[pattern.id] = clause
                        self.drafted.append(clause)
        sections = tuple(
            Section(section.id, number, section.heading, tuple(found[pattern.id] for pattern in patterns))
            for number, (section, patterns) in enumerate(kept, 1)
        )
        view = self.view
        return Agreement(
            kind=view.paper.id,
            heading=view.paper.title,
            title=view.share.title or view.word("no-title"),
            reference=view.terms.reference.strip(),
            version=view.terms.version.strip(),
            marking=view.terms.marking.strip(),
            status=view.word("draft-short"),
            summary=self._summary(sum(len(clause.gaps) for clause in self.drafted)),
            sections=sections,
            words=dict(view.pattern.words),
        )

    def _kept(self, section: SectionPattern) -> list[ClausePattern]:
        kept = []
        for clause in section.clauses:
            if clause.only and not self.view.has(clause.only):
                continue
            if clause.due and clause.due not in self.view.safeguards:
                continue
            if clause.needs and (clause.needs == "not-yet") is not self.view.is_open:
                continue
            if self.view.paper.short == "yes" and clause.short == "no" and not self.view.is_refusal:
                self.left_out.append(clause)
                continue
            kept.append(clause)
        return kept

    def _clause(self, pattern: ClausePattern, number: str) -> Clause:
        view, writing = self.view, Writing(items=list(pattern.items))
        for text in pattern.says:
            writing.para(text)
            writing.standard[pattern.id] = None
        for name in pattern.shows:
            if name in LATE:
                self._late(name, writing)
            else:
                BUILDERS[name](view, writing)
        law_clauses.show_bars(view, writing, pattern)
        clauses.show_answers(view, writing, pattern)
        clauses.show_safeguards(view, writing, pattern)
        clauses.show_terms(view, writing, pattern)
        if writing.sources == type(writing.sources)():
            writing.standard[pattern.id] = None
        return Clause(pattern.id, number, pattern.heading, tuple(writing.blocks), tuple(writing.items), writing.sources)

    # What looks at the rest of the paper

    def _late(self, name: str, writing: Writing) -> None:
        if name == "left_out":
            self._left_out(writing)
        elif name == "law_list":
            law_clauses.law_list(self.view, writing, self._provisions())
        elif name == "to_do":
            self._to_do(writing)
        else:
            self._trace(writing)

    def _provisions(self) -> Iterable[str]:
        return dict.fromkeys(id for clause in self.drafted for id in clause.sources.provisions)

    def _left_out(self, writing: Writing) -> None:
        items = sorted({item for clause in self.left_out for item in clause.items})
        writing.items += items
        writing.para(self.view.word("left-out" if items else "nothing-left-out"))
        writing.points(self.view.pattern.item(item) for item in items)

    def _to_do(self, writing: Writing) -> None:
        word = self.view.word
        rows = [
            (str(gap.number), gap.what, gap.owner, gap.help, clause.number)
            for clause in self.drafted
            for gap in clause.gaps
        ]
        writing.table([word(id) for id in ("number", "gap", "owner-of-gap", "how", "clause")], rows)
        if not rows:
            writing.para(word("no-gaps"))

    def _trace(self, writing: Writing) -> None:
        word = self.view.word
        rows = [
            (clause.number, ", ".join((*clause.sources.answers, *clause.sources.terms)),
             ", ".join(clause.sources.provisions), word("yes") if clause.sources.standard else "")
            for clause in sorted(self.drafted, key=lambda clause: [int(part) for part in clause.number.split(".")])
        ]  # fmt: skip
        writing.table([word(id) for id in ("clause", "answers", "provisions", "standard")], rows)

    def _summary(self, gaps: int) -> Table:
        view, word = self.view, self.view.word
        lines = view.determination.lines
        label = max((line.best.label for line in lines if line.best), key=LABELS.index, default="verified")
        purposes = dict.fromkeys(view.knowledge.label(line.line.purpose) for line in lines)
        rows = [
            ("paper", view.paper.title),
            ("parties", ", ".join(party.name for party in view.parties)),
            ("purpose", ", ".join(purposes)),
            ("shared-as", word(view.determination.verdict)),
        ]
        if not view.is_open:
            cited = dict.fromkeys(view.cited(gateway) for gateway, _ in view.relied_on("gateway"))
            rows.append(("power", "; ".join(cited) or word("no-power")))
        dates = [(key, getattr(view.terms, key)) for key in ("start", "end", "review")]
        rows += [(key, view.day(date)) for key, date in dates if date]
        rows += [
            ("law-of", f"{view.day(view.determination.as_at)}, {word(label)}"),
            ("gaps", word("gaps-left", count=gaps) if gaps else word("gaps-none")),
        ]
        return Table(tuple((word(id), text) for id, text in rows), (), word("summary"))


def gaps_as_json(agreement: Agreement) -> list[dict[str, object]]:
    """The gaps in the published form."""
    return [
        {"number": gap.number, "item": gap.item, "what": gap.what, "owner": gap.owner, "key": gap.key}
        for gap in agreement.gaps
    ]
