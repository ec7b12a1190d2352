"""From a share to a determination: routes, bars, keys, safeguards, and a verdict for each line and the whole.

A line may go when a gateway is open and every bar that it meets on that route is lifted. A route is the worst
of its gateway and of every bar on it; a line is the best of its routes; gateways never pool what they lift.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from knowledge.model import KnowledgeBase, Provision, Side, Slip
from knowledge.recognise import Recognised, Recogniser
from knowledge.share import NOT_SURE, Share, answer_of
from rules.decide import LABELS, Decided, Status, decide
from rules.engine import Engine
from rules.facts import Causes, Facts, Reading, Rulebook, Settings
from rules.lines import Line, lines
from rules.second_opinion import Opinion, opinions

CANNOT, REFER, MORE, CONDITIONS, MAY, MUST, OUTSIDE = VERDICTS = (
    "cannot-share-as-proposed",
    "refer",
    "more-needed",
    "may-share-with-conditions",
    "may-share",
    "must-share",
    "outside-data-protection-law",
)
"""Every verdict, the most cautious first."""

GO_AHEAD = frozenset({CONDITIONS, MAY, MUST, OUTSIDE})
STRENGTHS = ("express", "implied", "none", "general")


@dataclass(frozen=True, eq=False)
class Lift:
    """Something that would lift a bar on a route: the route's own gateway, or a key."""

    provision: Provision
    decided: Decided | None  # None for the route's own gateway, whose status the route holds already
    bar: str

    def status(self, reading: Reading = "now") -> Status:
        return Status.OPEN if self.decided is None else self.decided.meets(reading, self.bar)


@dataclass(frozen=True, eq=False)
class BarOnRoute:
    """A bar that a line meets, and what lifts it there."""

    bar: Decided
    side: Side
    lifts: tuple[Lift, ...]

    def passes(self, reading: Reading = "now") -> Status:
        return max([self.bar.spares(reading), *(lift.status(reading) for lift in self.lifts)])

    @cached_property
    def bites(self) -> Status:
        """SHUT where it bites, UNSETTLED where it may."""
        return self.bar.spares()

    @cached_property
    def lifted(self) -> Status:
        return max((lift.status() for lift in self.lifts), default=Status.SHUT)

    @cached_property
    def lifted_by(self) -> tuple[Lift, ...]:
        """What lifts it, or may: the open ones, or failing those the unsettled; the plainest first."""
        best = [lift for lift in self.lifts if lift.status() is self.lifted and self.lifted > Status.SHUT]
        return tuple(sorted(best, key=_plainest))


def _plainest(lift: Lift) -> tuple[int, int, str]:
    if lift.decided is None:
        return (0, 0, "")
    due = sum(bool(finding.condition.safeguard) for finding in lift.decided.findings)
    last = 10 if lift.provision.last_resort == "yes" else 1
    return (last + due, LABELS.index(lift.decided.label), lift.provision.id)


@dataclass(frozen=True)
class SafeguardDue:
    """Something to be done: done, or outstanding, or refused."""

    id: str
    who: str
    when: str
    says: str
    done: bool
    refused: bool = False
    settled: bool = True


@dataclass(frozen=True, eq=False)
class Route:
    """A line through one gateway (or through none, where nothing personal is in it)."""

    gateway: Decided | None
    sending: tuple[BarOnRoute, ...]
    receiving: tuple[BarOnRoute, ...]
    receiving_status: Status
    safeguards: tuple[SafeguardDue, ...]
    silent: tuple[Decided, ...] = ()  # bars that would bite if an unanswered question turned out so

    def status(self, reading: Reading = "now") -> Status:
        if self.refused or self.receiving_status is Status.SHUT:
            return Status.SHUT
        parts = [bar.passes(reading) for bar in self.sending]
        return min([self.gateway.meets(reading) if self.gateway else Status.OPEN, *parts], default=Status.OPEN)

    @cached_property
    def now(self) -> Status:
        return self.status()

    @cached_property
    def refused(self) -> bool:
        return any(safeguard.refused for safeguard in self.safeguards)

    @property
    def is_mandatory(self) -> bool:
        return self.gateway is not None and self.gateway.force == "mandatory"

    @cached_property
    def causes(self) -> Causes:
        """What keeps the route from being settled."""
        found: set[tuple[str, str]] = set()
        if self.gateway and self.gateway.meets() is Status.UNSETTLED:
            found |= self.gateway.causes
        for bar in self.sending:
            if bar.passes() is Status.UNSETTLED:
                if bar.bites is Status.UNSETTLED:
                    found |= bar.bar.causes
                for lift in bar.lifts:
                    if lift.decided and lift.status() is Status.UNSETTLED:
                        found |= lift.decided.causes
        return frozenset(found)  # type: ignore[arg-type]

    @cached_property
    def leans_on(self) -> tuple[Decided, ...]:
        """The provisions that it rests on: its gateway, and the plainest key for each bar that has to be lifted."""
        keys = [bar.lifted_by[0].decided for bar in (*self.sending, *self.receiving) if needs_lifting(bar)]
        return tuple(part for part in (self.gateway, *keys) if part)

    @cached_property
    def label(self) -> str:
        return max((part.label for part in self.leans_on), key=LABELS.index, default="verified")


