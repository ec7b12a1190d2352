"""The determination as data: why, why not, and what is still needed. Prints nothing and types no prose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from knowledge.model import KnowledgeBase, Provision
from knowledge.resolve import questions_behind
from knowledge.share import NOT_SURE, Answer
from rules.decide import LABELS, Decided, Finding, Status
from rules.determine import Determination, Determiner
from rules.line import GO_AHEAD, LineDetermination
from rules.nearest import Known, Proposal, nearest_lawful
from rules.route import BarOnRoute, Route, SafeguardDue, needs_lifting

_ASKED = ("unanswered", "wide", "judgement", "not-sure")  # causes that an answer would take away
LASTING = {Status.OPEN: "open", Status.UNSETTLED: "unsettled", Status.SHUT: "shut"}
DOWN = {Status.OPEN: "no", Status.UNSETTLED: "unsettled", Status.SHUT: "yes"}
UP = {Status.OPEN: "yes", Status.UNSETTLED: "unsettled", Status.SHUT: "no"}


def as_json(
    determination: Determination, determiner: Determiner | None = None, *, everything: bool = False
) -> dict[str, Any]:
    """The determination in the published form; `everything` adds the gateways that are shut.

    With a determiner, each refused line also gets the nearest lawful shares.
    """
    groups = merge(determination.lines)
    merged = [_line(determination.knowledge, group, everything) for group in groups]
    if determiner is not None:
        known: Known = {}
        for entry, group in zip(merged, groups, strict=True):
            found = nearest_lawful(determiner, determination, group, known)
            entry["nearest_lawful"] = [_proposal(proposal) for proposal in found]
    return {
        "gatehouse": 1,
        "verdict": determination.verdict,
        "summary": determination.summary,
        "as_at": determination.as_at.isoformat(),
        "knowledge": determination.knowledge.digest,
        "lines": merged,
        "open_questions": _unique([*determination.missing, *(q for line in merged for q in line["open_questions"])]),
    }


def merge(lines: Sequence[LineDetermination]) -> list[list[LineDetermination]]:
    """Lines decided alike, for the same reasons, as one."""
    groups: dict[tuple[Any, ...], list[LineDetermination]] = {}
    for line in lines:
        groups.setdefault(_alike(line), []).append(line)
    return list(groups.values())


def _alike(line: LineDetermination) -> tuple[Any, ...]:
    best = line.best
    bars = [(bar.bar.id, bar.bites, tuple(lift.provision.id for lift in bar.lifted_by)) for bar in bars_of(best)]
    return (
        line.line.discloser.id,
        line.line.receiver.id,
        line.line.purpose,
        line.verdict,
        line.regime,
        line.receiving_regime,
        tuple((route.gateway and route.gateway.id, route.now) for route in line.shown),
        tuple(bars),
        best and best.receiving_status,
        tuple((safeguard.id, safeguard.done) for safeguard in best.safeguards) if best else (),
        line.assumptions,
        tuple(caution.id for caution in line.cautions),
        tuple(slip.id for slip, _ in line.slips),
        tuple(opinion.key for opinion in line.named_law),
    )


def bars_of(route: Route | None) -> tuple[BarOnRoute, ...]:
    return (*route.sending, *route.receiving) if route else ()


def _line(knowledge: KnowledgeBase, group: list[LineDetermination], everything: bool) -> dict[str, Any]:
    line = group[0]
    best = line.best
    routes = [_gateway(knowledge, route) for route in line.shown]
    if everything:
        routes += [_shut(knowledge, gateway) for gateway in line.shut]
    return {
        "discloser": line.line.discloser.id,
        "receiver": line.line.receiver.id,
        "purpose": line.line.purpose,
        "data": [each.line.data for each in group],
        "verdict": line.verdict,
        "named_law": [opinion.as_json() for opinion in line.named_law],
        "regime": line.regime,
        "gateways": routes,
        "bars": [_bar(knowledge, bar) for bar in bars_of(best)],
        "lawful_basis": _keys(knowledge, best, best.sending if best else (), "lawful-basis"),
        "special_category": _keys(knowledge, best, best.sending if best else (), "special-category"),
        "receiving": {
            "regime": line.receiving_regime,
            "status": LASTING[best.receiving_status] if best else "unsettled",
            "lawful_basis": _keys(knowledge, best, best.receiving if best else (), "lawful-basis"),
            "special_category": _keys(knowledge, best, best.receiving if best else (), "special-category"),
        },
        "safeguards": [_safeguard(safeguard) for safeguard in best.safeguards] if best else [],
        "contradictions": [
            {"id": slip.id, "says": slip.says, "answers": because, "mend": slip.mend} for slip, because in line.slips
        ],
        "cautions": [{"id": caution.id, "says": caution.says} for caution in line.cautions],
        "assumptions": list(line.assumptions),
        "mentioned": [{"id": gateway.id, "why": "not-in-force"} for gateway in line.mentioned],
        "open_questions": open_questions(knowledge, line),
        "judgements": [
            {
                "id": id,
                "answer": answer.answer,
                "by": answer.by,
                "on": answer.on.isoformat() if answer.on else None,
                "reason": answer.reason,
            }
            for id, answer in judged(line)
        ],
        "not_sharing": cost_of_not_sharing(line) or None,
        "nearest_lawful": [],
    }


def judged(line: LineDetermination) -> list[tuple[str, Answer]]:
    """The judgements that somebody made and on which a line's best route rests, or is stopped by."""
    best, knowledge = line.best, line.facts.knowledge
    made = [
        (id, answer)
        for id, answer in line.line.answers.items()
        if knowledge.questions[id].kind == "judgement" and answer.answer != NOT_SURE
    ]
    if best is None or not made:
        return []
    parts = [best.gateway] if best.gateway else []
    for bar in bars_of(best):
        parts += [bar.bar, *(lift.decided for lift in bar.lifted_by if lift.decided)]
    found = {id for part in parts for f in part.findings for id in questions_behind(knowledge, f.condition)}
    found |= {knowledge.provisions[s.id].answered_by for s in best.safeguards if s.id in knowledge.provisions}
    return [(id, answer) for id, answer in made if id in found]


