"""The nearest lawful share: the smallest changes that people can make and that would let a line go.

Each is found by deciding the whole again with the change made, and shown only if it then may go; so nothing is
ever promised that was not tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import msgspec

from knowledge.model import Change
from knowledge.share import Flow, Share
from rules.determine import CANNOT, GO_AHEAD, VERDICTS, Determination, Determiner, LineDetermination

MOST = 3


@dataclass(frozen=True)
class Proposal:
    """A change that was tried: what to do, what it takes, and the verdict that it leads to."""

    drop_data: tuple[str, ...]
    answers: Mapping[str, str | tuple[str, ...]]
    takes: tuple[str, ...]
    verdict: str


def nearest_lawful(
    determiner: Determiner, determination: Determination, group: Sequence[LineDetermination]
) -> tuple[Proposal, ...]:
    """Up to three ways to a share that may go, the least to ask first; empty where a search found none.

    `group` are lines of one sender, receiver and purpose, decided alike. Single changes come before pairs.
    """
    if group[0].verdict != CANNOT:
        return ()
    trial = _Trial(determiner, determination, group)
    found = list(trial.without_some())
    for size in (1, 2):
        if len(found) >= MOST or (size == 2 and found):
            break
        for changes in combinations(trial.changes, size):
            proposal = trial.of(changes)
            if proposal:
                found.append(proposal)
            if len(found) >= MOST:
                break
    return tuple(found)


class _Trial:
    """One flow for one purpose, to be decided again with changes."""

    def __init__(
        self, determiner: Determiner, determination: Determination, group: Sequence[LineDetermination]
    ) -> None:
        line = group[0].line
        self.determiner = determiner
        self.determination = determination
        self.refused = tuple(each.line.data for each in group)
        self.all_data = tuple(dict.fromkeys((*self.refused, *line.travels_with)))
        self.flow = Flow(
            source=line.discloser.id, to=line.receiver.id, purpose=(line.purpose,), data=self.all_data, answers={}
        )
        self.share = msgspec.structs.replace(determination.share, answers=dict(line.answers), flows=(self.flow,))
        answers = {id: answer.answer for id, answer in line.answers.items()}
        self.changes = [change for change in determiner.knowledge.changes if _is_honest(change, answers)]

    def without_some(self) -> Iterator[Proposal]:
        """Leave the refused kinds out, where others travel with them and may then go."""
        rest = tuple(kind for kind in self.all_data if kind not in self.refused)
        if not rest:
            return
        verdict = self._verdict(msgspec.structs.replace(self.share, flows=(self._carrying(rest),)), rest)
        if verdict in GO_AHEAD:
            yield Proposal(self.refused, {}, (), verdict)

    def of(self, changes: Sequence[Change]) -> Proposal | None:
        """The proposal that some changes make together, if the refused kinds may then go."""
        made: dict[str, str | tuple[str, ...]] = {}
        for change in changes:
            if made.keys() & change.set.keys():
                return None
            made |= change.set
        share = msgspec.structs.replace(self.share, answers={**self.share.answers, **made})
        verdict = self._verdict(share, self.refused)
        if verdict not in GO_AHEAD:
            return None
        return Proposal((), made, tuple(change.takes for change in changes), verdict)

    def _carrying(self, data: tuple[str, ...]) -> Flow:
        return msgspec.structs.replace(self.flow, data=data)

    def _verdict(self, share: Share, data: tuple[str, ...]) -> str:
        again = self.determiner.determine(
            share, self.determination.as_at, provisional=self.determination.settings.provisional
        )
        lines = tuple(line for line in again.lines if line.line.data in data)
        return min((line.verdict for line in lines), key=VERDICTS.index)


def _is_honest(change: Change, answers: Mapping[str, str | tuple[str, ...]]) -> bool:
    """May it be proposed: is it a change at all, and none that the person has ruled out?"""
    for id, values in change.unless.items():
        given = answers.get(id)
        picked = (given,) if isinstance(given, str) else given or ()
        if set(picked) & set(values):
            return False
    return any(answers.get(id) != value for id, value in change.set.items())