def needs_lifting(bar: BarOnRoute) -> bool:
    """Is it a bar that is, or may be, down, and that something lifts or may lift?"""
    return bar.bites is not Status.OPEN and bool(bar.lifted_by)


@dataclass(frozen=True, eq=False)
class LineDetermination:
    """What became of a line."""

    line: Line
    verdict: str
    routes: tuple[Route, ...]  # best first; those through gateways that are open or unsettled
    shut: tuple[Decided, ...]  # the gateways that are shut
    mentioned: tuple[Decided, ...]  # enacted, not in force
    regime: str
    receiving_regime: str
    cautions: tuple[Provision, ...]
    assumptions: tuple[str, ...]
    facts: Facts
    waits_for: Causes = frozenset()
    named_law: tuple[Opinion, ...] = ()  # what became of the law that people named

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
        """Provisions that rest on nobody having answered: on the best route, or gateways shut by that alone."""
        on_route = self.best.silent if self.best else ()
        if self.verdict in GO_AHEAD:
            return on_route
        return (*on_route, *(gateway for gateway in self.shut if gateway.rests_on_silence))

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


@dataclass(frozen=True, eq=False)
class Determination:
    """The verdict of each line, and the most cautious of them."""

    share: Share
    as_at: dt.date
    knowledge: KnowledgeBase
    lines: tuple[LineDetermination, ...]
    notes: tuple[str, ...]
    settings: Settings
    missing: tuple[str, ...] = ()

    @cached_property
    def verdict(self) -> str:
        found = [line.verdict for line in self.lines] or [MORE]
        return min(found, key=VERDICTS.index)

    @cached_property
    def summary(self) -> dict[str, int]:
        counted = Counter(line.verdict for line in self.lines)
        return {verdict: counted[verdict] for verdict in VERDICTS if counted[verdict]}


Shared = Mapping[Side, tuple[dict[str, str | None], dict[str, Decided]]]


@dataclass
class Determiner:
    """Decides shares against a knowledge base. Keep one: what it has fired it need not fire again."""

    knowledge: KnowledgeBase
    engine: Engine = field(default_factory=Engine)

    def __post_init__(self) -> None:
        self.recogniser = Recogniser(self.knowledge)
        self._rulebooks: dict[dt.date, Rulebook] = {}
        self._lifters: dict[str, list[Provision]] = {}
        for key in self.knowledge.of_kind("key"):
            for id in self._lifted_ever(key):
                self._lifters.setdefault(id, []).append(key)
        self.bars: dict[Side, tuple[Provision, ...]] = {
            side: tuple(bar for bar in self.knowledge.of_kind("bar") if side in bar.on_sides)
            for side in ("sending", "receiving")
        }
        self._receiver_questions = frozenset(
            id for id, question in self.knowledge.questions.items() if question.about == "receiver"
        )

    def _lifted_ever(self, key: Provision) -> frozenset[str]:
        found = self.knowledge.lifted(key.lifts)
        for version in key.versions:
            found |= self.knowledge.lifted(version.lifts or ())
        return found

    def rulebook(self, as_at: dt.date) -> Rulebook:
        if as_at not in self._rulebooks:
            if len(self._rulebooks) > 50:
                self._rulebooks.clear()
            self._rulebooks[as_at] = Rulebook(self.knowledge, self.engine, as_at)
        return self._rulebooks[as_at]

    def determine(self, share: Share, as_at: dt.date, *, provisional: bool = False) -> Determination:
        """Decide a share under the law of a date.

        With `provisional`, assurances that nobody answered count as given; facts and judgements never do.
        """
        settings = self.settings(share, provisional)
        rulebook = self.rulebook(as_at)
        found, notes = lines(share, self.knowledge, as_at)
        missing = tuple(
            name
            for name, given in (
                ("discloser", any(p.role != "receiver" for p in share.parties)),
                ("receiver", any(p.role != "discloser" for p in share.parties)),
                ("purpose", share.purpose or any(flow.purpose for flow in share.flows)),
                ("data", share.data or any(flow.data for flow in share.flows)),
                ("nation", share.nation),
            )
            if not given
        )
        decided = []
        shared: dict[tuple[str, str, str, int], Shared] = {}
        for line in found:
            flow = (line.discloser.id, line.receiver.id, line.purpose, id(line.answers))
            decider = LineDecider(self, rulebook, line, settings, shared.get(flow, {}))
            decided.append(decider.determine())
            if flow not in shared:
                shared[flow] = {side: facts.share() for side, facts in decider.sides.items()}
        return Determination(share, as_at, self.knowledge, tuple(decided), notes, settings, missing)

    def settings(self, share: Share, provisional: bool) -> Settings:
        """How its answers are read: where somebody may die or be badly hurt, promises and the rest are taken as so."""
        emergency = self.knowledge.emergency
        if emergency and is_emergency(share):
            return Settings(provisional=True, assume=emergency.assume)
        return Settings(provisional=provisional)