def cost_of_not_sharing(line: LineDetermination) -> str:
    """What it may cost not to share a line, where harm is possible; empty where none is in sight."""
    for one in line.facts.knowledge.not_sharing:
        for id, values in one.if_any.items():
            answer = line.line.answers.get(id)
            said = line.line.purpose if id == "purpose" else answer.answer if answer else ()
            if set((said,) if isinstance(said, str) else said) & set(values):
                return one.says
    return ""


def open_questions(knowledge: KnowledgeBase, line: LineDetermination) -> list[str]:
    """The questions on whose answers an undecided line still waits."""
    if line.verdict in GO_AHEAD:
        return []
    return sorted({name for cause, name in line.waits_for if cause in _ASKED})


def _gateway(knowledge: KnowledgeBase, route: Route) -> dict[str, Any]:
    assert route.gateway is not None
    down = [bar for bar in route.sending if bar.passes() is not Status.OPEN]
    return {
        **_provision(knowledge, route.gateway.provision),
        "part_of": route.gateway.provision.part_of or None,
        "status": LASTING[route.gateway.meets()],
        "usable": route.now is Status.OPEN,
        "force": route.gateway.force,
        "strength": route.gateway.strength,
        "with": [_citation(knowledge, cite) for cite in route.gateway.provision.cites[1:]],
        "checked": route.gateway.label,
        "blocked_by": [bar.bar.id for bar in down],
        "waits_for": sorted({name for cause, name in route.causes if cause in _ASKED}),
        "conditions": [finding_json(route.gateway, finding) for finding in route.gateway.findings],
    }


def _shut(knowledge: KnowledgeBase, gateway: Decided) -> dict[str, Any]:
    refuted = [finding for finding in gateway.findings if finding.outcome == "not_met"]
    return {
        **_provision(knowledge, gateway.provision),
        "part_of": gateway.provision.part_of or None,
        "status": "shut",
        "usable": False,
        "force": gateway.force,
        "strength": gateway.strength,
        "with": [_citation(knowledge, cite) for cite in gateway.provision.cites[1:]],
        "checked": gateway.label,
        "blocked_by": [],
        "waits_for": [],
        "conditions": [finding_json(gateway, finding) for finding in refuted],
    }


def _provision(knowledge: KnowledgeBase, provision: Provision) -> dict[str, Any]:
    return {
        "id": provision.id,
        "instrument": knowledge.name(provision.cite),
        "provision": provision.cite.provision,
        "url": knowledge.url(provision.cite),
    }


