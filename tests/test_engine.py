"""What durable_rules does, and how the engine lives with it: one test for each of its traps."""

from __future__ import annotations

import resource
import threading

import pytest

from knowledge.model import Condition, KnowledgeBase
from rules.compile import Atom, Compiled, Ruleset, compile_version, definition
from rules.engine import Engine


def atom(fact: str, *options: str) -> Atom:
    return Atom(fact, options, fact, options, False, "question", "", fact)


def ruleset(*conditions: Compiled, name: str = "t") -> Ruleset:
    return Ruleset(name, conditions)


def condition(*atoms: Atom, negated: bool = False) -> Compiled:
    return Compiled(Condition(id="c", says="It holds"), atoms, negated)


def test_a_host_starts_no_threads() -> None:
    before = threading.active_count()
    Engine().outcomes(ruleset(condition(atom("p", "x"))), ("x",))
    assert before == threading.active_count()


def test_a_fact_that_no_rule_takes_leaves_all_unknown() -> None:
    assert Engine().outcomes(ruleset(condition(atom("p", "x"))), (None,)) == ("unknown",)


def test_an_absent_fact_neither_meets_nor_refutes() -> None:
    rules = ruleset(condition(atom("p", "x")), condition(atom("p", "x"), negated=True))
    assert Engine().outcomes(rules, (None,)) == ("unknown", "unknown")
    assert Engine().outcomes(rules, ("x",)) == ("met", "not_met")
    assert Engine().outcomes(rules, ("y",)) == ("not_met", "met")


def test_two_true_branches_are_one_finding() -> None:
    rules = ruleset(condition(atom("p", "x"), atom("q", "y")))
    assert Engine().outcomes(rules, ("x", "y")) == ("met",)


def test_a_condition_of_more_tests_than_the_engine_can_match_is_refused() -> None:
    many = condition(*(atom(f"p{n}", "x", "y", "z") for n in range(20)))
    with pytest.raises(ValueError, match="too many tests"):
        Engine().outcomes(ruleset(many), ("other",) * 20)


def test_the_largest_condition_allowed_is_decided() -> None:
    many = condition(*(atom(f"p{n}", "x", "y", "z") for n in range(12)))
    assert Engine().outcomes(ruleset(many), ("other",) * 12) == ("not_met",)
    assert Engine().outcomes(ruleset(many), ("other",) * 11 + ("z",)) == ("met",)


def test_every_condition_of_the_law_is_small_enough(knowledge: KnowledgeBase) -> None:
    for provision in knowledge.provisions.values():
        for version in provision.versions:
            for compiled in compile_version(knowledge, provision, version).conditions:
                definition(compiled.shape)


def test_conditions_of_one_shape_fire_once_for_each_tuple_of_what_they_read() -> None:
    engine = Engine()
    rules = ruleset(condition(atom("p", "x")), condition(atom("q", "x")), condition(atom("q", "x"), negated=True))
    for _ in range(3):
        assert engine.outcomes(rules, ("x", None)) == ("met", "unknown", "unknown")
        assert engine.outcomes(rules, ("y", "x")) == ("not_met", "met", "not_met")
    assert engine.firings == 5  # three values of one shape, two of its negation


def test_thousands_of_runs_are_clean_and_memory_stays_flat() -> None:
    engine = Engine()
    shape = condition(atom("p", "x"), atom("q", "x", "y"), atom("r", "x")).shape
    values = [(p, q, r) for p in ("x", "y", None) for q in ("x", "z", None) for r in ("x", "y", None)]
    engine.outcome(shape, values[0])

    def runs(count: int) -> int:
        for number in range(count):
            engine.fire(shape, values[number % len(values)])
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    before = runs(5_000)
    assert runs(30_000) <= before + 4_096  # KiB
