"""What a picture of a determination shows, as data: the matrix of its lines, and the path from answers to a verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.model import KnowledgeBase, Provision
from knowledge.phrases import phrases
from rules.decide import Decided, Finding
from rules.determine import Determination
from rules.document import Matrix, Row
from rules.explain import bars_of, nearest_gateways
from rules.line import VERDICTS, LineDetermination
from rules.route import BarOnRoute


def matrix(determination: Determination) -> Matrix:
    """The matrix of a determination; where two lines share a cell, the more cautious verdict stands in it."""
    knowledge = determination.knowledge
    kinds = tuple(dict.fromkeys(line.line.data for line in determination.lines))
    cells: dict[tuple[str, str, str], dict[str, str]] = {}
    names: dict[tuple[str, str, str], tuple[str, str, str]] = {}
    for each in determination.lines:
        line = each.line
        key = (line.discloser.id, line.receiver.id, line.purpose)
        names[key] = (line.discloser.name, line.receiver.name, knowledge.label(line.purpose))
        held = cells.setdefault(key, {})
        held[line.data] = min(held.get(line.data, each.verdict), each.verdict, key=VERDICTS.index)
    rows = tuple(Row(*names[key], tuple(held.get(kind) for kind in kinds)) for key, held in cells.items())
    return Matrix(tuple(map(knowledge.label, kinds)), rows, phrases("matrix"))


@dataclass(frozen=True)
class Node:
    """A step on the path: what it says, how it stands (in a word, or nothing), and what leads to it.

    `id` is that of the verdict, provision, condition or fact.
    """

    says: str
    state: str
    leads: tuple[Node, ...] = ()
    id: str = ""


def path(line: LineDetermination) -> Node:
    """From a verdict back to the answers: its power, what stood in the way and what lifted it, and every condition."""
    knowledge, words = line.facts.knowledge, phrases("matrix")
    best = line.best
    leads: list[Node] = []
    if best and best.gateway:
        leads.append(_provision(best.gateway, words["power"], words[f"is-{best.gateway.meets().word}"]))
    elif best is None:
        nearest = nearest_gateways(line, 1)
        leads += [_provision(gateway, words["no-power"], words["is-shut"]) for gateway in nearest]
    leads += [_bar(bar) for bar in bars_of(best)]
    agreement = knowledge.agreement
    verdict = agreement.words.get(line.verdict, line.verdict) if agreement else line.verdict
    return Node(f"{words['verdict']}: {verdict}", "", tuple(leads), line.verdict)


def _bar(bar: BarOnRoute) -> Node:
    words = phrases("matrix")
    node = _provision(bar.bar, words["bar"], words[f"passes-{bar.passes().word}"])
    keys = [
        _provision(lift.decided, words["lifted"], words[f"is-{lift.status().word}"])
        if lift.decided
        else Node(
            f"{words['lifted']}: {_cited(bar.bar.facts.knowledge, lift.provision)}",
            words["is-open"],
            id=lift.provision.id,
        )
        for lift in bar.lifted_by[:1]
    ]
    return Node(node.says, node.state, (*node.leads, *keys), node.id)


def _provision(decided: Decided, word: str, state: str) -> Node:
    says = f"{word}: {_cited(decided.facts.knowledge, decided.provision)}"
    return Node(says, state, tuple(_finding(decided, finding) for finding in decided.findings), decided.id)


def _finding(decided: Decided, finding: Finding) -> Node:
    words = phrases("matrix")
    answers = tuple(_answers(decided, finding))
    return Node(finding.condition.says, words[finding.outcome], answers, finding.condition.id)


def _answers(decided: Decided, finding: Finding) -> Iterator[Node]:
    knowledge = decided.facts.knowledge
    for name, value in decided.facts.because(finding.compiled.atoms).items():
        question, implied = knowledge.questions.get(name), knowledge.facts.get(name)
        own = knowledge.agreement.words if knowledge.agreement else {}
        fact = own.get("fact-route" if name.startswith("route-") else f"fact-{name}", name.replace("-", " "))
        asked = (question.title or question.asks) if question else implied.says if implied else fact
        said = ", ".join(knowledge.answer_label(name, part) for part in value.split(", ") if part)
        yield Node(f"{asked}: {said}", "", id=name)


def _cited(knowledge: KnowledgeBase, provision: Provision) -> str:
    names = [f"{knowledge.name(cite)} {cite.provision}".strip() for cite in provision.cites[:1]]
    return f"{provision.title} ({names[0]})" if names else provision.title