def is_emergency(share: Share) -> bool:
    """Has somebody, by name and for a reason, said that life or limb is at risk now?"""
    raw = share.answers.get("harm-believed")
    if raw is None:
        return False
    belief = answer_of(raw)
    urgent = "emergency-risk-to-life" in share.purpose or any(
        id in share.answers and answer_of(share.answers[id]).answer == word
        for id, word in (("how-shared", "urgent"), ("serious-harm", "within-hours"))
    )
    return urgent and belief.answer == "yes" and bool(belief.by and belief.reason)


class LineDecider:
    """Decides one line."""

    def __init__(
        self,
        determiner: Determiner,
        rulebook: Rulebook,
        line: Line,
        settings: Settings,
        shared: Shared,
        gateways: Sequence[Provision] | None = None,  # those to decide, where the others are known to be shut
    ) -> None:
        self.knowledge = determiner.knowledge
        self.gateways = self.knowledge.of_kind("gateway") if gateways is None else gateways
        self.determiner = determiner
        self.rulebook = rulebook
        self.line = line
        self.named = _named(determiner.recogniser, line)
        self.named_ids = frozenset(id for each in self.named for id in each.provisions)
        self.sides: dict[Side, Facts] = {
            "sending": Facts(rulebook, line, "sending", settings),
            "receiving": Facts(rulebook, line, "receiving", settings),
        }
        for side, known in shared.items():
            self.sides[side].take(known)
        blank = Settings(settings.provisional, settings.assume, determiner._receiver_questions)
        self.receiver_silent = Facts(rulebook, line, "receiving", blank)

    def determine(self) -> LineDetermination:
        gateways = [self._decide(gateway, self.sides["sending"]) for gateway in self.gateways]
        routes = [self._route(gateway) for gateway in gateways if gateway.meets() > Status.SHUT]
        shut = tuple(gateway for gateway in gateways if gateway.meets() is Status.SHUT and gateway.in_force)
        mentioned = tuple(gateway for gateway in gateways if _nearly(gateway))
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
            shut=shut,
            mentioned=mentioned,
            regime=self.regime("sending"),
            receiving_regime=self.regime("receiving"),
            cautions=self._cautions(best),
            assumptions=self._assumptions(best),
            facts=self.sides["sending"],
            waits_for=frozenset() if verdict in GO_AHEAD else frozenset().union(*(r.causes for r in routes)),
            named_law=self._opinions(gateways, routes) if self.named else (),
        )

    def _opinions(self, gateways: list[Decided], routes: list[Route]) -> tuple[Opinion, ...]:
        """The law that people named, tested: gateways as they stand, all else on the best route."""
        facts = self.sides["sending"].on_route(route_facts(self.rulebook, routes[0].gateway if routes else None))
        usable = frozenset(route.gateway.id for route in routes if route.gateway and route.now is Status.OPEN)
        by_id = {gateway.id: gateway for gateway in gateways}
        return opinions(self.knowledge, self.named, by_id, usable, lambda provision: self._decide(provision, facts))

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

    def _decide(self, provision: Provision, facts: Facts) -> Decided:
        if facts.base is not None:
            _, ruleset = self.rulebook.of(provision)
            if ruleset is None or not ruleset.reads_route:
                facts = facts.base
        found: Decided | None = facts.decided.get(provision.id)
        if found is None:
            found = facts.decided[provision.id] = decide(self.rulebook, provision, facts)
        return found

    # Routes

    def _route(self, gateway: Decided | None) -> Route:
        route = route_facts(self.rulebook, gateway)
        on_route = self.sides["sending"].on_route(route)
        sending = self._bars(on_route, gateway)
        met = (self._decide(bar, on_route) for bar in self._on("sending"))
        silent = tuple(decided for decided in met if decided.rests_on_silence)
        receiving = self._bars(self.sides["receiving"].on_route(route), gateway)
        status = min((bar.passes() for bar in receiving), default=Status.OPEN)
        if status is Status.SHUT:
            without = self._bars(self.receiver_silent.on_route(route), gateway)
            if min((bar.passes() for bar in without), default=Status.OPEN) is Status.SHUT:
                status = Status.UNSETTLED  # it is not the receiver's own answers that shut it
        facts = self.sides["sending"].on_route({**route, "route-receiving": status.word})
        safeguards = self._safeguards(gateway, sending, receiving, facts)
        return Route(gateway, sending, receiving, status, safeguards, silent)

    def _bars(self, facts: Facts, gateway: Decided | None) -> tuple[BarOnRoute, ...]:
        own = self.rulebook.lifted_by(gateway.provision) if gateway else frozenset()
        found = []
        for bar in self._on(facts.side):
            decided = self._decide(bar, facts)
            if decided.spares() is Status.OPEN:
                continue
            lifts = [Lift(gateway.provision, None, bar.id)] if gateway and bar.id in own else []
            for key in self.determiner._lifters.get(bar.id, ()):
                if facts.side in key.on_sides:
                    lift = self._decide(key, facts)
                    if bar.id in self.rulebook.lifted_by(key):
                        lifts.append(Lift(key, lift, bar.id))
            found.append(BarOnRoute(decided, facts.side, tuple(lifts)))
        return tuple(found)

    def _on(self, side: Side) -> tuple[Provision, ...]:
        return self.determiner.bars[side]

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

    def _safeguards(
        self,
        gateway: Decided | None,
        sending: tuple[BarOnRoute, ...],
        receiving: tuple[BarOnRoute, ...],
        facts: Facts,
    ) -> tuple[SafeguardDue, ...]:
        """What has to be done on a route: what its provisions name, what the law asks for itself, and promises."""
        used = [d for d in (gateway, *(b.lifted_by[0].decided for b in sending if needs_lifting(b))) if d]
        used_receiving = [
            d for d in (b.lifted_by[0].decided for b in receiving if needs_lifting(b) and b.lifted is Status.OPEN) if d
        ]
        named = {f.condition.safeguard for d in (*used, *used_receiving) for f in d.findings if f.condition.safeguard}
        found = []
        for safeguard in self.knowledge.of_kind("safeguard"):
            decided = self._decide(safeguard, facts)
            own = Status.SHUT if safeguard.only_named == "yes" else decided.meets()
            is_named = safeguard.id in named and decided.in_force
            if (own > Status.SHUT or is_named) and not self._relieved(safeguard, facts):
                found.append(self._due(safeguard, settled=is_named or own is Status.OPEN))
        return (*found, *self._promises(used, facts))

    def _relieved(self, safeguard: Provision, facts: Facts) -> bool:
        keys = self.determiner._lifters.get(safeguard.id, ())
        return any(self._decide(key, facts).meets(bar=safeguard.id) is Status.OPEN for key in keys)

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
        return tuple(caution for caution in cautions if self._decide(caution, facts).meets() is Status.OPEN)

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
    """Is it enacted law that is not in force, and that would otherwise have a bearing on this line?"""
    if gateway.version is None or gateway.in_force:
        return False
    return all(finding.outcome != "not_met" for finding in gateway.findings)


def _named(recogniser: Recogniser, line: Line) -> tuple[Recognised, ...]:
    """What the sender believes the law to be, as far as it can be recognised."""
    given = line.answers.get("named-law")
    texts = () if given is None else (given.answer,) if isinstance(given.answer, str) else given.answer
    return tuple(recogniser.recognise(text) for text in texts if text.strip() and text != NOT_SURE)
