"""The determination as it is published, as types: what each key is, and the JSON Schema that is made from them."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from knowledge.model import Force, Model, Side, Strength
from rules.line import Verdict
from rules.second_opinion import NamedKind

Regime = Literal["uk-gdpr", "eu-gdpr", "dpa-1998", "law-enforcement", "intelligence-services", "none"]
Label = Literal["verified", "secondary", "memory"]
Standing = Literal["open", "unsettled", "shut"]
Settled = Literal["yes", "no", "unsettled"]


class Cited(Model, frozen=True):
    instrument: str
    provision: str
    url: str


class Condition(Model, frozen=True):
    id: str
    outcome: Literal["met", "not_met", "unknown"]
    says: str
    cite: str
    because: dict[str, str]


class Gateway(Model, frozen=True):
    """A power or a duty under which it may, or must, go; `usable` where the whole route through it is open."""

    id: str
    instrument: str
    provision: str
    url: str
    part_of: str | None
    status: Standing
    usable: bool
    force: Force
    strength: Strength
    cited_with: list[Cited] = msgspec.field(name="with")
    checked: Label
    blocked_by: list[str]
    waits_for: list[str]
    conditions: list[Condition]


class Lifted(Model, frozen=True):
    id: str
    instrument: str
    provision: str


class Bar(Model, frozen=True):
    """What forbids it until something lifts it, on the best route: does it bite, is it lifted, and by what."""

    id: str
    instrument: str
    provision: str
    side: Side
    bites: Settled
    lifted: Settled
    lifted_by: list[Lifted]
    checked: Label


class Key(Model, frozen=True):
    """A lawful basis, or a condition for sensitive data; `basis_in_law` names the gateway that it rests on."""

    id: str
    instrument: str
    provision: str
    url: str
    side: Side
    status: Standing
    checked: Label
    basis_in_law: list[str] = []
    article_9: str = ""


class Receiving(Model, frozen=True):
    regime: Regime
    status: Standing
    lawful_basis: list[Key]
    special_category: list[Key]


class Safeguard(Model, frozen=True):
    """What somebody has to do, and when."""

    id: str
    when: Literal["before-sharing", "at-sharing", "after"]
    who: Literal["discloser", "receiver", "each-controller", "both"]
    done: bool
    says: str


class Contradiction(Model, frozen=True):
    """Answers that cannot both be so: what is odd about them, the answers by question id, and how to mend it."""

    id: str
    says: str
    answers: dict[str, str]
    mend: str


class Caution(Model, frozen=True):
    id: str
    says: str


class Mentioned(Model, frozen=True):
    id: str
    why: str


class Judged(Model, frozen=True):
    """A judgement that the line rests on: the question's id, what was judged, by whom, when and why."""

    id: str
    answer: str | list[str]
    by: str
    on: str | None
    reason: str


class Nearest(Model, frozen=True):
    """A change that was tried, and the verdict that came of it; the least to ask first.

    `change` holds answers by question id; `drop_data`, kinds of data to leave out; `receiver.kind` and `purpose`, which
    make it another share: a suggestion for somebody to check. `takes` says it in words, `cost` ranks it, `judgements`
    and `promises` are those among the answers that a named person has to give.
    """

    change: dict[str, str | list[str]]
    verdict: Verdict
    takes: str
    cost: int
    judgements: list[str]
    promises: list[str]


class NamedLaw(Model, frozen=True):
    """What became on the line of a law that somebody named (`named-law`). It opens and closes nothing.

    `kind` says what sort of law it is for somebody who looks for a power to share, `status` how it stands, `fails` the
    ids of the conditions that shut it; `usable` is true where the route through it is open. `provision` is null where
    it is known by its instruments alone, or not at all.
    """

    named: str
    provision: str | None
    kind: NamedKind
    status: Literal["open", "unsettled", "shut", "not-in-force", "applies", "may-apply", "does-not-apply", "unknown"]
    fails: list[str]
    usable: bool
    instruments: list[str]


class Line(Model, frozen=True):
    """One sender, receiver and purpose, and the kinds of data that are decided alike.

    `not_sharing` is what it may cost not to share, or null; `nearest_lawful` is empty where a search found none, and
    where there was none to make.
    """

    discloser: str
    receiver: str
    purpose: str
    data: list[str]
    verdict: Verdict
    regime: Regime
    gateways: list[Gateway]
    bars: list[Bar]
    lawful_basis: list[Key]
    special_category: list[Key]
    receiving: Receiving
    safeguards: list[Safeguard]
    cautions: list[Caution]
    assumptions: list[str]
    mentioned: list[Mentioned]
    open_questions: list[str]
    nearest_lawful: list[Nearest]
    contradictions: list[Contradiction]
    judgements: list[Judged]
    not_sharing: str | None
    named_law: list[NamedLaw]


class Published(Model, frozen=True):
    """A determination: the most cautious verdict, how many lines got each, and the lines."""

    gatehouse: Literal[1]
    verdict: Verdict
    summary: dict[Verdict, int]
    as_at: str
    knowledge: str
    lines: list[Line]
    open_questions: list[str]


def determination_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a determination. Keys may be added later: readers pass over the unknown."""
    found: dict[str, Any] = _open(msgspec.json.schema(Published))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Gatehouse determination", **found}


def _open(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_open(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(said := schema.get("description"), str):
        schema = {**schema, "description": " ".join(said.split())}
    return {key: _open(part) for key, part in schema.items() if (key, part) != ("additionalProperties", False)}
