"""Text that looks like somebody's details: numbers, addresses and dates that no answer needs. Shapes only, no law.

It would rather miss a detail than cry out at an ordinary sentence: a number has to carry the right check digit where
it has one, and a date or a postcode counts only beside what makes it somebody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.share import Share, answer_of


@dataclass(frozen=True)
class Detail:
    """What a text seems to hold: in words, and as it stands there."""

    what: str
    text: str


_INSURANCE = re.compile(
    r"\b(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D]\b", re.I
)
_TEN_DIGITS = re.compile(r"(?<![\d+])\d{3}([ -]?)\d{3}\1\d{4}(?!\d)")
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w.])(?:\+44[ -]?(?:\(0\)[ -]?)?|\(?0)[1-37][ -]?(?:\d\)?[ -]?){7,8}\d(?!\w)")
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_IN_NUMBERS = r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}"
_DATE = rf"(?:{_IN_NUMBERS}|\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTHS})[a-z]* \d{{2,4}})"
_BORN = re.compile(rf"(?:\bborn|\bd\.?o\.?b\b\.?|\bdate of birth|\bbirthday)[^\n;]{{0,15}}?{_DATE}", re.I)
_POSTCODE = re.compile(r"\b(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2})\b", re.I)
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Master)\.? [A-Z][a-z]+")
_NAMED = re.compile(r"\b(?=([A-Z][a-z]+) ([A-Z](?:[a-z]+|'[A-Z][a-z]+)(?:-[A-Z][a-z]+)?)\b)")
_NO_NAMES = """Academy Ambulance Association Avenue Board Borough Bridge Care Centre Charity City Close Clinic College
Committee Company Constabulary Council County Court Crescent Department District Drive East Estate Fire Foundation
Garden Gardens General Government Green Grove Health Hill Home Homes Hospital House Housing Infirmary Lane Limited
London Medical Metropolitan Ministry National New North Office Park Place Police Practice Prison Priory Rescue Road
Royal Saint School Service Services Social South Square Station Street Surgery Team Terrace The Tower Trust Union
United University Upper View Villas Walk Ward Way Welfare West"""
_PLACES = frozenset(_NO_NAMES.split())


def personal_details(text: str) -> tuple[Detail, ...]:
    """What of a text looks like somebody's details, in the order in which they are looked for.

    >>> [detail.what for detail in personal_details("Her number is QQ 12 34 56 C, or 943 476 5919.")]
    ['an NHS number']
    >>> personal_details("Pay before 1 April 2026, under SI 2018/480, for 12,345 homes in SW1A.")
    ()
    """
    found = list(_details(text))
    return tuple({(detail.what, detail.text): detail for detail in found}.values())


def _details(text: str) -> Iterator[Detail]:
    yield from (Detail("a National Insurance number", match.group()) for match in _INSURANCE.finditer(text))
    numbers = [match for match in _TEN_DIGITS.finditer(text) if is_nhs_number(match.group())]
    yield from (Detail("an NHS number", match.group()) for match in numbers)
    yield from (Detail("an e-mail address", match.group()) for match in _EMAIL.finditer(text))
    for match in _PHONE.finditer(text):
        if not any(match.start() < number.end() and number.start() < match.end() for number in numbers):
            yield Detail("a phone number", match.group())
    yield from (Detail("a date of birth", match.group()) for match in _BORN.finditer(text))
    if _has_name(text):
        yield from (Detail("a name and a postcode", match.group()) for match in _POSTCODE.finditer(text))


def is_nhs_number(text: str) -> bool:
    """Do ten digits carry the check digit of an NHS number?

    >>> is_nhs_number("943 476 5919"), is_nhs_number("943 476 5918"), is_nhs_number("0000000000")
    (True, False, False)
    """
    digits = [int(character) for character in text if character.isdigit()]
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    left = 11 - sum(digit * weight for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True)) % 11
    return digits[9] == (0 if left == 11 else left)


def _has_name(text: str) -> bool:
    """Does somebody seem to be named: by a title, or by two names that are no place's or body's?"""
    pairs = (match.groups() for match in _NAMED.finditer(text))
    return bool(_TITLED.search(text)) or any(not set(pair) & _PLACES for pair in pairs)


def details_in(share: Share) -> Iterator[tuple[str, Detail]]:
    """What the free text of a share seems to hold: the key, and the detail. Contacts in `agreement` are meant to be."""
    texts = [("title", share.title)]
    for answers in (share.answers, *(flow.answers for flow in share.flows)):
        for id, raw in answers.items():
            answer = answer_of(raw)
            said = (answer.answer,) if isinstance(answer.answer, str) else answer.answer
            texts += [(id, text) for text in (*said, answer.reason, answer.reference)]
    for key, text in texts:
        for detail in personal_details(text):
            yield key, detail
