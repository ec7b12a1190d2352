"""Search the provisions by words: how well each fits, and the nearest word where none does. Decides nothing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from knowledge.model import KnowledgeBase, Provision
from knowledge.recognise import Recogniser, stem, tokens

# How much a word weighs by where it stands.
_ID, _TITLE, _LAW, _ALIAS, _PLAIN, _REST = 6, 10, 8, 5, 3, 1
_NAMED = 100  # the words are the citation of the provision


def _root(word: str) -> str:
    """What a word and its plural begin with.

    >>> _root("families"), _root("taxes"), _root("police")
    ('famil', 'taxe', 'police')
    """
    return stem(word)[:-1] if word.endswith("ies") and len(word) > 4 else stem(word)


class Search:
    """The words of a knowledge base. A word is found where it begins a word: 'safeguard' finds 'safeguarding'."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge

    def scores(self, words: Sequence[str]) -> dict[str, int]:
        """The provisions that have all of the words, or that the words cite, and how well they fit."""
        if cited := self._cited(" ".join(words)):
            return dict.fromkeys(cited, _NAMED)
        wanted = list(dict.fromkeys(_root(token) for word in words for token in tokens(word)))
        found: dict[str, int] = {}
        phrase = " ".join(token for word in words for token in tokens(word))
        patterns = [re.compile(rf"(?<![a-z0-9]){re.escape(word)}") for word in wanted]
        terms = [self._terms(word) for word in wanted]
        for provision in self.knowledge.provisions.values():
            total = 0
            for word, pattern, among in zip(wanted, patterns, terms, strict=True):
                score = self._score(provision, word, pattern, among)
                if not score:
                    break
                total += score
            else:
                found[provision.id] = total + self._together(provision, phrase)
        return found

    def near(self, words: Iterable[str]) -> str:
        """The word of the law that is most like one that it does not have."""
        known = {word for provision in self.knowledge.provisions.values() for word in tokens(provision.title)}
        known |= {word for names in self._names.values() for word in tokens(names)}
        for word in (token for each in words for token in tokens(each)):
            if word not in known and (close := difflib.get_close_matches(word, known, n=1, cutoff=0.75)):
                return close[0]
        return ""

    def _cited(self, text: str) -> tuple[str, ...]:
        if not any(character.isdigit() for character in text):
            return ()
        found = Recogniser(self.knowledge).recognise(text)
        return found.provisions if found.how in ("id", "citation") else ()

    def _together(self, provision: Provision, phrase: str) -> int:
        """More where the words stand together in the title or in the law's name, and most where they are the title."""
        if " " not in phrase:
            return 0
        together = [text for weight, text in self._fields[provision.id] if weight >= _LAW and phrase in text]
        return sum(_TITLE * 2 if text == phrase else _TITLE for text in together)

    def _score(self, provision: Provision, word: str, pattern: re.Pattern[str], terms: frozenset[str]) -> int:
        score = 0
        fields = self._fields[provision.id]
        for weight, text in fields:
            if word in text and (match := pattern.search(text)):
                end = match.end()
                whole = end == len(text) or not text[end].isalnum()
                score = max(score, 2 * weight if whole else weight)
        if terms and score < _ALIAS and not terms.isdisjoint(self._options[provision.id]):
            score = _ALIAS
        return score

    @cached_property
    def _fields(self) -> dict[str, tuple[tuple[int, str], ...]]:
        found = {}
        for provision in self.knowledge.provisions.values():
            instruments = [self.knowledge.instruments.get(cite.instrument) for cite in provision.cites]
            law = [f"{instrument.name} {' '.join(instrument.aliases)}" for instrument in instruments if instrument]
            law += [cite.provision for cite in provision.cites]
            rest = (*provision.pitfalls, *provision.does_not, provision.says)
            found[provision.id] = tuple(
                (weight, text.lower().replace("’", "").replace("'", ""))
                for weight, text in (
                    (_TITLE, provision.title),
                    (_LAW, " ".join(law)),
                    (_ID, provision.id),
                    (_PLAIN, provision.plain),
                    (_REST, " ".join(rest)),
                )
                if text
            )
        return found

    @cached_property
    def _names(self) -> dict[str, str]:
        """What each kind of body, purpose and kind of data is called, in small letters."""
        found = {}
        for name in ("bodies", "purposes", "data"):
            vocabulary = self.knowledge.vocabularies[name]
            for id in vocabulary:
                term = vocabulary[id]
                found[id] = " ".join((term.label, *term.aliases)).lower().replace("’", "").replace("'", "")
        return found

    def _terms(self, word: str) -> frozenset[str]:
        """The terms that a word is a name of, and the groups that they are members of."""
        pattern = re.compile(rf"(?<![a-z0-9]){re.escape(word)}")
        found = {id for id, names in self._names.items() if word in names and pattern.search(names)}
        grown = True
        while found and grown:
            groups = {
                id
                for id, group in self.knowledge.groups.items()
                if any((member if isinstance(member, str) else member.kind) in found for member in group.members)
            }
            grown = not groups <= found
            found |= groups
        return frozenset(found)

    @cached_property
    def _options(self) -> dict[str, frozenset[str]]:
        """What each provision tests for."""
        return {
            provision.id: frozenset(
                option
                for version in provision.versions
                for condition in version.conditions
                if condition.none_of is None
                for _, options in condition.tests
                for option in options
            )
            for provision in self.knowledge.provisions.values()
        }
