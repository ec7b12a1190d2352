"""Read scenarios: a base share, small changes to it, and what the law then says."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.decode import Document, decode
from knowledge.model import KnowledgeBase
from knowledge.share import Share, parse_share
from rules.decide import Status
from rules.line import LineDetermination

FOLDER = Path(__file__).parent / "scenarios"
GATEWAY = {Status.OPEN: "open", Status.UNSETTLED: "unsettled", Status.SHUT: "shut"}


@dataclass(frozen=True)
class Scenario:
    file: str
    name: str
    share: dict[str, Any]
    expect: dict[str, str]
    because: dict[str, dict[str, str]]

    def load(self, knowledge: KnowledgeBase) -> Share:
        return parse_share(Document(f"{self.file}: {self.name}", copy.deepcopy(self.share)), knowledge)


def scenarios() -> Iterator[Scenario]:
    for path in sorted(FOLDER.rglob("*.yaml")):
        file = path.relative_to(FOLDER).as_posix()
        document = decode(path.read_text(), file)
        assert not document.problems, document.problems
        for entry in document.value["scenarios"]:
            yield Scenario(
                file,
                entry["name"],
                changed(document.value["base"], entry.get("with") or {}),
                entry["expect"],
                entry.get("because") or {},
            )


def changed(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A copy of a share with values at dotted paths put in, or taken out where the value is nothing."""
    share = copy.deepcopy(base)
    for dotted, value in changes.items():
        *steps, last = dotted.split(".")
        place: Any = share
        for step in steps:
            place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
        if isinstance(place, list):
            place[int(last)] = value
        elif value is None:
            place.pop(last, None)
        else:
            place[last] = value
    return share


def state_of(line: LineDetermination, id: str, knowledge: KnowledgeBase) -> str:
    """The word that a scenario uses for what became of a provision on a line's best route."""
    side, _, name = id.rpartition("/")
    provision = knowledge.provisions[name]
    best = line.best
    if provision.kind == "gateway":
        found = [route.gateway for route in line.routes if route.gateway and route.gateway.id == name]
        return GATEWAY[found[0].meets()] if found else "shut"
    if provision.kind == "bar":
        bars = [bar for bar in (best.receiving if side else best.sending) if bar.bar.id == name] if best else []
        if not bars:
            return "off"
        if bars[0].passes() is Status.OPEN:
            return "lifted"
        return "bites" if bars[0].passes() is Status.SHUT else "unsettled"
    if provision.kind == "key":
        on_route = (best.receiving if side else best.sending) if best else ()
        lifts = [lift for bar in on_route for lift in bar.lifts if lift.provision.id == name]
        return GATEWAY[max(lift.status() for lift in lifts)] if lifts else "shut"
    if provision.kind == "safeguard":
        due = [safeguard for safeguard in (best.safeguards if best else ()) if safeguard.id == name]
        return "not-due" if not due else "done" if due[0].done else "due"
    return "shown" if provision in line.cautions else "not-shown"


def outcome_of(line: LineDetermination, id: str, condition: str) -> str:
    """What became of a condition of a provision on a line."""
    side, _, name = id.rpartition("/")
    best = line.best
    decided = [route.gateway for route in line.routes if route.gateway] + list(line.shut)
    for bar in (best.receiving if side else best.sending) if best else ():
        decided += [bar.bar, *(lift.decided for lift in bar.lifts if lift.decided)]
    for found in decided:
        if found.id == name:
            for finding in found.findings:
                if finding.condition.id == condition:
                    return finding.outcome
            return f"no condition '{condition}'"
    return "not decided"
