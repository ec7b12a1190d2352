"""The law as a lawyer would test it: one share, one change, one reason."""

from __future__ import annotations

import datetime as dt

import pytest

from knowledge.model import KnowledgeBase
from rules.determine import Determiner
from tests.scenarios import Scenario, outcome_of, scenarios, state_of


@pytest.mark.parametrize("scenario", list(scenarios()), ids=lambda s: f"{s.file}: {s.name}")
def test_scenario(scenario: Scenario, knowledge: KnowledgeBase, determiner: Determiner) -> None:
    share = scenario.load(knowledge)
    determination = determiner.determine(share, share.as_at or dt.date(2026, 11, 22), provisional=True)
    line = determination.lines[0]
    found = {id: determination.verdict if id == "verdict" else state_of(line, id, knowledge) for id in scenario.expect}
    assert found == scenario.expect
    reasons = {id: {c: outcome_of(line, id, c) for c in conditions} for id, conditions in scenario.because.items()}
    assert reasons == scenario.because
