"""README.md says what is so."""

from __future__ import annotations

from cli.main import COMMANDS
from knowledge.model import KnowledgeBase
from tests.readme_table import README, with_table


def test_every_command_stands_in_the_readme() -> None:
    text = README.read_text()
    assert [name for name in COMMANDS if f"`gatehouse {name}" not in text] == []


def test_the_table_of_the_law_is_true(knowledge: KnowledgeBase) -> None:
    text = README.read_text()
    assert with_table(text, knowledge) == text, "run: python -m tests.readme_table"
