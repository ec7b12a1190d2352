"""The clauses that the law fills: the schedule, each power and basis with its conditions, the bars and what lifts them.

Every citation comes from a provision that the determination names; none is typed here.
"""

from __future__ import annotations

from collections.abc import Iterable

from knowledge.agreement import ClausePattern
from knowledge.model import Provision
from rules.decide import Decided, Finding, Status
from rules.document import Cell, Writing
from rules.explain import bars_of
from rules.route import BarOnRoute, Lift
from rules.view import Flow, View


def overview(view: View, writing: Writing) -> None:
    """Every flow in a row, where there is more than one."""
    rows: list[tuple[Cell, ...]] = []
    for flow in view.flows:
        line = flow.first.line
        purpose = view.knowledge.label(line.purpose)
        sides = (line.discloser.name, line.receiver.name)
        rows.append((str(flow.number), *sides, purpose, view.data(flow), _power(view, flow)))
    if len(rows) > 1:
        writing.table([view.word(id) for id in ("line", "from", "to", "purpose", "data", "power")], rows)
    writing.rests_on(terms=["parties", "purpose", "data"])


def _power(view: View, flow: Flow) -> str:
    gateway = flow.best.gateway if flow.best else None
    return view.cited(gateway.provision) if gateway else view.word("no-power")


def schedule(view: View, writing: Writing) -> None:
    """Each flow with its power, and the basis and condition of either side."""
    for flow in view.flows:
        _card(view, writing, flow)


def _card(view: View, writing: Writing, flow: Flow) -> None:
    line, best = flow.first, flow.best
    knowledge = view.knowledge
    rows: list[tuple[str, Cell]] = [
        ("from", line.line.discloser.name),
        ("to", line.line.receiver.name),
        ("purpose", knowledge.label(line.line.purpose)),
        ("data", view.data(flow)),
        ("shared-as", view.word(line.verdict)),
    ]
    gateway = best.gateway if best else None
    if gateway is None:
        rows.append(("power", view.word("no-power")))
    else:
        rows += [("power", view.link(gateway.provision)), ("force", view.word(gateway.force))]
        writing.rests_on(provisions=[gateway.id])
    for side, name in (("sending", "sender"), ("receiving", "receiver")):
        for shown_as, what in (("lawful-basis", "basis"), ("special-category", "condition")):
            rows.append((f"{name}-{what}", _lifted_as(view, writing, flow, side, shown_as)))
    if best:
        rows.append(("law-checked", view.word(best.label)))
    caption = view.word("flow", number=flow.number)
    writing.table((), [(view.word(id), cell) for id, cell in rows], caption)


def _lifted_as(view: View, writing: Writing, flow: Flow, side: str, shown_as: str) -> Cell:
    """The lawful basis or the condition that one side relies on; a gap where the receiver has yet to confirm it."""
    line, best = flow.first, flow.best
    bars = [bar for bar in bars_of(best) if bar.side == side and bar.bar.provision.shown_as == shown_as]
    found: list[str] = []
    for bar in bars:
        if bar.lifted is not Status.OPEN:
            if not bar.lifted_by or (bar.bites is Status.UNSETTLED and shown_as != "lawful-basis"):
                continue
            return _confirm(view, flow)
        first, *others = [lift.provision for lift in bar.lifted_by]
        writing.rests_on(provisions=[bar.bar.id, first.id, *(other.id for other in others)])
        text = view.titled(first)
        if others:
            text += f"; {view.word('also')}: {', '.join(view.cited(other) for other in others)}"
        found.append(text)
    if found:
        return "; ".join(dict.fromkeys(found))
    if side == "receiving" and best is not None and best.receiving_status is not Status.OPEN and bars:
        return _confirm(view, flow)
    if line.line.same_body and side == "receiving":
        return view.word("same-controller")
    return view.word("no-condition" if shown_as == "special-category" else "no-regime")


def _confirm(view: View, flow: Flow) -> Cell:
    what = view.word("confirm-basis", number=flow.number)
    return view.gap(17, what, "receiver", "", "answers.receiver-confirms")


# Conditions


def powers(view: View, writing: Writing) -> None:
    _conditions_of(view, writing, "gateway")


def keys(view: View, writing: Writing) -> None:
    _conditions_of(view, writing, "key")


