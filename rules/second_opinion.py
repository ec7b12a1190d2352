"""The second opinion: the law that people name is recognised and tested on the line. It opens and closes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from knowledge.model import KnowledgeBase, Provision
from knowledge.recognise import Recognised
from rules.decide import Decided, Status

# gateway: a power or duty to share, in words. function: a job, from which a power may follow, or a general power.
# lawful-basis, special-category, exemption, key: they lift a bar, or spare a duty; none of them is a power.
# no-power: an instrument in which nothing that is known lets anybody share. unknown: not known at all.
NamedKind = Literal[
    "gateway", "function", "lawful-basis", "special-category", "exemption", "key", "bar", "no-power", "unknown"
]
_STRENGTHS = ("express", "implied", "none", "general")
_KINDS = ("gateway", "key", "bar")


@dataclass(frozen=True, eq=False)
class Opinion:
    """What became on a line of the law that somebody named."""

    recognised: Recognised
    kind: NamedKind
    decided: Decided | None = None
    usable: bool = False  # it is a gateway, and nothing else stops the route through it

    @property
    def named(self) -> str:
        return self.recognised.named

    @property
    def status(self) -> str:
        """open, unsettled, shut or not-in-force; for a bar applies, may-apply or does-not-apply; else unknown."""
        if self.decided is None:
            return "unknown"
        if not self.decided.in_force:
            return "not-in-force"
        if self.decided.provision.kind == "bar":
            words = {Status.SHUT: "applies", Status.UNSETTLED: "may-apply", Status.OPEN: "does-not-apply"}
            return words[self.decided.spares()]
        return self.decided.meets().word

    @property
    def fails(self) -> tuple[str, ...]:
        """The conditions that shut it."""
        if self.decided is None or self.decided.provision.kind == "bar" or not self.decided.in_force:
            return ()
        return tuple(finding.condition.id for finding in self.decided.findings if finding.outcome == "not_met")

    @property
    def key(self) -> tuple[Any, ...]:
        """What has to be alike for two lines to have one opinion."""
        return self.named, self.decided and self.decided.id, self.kind, self.status, self.fails, self.usable

    def as_json(self) -> dict[str, Any]:
        """The opinion in the published form."""
        return {
            "named": self.named,
            "provision": self.decided.id if self.decided else None,
            "kind": self.kind,
            "status": self.status,
            "fails": list(self.fails),
            "usable": self.usable,
            "instruments": list(self.recognised.instruments),
        }


def opinions(
    knowledge: KnowledgeBase,
    recognised: Iterable[Recognised],
    usable: frozenset[str],
    decide: Callable[[Provision], Decided],
) -> tuple[Opinion, ...]:
    """Test each law that was named, and of those that a name may mean take the one that serves the line best."""
    return tuple(_opinion(knowledge, each, usable, decide) for each in recognised)


def _opinion(
    knowledge: KnowledgeBase,
    recognised: Recognised,
    usable: frozenset[str],
    decide: Callable[[Provision], Decided],
) -> Opinion:
    provisions = [knowledge.provisions[id] for id in recognised.provisions]
    if recognised.how == "instrument":
        provisions = [p for p in provisions if p.kind == "gateway" and p.strength != "none"]
    if not provisions:
        return Opinion(recognised, "no-power" if recognised.how == "instrument" else "unknown")
    found = [decide(provision) for provision in provisions]
    best = min(found, key=lambda decided: _first(decided, usable))
    guessed = recognised.how == "words" and len(found) > 1
    if guessed and best.meets() is Status.SHUT and best.provision.kind == "gateway":
        return Opinion(recognised, "unknown")  # nobody knows that this is what was meant
    return Opinion(recognised, kind_of(knowledge, best), best, best.id in usable)


def _first(decided: Decided, usable: frozenset[str]) -> tuple[Any, ...]:
    """In force first, a gateway before a key; then what serves best; then what fails least."""
    is_bar = decided.provision.kind == "bar"
    return (
        not decided.in_force,
        decided.unconfirmed,
        _KINDS.index(decided.provision.kind),
        decided.id not in usable,
        decided.spares() if is_bar else -decided.meets(),
        _STRENGTHS.index(decided.strength),
        sum(finding.outcome == "not_met" for finding in decided.findings),
        decided.id,
    )


def kind_of(knowledge: KnowledgeBase, decided: Decided) -> NamedKind:
    """What sort of law it is, for somebody who looks for a power to share."""
    provision = decided.provision
    if provision.kind == "bar":
        return "bar"
    if provision.kind == "gateway":
        return "function" if decided.strength in ("implied", "general") else "gateway"
    lifts = decided.version.lifts if decided.version and decided.version.lifts is not None else provision.lifts
    lifted = [knowledge.provisions[id] for id in knowledge.lifted(lifts) if id in knowledge.provisions]
    shown = {each.shown_as for each in lifted if each.shown_as}
    if "lawful-basis" in shown:
        return "lawful-basis"
    if shown:
        return "special-category"
    return "exemption" if any(each.kind == "safeguard" for each in lifted) else "key"
