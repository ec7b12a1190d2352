"""The real knowledge base and one engine, shared by every test of a process."""

from __future__ import annotations

import pytest

from knowledge.load import load
from knowledge.model import KnowledgeBase
from rules.determine import Determiner


@pytest.fixture(scope="session")
def knowledge() -> KnowledgeBase:
    return load()


@pytest.fixture(scope="session")
def determiner(knowledge: KnowledgeBase) -> Determiner:
    return Determiner(knowledge)
