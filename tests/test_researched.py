"""Every piece of law that was researched is encoded, merged or declined, and the table says so."""

from __future__ import annotations

from knowledge.load import read
from knowledge.researched import faults, researched
from rules.determine import Determiner
from rules.witness import Witnesses
from tests.law_table import FILE, page

RESEARCHED = 448  # eleven of the 459 entries stand in two of the five files


def test_each_entry_is_encoded_or_declined_and_names_what_there_is() -> None:
    knowledge, loaded = read()
    assert list(faults(knowledge, loaded)) == []
    assert len(researched(loaded)) == RESEARCHED


def test_the_table_of_researched_law_is_true(determiner: Determiner) -> None:
    knowledge, loaded = read()
    assert FILE.read_text() == page(knowledge, loaded, Witnesses(knowledge, determiner)), (
        "run: python -m tests.law_table"
    )
