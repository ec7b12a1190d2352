"""The engine says what a three-valued oracle of six lines says, on the real law and on random provisions."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.model import Condition, KnowledgeBase
from rules.compile import Atom, Compiled, Ruleset
from rules.determine import Determiner
from rules.engine import Engine, Outcome
from rules.facts import Facts, Settings
from rules.lines import lines
from tests.random_shares import day_of, random_share

LINES = 10_000
CHUNKS = 10
PROVISIONS_A_LINE = 25


def oracle(held: list[bool | None], negated: bool) -> Outcome:
    some = True if True in held else None if None in held else False
    holds = some if not negated else None if some is None else not some
    return "unknown" if holds is None else "met" if holds else "not_met"


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_engine_equals_the_oracle_on_the_real_law(chunk: int, knowledge: KnowledgeBase) -> None:
    determiner = Determiner(knowledge)
    chance = random.Random(chunk)
    provisions = list(knowledge.provisions.values())
    seen: set[str] = set()
    for _ in range(LINES // CHUNKS):
        share = random_share(knowledge, chance)
        rulebook = determiner.rulebook(day_of(share))
        line = lines(share, knowledge, day_of(share))[0][0]
        side = chance.choice(("sending", "receiving"))
        facts = Facts(rulebook, line, side, Settings(provisional=chance.random() < 0.5))
        for provision in chance.sample(provisions, PROVISIONS_A_LINE):
            _, ruleset = rulebook.of(provision)
            if ruleset is None:
                continue
            expected = tuple(oracle([facts.holds(atom) for atom in c.atoms], c.negated) for c in ruleset.conditions)
            assert expected == facts.outcomes(ruleset), (provision.id, share)
            seen |= set(expected)
    assert seen == {"met", "not_met", "unknown"}


@st.composite
def compiled_conditions(draw: st.DrawFn) -> Compiled:
    facts = draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=5, unique=True))
    some = st.lists(st.sampled_from(("x", "y", "z")), min_size=1, max_size=3, unique=True)
    atoms = tuple(
        Atom(fact, options := tuple(draw(some)), fact, options, False, "question", "", fact) for fact in facts
    )
    return Compiled(Condition(id="c", says="It holds"), atoms, negated=draw(st.booleans()))


_engine = Engine()
_number = iter(range(10**9))


@settings(max_examples=300, deadline=None)
@given(st.lists(compiled_conditions(), min_size=1, max_size=12), st.data())
def test_the_engine_equals_the_oracle_on_random_provisions(conditions: list[Compiled], data: st.DataObject) -> None:
    ruleset = Ruleset(f"random{next(_number)}", tuple(conditions))
    for _ in range(10):
        values = tuple(data.draw(st.sampled_from(("x", "y", "z", "other", None))) for _ in ruleset.reads)
        known = {atom.posted: value for atom, value in zip(ruleset.reads, values, strict=True)}
        expected = tuple(
            oracle([None if (v := known[a.posted]) is None else v in a.accepts for a in c.atoms], c.negated)
            for c in conditions
        )
        assert expected == _engine.outcomes(ruleset, values)
