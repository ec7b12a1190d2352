"""One line decided: its routes, best first, and its verdict.

A line is the best of its routes; gateways never pool what they lift.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from knowledge.model import Provision, Side, Slip
from rules.commons import Commons, decide_on, is_refuted
from rules.decide import LABELS, Decided, Status
from rules.facts import Causes, Facts
from rules.lines import Line
from rules.route import BarOnRoute, Lift, Route, SafeguardDue, needs_lifting
from rules.rulebook import LINE, Rulebook
from rules.second_opinion import Opinion, opinions

Verdict = Literal[
    "cannot-share-as-proposed",
    "refer",
    "more-needed",
    "may-share-with-conditions",
    "may-share",
    "must-share",
    "outside-data-protection-law",
]
"""Every verdict, the most cautious first."""

VERDICTS: tuple[str, ...] = get_args(Verdict)
CANNOT, REFER, MORE, CONDITIONS, MAY, MUST, OUTSIDE = VERDICTS

GO_AHEAD = frozenset({CONDITIONS, MAY, MUST, OUTSIDE})
STRENGTHS = ("express", "implied", "none", "general")


@dataclass(frozen=True, eq=False)
class LineDetermination:
    """What became of a line."""

    line: Line
    verdict: str
    routes: tuple[Route, ...]  # best first; those through gateways that are open or unsettled
    decider: LineDecider
    mentioned: tuple[Decided, ...]  # enacted, not in force
    regime: str
    receiving_regime: str
    cautions: tuple[Provision, ...]
    assumptions: tuple[str, ...]
    facts: Facts
    waits_for: Causes = frozenset()
    named_law: tuple[Opinion, ...] = ()  # what became of the law that people named

    @property
    def shut(self) -> tuple[Decided, ...]:
        """The gateways that are shut."""
        return self.decider.shut

    @cached_property
    def slips(self) -> tuple[tuple[Slip, dict[str, str]], ...]:
        """Answers that cannot both be so, each with the answers."""
        found = []
        for slip, ruleset in self.facts.rulebook.slips:
            if set(self.facts.outcomes(ruleset)) == {"met"}:
                atoms = [atom for compiled in ruleset.conditions if not compiled.negated for atom in compiled.atoms]
                found.append((slip, self.facts.because(atoms)))
        return tuple(found)

    @property
    def best(self) -> Route | None:
        return self.routes[0] if self.routes else None

    @property
    def silent(self) -> tuple[Decided, ...]:
        """Provisions that rest on nobody having answered: on the best route, or shut by that alone and of use."""
        on_route = self.best.silent if self.best else ()
        if self.verdict in GO_AHEAD:
            return on_route
        down = [bar for bar in self.best.sending if bar.passes() is not Status.OPEN] if self.best else []
        keys = [lift.decided for bar in down for lift in bar.lifts if lift.decided]
        return (*on_route, *(each for each in (*self.shut, *keys) if each.rests_on_silence))

    @property
    def shown(self) -> tuple[Route, ...]:
        """The routes worth showing: one a provision, and a general power only where nothing better is to be had."""
        if self.best is None:
            return ()
        general_only = self.best.gateway is not None and self.best.gateway.strength == "general"
        found: dict[str, Route] = {}
        for route in self.routes:
            if route.gateway is None:
                continue
            if route.gateway.strength == "general" and not general_only:
                continue
            found.setdefault(route.gateway.provision.part_of or route.gateway.id, route)
        return tuple(found.values())


class LineDecider:
    """Decides one line."""

    def __init__(
        self,
        commons: Commons,
        line: Line,
        gateways: Sequence[Provision] | None = None,  # those to decide, where the others are known to be shut
    ) -> None:
        common = commons.of(line)
        self.determiner = commons.determiner
        self.knowledge = commons.determiner.knowledge
        self.rulebook = commons.rulebook
        self.line = line
        self.named = common.named
        self.named_ids = frozenset(id for each in self.named for id in each.provisions)
        self.sides: dict[Side, Facts] = {
            "sending": common.sending.of_line(line),
            "receiving": common.receiving.of_line(line),
        }
        self.receiver_silent = common.receiver_silent.of_line(line)
        self.given = gateways
        self._stand: dict[Facts, list[tuple[Provision, BarOnRoute | None]]] = {}

    def determine(self) -> LineDetermination:
        given = self.rulebook.gateways if self.given is None else self.given
        sending = self.sides["sending"]
        gateways = [decide_on(gateway, sending) for gateway in given if not is_refuted(gateway, sending)]
        routes = [self._route(gateway) for gateway in gateways if gateway.meets() > Status.SHUT]
        if self._nothing_personal:
            routes.append(self._route(None))
            verdict = self._verdict_outside(routes)
        else:
            verdict = self._verdict(routes)
        routes.sort(key=self._rank)
        best = routes[0] if routes else None
        return LineDetermination(
            line=self.line,
            verdict=verdict,
            routes=tuple(routes),
            decider=self,
            mentioned=tuple(gateway for gateway in gateways if not gateway.in_force and _nearly(gateway)),
            regime=self.regime("sending"),
            receiving_regime=self.regime("receiving"),
            cautions=self._cautions(best),
            assumptions=self._assumptions(best),
            facts=self.sides["sending"],
            waits_for=frozenset() if verdict in GO_AHEAD else frozenset().union(*(r.causes for r in routes)),
            named_law=self._opinions(routes) if self.named else (),
        )

    @cached_property
    def shut(self) -> tuple[Decided, ...]:
        """The gateways that are shut, each decided in full."""
        gateways = (decide_on(gateway, self.sides["sending"]) for gateway in self.rulebook.gateways)
        return tuple(gateway for gateway in gateways if gateway.in_force and gateway.meets() is Status.SHUT)

    def _opinions(self, routes: list[Route]) -> tuple[Opinion, ...]:
        """The law that people named, tested: gateways as they stand, all else on the best route."""
        facts = self.sides["sending"].on_route(route_facts(self.rulebook, routes[0].gateway if routes else None))
        usable = frozenset(route.gateway.id for route in routes if route.gateway and route.now is Status.OPEN)
        return opinions(self.knowledge, self.named, usable, lambda provision: decide_on(provision, facts))

    @property
    def _nothing_personal(self) -> bool:
        return all(facts.is_personal is False for facts in self.sides.values())

    def regime(self, side: Side) -> str:
        """The regime that governs a side: the implied fact `regime-…` that holds there."""
        facts = self.sides[side]
        for name in REGIMES:
            if f"regime-{name}" in self.knowledge.facts and facts.implied(f"regime-{name}") == "yes":
                return name
        return "none"

    # Routes

    def _route(self, gateway: Decided | None) -> Route:
        facts = self.sides["sending"].on_route(route_facts(self.rulebook, gateway))
        return Route(gateway, self._bars(facts, gateway), self, facts)

    def silent(self, route: Route) -> tuple[Decided, ...]:
        """The bars that rest on nobody having answered."""
        met = (decide_on(bar, route.facts) for bar in self.rulebook.bars("sending"))
        return tuple(decided for decided in met if decided.rests_on_silence)

    def receiving(self, route: Route) -> tuple[BarOnRoute, ...]:
        """The bars that a route meets on the receiving side."""
        return self._bars(self.sides["receiving"].on_route(route.facts.route), route.gateway)

    def receiving_status(self, route: Route) -> Status:
        """How far the receiving side is settled."""
        status = min((bar.passes() for bar in route.receiving), default=Status.OPEN)
        if status is Status.SHUT:
            without = self._bars(self.receiver_silent.on_route(route.facts.route), route.gateway)
            if min((bar.passes() for bar in without), default=Status.OPEN) is Status.SHUT:
                return Status.UNSETTLED  # it is not the receiver's own answers that shut it
        return status

    @cached_property
    def may_be_refused(self) -> bool:
        """Did somebody refuse something that may turn out to be a safeguard?"""
        return any(answer.answer in ("will-not", "no") for id, answer in self.line.answers.items()
                   if id in self.determiner.safeguard_questions)  # fmt: skip

    def _bars(self, facts: Facts, gateway: Decided | None) -> tuple[BarOnRoute, ...]:
        own = self.rulebook.lifted_by(gateway.provision) if gateway else frozenset()
        found = []
        for bar, everywhere in self._standing(facts.layers[LINE]):
            lifting = gateway is not None and bar.id in own
            if everywhere and not lifting:
                found.append(everywhere)
                continue
            decided = decide_on(bar, facts)
            if decided.spares() is not Status.OPEN:
                keys = [Lift(key, facts, bar.id) for key in self.rulebook.keys(bar, facts.side)]
                lifts = [Lift(gateway.provision, None, bar.id), *keys] if gateway and lifting else keys
                found.append(BarOnRoute(decided, facts.side, tuple(lifts)))
        return tuple(found)

    def _standing(self, facts: Facts) -> list[tuple[Provision, BarOnRoute | None]]:
        """The bars that stand, or may stand, on a side, with what becomes of them where the route has no say."""
        if facts not in self._stand:
            self._stand[facts] = list(self._find_standing(facts))
        return self._stand[facts]

    def _find_standing(self, facts: Facts) -> Iterator[tuple[Provision, BarOnRoute | None]]:
        for bar in self.rulebook.bars(facts.side):
            if is_refuted(bar, facts):
                continue
            if self._reads_route(bar):
                yield bar, None
                continue
            decided = decide_on(bar, facts)
            if decided.spares() is not Status.OPEN:
                keys = self.rulebook.keys(bar, facts.side)
                lifts = tuple(Lift(key, facts, bar.id) for key in keys)
                yield bar, None if any(map(self._reads_route, keys)) else BarOnRoute(decided, facts.side, lifts)

    def _reads_route(self, provision: Provision) -> bool:
        return self.rulebook.turns_on(provision)[1]

    def _rank(self, route: Route) -> tuple[object, ...]:
        gateway = route.gateway
        if gateway is None:
            return (-route.now, 1, 9, 0, "")
        return (
            -route.now,
            not route.is_mandatory or route.now is not Status.OPEN,
            STRENGTHS.index(gateway.strength),
            gateway.id not in self.named_ids,
            len(route.causes) if route.now is Status.UNSETTLED else 0,
            LABELS.index(gateway.label),
            gateway.id,
        )

    # Verdicts

    def _verdict(self, routes: list[Route]) -> str:
        open_routes = [route for route in routes if route.now is Status.OPEN]
        if any(route.is_mandatory for route in open_routes):
            return MUST
        if open_routes:
            best = min(open_routes, key=self._rank)
            due = any(not s.done and s.when == "before-sharing" for s in best.safeguards)
            return CONDITIONS if due else MAY
        if any(route.now is Status.UNSETTLED for route in routes):
            return self._unsettled(routes)
        duty = any(route.is_mandatory and route.gateway and route.gateway.meets() is Status.OPEN for route in routes)
        return REFER if duty else CANNOT

    def _verdict_outside(self, routes: list[Route]) -> str:
        """Nothing personal is in it: no power is needed, but a bar of another kind may still stay down."""
        best = max(route.now for route in routes)
        if best is Status.OPEN:
            return MUST if any(r.is_mandatory and r.now is Status.OPEN for r in routes) else OUTSIDE
        return self._unsettled(routes) if best is Status.UNSETTLED else CANNOT

    def _unsettled(self, routes: list[Route]) -> str:
        live = [route for route in routes if route.now is Status.UNSETTLED]
        if any(route.status("facts") is Status.OPEN for route in live):
            return MORE
        lawyers = {"judgement", "unverified", "commencement"}
        return REFER if any(cause in lawyers for route in live for cause, _ in route.causes) else MORE

    # Safeguards, cautions and assumptions

    def safeguards(self, route: Route) -> tuple[SafeguardDue, ...]:
        """What has to be done on a route: what its provisions name, what the law asks for itself, and promises."""
        gateway, sending, receiving = route.gateway, route.sending, route.receiving
        facts = self.sides["sending"].on_route({**route.facts.route, "route-receiving": route.receiving_status.word})
        used = [d for d in (gateway, *(b.lifted_by[0].decided for b in sending if needs_lifting(b))) if d]
        used_receiving = [
            d for d in (b.lifted_by[0].decided for b in receiving if needs_lifting(b) and b.lifted is Status.OPEN) if d
        ]
        named = {f.condition.safeguard for d in (*used, *used_receiving) for f in d.findings if f.condition.safeguard}
        found = []
        for safeguard in self.knowledge.of_kind("safeguard"):
            decided = decide_on(safeguard, facts)
            own = Status.SHUT if safeguard.only_named == "yes" else decided.meets()
            is_named = safeguard.id in named and decided.in_force
            if (own > Status.SHUT or is_named) and not self._relieved(safeguard, facts):
                found.append(self._due(safeguard, settled=is_named or own is Status.OPEN))
        return (*found, *self._promises(used, facts))

    def _relieved(self, safeguard: Provision, facts: Facts) -> bool:
        keys = self.rulebook.lifters.get(safeguard.id, ())
        return any(decide_on(key, facts).meets(bar=safeguard.id) is Status.OPEN for key in keys)

    def _due(self, safeguard: Provision, settled: bool) -> SafeguardDue:
        question = safeguard.answered_by or safeguard.id
        given = self.line.answers.get(question)
        answer = given.answer if given else None
        judged = self.knowledge.questions[question].kind == "judgement"
        done = answer == "yes" and (not judged or bool(given and given.by and given.reason))
        return SafeguardDue(
            id=safeguard.id,
            who=safeguard.who or "discloser",
            when=safeguard.when or "before-sharing",
            says=safeguard.says,
            done=done,
            refused=answer in ("will-not", "no"),
            settled=settled,
        )

    def _promises(self, used: Iterable[Decided], facts: Facts) -> Iterable[SafeguardDue]:
        """Assurances that are relied on and said to be not kept yet: due before sharing."""
        seen: set[str] = set()
        for decided in used:
            for finding in decided.findings:
                if finding.outcome != "met" or finding.condition.safeguard:
                    continue
                for atom in finding.compiled.atoms:
                    if atom.question and atom.question not in seen and facts.is_outstanding(atom.question):
                        seen.add(atom.question)
                        asks = self.knowledge.questions[atom.question].asks
                        yield SafeguardDue(atom.question, "discloser", "before-sharing", asks, done=False)

    def _cautions(self, best: Route | None) -> tuple[Provision, ...]:
        route = route_facts(self.rulebook, best.gateway if best else None)
        status = {"route-receiving": best.receiving_status.word} if best else {}
        facts = self.sides["sending"].on_route({**route, **status})
        cautions = self.knowledge.of_kind("caution")
        return tuple(caution for caution in cautions if decide_on(caution, facts).meets() is Status.OPEN)

    def _assumptions(self, best: Route | None) -> tuple[str, ...]:
        """The answers that nobody gave and that the best route takes as so."""
        found: dict[str, None] = {}
        for decided in best.leans_on if best else ():
            for finding in decided.findings:
                if finding.outcome == "not_met":
                    continue
                for atom in finding.compiled.atoms:
                    if atom.question and not finding.condition.safeguard and decided.facts.is_assumed(atom.question):
                        found[atom.question] = None
        return tuple(found)


REGIMES = ("intelligence-services", "law-enforcement", "uk-gdpr", "eu-gdpr", "dpa-1998")


def route_facts(rulebook: Rulebook, gateway: Decided | None) -> Mapping[str, str | frozenset[str]]:
    """What bars, keys, safeguards and cautions may know about the gateway of a route."""
    if gateway is None:
        return {}
    provision = gateway.provision
    return {
        "route-force": gateway.force,
        "route-strength": gateway.strength,
        "route-source": provision.source,
        "route-approved": provision.approved,
        "route-gateway": frozenset({provision.id, provision.part_of} - {""}),
        "route-instrument": frozenset(cite.instrument for cite in provision.cites),
        "route-lifts": rulebook.lifted_by(provision),
    }


def _nearly(gateway: Decided) -> bool:
    """Would law that is not in force otherwise have a bearing on this line?"""
    return gateway.version is not None and all(finding.outcome != "not_met" for finding in gateway.findings)