def _conditions_of(view: View, writing: Writing, kind: str) -> None:
    """A checklist for each provision relied on: the condition, where it stands, and the answer behind it."""
    for provision, uses in view.relied_on(kind):
        flows = view.numbers(flow for flow, _ in uses)
        writing.para(view.link(provision), lead=provision.title)
        writing.para(view.word("relied-for", flows=flows, plain=provision.plain.strip()))
        writing.table([view.word(id) for id in ("condition", "cite", "behind")], _checklist(view, writing, uses))
        writing.rests_on(provisions=[provision.id])
    if not writing.blocks:
        writing.para(view.word("no-power" if kind == "gateway" else "no-keys"))


def _checklist(view: View, writing: Writing, uses: Iterable[tuple[Flow, Decided]]) -> list[tuple[str, str, str]]:
    found: dict[str, tuple[Finding, dict[str, None]]] = {}
    for _, decided in uses:
        for finding in decided.findings:
            _, behind = found.setdefault(finding.condition.id, (finding, {}))
            behind.update(dict.fromkeys(_behind(view, writing, decided, finding)))
    rows = []
    for finding, behind in found.values():
        cite = finding.condition.cite
        where = cite if isinstance(cite, str) else view.citation(cite)
        rows.append((finding.condition.says, where, "; ".join(behind) or view.word(finding.outcome)))
    return rows


def _behind(view: View, writing: Writing, decided: Decided, finding: Finding) -> Iterable[str]:
    for name, value in decided.facts.because(finding.compiled.atoms).items():
        assumed = name in view.knowledge.questions and decided.facts.is_assumed(name)
        said = view.fact(name, value)
        yield f"{said} ({view.word('promised')})" if assumed else said
        writing.rests_on(answers=[name])
    safeguard = view.knowledge.provisions.get(finding.condition.safeguard)
    if safeguard is not None and not any(due.done for _, due in view.safeguards.get(safeguard.id, ())):
        yield view.word("met-later", title=safeguard.title)


# Bars


def bars(view: View, writing: Writing) -> None:
    rows: list[tuple[Cell, ...]] = []
    for bar, flows in view.bars:
        lifted = ", ".join(view.titled(lift.provision) for lift in _relied(bar)) or view.word("unknown")
        rows.append((view.titled(bar.bar.provision), view.word(bar.side), lifted, view.numbers(flows)))
        writing.rests_on(provisions=[bar.bar.id, *(lift.provision.id for lift in _relied(bar))])
    writing.table([view.word(id) for id in ("bar", "side", "lifted-by", "flows")], rows)
    if not rows:
        writing.para(view.word("no-bars"))
        writing.rests_on(terms=["data"])


def _relied(bar: BarOnRoute) -> tuple[Lift, ...]:
    """The lift that is relied on, if there is one."""
    return bar.lifted_by[:1] if bar.lifted is Status.OPEN else ()


def show_bars(view: View, writing: Writing, clause: ClausePattern) -> None:
    """The bars of a clause's classes, each with what lifts it."""
    if not clause.bars:
        return
    points = []
    for bar, flows in view.bars:
        provision = bar.bar.provision
        if provision.bar_class not in clause.bars and provision.shown_as not in clause.bars:
            continue
        lifted = ", ".join(view.titled(lift.provision) for lift in _relied(bar)) or view.word("unknown")
        where = f"{view.word(bar.side)}, {view.word('flows').lower()} {view.numbers(flows)}"
        points.append(f"{view.titled(provision)} ({where}). {view.word('lifted-by')}: {lifted}.")
        writing.rests_on(provisions=[provision.id, *(lift.provision.id for lift in _relied(bar))])
    writing.points(points)
    if not points:
        writing.para(view.word("no-bars"))
        writing.rests_on(terms=["data"])


def offences(view: View, writing: Writing) -> None:
    found = {bar.bar.id: bar.bar.provision for bar, _ in view.bars if bar.bar.provision.offence}
    found |= {gateway.id: gateway for gateway, _ in view.relied_on("gateway") if gateway.offence}
    writing.points([f"{view.cited(p)}: {p.offence}" for p in found.values()], lead=view.word("offences"))
    writing.rests_on(provisions=found)


def regimes(view: View, writing: Writing) -> None:
    for flow in view.flows:
        if "law-enforcement" in (flow.first.regime, flow.first.receiving_regime):
            sides = {"sending": flow.first.regime, "receiving": flow.first.receiving_regime}
            said = "; ".join(f"{view.word(side)}: {view.word(regime)}" for side, regime in sides.items())
            writing.para(said, lead=view.word("flow", number=flow.number))


