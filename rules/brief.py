"""A lawyer's brief of one page, as data: the facts, the exact question, laws that may serve, what was ruled out.

Everything on it comes from the determination; its words come from the knowledge base.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from knowledge.model import KnowledgeBase, Provision
from knowledge.phrases import phrases
from knowledge.share import NOT_SURE
from rules.decide import Decided, Status
from rules.determine import Determination
from rules.document import Agreement, Block, Cell, Clause, Link, Paragraph, Points, Section, Sources, Table
from rules.explain import bars_of, cost_of_not_sharing, merge, nearest_gateways
from rules.line import GO_AHEAD, VERDICTS

_MOST = 5  # laws, bars and questions; a page holds no more
_SKIPPED = frozenset({"goal", "named-law", "serious-harm"})


def brief(determination: Determination) -> Agreement:
    """The brief on the lines that most need a lawyer: those of the most cautious verdict."""
    return _Brief(determination).paper()


class _Brief:
    def __init__(self, determination: Determination) -> None:
        self.determination = determination
        self.knowledge: KnowledgeBase = determination.knowledge
        self.words = phrases("brief")
        groups = merge(determination.lines)
        worst = min((group[0].verdict for group in groups), key=VERDICTS.index, default="")
        self.groups = [group for group in groups if group[0].verdict == worst]
        self.lines = [group[0] for group in self.groups]

    def paper(self) -> Agreement:
        pattern = self.knowledge.agreement
        share = self.determination.share
        sections = [
            ("asked", [Points(tuple(self._questions()))]),
            ("facts", self._facts()),
            ("laws", self._laws()),
            ("ruled-out", self._ruled_out()),
            ("needed", self._needed()),
        ]
        return Agreement(
            kind="brief",
            heading=self.words["heading"],
            title=share.title or self.words["heading"],
            reference="",
            version="",
            marking="",
            status=self.words["status"],
            summary=Table(tuple(self._summary())),
            sections=tuple(
                Section(
                    id,
                    number,
                    self.words[id],
                    (Clause(id, f"{number}.1", self.words[id], tuple(blocks), (), Sources()),),
                )
                for number, (id, blocks) in enumerate(((id, list(each)) for id, each in sections), 1)
            ),
            words=pattern.words if pattern else {},
        )

    def _summary(self) -> Iterator[tuple[Cell, ...]]:
        words, label = self.words, self.knowledge.label
        each = [line.line for line in self.lines]
        yield words["from"], _list(f"{line.discloser.name} ({label(line.discloser.kind)})" for line in each)
        yield words["to"], _list(f"{line.receiver.name} ({label(line.receiver.kind)})" for line in each)
        yield words["for"], _list(label(line.purpose) for line in each)
        yield words["data"], _list(label(line.line.data) for group in self.groups for line in group)
        yield words["nation"], _list(label(line.nation) for line in each)
        yield words["law-on"], self.determination.as_at.isoformat()
        verdict = self.determination.verdict
        yield words["verdict"], (self.knowledge.agreement.words[verdict] if self.knowledge.agreement else verdict)

    # The question

    def _questions(self) -> Iterator[str]:
        return iter(list(dict.fromkeys(self._each_question()))[:_MOST])

    def _each_question(self) -> Iterator[str]:
        """What is to be judged, read, confirmed or weighed; failing that, whether there is more."""
        found = False
        for line in self.lines:
            for cause, id in sorted(line.waits_for):
                if cause == "judgement":
                    found = True
                    yield self.words["question-judge"].replace("{asks}", self._asks(id))
                elif cause in ("unverified", "commencement"):
                    found = True
                    law = self._cited(self.knowledge.provisions[id])
                    yield self.words[f"question-{cause}"].replace("{law}", law)
            duty = next((r.gateway for r in line.routes if r.is_mandatory and r.gateway), None)
            down = [bar.bar for bar in line.best.sending if bar.passes() is Status.SHUT] if line.best else []
            if duty and duty.meets() is Status.OPEN and down:
                found = True
                text = self.words["question-clash"].replace("{duty}", self._cited(duty.provision))
                yield text.replace("{bar}", self._cited(down[0].provision))
            elif line.best and line.best.gateway and line.best.now is Status.UNSETTLED and not found:
                found = True
                yield self.words["question-law"].replace("{law}", self._cited(line.best.gateway.provision))
            elif line.verdict in GO_AHEAD and line.best and line.best.gateway:
                found = True
                yield self.words["question-go"].replace("{law}", self._cited(line.best.gateway.provision))
        if not found:
            yield self.words["question-nearest"]

    # The facts

    def _facts(self) -> Iterator[Block]:
        answers = self.lines[0].line.answers if self.lines else {}
        goal = answers.get("goal")
        if goal:
            yield Paragraph(str(goal.answer), self.words["aim"])
        said = []
        for id, answer in answers.items():
            if id in _SKIPPED or self.knowledge.questions[id].kind == "assurance":
                continue
            question = self.knowledge.questions[id]
            if answer.answer == NOT_SURE:
                said.append(self.words["not-sure"].replace("{asks}", question.asks))
                continue
            behind = " ".join(filter(None, (answer.by, answer.reason, answer.reference)))
            words = self.knowledge.answer_label(id, answer.answer)
            said.append(f"{question.title or question.asks}: {words}" + (f" ({behind})" if behind else ""))
        if said:
            yield Paragraph("; ".join(said), self.words["answers"])

    # The law

    def _laws(self) -> Iterator[Block]:
        rows: dict[str, tuple[Cell, ...]] = {}
        for line in self.lines:
            for route in line.shown:
                if route.gateway:
                    unknown = [f.condition.says for f in route.gateway.findings if f.outcome == "unknown"]
                    down = [bar.bar.provision.title for bar in route.sending if bar.passes() is not Status.OPEN]
                    state = self.words["open" if route.gateway.meets() is Status.OPEN else "unsettled"]
                    turns = "; ".join([*unknown, *down]) or "-"
                    rows.setdefault(route.gateway.id, (self._link(route.gateway.provision), state, turns))
        if not rows:
            yield Paragraph(self.words["none"])
            return
        headings = tuple(self.words[id] for id in ("law", "stands", "rests"))
        yield Table(tuple(rows.values())[:_MOST], headings)

    def _ruled_out(self) -> Iterator[Block]:
        rows: dict[str, tuple[Cell, ...]] = {}
        for line in self.lines:
            for gateway in nearest_gateways(line, _MOST):
                rows.setdefault(gateway.id, (self._link(gateway.provision), "; ".join(_lacks(gateway))))
        if rows:
            yield Table(tuple(rows.values())[:_MOST], (self.words["law"], self.words["why"]))
        bars = {bar.bar.id: bar for line in self.lines for bar in bars_of(line.best) if bar.passes() is not Status.OPEN}
        if bars:
            found = []
            for bar in list(bars.values())[:_MOST]:
                lifts = "; ".join(self._cited(lift.provision) for lift in bar.lifted_by[:3])
                may = f"{self.words['may-lift']}: {lifts or self.words['nothing-lifts']}"
                found.append(f"{self._cited(bar.bar.provision)}. {may}")
            yield Points(tuple(found), self.words["bars"])

    def _needed(self) -> Iterator[Block]:
        waits = {
            id for line in self.lines for cause, id in line.waits_for if cause in ("unanswered", "not-sure", "wide")
        }
        asks = [self._asks(id) for id in sorted(waits) if id in self.knowledge.questions]
        if asks:
            yield Points(tuple(asks[:_MOST]))
        start = self.determination.share.agreement.start
        soon = next((str(line.line.answers["serious-harm"].answer) for line in self.lines
                     if "serious-harm" in line.line.answers), "")  # fmt: skip
        if soon in ("within-hours", "within-days"):
            when = self.words[soon]
        else:
            when = self.words["start"].replace("{date}", start.isoformat()) if start else self.words["later"]
        yield Paragraph(when, self.words["by-when"])
        cost = next(filter(None, (cost_of_not_sharing(line) for line in self.lines)), "")
        if cost:
            yield Paragraph(cost, self.words["cost"])
        yield Paragraph(self.words["footer"])

    # Words

    def _asks(self, id: str) -> str:
        return self.knowledge.questions[id].asks

    def _cited(self, provision: Provision) -> str:
        names = [f"{self.knowledge.name(cite)} {cite.provision}".strip() for cite in provision.cites]
        return f"{provision.title} ({', '.join(names)})" if names else provision.title

    def _link(self, provision: Provision) -> Cell:
        url = self.knowledge.url(provision.cite) if provision.cites else ""
        return Link(self._cited(provision), url) if url else self._cited(provision)


def _lacks(gateway: Decided) -> Sequence[str]:
    return [finding.condition.says for finding in gateway.findings if finding.outcome == "not_met"]


def _list(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))
