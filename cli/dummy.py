"""Made-up records: right in form, about nobody, the same for the same seed."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from knowledge import numbers
from knowledge.agreement import DataItem
from knowledge.problems import BadInput
from knowledge.shapes import load_shapes, shape_of

_LAST = dt.date(2026, 1, 1)  # fixed, so that a seed makes the same records on any day
_LEFT_OUT = 20  # one in so many is empty, where an item may be


def records(items: Sequence[DataItem], schema: dict[str, Any], number: int, seed: int) -> Iterator[list[str]]:
    """So many rows, a cell an item. Raises `BadInput` where the extra `dummy` is not installed."""
    people = _people(seed)
    shapes = load_shapes()
    makers = [_MAKERS[shape_of(item, shapes).makes] for item in items]
    chance = random.Random(seed)
    for serial in range(1, number + 1):
        person = _Person(people, chance, serial)
        yield [
            _cell(item, field, maker, person)
            for item, field, maker in zip(items, schema["fields"], makers, strict=True)
        ]


def _people(seed: int) -> Any:
    try:
        from faker import Faker
    except ImportError:
        raise BadInput("Made-up records need one more package: pip install 'gatehouse[dummy]'.") from None
    people = Faker("en_GB")
    people.seed_instance(seed)
    return people


class _Person:
    """Somebody who does not exist; all cells of a row are about the same one."""

    def __init__(self, people: Any, chance: random.Random, serial: int) -> None:
        self.people, self.chance, self.serial = people, chance, serial
        self.first, self.family = str(people.first_name()), str(people.last_name())
        self.born = _LAST - dt.timedelta(days=chance.randrange(200, 33_000))


def _cell(item: DataItem, field: dict[str, Any], maker: Callable[[_Person], str], person: _Person) -> str:
    if item.required == "no" and person.chance.randrange(_LEFT_OUT) == 0:
        return ""
    if item.options:
        return person.chance.choice(item.options)
    longest = field.get("constraints", {}).get("maxLength")
    return maker(person)[:longest].strip()


def _address(person: _Person) -> str:
    return f"{person.chance.randrange(1, 200)} {person.people.street_name()}, Exampleton"


def _date(person: _Person) -> str:
    return str(_LAST - dt.timedelta(days=person.chance.randrange(0, 1_000)))


_MAKERS: dict[str, Callable[[_Person], str]] = {
    "nhs-number": lambda person: numbers.nhs_number(person.serial),
    "nino": lambda person: numbers.nino(person.serial),
    "upn": lambda person: numbers.upn(person.serial),
    "uprn": lambda person: numbers.uprn(person.serial),
    "phone": lambda person: numbers.phone(person.serial),
    "postcode": lambda person: numbers.postcode(person.serial),
    "birth": lambda person: str(person.born),
    "age": lambda person: str((_LAST - person.born).days // 365),
    "date": _date,
    "email": lambda person: f"person{person.serial}@example.org",
    "address": _address,
    "first-name": lambda person: person.first,
    "family-name": lambda person: person.family,
    "name": lambda person: f"{person.first} {person.family}",
    "amount": lambda person: f"{person.chance.randrange(0, 500_000) / 100:.2f}",
    "count": lambda person: str(person.chance.randrange(0, 9)),
    "yes-no": lambda person: person.chance.choice(("true", "false")),
    "reference": lambda person: f"EX-{person.serial:06d}",
    "text": lambda person: str(person.people.sentence(nb_words=8)),
}