def _citation(knowledge: KnowledgeBase, cite: Any) -> dict[str, str]:
    return {"instrument": knowledge.name(cite), "provision": cite.provision, "url": knowledge.url(cite)}


def decided_on(line: LineDetermination) -> list[Decided]:
    """Everything that was decided for a line: its gateways, and the bars and keys of its best route."""
    found = [route.gateway for route in line.routes if route.gateway]
    for bar in bars_of(line.best):
        found += [bar.bar, *(lift.decided for lift in bar.lifts if lift.decided)]
    return [*found, *line.shut, *line.mentioned]


def finding_json(decided: Decided, finding: Finding) -> dict[str, Any]:
    """A finding in the published form."""
    knowledge, cite = decided.facts.knowledge, finding.condition.cite
    return {
        "id": finding.condition.id,
        "outcome": finding.outcome,
        "says": finding.condition.says,
        "cite": cite if isinstance(cite, str) else f"{knowledge.name(cite)} {cite.provision}",
        "because": decided.facts.because(finding.compiled.atoms),
    }


def _bar(knowledge: KnowledgeBase, bar: BarOnRoute) -> dict[str, Any]:
    found = _provision(knowledge, bar.bar.provision)
    del found["url"]
    return {
        **found,
        "side": bar.side,
        "bites": DOWN[bar.bites],
        "lifted": UP[bar.lifted],
        "lifted_by": [
            {key: value for key, value in _provision(knowledge, lift.provision).items() if key != "url"}
            for lift in bar.lifted_by
        ],
        "checked": bar.bar.label,
    }


def _keys(
    knowledge: KnowledgeBase, route: Route | None, bars: Iterable[BarOnRoute], shown_as: str
) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for bar in bars:
        if bar.bar.provision.shown_as != shown_as or not needs_lifting(bar):
            continue
        for lift in bar.lifted_by:
            if lift.decided is None:
                continue
            entry = {**_provision(knowledge, lift.provision), "side": bar.side, "status": LASTING[lift.status()]}
            if shown_as == "lawful-basis":
                gateway = route.gateway if route else None
                by_route = bar.bar.facts.rulebook.turns_on(lift.provision)[1]
                entry["basis_in_law"] = [gateway.id] if gateway and by_route else []
            else:
                entry["article_9"] = lift.provision.article_9
            found[lift.provision.id] = {**entry, "checked": lift.decided.label}
    return list(found.values())


def _safeguard(safeguard: SafeguardDue) -> dict[str, Any]:
    return {
        "id": safeguard.id,
        "when": safeguard.when,
        "who": safeguard.who,
        "done": safeguard.done,
        "says": safeguard.says,
    }


# How much further away a gateway is for missing a line in this respect: another sender is another share.
_DISTANCE = {"discloser": 8, "receiver": 4, "data": 3, "purpose": 2}


def _proposal(proposal: Proposal) -> dict[str, Any]:
    change: dict[str, Any] = {id: list(v) if isinstance(v, tuple) else v for id, v in proposal.answers.items()}
    if proposal.drop_data:
        change["drop_data"] = list(proposal.drop_data)
    if proposal.receiver:
        change["receiver.kind"] = proposal.receiver
    if proposal.purpose:
        change["purpose"] = proposal.purpose
    return {
        "change": change,
        "verdict": proposal.verdict,
        "takes": "; ".join(proposal.takes),
        "cost": proposal.cost,
        "judgements": list(proposal.judgements),
        "promises": list(proposal.promises),
    }


def nearest_gateways(line: LineDetermination, most: int = 3) -> list[Decided]:
    """The shut gateways that come nearest to a line: those for its sender first, then for its receiver."""

    def distance(gateway: Decided) -> tuple[int, str]:
        missed = [finding for finding in gateway.findings if finding.outcome == "not_met"]
        facts = [{atom.fact for atom in finding.compiled.atoms} for finding in missed]
        return sum(max(_DISTANCE.get(fact, 1) for fact in each) for each in facts), gateway.id

    candidates = (
        gateway
        for gateway in line.shut
        if gateway.strength not in ("none", "general") and gateway.provision.source != "court-order"
    )
    return sorted(candidates, key=distance)[:most]


def weakest_label(line: LineDetermination) -> str:
    """The weakest check that a line's result leans on."""
    return max((line.best.label if line.best else "verified",), key=LABELS.index)


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
