"""What law does somebody mean by "section 115", "s.47 CA 1989" or "GDPR public task"? Recognises; tests nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from knowledge.model import KnowledgeBase, Provision

How = Literal["id", "citation", "instrument", "words", "nothing"]

_UNITS = {
    "section": "s", "sections": "s", "sec": "s", "s": "s", "ss": "s",
    "schedule": "sch", "schedules": "sch", "sched": "sch", "sch": "sch",
    "paragraph": "para", "paragraphs": "para", "paras": "para", "para": "para",
    "article": "art", "articles": "art", "arts": "art", "art": "art",
    "regulation": "reg", "regulations": "reg", "regs": "reg", "reg": "reg",
    "rule": "rule", "annex": "annex", "part": "part", "chapter": "chapter",
}  # fmt: skip
_NUMBER = r"\d{1,3}[a-z]{0,3}\d?(?:\s?\([0-9a-z]{1,4}\)|\.\d{1,2}(?![0-9]))*"
_PINPOINT = re.compile(
    rf"(?<![a-z0-9])({'|'.join(sorted(_UNITS, key=len, reverse=True))})\.?\s?({_NUMBER}(?:(?:\s?(?:,|&|/|and|or)\s?)"
    rf"{_NUMBER}(?![0-9a-z]))*)(?![0-9a-z/])"
)
_BARE = re.compile(r"(?<![0-9a-z/])\d{1,3}[a-z]{0,2}(?:\([0-9a-z]{1,4}\))*(?![0-9a-z/])")
_WORD = re.compile(r"[a-z0-9]+(?:['/-][a-z0-9]+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_EMPTY = frozenset(
    _WORD.findall(
        "a an and any as at by can clause condition conditions do duties duty for from function functions gateway "
        "general have has i in into is it its job law laws legal legislation may must not of on or our own part power "
        "powers provision rests right rights rule so statutory that the their think this to under use used we which "
        "with act acts regulations regulation order basis lawful"
    )
)

Number = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Recognised:
    """What a name may mean: provisions, or an instrument in which nothing that is known was named."""

    named: str
    provisions: tuple[str, ...]
    instruments: tuple[str, ...]
    how: How


@dataclass(frozen=True)
class Pinpoint:
    """Where in an instrument: for each unit the numbers named, with their subdivisions. `?` is a number alone."""

    units: dict[str, tuple[Number, ...]]

    def fits(self, other: Pinpoint) -> int:
        """How well a citation fits what was named: 0 not at all, 3 to the letter."""
        shared = [unit for unit in self.units if unit in other.units]
        if "?" in self.units:
            first = next(iter(other.units.values()), ())
            return max((_closeness(a, b) for a in self.units["?"] for b in first), default=0)
        if not shared:
            return 0
        scores = [max(_closeness(a, b) for a in self.units[unit] for b in other.units[unit]) for unit in shared]
        if 0 in scores:
            return 0
        return min(scores) if len(shared) == len(self.units) == len(other.units) else min(2, *scores)


def _closeness(named: Number, cited: Number) -> int:
    if named[0] != cited[0]:
        return 0
    if named[1] == cited[1]:
        return 3
    least = min(len(named[1]), len(cited[1]))
    return 2 if named[1][:least] == cited[1][:least] else 0


def pinpoint(text: str) -> Pinpoint:
    """The place that a citation names.

    >>> pinpoint("section 115(2)").units, pinpoint("Sch 1 para 18").units
    ({'s': (('115', ('2',)),)}, {'sch': (('1', ()),), 'para': (('18', ()),)})
    """
    units: dict[str, tuple[Number, ...]] = {}
    for match in _PINPOINT.finditer(_plain(text)):
        numbers = tuple(_number(number) for number in re.findall(_NUMBER, match[2]))
        units[_UNITS[match[1]]] = units.get(_UNITS[match[1]], ()) + numbers
    return Pinpoint(units)


def _number(text: str) -> Number:
    first, *rest = re.findall(r"[0-9a-z]+", text)
    return first, tuple(rest)


def _plain(text: str) -> str:
    return text.lower().replace("’", "'").replace("§", " s ")


def tokens(text: str) -> list[str]:
    """The words of a text, in small letters and without marks."""
    return _WORD.findall(_plain(text).replace("'", ""))


def stem(word: str) -> str:
    """A word without the ending of its plural.

    >>> stem("interests"), stem("duties"), stem("business")
    ('interest', 'duty', 'business')
    """
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


class Recogniser:
    """Knows what people call each provision. Keep one: what it has recognised it remembers."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self._seen: dict[str, Recognised] = {}
        self._known: dict[str, frozenset[str]] = {}

    def recognise(self, text: str) -> Recognised:
        """The provisions that a text may mean; those that fit it equally well stand together, in id order."""
        if text not in self._seen:
            if len(self._seen) > 1000:
                self._seen.clear()
            self._seen[text] = self._recognise(text)
        return self._seen[text]

    @cached_property
    def _law(self) -> tuple[Provision, ...]:
        kinds = ("gateway", "key", "bar")
        return tuple(self.knowledge.provisions[id] for id in sorted(self.knowledge.provisions)
                     if self.knowledge.provisions[id].kind in kinds)  # fmt: skip

    @cached_property
    def _cites(self) -> dict[str, list[tuple[str, Pinpoint, int]]]:
        """For each instrument the provisions that cite it: where, and whether it is their own or one beside it."""
        found: dict[str, list[tuple[str, Pinpoint, int]]] = {}
        for provision in self._law:
            for place, cite in enumerate(provision.cites):
                own = 1 if place == 0 else 0
                found.setdefault(cite.instrument, []).append((provision.id, pinpoint(cite.provision), own))
        return found

    @cached_property
    def _names(self) -> dict[tuple[str, ...], set[str]]:
        """What instruments are called: their names with and without the year, their numbers and their aliases."""
        found: dict[tuple[str, ...], set[str]] = {}
        for instrument in self.knowledge.instruments.values():
            name = tokens(instrument.name)
            names = [name, name[:-1] if name and _YEAR.fullmatch(name[-1]) else name, tokens(instrument.id)]
            names += [tokens(alias) for alias in instrument.aliases]
            if re.search(r"\d/\d", instrument.number):
                names.append([word for word in tokens(instrument.number) if "/" in word][:1])
            shortened = [word for word in names[1] if word not in ("act", "regulations", "order")]
            if len(shortened) > 2:
                names.append(shortened)
            for words in names:
                if words:
                    found.setdefault(tuple(words), set()).add(instrument.id)
        return found

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._names), default=0)

    def _title(self, id: str) -> frozenset[str]:
        """The words of a provision's title, and of where it stands if that is no number."""
        if id not in self._known:
            provision = self.knowledge.provisions[id]
            words = tokens(provision.title)
            for cite in provision.cites:
                if not any(character.isdigit() for character in cite.provision):
                    words += tokens(f"{self.knowledge.name(cite)} {cite.provision}")
            self._known[id] = frozenset(map(stem, words))
        return self._known[id]

    def _recognise(self, text: str) -> Recognised:
        bare = text.strip().lower()
        own = tuple(p.id for p in self._law if bare and bare in (p.id, p.part_of))
        if own:
            return Recognised(text, own, self._instruments_of(own), "id")
        instruments, rest = self._instruments(text)
        place = pinpoint(rest)
        if not place.units and instruments:
            numbers = tuple(_number(number) for number in _BARE.findall(_plain(rest)))
            place = Pinpoint({"?": numbers} if numbers else {})
        words = [stem(word) for word in tokens(_PINPOINT.sub(" ", _plain(rest)))
                 if word not in _EMPTY and word not in _UNITS and not _YEAR.fullmatch(word)]  # fmt: skip
        if place.units:
            found = self._placed(place, instruments or tuple(self._cites))
            found = self._narrowed(found, words)
            if found or instruments:
                return Recognised(text, found, instruments or self._instruments_of(found), "citation")
        if instruments:
            within = tuple(dict.fromkeys(id for one in instruments for id, _, _ in self._cites.get(one, ())))
            narrow = self._worded(words, within)
            return Recognised(text, narrow or within, instruments, "words" if narrow else "instrument")
        found = self._worded(words, tuple(provision.id for provision in self._law))
        return Recognised(text, found, self._instruments_of(found), "words" if found else "nothing")

    def _instruments_of(self, ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.knowledge.provisions[id].cite.instrument for id in ids))

    def _instruments(self, text: str) -> tuple[tuple[str, ...], str]:
        """The instruments named, by the longest name that fits, and the rest of the text."""
        plain = _plain(text).replace("'", "")
        spans = [(match.start(), match.end(), match.group()) for match in _WORD.finditer(plain)]
        taken = [False] * len(spans)
        found: set[str] = set()
        for length in range(min(self._longest, len(spans)), 0, -1):
            for start in range(len(spans) - length + 1):
                words = tuple(span[2] for span in spans[start : start + length])
                if words in self._names and not any(taken[start : start + length]):
                    found |= self._names[words]
                    taken[start : start + length] = [True] * length
        rest = list(plain)
        for (start, end, _), is_taken in zip(spans, taken, strict=True):
            if is_taken:
                rest[start:end] = " " * (end - start)
        years = {int(word) for _, _, word in spans if _YEAR.fullmatch(word)}
        of_year = {id for id in found if self.knowledge.instruments[id].year in years}
        return tuple(sorted(of_year or found)), "".join(rest)

    def _placed(self, place: Pinpoint, instruments: Iterable[str]) -> tuple[str, ...]:
        """The provisions at a place, the best fit of each instrument: its own citation before one beside it."""
        found: list[str] = []
        for instrument in instruments:
            fits = [(2 * place.fits(cited) + own, id) for id, cited, own in self._cites.get(instrument, ())
                    if place.fits(cited)]  # fmt: skip
            best = max((score for score, _ in fits), default=0)
            found += [id for score, id in fits if score == best]
        return tuple(dict.fromkeys(found))

    def _narrowed(self, ids: tuple[str, ...], words: list[str]) -> tuple[str, ...]:
        scores = {id: len(self._title(id).intersection(words)) for id in ids}
        best = max(scores.values(), default=0)
        return tuple(id for id in ids if scores[id] == best)

    def _worded(self, words: list[str], ids: tuple[str, ...]) -> tuple[str, ...]:
        """The provisions with all of these words in their titles; with none but these, if there are any such."""
        if not words:
            return ()
        holding = [id for id in ids if self._title(id).issuperset(words)]
        exact = [id for id in holding if len(self._title(id) - _EMPTY) == len(set(words))]
        return tuple(exact or holding)
