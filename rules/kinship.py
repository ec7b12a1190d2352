"""Is this body, purpose or kind of data among those? Yes, no, or too wide an answer to tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from knowledge.model import KnowledgeBase, Member


class Kinship:
    """Kinds and groups on one date. A wide term (a council) is in only if all its narrower kinds are."""

    def __init__(self, knowledge: KnowledgeBase, date: dt.date) -> None:
        self._knowledge = knowledge
        self._date = date
        self._known: dict[tuple[str, str, tuple[str, ...], str], bool | None] = {}

    def among(self, of: str, term: str, options: tuple[str, ...], nation: str) -> bool | None:
        """Is a term of the vocabulary `of` one of the options (terms or groups), for a body of that nation?"""
        key = (of, term, options, nation)
        if key not in self._known:
            self._known[key] = self._among(of, term, options, nation)
        return self._known[key]

    def _among(self, of: str, term: str, options: tuple[str, ...], nation: str) -> bool | None:
        vocabulary = self._knowledge.vocabularies[of]
        if term not in vocabulary:
            return term in options
        wider = vocabulary.wider(term)
        if any(self._is(option, wider, nation) for option in options):
            return True
        narrower = [kind for kind in vocabulary.narrower(term) if kind != term]
        answers = {self.among(of, kind, options, nation) for kind in narrower}
        if not answers or answers == {False}:
            return False
        return True if answers == {True} else None

    def _is(self, option: str, wider: frozenset[str], nation: str) -> bool:
        if option in wider:
            return True
        group = self._knowledge.groups.get(option)
        return bool(group) and any(self._is(kind, wider, nation) for kind in self._members(option, nation))

    def _members(self, group: str, nation: str) -> Iterable[str]:
        for member in self._knowledge.groups[group].members:
            if isinstance(member, str):
                yield member
            elif self._counts(member, nation):
                yield member.kind

    def _counts(self, member: Member, nation: str) -> bool:
        started = member.start is None or member.start <= self._date
        return started and (member.until is None or member.until >= self._date) and nation in member.nations
