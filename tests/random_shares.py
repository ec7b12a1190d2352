"""Random shares built from the loaded knowledge base, unanswered questions included."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from knowledge.decode import Document
from knowledge.model import KnowledgeBase
from knowledge.resolve import answers
from knowledge.share import NOT_SURE, Share, parse_share

DATES = (
    "2012-06-01", "2018-05-24", "2018-05-25", "2020-12-31", "2021-01-01", "2026-02-04", "2026-02-05", "2026-11-22",
)  # fmt: skip


def random_answer(knowledge: KnowledgeBase, id: str, chance: random.Random) -> Any:
    question = knowledge.questions[id]
    options = answers(knowledge, id)
    if question.is_text or not options:
        return None
    if question.is_many:
        picked = chance.sample(options, k=min(len(options), chance.choice((1, 1, 2, 3))))
        return [*picked, NOT_SURE] if chance.random() < 0.1 else picked
    if chance.random() < 0.08:
        return NOT_SURE
    value = chance.choice(options)
    if question.kind == "judgement" and chance.random() < 0.8:
        return {"answer": value, "by": "Post", "reason": "Reasons"}
    return value


def random_share(knowledge: KnowledgeBase, chance: random.Random, *, share_answered: float = 0.6) -> Share:
    """One line: a sender, a receiver, a purpose, and one or two kinds of data."""
    bodies = list(knowledge.vocabularies["bodies"])
    plain: dict[str, Any] = {
        "gatehouse": "1",
        "as_at": chance.choice(DATES),
        "nation": chance.choice(list(knowledge.vocabularies["nations"])),
        "parties": [
            {"id": "a", "name": "A", "kind": chance.choice(bodies), "role": "discloser"},
            {"id": "b", "name": "B", "kind": chance.choice(bodies), "role": "receiver"},
        ],
        "purpose": [chance.choice(list(knowledge.vocabularies["purposes"]))],
        "data": chance.sample(list(knowledge.vocabularies["data"]), k=chance.choice((1, 1, 2))),
        "answers": {},
    }
    if chance.random() < 0.1:
        plain["parties"][1]["controller"] = "a"
    if chance.random() < 0.05:
        plain["parties"][1]["acts-for"] = "a"
    for id in knowledge.questions:
        if chance.random() < share_answered:
            answer = random_answer(knowledge, id, chance)
            if answer is not None:
                plain["answers"][id] = answer
    return parse_share(Document("random", plain), knowledge)


def day_of(share: Share) -> dt.date:
    return share.as_at or dt.date(2026, 11, 22)
