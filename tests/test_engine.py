"""What durable_rules does, and how the engine lives with it: one test for each of its traps."""

from __future__ import annotations

import resource
import threading

from knowledge.model import Condition, KnowledgeBase
from rules.compile import Atom, Compiled, Ruleset, compile_version, packs
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


def test_more_matches_than_a_ruleset_can_take_are_packed() -> None:
    conditions = [
        condition(*(atom(f"p{n}", "x", "y", "z") for n in range(start, start + 8))) for start in range(0, 80, 8)
    ]
    rules = ruleset(*conditions)
    assert len(packs(rules.shape)) > 1
    assert Engine().outcomes(rules, ("other",) * 80) == ("not_met",) * 10


def test_every_provision_fits_the_bound(knowledge: KnowledgeBase) -> None:
    for provision in knowledge.provisions.values():
        for version in provision.versions:
            compiled = compile_version(knowledge, provision, version)
            for pack in packs(compiled.shape):
                nodes = sum(1 + len(accepts) for index in pack for _, accepts in compiled.shape[index][1])
                assert nodes <= 60, provision.id


def test_a_ruleset_fires_once_for_each_tuple_of_what_it_reads() -> None:
    engine = Engine()
    rules = ruleset(condition(atom("p", "x")), condition(atom("q", "x")))
    for _ in range(3):
        engine.outcomes(rules, ("x", None))
        engine.outcomes(rules, ("y", "x"))
    assert engine.firings == 2


def test_thousands_of_runs_are_clean_and_memory_stays_flat() -> None:
    engine = Engine()
    rules = ruleset(condition(atom("p", "x")), condition(atom("q", "x", "y"), atom("r", "x")))
    values = [(p, q, r) for p in ("x", "y", None) for q in ("x", "z", None) for r in ("x", "y", None)]
    engine.outcomes(rules, values[0])

    def runs(count: int) -> int:
        for number in range(count):
            engine.fire(rules.shape, values[number % len(values)])
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    before = runs(5_000)
    assert runs(30_000) <= before + 4_096  # KiB
