"""The nearest lawful share: the smallest changes that people can make and that would let a line go.

Each is found by deciding again with the change made, and shown only if the line then may go; so nothing is ever
promised that was not tried. `applied` makes the change on the whole share, for whoever wants to try it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, zip_longest
from typing import Literal

import msgspec

from knowledge.model import Change, Provision
from knowledge.resolve import line_facts_behind, questions_behind
from knowledge.share import NOT_SURE, Answer, Answers, Flow, Party, Share, answer_of
from rules.commons import Commons
from rules.compile import Compiled
from rules.decide import Decided
from rules.determine import Determination, Determiner
from rules.facts import Settings
from rules.line import CANNOT, GO_AHEAD, REFER, VERDICTS, LineDecider, LineDetermination
from rules.lines import every_flow, lines

MOST = 3
_MOST_JUDGEMENTS = 3  # that are tried on top of a change, one by one
_MOST_OTHERS = 3  # receivers that are tried, and purposes
_MOST_JUDGED = 2  # judgements that another share may need; one that hangs on more is nowhere near
_OF_DATA = frozenset({"data", "with"})
_OF_RECEIVER = frozenset({"receiver", "holder", "same-body", "receiver-nation"})
_OF_PURPOSE = frozenset({"purpose"})
_OF_LINE = _OF_RECEIVER | _OF_PURPOSE
_ANYTHING = frozenset({"identifiability"})  # where nobody can be picked out no gateway is needed
_NAMED = "-"  # who judges, and why, in a trial: the person who does it says


@dataclass(frozen=True)
class Proposal:
    """A change that was tried: what to do, what it takes, and the verdict that it leads to.

    `judgements` are those among the answers that a named person would have to give, and `promises` the assurances.
    A `receiver` (a kind of body) or a `purpose` that takes the place of today's makes it another share: a suggestion
    for somebody to check.
    """

    drop_data: tuple[str, ...]
    answers: Mapping[str, str | tuple[str, ...]]
    takes: tuple[str, ...]
    verdict: str
    cost: int = 0
    judgements: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()
    receiver: str = ""
    purpose: str = ""

    @property
    def is_another_share(self) -> bool:
        return bool(self.receiver or self.purpose)


@dataclass(frozen=True)
class _Step:
    """One thing that somebody can do."""

    takes: str
    cost: int
    answers: Mapping[str, str | tuple[str, ...]]
    drops: tuple[str, ...] = ()
    judged: tuple[str, ...] = ()
    material: bool = False
    receiver: str = ""
    purpose: str = ""

    @property
    def facts(self) -> frozenset[str]:
        return frozenset(self.answers) | (_OF_DATA if self.drops else frozenset())


Known = dict[tuple[object, ...], tuple[Proposal, ...]]
"""What was found for lines already, so that like lines of one determination are searched once."""


def nearest_lawful(
    determiner: Determiner,
    determination: Determination,
    group: Sequence[LineDetermination],
    known: Known | None = None,
) -> tuple[Proposal, ...]:
    """Up to three ways to a share that may go, the least to ask first; empty where a search found none.

    `group` are lines of one sender, receiver and purpose, decided alike, that cannot go or that wait for a judgement.
    Pairs of changes are tried only where no single one will do.
    """
    if group[0].verdict not in (CANNOT, REFER):
        return ()
    known = {} if known is None else known
    trial = _Trial(determiner, determination, group)
    if trial.key not in known:
        known[trial.key] = trial.best()
    return known[trial.key]


def applied(determination: Determination, group: Sequence[LineDetermination], proposal: Proposal) -> Share:
    """The whole share with a proposal carried out on the flows that it was made for."""
    return _applied(determination.share, _matched(determination.share, group), proposal, alone=False)


def promised(determination: Determination, group: Sequence[LineDetermination], proposal: Proposal) -> str:
    """What a determination says of the lines that a proposal is about: its verdict, if it was carried out."""
    line = group[0].line
    receiver = _instead(line.receiver, proposal.receiver).id if proposal.receiver else line.receiver.id
    kinds = _kinds(group, proposal.drop_data)
    found = [
        each.verdict
        for each in determination.lines
        if (each.line.discloser.id, each.line.receiver.id, each.line.purpose)
        == (line.discloser.id, receiver, proposal.purpose or line.purpose)
        and (each.line.data in kinds if kinds else True)
    ]
    return min(found, key=VERDICTS.index)


def _kinds(group: Sequence[LineDetermination], dropped: Iterable[str]) -> tuple[str, ...]:
    """The kinds that have to go: those of the group that are left, or (none) all that travels then."""
    return tuple(each.line.data for each in group if each.line.data not in dropped)


# The share with a change made

_Matched = list[tuple[Flow, str, bool]]  # a flow of one purpose, that purpose, and whether the change is for it


def _matched(share: Share, group: Sequence[LineDetermination]) -> _Matched:
    """Every flow for every purpose, and which of them carry the lines of the group."""
    found = []
    for flow in share.flows or every_flow(share):
        given = {id: answer_of(raw) for id, raw in {**share.answers, **flow.answers}.items()}
        for purpose in flow.purpose or share.purpose:
            data = flow.data or share.data
            ours = any(
                (each.line.discloser.id, each.line.receiver.id, each.line.purpose) == (flow.source, flow.to, purpose)
                and each.line.data in data
                and each.line.answers == given
                for each in group
            )
            found.append((msgspec.structs.replace(flow, purpose=(purpose,), data=data), purpose, ours))
    return found


def _applied(share: Share, matched: _Matched, proposal: Proposal, *, alone: bool) -> Share:
    made: Answers = {
        id: Answer(answer=value, by=_NAMED, reason=_NAMED) if id in proposal.judgements else value
        for id, value in proposal.answers.items()
    }
    flows = []
    parties = {party.id: party for party in share.parties}
    for flow, purpose, ours in matched:
        if ours:
            kept = tuple(kind for kind in flow.data if kind not in proposal.drop_data)
            to = _instead(parties[flow.to], proposal.receiver) if proposal.receiver else parties[flow.to]
            parties[to.id] = to
            if kept:
                answers = {**flow.answers, **made}
                wanted = (proposal.purpose or purpose,)
                flows.append(msgspec.structs.replace(flow, to=to.id, purpose=wanted, data=kept, answers=answers))
        elif not alone:
            flows.append(flow)
    return msgspec.structs.replace(share, parties=tuple(parties.values()), flows=tuple(flows))


def _instead(receiver: Party, kind: str) -> Party:
    """A body of another kind in the place of a receiver."""
    return Party(id=f"{receiver.id}+{kind}", name=kind, kind=kind, role="receiver", nation=receiver.nation)


# The search


class _Trial:
    """The flows of one sender, receiver and purpose, to be decided again with changes."""

    def __init__(
        self, determiner: Determiner, determination: Determination, group: Sequence[LineDetermination]
    ) -> None:
        self.determiner = determiner
        self.knowledge = determiner.knowledge
        self.determination = determination
        self.group = group
        self.rulebook = determiner.rulebook(determination.as_at)
        self.matched = _matched(determination.share, group)
        self.lines = self._lines()
        self.before = {kind: line.verdict for kind, line in self.lines.items()}
        self.words = {change.each: change for change in self.knowledge.changes if change.each}
        self.slips = {slip.id for each in group for slip, _ in each.slips}
        self._behind: dict[int, frozenset[str]] = {}

    def _lines(self) -> dict[str, LineDetermination]:
        """Each kind of data of these flows, with what became of it as things stand."""
        line = self.group[0].line
        return {
            each.line.data: each
            for each in self.determination.lines
            if (each.line.discloser, each.line.receiver, each.line.purpose)
            == (line.discloser, line.receiver, line.purpose)
        }

    @property
    def key(self) -> tuple[object, ...]:
        """What the search turns on; who the parties are is not among it, only what they are."""
        line = self.group[0].line
        return (
            (line.discloser_kind, line.receiver_kind, line.nation, line.receiver_nation, line.purpose),
            (line.same_body, line.receiver_is_processor),
            tuple(self.before.items()),
            tuple((each.line.data, frozenset(each.line.answers.items())) for each in self.group),
            (self._parties, self._purposes),
        )

    @cached_property
    def _parties(self) -> frozenset[str]:
        return frozenset(party.kind for party in self.determination.share.parties)

    @cached_property
    def _purposes(self) -> frozenset[str]:
        return frozenset(purpose for _, purpose, _ in self.matched)

    def best(self) -> tuple[Proposal, ...]:
        """The sets of steps that ask least: single ones, or pairs where none will do; then another share."""
        found = list(self.proposals(1)) or list(self.proposals(2))
        for step in self._others() if self.group[0].verdict == CANNOT else ():
            if sum(one.cost <= step.cost for one in found) >= MOST:
                break
            if any((one.receiver and step.receiver) or (one.purpose and step.purpose) for one in found):
                continue  # the likeliest is enough
            proposal = self._try([step, *map(self._again, self._judged)])
            if proposal and len(proposal.judgements) <= _MOST_JUDGED:
                found.append(proposal)
        return tuple(sorted(found, key=lambda one: (one.cost, -VERDICTS.index(one.verdict)))[:MOST])

    def _others(self) -> Iterator[_Step]:
        """Other receivers and purposes that may serve the same goal, in turn. Who fits and what is near people told
        us; what was said of this share (consent, an order, a judgement) is not taken to hold of another one."""
        line = self.group[0].line
        given = {id: answer.answer for id, answer in line.answers.items()}
        found: list[list[_Step]] = []
        for change in self.knowledge.changes:
            if change.each in ("receiver", "purpose") and _is_allowed(change, {**given, "purpose": line.purpose}):
                if change.each == "purpose":
                    near = (other for family in change.families if line.purpose in family for other in family)
                    kinds = [kind for kind in dict.fromkeys(near) if kind not in self._purposes]
                elif line.same_body or line.receiver_is_processor:
                    continue
                else:
                    kinds = [kind for kind in change.bodies.get(line.purpose, ()) if self._is_new(kind)]
                found.append([self._other(change, kind, given) for kind in kinds[:_MOST_OTHERS]])
        return (step for steps in zip_longest(*found) for step in steps if step)

    def _is_new(self, kind: str) -> bool:
        """Does a kind of body neither send nor get something of this share already?"""
        wider = self.knowledge.vocabularies["bodies"].wider
        return not any(kind in wider(other) or other in wider(kind) for other in self._parties)

    def _other(self, change: Change, kind: str, given: Mapping[str, str | tuple[str, ...]]) -> _Step:
        term = self.knowledge.vocabularies["bodies" if change.each == "receiver" else "purposes"][kind]
        takes = change.takes.replace("{what}", term.label).replace("{hint}", term.hint)
        answers = {id: value for id, value in change.set.items() if id in given and given[id] != value}
        step = _Step(takes, change.cost, answers)
        return replace(step, receiver=kind) if change.each == "receiver" else replace(step, purpose=kind)

    def proposals(self, size: int) -> Iterator[Proposal]:
        """Sets of so many steps that let the lines go, the least to ask first."""
        found: list[Proposal] = []
        useful = [step for step in self.steps if self._bears(step)]
        sets = sorted(combinations(useful, size), key=lambda steps: sum(step.cost for step in steps))
        for steps in sets:
            if len(found) >= MOST:
                return
            if self._viable(steps):
                proposal = self._try(steps)
                if proposal and not any(_asks_no_more(other, proposal) for other in found):
                    found.append(proposal)
                    yield proposal

    @cached_property
    def steps(self) -> list[_Step]:
        """Everything that somebody could do about these lines, and that nobody has ruled out."""
        return [*self._drops(), *self._refusals(), *self._judgements(), *self._changes()]

    def _changes(self) -> Iterator[_Step]:
        line = self.group[0].line
        answers = {id: answer.answer for id, answer in line.answers.items()}
        given = {**answers, "purpose": line.purpose}
        for change in self.knowledge.changes:
            if change.each or not _is_honest(change, given):
                continue
            drops = tuple(kind for kind in self.before if kind in change.drops)
            if not set(drops) & set(self.determination.share.essential):
                words = self._worded("data", self.knowledge.label_all(drops), {}).takes if drops else ""
                yield _Step(
                    "; ".join(filter(None, (change.takes, words))),
                    change.cost,
                    change.set,
                    drops,
                    (),
                    change.material == "yes",
                )

    def _drops(self) -> Iterator[_Step]:
        """Leave out a kind that the goal does not need; or all the refused ones, where others travel with them."""
        kinds = [kind for kind in self.before if kind not in self.determination.share.essential]
        refused = tuple(kind for kind in kinds if self.before[kind] not in GO_AHEAD)
        sets: list[tuple[str, ...]] = [(kind,) for kind in kinds]
        if len(refused) > 1:
            sets.append(refused)
        for drops in sets:
            if len(drops) < len(self.before) and "data" in self.words:
                yield self._worded("data", self.knowledge.label_all(drops), {}, drops, len(drops))

    def _refusals(self) -> Iterator[_Step]:
        for id, answer in self.group[0].line.answers.items():
            if self.knowledge.questions[id].kind == "assurance" and answer.answer == "will-not":
                yield self._worded("refusal", self._asks(id), {id: "not-yet"})

    def _judgements(self) -> Iterator[_Step]:
        if self.group[0].verdict == REFER:
            yield from map(self._judgement, _open_judgements(self.group))

    def _judgement(self, id: str) -> _Step:
        return replace(self._worded("judgement", self._asks(id), {id: "yes"}), judged=(id,))

    def _again(self, id: str) -> _Step:
        return replace(self._worded("again", self._asks(id), {id: "yes"}), judged=(id,))

    def _worded(
        self,
        each: Literal["data", "refusal", "judgement", "again", "promise"],
        what: str,
        answers: Mapping[str, str],
        drops: tuple[str, ...] = (),
        times: int = 1,
    ) -> _Step:
        change = self.words[each]
        return _Step(change.takes.replace("{what}", what), change.cost * times, answers, drops)

    def _asks(self, id: str) -> str:
        return self.knowledge.questions[id].asks

    @cached_property
    def _judged(self) -> list[str]:
        """The judgements that somebody has made on this share."""
        given = self.group[0].line.answers
        return [id for id in given if self.knowledge.questions[id].kind == "judgement" and given[id].answer != NOT_SURE]

    @cached_property
    def _against(self) -> list[str]:
        """The judgements that somebody has made against these lines, and that another share would need anew."""
        given = self.group[0].line.answers
        anew = self.words["again"].only_if if "again" in self.words else {}
        return [id for id, against in anew.items() if id in given and given[id].answer in against]

    # Is it worth a trial?

    def _viable(self, steps: Sequence[_Step]) -> bool:
        """Could these steps do anything? Where every gateway is shut, all that shuts one of them has to be touched."""
        dropped = {kind for step in steps for kind in step.drops}
        if len(dropped) != sum(len(step.drops) for step in steps) or len(dropped) == len(self.before):
            return False
        if not _kinds(self.group, dropped):
            return True
        touched = frozenset(fact for step in steps for fact in step.facts)
        if self.group[0].routes or touched & _ANYTHING:
            return True
        return any(all(touched & facts for facts in each) for each in self._shut)

    def _bears(self, step: _Step) -> bool:
        """Does a step touch anything that stands in the way?"""
        if step.drops or step.judged or step.facts & _ANYTHING or not step.answers:
            return True
        return bool(step.facts & self._in_the_way) or self._refuses(step)

    def _refuses(self, step: _Step) -> bool:
        best = self.group[0].best
        return bool(best) and any(safeguard.refused for safeguard in best.safeguards)  # type: ignore[union-attr]

    @cached_property
    def _shut(self) -> list[list[frozenset[str]]]:
        """For each shut gateway that steps could open: what each of its refuted conditions turns on."""
        possible = frozenset(fact for step in self.steps for fact in step.facts)
        found = []
        for gateway in self.group[0].shut:
            refuted = [self._turns_on(f.compiled) for f in gateway.findings if f.outcome == "not_met"]
            if refuted and all(facts & possible for facts in refuted):
                found.append(refuted)
        return found

    @cached_property
    def _in_the_way(self) -> frozenset[str]:
        """The facts on which shut gateways and the bars of live routes turn."""
        found: set[str] = set()
        for refuted in self._shut:
            found |= frozenset().union(*refuted)
        parts: list[Decided] = []
        for route in self.group[0].routes:
            parts += [route.gateway] if route.gateway else []
            for bar in (*route.sending, *route.receiving):
                parts += [bar.bar, *(lift.decided for lift in bar.lifts if lift.decided)]
        for part in parts:
            for finding in part.findings:
                found |= self._turns_on(finding.compiled)
        return frozenset(found)

    def _turns_on(self, compiled: Compiled) -> frozenset[str]:
        key = id(compiled)
        if key not in self._behind:
            by_data = any(self.rulebook.turns_on_data(atom) for atom in compiled.atoms)
            found = questions_behind(self.knowledge, compiled.condition)
            self._behind[key] = found | (_OF_DATA if by_data else frozenset())
        return self._behind[key]

    # The trial

    def _try(self, steps: Sequence[_Step]) -> Proposal | None:
        """The proposal that some steps make together, if the lines may then go; a judgement added where it opens."""
        made: dict[str, str | tuple[str, ...]] = {}
        for step in steps:
            if made.keys() & step.answers.keys():
                return None
            made |= step.answers
        proposal = Proposal(
            drop_data=tuple(kind for step in steps for kind in step.drops),
            answers=made,
            takes=tuple(step.takes for step in steps),
            verdict="",
            cost=sum(step.cost for step in steps),
            judgements=tuple(id for step in steps for id in step.judged),
            receiver=next((step.receiver for step in steps if step.receiver), ""),
            purpose=next((step.purpose for step in steps if step.purpose), ""),
        )
        proposal, stuck = self._decided(proposal)
        if proposal.verdict in GO_AHEAD:
            return proposal
        if proposal.verdict not in (REFER, CANNOT):
            return None
        if any(step.material for step in steps) and not made.keys() & set(self._against):
            again = list(map(self._again, self._against))
            if again and (judged := self._try([*steps, *again])):
                return judged
        if proposal.verdict == REFER and self.group[0].verdict == CANNOT:
            for id in _open_judgements(stuck)[:_MOST_JUDGEMENTS]:
                if id not in made:
                    judged = self._try([*steps, self._judgement(id)])
                    if judged:
                        return judged
        return None

    def _decided(self, proposal: Proposal) -> tuple[Proposal, list[LineDetermination]]:
        """A proposal with its verdict: promises that it needs are made part of it, and it is decided again."""
        given = self.determination.settings
        found = self._decide(proposal, given if given.assume else Settings(provisional=True))
        verdict = self._verdict(proposal, found)
        if verdict not in GO_AHEAD or given.provisional:
            return replace(proposal, verdict=verdict), found
        taken = dict.fromkeys(id for line in found for id in line.assumptions if id not in proposal.answers)
        promises = tuple(id for id in taken if self.knowledge.questions[id].kind == "assurance")
        if promises:
            words = self._worded("promise", "; ".join(self._asks(id) for id in promises), {})
            proposal = replace(
                proposal,
                answers={**proposal.answers, **dict.fromkeys(promises, "not-yet")},
                takes=(*proposal.takes, words.takes),
                promises=promises,
            )
        found = self._decide(proposal, given)
        return replace(proposal, verdict=self._verdict(proposal, found)), found

    def _decide(self, proposal: Proposal, settings: Settings) -> list[LineDetermination]:
        """The lines as they are decided then, up to the first that may not go."""
        share = _applied(self.determination.share, self.matched, proposal, alone=True)
        found, _ = lines(share, self.knowledge, self.determination.as_at)
        kinds = _kinds(self.group, proposal.drop_data)
        touched = frozenset(proposal.answers) | (_OF_DATA if proposal.drop_data else frozenset())
        touched |= (_OF_RECEIVER if proposal.receiver else frozenset()) | (
            _OF_PURPOSE if proposal.purpose else frozenset()
        )
        decided: list[LineDetermination] = []
        commons = Commons(self.determiner, self.rulebook, settings)
        for line in sorted(found, key=lambda line: line.data not in kinds):
            gateways = self._could_be_open(line.data, touched)
            decided.append(LineDecider(commons, line, gateways).determine())
            if not self._may_go(decided[-1], kinds):
                break
        return decided

    def _could_be_open(self, kind: str, touched: frozenset[str]) -> list[Provision]:
        """The gateways that are not known to be shut: something that shut each of the others stands as it was."""
        line = self.lines[kind]
        found = [route.gateway.provision for route in line.routes if route.gateway]
        for gateway in line.shut:
            refuted = [f.compiled for f in gateway.findings if f.outcome == "not_met"]
            if all(self._touches(touched, compiled) for compiled in refuted):
                found.append(gateway.provision)
        return sorted(found, key=lambda provision: provision.id)

    def _touches(self, touched: frozenset[str], compiled: Compiled) -> bool:
        """May a condition come out otherwise once these facts have changed?"""
        if self._turns_on(compiled) & touched:
            return True
        return bool(touched & _OF_LINE) and bool(line_facts_behind(self.knowledge, compiled.condition) & touched)

    def _may_go(self, line: LineDetermination, kinds: Sequence[str]) -> bool:
        """May it go, or was it not going before either? And does nothing contradict anything?"""
        if {slip.id for slip, _ in line.slips} - self.slips:
            return False
        went = self.before.get(line.line.data) in GO_AHEAD
        return line.verdict in GO_AHEAD or bool(kinds and line.line.data not in kinds and not went)

    def _verdict(self, proposal: Proposal, decided: Sequence[LineDetermination]) -> str:
        kinds = _kinds(self.group, proposal.drop_data)
        if not decided or {slip.id for slip, _ in decided[-1].slips} - self.slips:
            return CANNOT
        if not self._may_go(decided[-1], kinds):
            return decided[-1].verdict if decided[-1].verdict not in GO_AHEAD else CANNOT
        ours = [line.verdict for line in decided if not kinds or line.line.data in kinds]
        return min(ours, key=VERDICTS.index, default=CANNOT)


def _asks_no_more(one: Proposal, other: Proposal) -> bool:
    """Is all that the first asks also asked by the second?"""
    return set(one.drop_data) <= set(other.drop_data) and one.answers.items() <= other.answers.items()


def _open_judgements(group: Iterable[LineDetermination]) -> list[str]:
    """The judgements that nobody has made and on which lines wait."""
    return sorted({id for line in group for cause, id in line.waits_for if cause == "judgement"})


def _is_honest(change: Change, given: Mapping[str, str | tuple[str, ...]]) -> bool:
    """May it be proposed, and is it a change at all?"""
    return _is_allowed(change, given) and any(given.get(id) != value for id, value in change.set.items())


def _is_allowed(change: Change, given: Mapping[str, str | tuple[str, ...]]) -> bool:
    """Is it of use for this purpose, and none that the person has ruled out?"""

    def said(tests: Mapping[str, tuple[str, ...]]) -> list[bool]:
        found = []
        for id, values in tests.items():
            value = given.get(id, ())
            found.append(bool(set((value,) if isinstance(value, str) else value) & set(values)))
        return found

    return not any(said(change.unless)) and all(said(change.only_if))