def judgements(view: View, writing: Writing) -> None:
    """Each balance that somebody struck, by whom, when and why."""
    rows = []
    for id, question in view.knowledge.questions.items():
        if question.kind != "judgement":
            continue
        for answer in view.given(id):
            on = view.day(answer.on) if answer.on else ""
            said = view.knowledge.answer_label(id, answer.answer)
            rows.append((f"{question.asks} {said}", answer.by, on, answer.reason))
            writing.rests_on(answers=[id])
    writing.table([view.word(id) for id in ("judgement", "by", "on", "reasons")], rows)
    if not rows:
        writing.para(view.word("no-judgements"))


# The record of a refusal


def refused(view: View, writing: Writing) -> None:
    determination = view.determination
    date, verdict = view.day(determination.as_at), view.word(determination.verdict)
    writing.para(view.word("refused", date=date, verdict=verdict.lower()))
    counted = [f"{count}: {view.word(verdict)}" for verdict, count in determination.summary.items()]
    writing.points(counted, lead=view.word("lines", total=len(determination.lines)))
    writing.rests_on(terms=["parties", "purpose", "data"])


def outcomes(view: View, writing: Writing) -> None:
    rows = []
    for flow in view.flows:
        line = flow.first.line
        purpose = view.knowledge.label(line.purpose)
        verdict = view.word(flow.first.verdict)
        rows.append((str(flow.number), line.discloser.name, line.receiver.name, purpose, view.data(flow), verdict))
    writing.table([view.word(id) for id in ("line", "from", "to", "purpose", "data", "decision")], rows)
    writing.rests_on(terms=["parties", "purpose", "data"])


def powers_tried(view: View, writing: Writing) -> None:
    """The gateways that came nearest, with each condition that is not met or not settled."""
    tried: dict[str, tuple[Provision, list[tuple[Flow, Decided]]]] = {}
    for flow in view.flows:
        for decided in view.tried(flow):
            tried.setdefault(decided.id, (decided.provision, []))[1].append((flow, decided))
    for provision, uses in tried.values():
        writing.para(view.link(provision), lead=provision.title)
        rows = []
        for finding in uses[0][1].findings:
            behind = "; ".join(_behind(view, writing, uses[0][1], finding))
            rows.append((finding.condition.says, view.word(finding.outcome), behind))
        writing.table([view.word(id) for id in ("condition", "state", "behind")], rows)
        writing.rests_on(provisions=[provision.id])
    if not tried:
        writing.para(view.word("no-powers"))
        writing.rests_on(terms=["purpose"])


def bars_down(view: View, writing: Writing) -> None:
    rows = []
    for bar, flows in view.bars:
        if bar.passes() is Status.OPEN or bar.side == "receiving":
            continue
        lifts = [view.titled(lift.provision) for lift in bar.lifted_by] or [view.word("nothing-lifts")]
        rows.append((view.titled(bar.bar.provision), bar.bar.provision.offence, "; ".join(lifts), view.numbers(flows)))
        writing.rests_on(provisions=[bar.bar.id, *(lift.provision.id for lift in bar.lifted_by)])
    writing.table([view.word(id) for id in ("bar", "offences-short", "stays-down", "flows")], rows)
    if not rows:
        writing.para(view.word("no-bars-down"))
        writing.rests_on(terms=["data"])


def still_needed(view: View, writing: Writing) -> None:
    """What is open, and who may settle it."""
    rows = []
    for text, who, id in view.open_points:
        rows.append((text, view.word(who)))
        writing.rests_on(**({"provisions": [id]} if who == "settle-law" else {"answers": [id]}))
    writing.table([view.word(id) for id in ("open-question", "settles")], rows)
    if not rows:
        writing.para(view.word("nothing-open"))
        writing.rests_on(terms=["purpose", "data"])


def law_list(view: View, writing: Writing, used: Iterable[str]) -> None:
    """Every provision that the paper names, with its address and how it was checked."""
    rows: list[tuple[Cell, ...]] = []
    order = {"gateway": 0, "bar": 1, "key": 2, "safeguard": 3}
    provisions = [view.knowledge.provisions[id] for id in dict.fromkeys(used)]
    for provision in sorted(provisions, key=lambda p: (order.get(p.kind, 9), p.id)):
        if provision.kind not in order:
            continue
        checked = provision.checked
        for cite in provision.cites:
            rows.append(
                (
                    view.citation(cite),
                    view.word(provision.kind),
                    view.knowledge.url(cite),
                    view.word(f"{checked.status}-short") if checked else "",
                    view.day(checked.due) if checked else "",
                )
            )
        writing.rests_on(provisions=[provision.id])
    writing.table([view.word(id) for id in ("instrument", "used-as", "web", "checked", "check-due")], rows)
