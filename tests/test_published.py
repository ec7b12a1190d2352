"""What other programs read: the determination's JSON against its schema, and its linked data against its shapes."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

from knowledge.load import ROOT
from knowledge.model import KnowledgeBase
from knowledge.phrases import linked_terms
from knowledge.share import load_share
from rules.determine import Determiner
from rules.explain import as_json
from rules.linked import as_jsonld
from rules.published import Published, determination_schema
from tests.command import gatehouse
from tests.random_shares import day_of

CASES = sorted((ROOT / "tests" / "cases").glob("*.yaml"))
CASEBOOK = sorted((ROOT / "knowledge" / "casebook").rglob("*.yaml"))
theirs = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's own, in pyshacl
SHAPES = Path(__file__).parent / "shapes" / "determination.ttl"


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = determination_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("path", [*CASES, *CASEBOOK], ids=lambda path: path.stem)
def test_every_determination_fits_the_published_schema_and_holds_no_other_key(
    path: Path, knowledge: KnowledgeBase, determiner: Determiner, validator: jsonschema.Draft202012Validator
) -> None:
    share = load_share(path, knowledge)
    determination = determiner.determine(share, day_of(share), provisional=True)
    searched = determiner if path in CASEBOOK[::8] else None
    found = json.loads(json.dumps(as_json(determination, searched, everything=len(path.stem) % 4 == 0)))
    assert [error.message for error in validator.iter_errors(found)] == []
    msgspec.convert(found, Published)


def test_the_schema_refuses_what_is_no_verdict(validator: jsonschema.Draft202012Validator) -> None:
    found = {"gatehouse": 1, "verdict": "perhaps", "summary": {}, "as_at": "2026-11-22", "knowledge": "", "lines": [],
             "open_questions": []}  # fmt: skip
    assert [list(error.path) for error in validator.iter_errors(found)] == [["verdict"]]


@theirs
@pytest.mark.parametrize("path", CASES[::8] + CASEBOOK[::12], ids=lambda path: path.stem)
def test_linked_data_loads_and_fits_its_shapes(path: Path, knowledge: KnowledgeBase, determiner: Determiner) -> None:
    import pyshacl
    import rdflib

    share = load_share(path, knowledge)
    linked = as_jsonld(determiner.determine(share, day_of(share), provisional=True))
    graph = rdflib.Graph().parse(data=json.dumps(linked), format="json-ld")
    assert len(graph) > 20
    fits, _, why = pyshacl.validate(graph, shacl_graph=str(SHAPES), shacl_graph_format="turtle")
    assert fits, why


def test_a_condition_for_sensitive_data_comes_under_its_point_of_article_9(
    knowledge: KnowledgeBase, determiner: Determiner
) -> None:
    share = load_share(next(path for path in CASEBOOK if path.stem == "knife-wound"), knowledge)
    linked = as_jsonld(determiner.determine(share, day_of(share), provisional=True))
    terms = [node.get("skos:broader") or node.get("skos:closeMatch") for node in linked["@graph"]]
    assert any(term and term["@id"].startswith("eu-gdpr:A9-2-") for term in terms)
    sorts = [node["@type"] for node in linked["@graph"]]
    assert any("dpv:SpecialCategoryPersonalData" in sort for sort in sorts)
    assert any("dpv:DataSubject" in sort for sort in sorts)


@theirs
def test_the_shapes_refuse_a_line_without_a_receiver(knowledge: KnowledgeBase, determiner: Determiner) -> None:
    import pyshacl
    import rdflib

    share = load_share(CASES[0], knowledge)
    linked = as_jsonld(determiner.determine(share, day_of(share), provisional=True))
    process = next(node for node in linked["@graph"] if node["@type"] == "dpv:Process")
    del process["dpv:hasRecipient"]
    graph = rdflib.Graph().parse(data=json.dumps(linked), format="json-ld")
    fits, _, _ = pyshacl.validate(graph, shacl_graph=str(SHAPES), shacl_graph_format="turtle")
    assert not fits


def test_our_words_are_mapped_by_names_that_there_are(knowledge: KnowledgeBase) -> None:
    linked = linked_terms()
    assert set(linked["purposes"]) <= set(knowledge.vocabularies["purposes"])
    assert set(linked["data"]) <= set(knowledge.vocabularies["data"])
    assert set(linked["lawful-basis"]) | set(linked["safeguards"]) <= set(knowledge.provisions)
    assert set(linked["subjects"]) <= set(knowledge.questions["subjects"].options)
    assert set(linked["groups"]) <= set(knowledge.groups)
    points = {provision.article_9 for provision in knowledge.provisions.values() if provision.article_9}
    assert points <= set(linked["article-9"])
    for sort in set(linked) - {"prefixes"}:
        assert {term.partition(":")[0] for term in linked[sort].values()} <= set(linked["prefixes"])


def test_jsonld_is_all_that_stands_on_standard_output(tmp_path: Path) -> None:
    ran = gatehouse("assess", ROOT / "knowledge" / "casebook" / "demo.yaml", "--jsonld", "--provisional", cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out)["@context"]["dpv"] == "https://w3id.org/dpv#"
