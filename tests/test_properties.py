"""What holds for every share, whatever the law says."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import msgspec
import pytest

from knowledge.model import KnowledgeBase
from knowledge.share import NOT_SURE, Share, answer_of, load_share, save_share
from rules.commons import Commons
from rules.determine import Determiner
from rules.explain import as_json
from rules.interview import is_settled, next_question
from rules.line import LineDecider, LineDetermination
from tests.random_shares import day_of, random_answer, random_share

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))


def read_as_unknown(knowledge: KnowledgeBase) -> set[str]:
    """Questions whose silence some condition reads as an answer: more answers may undo what rested on it."""
    from knowledge.resolve import questions_behind

    return {"roles"} | {
        question
        for provision in knowledge.provisions.values()
        for version in provision.versions
        for condition in version.conditions
        if condition.unanswered or condition.safeguard
        for question in questions_behind(knowledge, condition)
    }


@pytest.mark.parametrize("seed", range(150))
def test_a_settled_gateway_bar_or_key_survives_any_further_answer(
    seed: int, knowledge: KnowledgeBase, determiner: Determiner
) -> None:
    chance = random.Random(seed)
    share = random_share(knowledge, chance, share_answered=0.3)
    silent = read_as_unknown(knowledge)
    more = dict(share.answers)
    for id in knowledge.questions:
        open_still = id not in more or answer_of(more[id]).answer == NOT_SURE
        if open_still and id not in silent and chance.random() < 0.3:
            answer = random_answer(knowledge, id, chance)
            if answer == "will-not":
                continue  # a refusal may undo what a promise opened
            if isinstance(answer, str | list):
                more[id] = tuple(answer) if isinstance(answer, list) else answer
            elif answer:
                more[id] = msgspec.convert(answer, type=type(answer_of("")))
    fuller = msgspec.structs.replace(share, answers=more)
    for before, after in zip(
        determiner.determine(share, day_of(share)).lines, determiner.determine(fuller, day_of(share)).lines, strict=True
    ):
        shut = {gateway.id for gateway in after.shut}
        live = {route.gateway.id: route.gateway.meets() for route in after.routes if route.gateway}
        for route in before.routes:
            if route.gateway and route.gateway.meets().word == "open":
                assert live[route.gateway.id].word == "open", route.gateway.id
        assert {gateway.id for gateway in before.shut} <= shut


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_the_order_of_answers_never_matters(path: Path, knowledge: KnowledgeBase, determiner: Determiner) -> None:
    share = load_share(path, knowledge)
    backwards = msgspec.structs.replace(share, answers=dict(reversed(share.answers.items())))
    assert _decided(determiner, share) == _decided(determiner, backwards)


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_what_is_saved_loads_to_the_same_determination(
    path: Path, tmp_path: Path, knowledge: KnowledgeBase, determiner: Determiner
) -> None:
    share = load_share(path, knowledge)
    save_share(share, tmp_path / "share.yaml")
    again = load_share(tmp_path / "share.yaml", knowledge)
    assert share == again
    assert _decided(determiner, share) == _decided(determiner, again)


def _decided(determiner: Determiner, share: Share) -> object:
    return as_json(determiner.determine(share, day_of(share), provisional=True))


@pytest.mark.parametrize("seed", range(30))
def test_a_line_is_decided_the_same_alone_as_among_others(
    seed: int, knowledge: KnowledgeBase, determiner: Determiner
) -> None:
    chance = random.Random(seed)
    share = random_share(knowledge, chance)
    parties = [msgspec.structs.replace(party, role="both") for party in share.parties]
    share = msgspec.structs.replace(
        share,
        parties=tuple(parties),
        purpose=tuple({*share.purpose, *chance.sample(sorted(knowledge.vocabularies["purposes"]), 2)}),
        data=tuple({*share.data, *chance.sample(sorted(knowledge.vocabularies["data"]), 4)}),
        flows=(),
    )
    rulebook, settings = determiner.rulebook(day_of(share)), determiner.settings(share, provisional=True)
    for together in determiner.determine(share, day_of(share), provisional=True).lines:
        alone = LineDecider(Commons(determiner, rulebook, settings), together.line).determine()
        assert _whole(alone) == _whole(together)


def _whole(line: LineDetermination) -> object:
    routes = [
        (
            route.gateway and route.gateway.id,
            route.now,
            route.receiving_status,
            [(bar.bar.id, bar.bites, [lift.provision.id for lift in bar.lifted_by]) for bar in route.sending],
            [(bar.bar.id, bar.bites, [lift.provision.id for lift in bar.lifted_by]) for bar in route.receiving],
            [(safeguard.id, safeguard.settled) for safeguard in route.safeguards],
            route.causes,
        )
        for route in line.routes
    ]
    shut = [(gateway.id, [finding.outcome for finding in gateway.findings]) for gateway in line.shut]
    return line.verdict, routes, shut, line.regime, [one.id for one in line.cautions], line.assumptions


@pytest.mark.parametrize("seed", range(40))
def test_the_interview_ends_asks_nothing_twice_and_nothing_once_settled(
    seed: int, knowledge: KnowledgeBase, determiner: Determiner
) -> None:
    chance = random.Random(seed)
    share = random_share(knowledge, chance, share_answered=0.0)
    asked: list[str] = []
    skipped = {"discloser", "receiver", "data", "purpose"}
    for _ in range(len(knowledge.questions)):
        determination = determiner.determine(share, dt.date(2026, 11, 22), provisional=True)
        ask = next_question(determination, asked, skipped)
        if ask is None:
            break
        assert ask.id not in asked or ask.exact
        assert any(not is_settled(line) for line in determination.lines)
        asked.append(ask.id)
        if ask.exact:
            skipped.add(ask.id)
        answer = random_answer(knowledge, ask.id, chance)
        if isinstance(answer, dict):
            answer = msgspec.convert(answer, type=type(answer_of("")))
        share = msgspec.structs.replace(
            share, answers={**share.answers, ask.id: tuple(answer) if isinstance(answer, list) else answer or NOT_SURE}
        )
    else:
        pytest.fail("the interview does not end")
    assert len(asked) <= 40
