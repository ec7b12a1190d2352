"""The page "Does any of this need a closer look?": what the law reads silence on, and only what bears on the share."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from knowledge.model import KnowledgeBase
from knowledge.share import Answers, Party, Share, load_share
from rules.determine import Determiner
from rules.interview import quiet_questions
from tests.person import COUNCILS
from tests.random_shares import day_of

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
A_SCREEN = 12  # options that a short list holds
DAY = dt.date(2026, 11, 23)
ANSWERS: Answers = {
    "identifiability": "identifiable",
    "subjects": ("adults",),
    "first-obtained-from": ("the-people-themselves",),
    "collected-on-consent": "no",
    "consent": "not-sought",
    "held-in-confidence": "no",
    "notice-or-order": "no",
}


def share_of(discloser: str, receiver: str, purpose: str, data: str, **answers: str | tuple[str, ...]) -> Share:
    parties = (
        Party(id="one", name="One", kind=discloser, role="discloser"),
        Party(id="two", name="Two", kind=receiver, role="receiver"),
    )
    given = {**ANSWERS, **{id.replace("_", "-"): answer for id, answer in answers.items()}}
    return Share(
        gatehouse=1, title="A share", nation="england", parties=parties, purpose=(purpose,), data=(data,), answers=given
    )


def page(share: Share, determiner: Determiner) -> tuple[str, ...]:
    return quiet_questions(determiner, determiner.determine(share, DAY, provisional=True))


def test_two_councils_are_asked_only_of_suppliers_abroad(determiner: Determiner) -> None:
    share = share_of(
        "district-council", "district-council", "licensing", "licences-and-permits",
        first_collected_for=("licensing",), taxi_driver_record=COUNCILS["taxi-driver-record"],
    )  # fmt: skip
    assert page(share, determiner) == ("outside-uk",)


def test_what_would_change_the_verdict_is_on_the_page(determiner: Determiner) -> None:
    share = share_of("unitary-authority", "police-force", "antisocial-behaviour", "identity",
                     first_collected_for=("housing-and-homelessness",), requested_by="nobody")  # fmt: skip
    asked = page(share, determiner)
    assert {"less-would-do", "proportionate"} <= set(asked)
    refused = msgspec.structs.replace(share, answers={**share.answers, "less-would-do": "yes"})
    assert determiner.determine(refused, DAY, provisional=True).verdict != determiner.determine(
        share, DAY, provisional=True
    ).verdict  # fmt: skip


def test_a_share_that_is_stopped_is_asked_only_what_might_open_it(
    determiner: Determiner, knowledge: KnowledgeBase
) -> None:
    share = share_of("electoral-registration-officer", "private-company", "commercial", "electoral-register",
                     first_collected_for=("electoral-registration",), outside_uk="no")  # fmt: skip
    stopped = determiner.determine(share, DAY, provisional=True)
    assert stopped.verdict == "cannot-share-as-proposed"
    asked = quiet_questions(determiner, stopped)
    assert "electoral-register-edition" in asked
    assert not {"less-would-do", "proportionate"} & set(asked)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_page_is_short_for_every_real_share(path: Path, knowledge: KnowledgeBase, determiner: Determiner) -> None:
    share = load_share(path, knowledge)
    determination = determiner.determine(share, day_of(share), provisional=True)
    if len(determination.lines) <= 4:
        assert len(quiet_questions(determiner, determination)) <= A_SCREEN
