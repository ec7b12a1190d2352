"""Every "no" shows the nearest "yes", and what is promised there is what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from knowledge.load import ROOT
from knowledge.model import KnowledgeBase
from knowledge.share import Share, load_share
from rules.determine import Determination, Determiner
from rules.explain import merge
from rules.line import CANNOT, GO_AHEAD, REFER, LineDetermination
from rules.nearest import Known, Proposal, applied, nearest_lawful, promised
from tests.command import gatehouse
from tests.random_shares import day_of

CASES = sorted((ROOT / "tests" / "cases").glob("*.yaml"))
CASEBOOK = sorted((ROOT / "knowledge" / "casebook").rglob("*.yaml"))
SHARES = pytest.mark.parametrize("path", [*CASES, *CASEBOOK], ids=lambda path: path.stem)
CASEBOOK_SHARES = {path.stem: path for path in CASEBOOK}

Group = Sequence[LineDetermination]


def found_for(share: Share, determiner: Determiner, *, provisional: bool) -> tuple[
    Determination, list[tuple[Group, tuple[Proposal, ...]]]
]:  # fmt: skip
    determination = determiner.determine(share, day_of(share), provisional=provisional)
    known: Known = {}
    groups = [group for group in merge(determination.lines) if group[0].verdict in (CANNOT, REFER)]
    return determination, [(group, nearest_lawful(determiner, determination, group, known)) for group in groups]


@SHARES
def test_a_change_that_is_proposed_gives_the_verdict_that_was_promised(
    path: Path, knowledge: KnowledgeBase, determiner: Determiner
) -> None:
    share = load_share(path, knowledge)
    provisional = len(path.stem) % 2 == 0  # promises taken as given, or to be given
    determination, found = found_for(share, determiner, provisional=provisional)
    tried: set[int] = set()
    for group, proposals in found:
        assert [p.cost for p in proposals] == sorted(p.cost for p in proposals)
        assert len(proposals) <= 3
        for proposal in proposals:
            if id(proposal) in tried:
                continue  # like lines share what was found
            tried.add(id(proposal))
            changed = applied(determination, group, proposal)
            again = determiner.determine(changed, day_of(share), provisional=provisional)
            assert promised(again, group, proposal) == proposal.verdict, proposal
            assert proposal.verdict in GO_AHEAD


@SHARES
def test_every_shut_gateway_has_a_failed_condition_with_the_answer_behind_it(
    path: Path, knowledge: KnowledgeBase, determiner: Determiner
) -> None:
    share = load_share(path, knowledge)
    for line in determiner.determine(share, day_of(share), provisional=True).lines:
        for gateway in line.shut:
            refuted = [finding for finding in gateway.findings if finding.outcome == "not_met"]
            assert refuted, gateway.id
            for finding in refuted:
                assert finding.silent or gateway.facts.because(finding.compiled.atoms), (
                    gateway.id,
                    finding.condition.id,
                )


def proposals(name: str, knowledge: KnowledgeBase, determiner: Determiner, **changes: object) -> list[Proposal]:
    share = msgspec.structs.replace(load_share(CASEBOOK_SHARES[name], knowledge), **changes)
    _, found = found_for(share, determiner, provisional=True)
    return [proposal for _, each in found for proposal in each]


def test_what_the_goal_is_about_is_never_left_out(knowledge: KnowledgeBase, determiner: Determiner) -> None:
    without = proposals("free-meals-without-forms", knowledge, determiner)
    assert any("housing-benefit" in proposal.drop_data for proposal in without)
    kept = proposals("free-meals-without-forms", knowledge, determiner, essential=("housing-benefit",))
    assert [proposal for proposal in kept if "housing-benefit" in proposal.drop_data] == []


def test_totals_are_proposed_only_where_totals_are_of_any_use(knowledge: KnowledgeBase, determiner: Determiner) -> None:
    def totals(name: str) -> bool:
        return any(p.answers.get("identifiability") == "aggregate" for p in proposals(name, knowledge, determiner))

    assert totals("commissioners-want-names")
    assert not totals("neighbour-who-complained")


def test_names_never_travel_with_totals(knowledge: KnowledgeBase, determiner: Determiner) -> None:
    for proposal in proposals("commissioners-want-names", knowledge, determiner):
        if proposal.answers.get("identifiability") == "aggregate":
            assert {"identity", "nhs-number"} <= set(proposal.drop_data)


def test_a_judgement_that_opens_is_asked_of_a_named_person(knowledge: KnowledgeBase, determiner: Determiner) -> None:
    found = proposals("museum-members", knowledge, determiner)
    assert found[0].judgements == ("compatible",)
    assert all(set(proposal.judgements) <= set(proposal.answers) for proposal in found)


def test_what_a_refusal_stops_is_mended_by_doing_it_after_all(knowledge: KnowledgeBase, determiner: Determiner) -> None:
    share = load_share(ROOT / "knowledge" / "casebook" / "demo.yaml", knowledge)
    determination = determiner.determine(share, day_of(share), provisional=True)
    due = [s.id for s in determination.lines[0].best.safeguards if not s.done]  # type: ignore[union-attr]
    refused = msgspec.structs.replace(share, answers={**share.answers, due[0]: "will-not"})
    _, found = found_for(refused, determiner, provisional=True)
    assert found
    for _, each in found:
        assert each[0].answers == {due[0]: "not-yet"}


def other_receiver(
    name: str, kind: str, knowledge: KnowledgeBase, determiner: Determiner, **answers: str
) -> list[Proposal]:
    """What is proposed where a share of the casebook goes to a body of another kind."""
    share = load_share(CASEBOOK_SHARES[name], knowledge)
    parties = tuple(msgspec.structs.replace(p, kind=kind) if p.role == "receiver" else p for p in share.parties)
    changed = msgspec.structs.replace(share, parties=parties, answers={**share.answers, **answers})
    determination, found = found_for(changed, determiner, provisional=True)
    for group, each in found:
        for proposal in each:
            again = determiner.determine(applied(determination, group, proposal), day_of(share), provisional=True)
            assert promised(again, group, proposal) == proposal.verdict
    return [proposal for _, each in found for proposal in each]


def test_a_body_whose_job_it_is_is_suggested_in_the_place_of_one_that_cannot_have_it(
    knowledge: KnowledgeBase, determiner: Determiner
) -> None:
    found = other_receiver("warm-home-rebate", "landlord", knowledge, determiner)
    assert {p.receiver for p in found if p.receiver} == {"energy-supplier"}


def test_what_was_agreed_or_judged_for_one_share_is_not_taken_over_to_another(
    knowledge: KnowledgeBase, determiner: Determiner
) -> None:
    found = other_receiver("warm-home-rebate", "landlord", knowledge, determiner, **{"people-know": "told"})
    found = [proposal for proposal in found if proposal.receiver]
    assert found
    for proposal in found:
        assert proposal.answers["people-know"] == "not-told"
        assert proposal.judgements == ("proportionate",)


def test_no_other_receiver_is_suggested_against_a_refusal(knowledge: KnowledgeBase, determiner: Determiner) -> None:
    found = other_receiver("warm-home-rebate", "landlord", knowledge, determiner, consent="refused")
    assert [p for p in found if p.receiver or p.purpose] == []


def test_another_purpose_is_suggested_only_where_it_is_near(knowledge: KnowledgeBase, determiner: Determiner) -> None:
    kinds = ("identity", "contact", "housing-benefit")
    found = proposals("housing-benefit-for-parking", knowledge, determiner, essential=kinds)
    found = [proposal for proposal in found if proposal.purpose]
    families = next(change.families for change in knowledge.changes if change.each == "purpose")
    assert found
    for proposal in found:
        assert any({"transport-and-parking", proposal.purpose} <= set(family) for family in families)
    for purpose in ("commercial", "press-and-publicity", "immigration-enforcement"):
        assert not any(purpose in family for family in families)


def test_a_no_without_a_lawful_route_says_that_it_was_looked_for(tmp_path: Path) -> None:
    ran = gatehouse("assess", CASEBOOK_SHARES["heat-pump-leads"], "--no-input", cwd=tmp_path)
    assert ran.code == 12
    assert "No lawful route was found" in ran.out


def test_essential_names_only_what_is_shared(tmp_path: Path) -> None:
    (tmp_path / "share.yaml").write_text("gatehouse: 1\ndata: [identity]\nessential: [health]\n")
    ran = gatehouse("assess", "share.yaml", "--no-input", cwd=tmp_path)
    assert ran.code == 2
    assert "share.yaml:3: 'essential' names what is not shared: 'health'." in ran.err
