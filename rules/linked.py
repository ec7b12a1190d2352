"""The determination as linked data: W3C Data Privacy Vocabulary and ODRL in JSON-LD, with UK terms of our own.

Our terms stand under a stable URN and name their broader term where the vocabulary has one. A line that may go is a
permission, one that must go an obligation, one that cannot a prohibition; one that waits is none of them yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from knowledge.model import KnowledgeBase, Provision
from knowledge.phrases import linked_terms
from knowledge.share import NOT_SURE
from rules.decide import Status
from rules.determine import Determination
from rules.explain import merge
from rules.kinship import Kinship
from rules.line import CANNOT, GO_AHEAD, MUST, LineDetermination
from rules.route import SafeguardDue, needs_lifting

Node = dict[str, Any]


def as_jsonld(determination: Determination) -> Node:
    """One graph: the parties, the terms used, and a process and a policy for each line."""
    return _Graph(determination).whole()


class _Graph:
    def __init__(self, determination: Determination) -> None:
        self.determination = determination
        self.knowledge: KnowledgeBase = determination.knowledge
        self.linked = linked_terms()
        self.terms: dict[str, Node] = {}

    def whole(self) -> Node:
        share = self.determination.share
        lines = [self._line(number, group) for number, group in enumerate(merge(self.determination.lines), 1)]
        parties = [
            {
                "@id": self._party(party.id),
                "@type": "dpv:LegalEntity",
                "rdfs:label": party.name,
                "uk:kindOfBody": self._term("bodies", party.kind),
            }
            for party in share.parties
        ]
        root = {
            "@id": "urn:gatehouse:share",
            "@type": "uk:Share",
            "dct:title": share.title or "-",
            "dct:date": {"@type": "xsd:date", "@value": self.determination.as_at.isoformat()},
            "uk:knowledge": self.determination.knowledge.digest,
            "uk:verdict": {"@id": f"uk:{self.determination.verdict}"},
            "dct:hasPart": [{"@id": process["@id"]} for nodes in lines for process in nodes[:1]],
        }
        graph = [root, *parties, *(node for nodes in lines for node in nodes), *self.terms.values()]
        return {"@context": self.linked["prefixes"], "@graph": graph}

    def _line(self, number: int, group: list[LineDetermination]) -> list[Node]:
        line, here = group[0], f"urn:gatehouse:share:line:{number}"
        data = [self._term("data", each.line.data) for each in group]
        purpose = self._term("purposes", line.line.purpose)
        process: Node = {
            "@id": here,
            "@type": "dpv:Process",
            "dpv:hasDataController": {"@id": self._party(line.line.discloser.id)},
            "dpv:hasRecipient": {"@id": self._party(line.line.receiver.id)},
            "dpv:hasPurpose": purpose,
            "dpv:hasPersonalData": data,
            "dpv:hasProcessing": {"@id": "dpv:Share"},
            "uk:verdict": {"@id": f"uk:{line.verdict}"},
            "uk:regime": {"@id": f"uk:regime-{line.regime}"},
        }
        best = line.best
        if best and best.gateway and line.verdict in GO_AHEAD:
            process["uk:gateway"] = self._provision(best.gateway.provision)
        basis = [self._provision(provision) for provision in _lawful_basis(line)]
        if basis:
            process["dpv:hasLegalBasis"] = basis
        subjects = line.line.answers.get("subjects")
        picked = (subjects.answer,) if subjects and isinstance(subjects.answer, str) else subjects and subjects.answer
        people = [self._subject(id) for id in picked or () if id != NOT_SURE]
        if people:
            process["dpv:hasDataSubject"] = people
        due = best.safeguards if best and line.verdict in GO_AHEAD else ()
        measures = [self._measure(safeguard) for safeguard in due if safeguard.id in self.knowledge.provisions]
        if measures:
            process["dpv:hasTechnicalOrganisationalMeasure"] = measures
        policy = self._policy(here, line, data, purpose)
        return [process, policy] if policy else [process]

    def _policy(self, here: str, line: LineDetermination, data: list[Node], purpose: Node) -> Node | None:
        rule: Node = {
            "@id": f"{here}:rule",
            "odrl:assigner": {"@id": self._party(line.line.discloser.id)},
            "odrl:assignee": {"@id": self._party(line.line.receiver.id)},
            "odrl:target": data,
            "odrl:action": {"@id": "odrl:distribute"},
            "odrl:constraint": {
                "@type": "odrl:Constraint",
                "odrl:leftOperand": {"@id": "odrl:purpose"},
                "odrl:operator": {"@id": "odrl:isA"},
                "odrl:rightOperand": purpose,
            },
        }
        if line.verdict == MUST:
            sort, kind = "odrl:obligation", "odrl:Duty"
        elif line.verdict in GO_AHEAD:
            sort, kind = "odrl:permission", "odrl:Permission"
            due = [s for s in line.best.safeguards if not s.done] if line.best else []
            if due:
                rule["odrl:duty"] = [
                    {"@type": "odrl:Duty", "odrl:action": self._measure(s), "rdfs:label": s.says} for s in due
                ]
        elif line.verdict == CANNOT:
            sort, kind = "odrl:prohibition", "odrl:Prohibition"
        else:
            return None
        return {
            "@id": f"{here}:policy",
            "@type": "odrl:Set",
            "odrl:uid": {"@id": f"{here}:policy"},
            "dct:isPartOf": {"@id": here},
            sort: {"@type": kind, **rule},
        }

    # Terms

    def _party(self, id: str) -> str:
        return f"urn:gatehouse:share:party:{id}"

    def _term(self, vocabulary: str, id: str) -> Node:
        """A word of ours, with its broader term where others have one."""
        sort = {"bodies": "uk:KindOfBody", "purposes": "dpv:Purpose", "data": "dpv:PersonalData"}[vocabulary]
        among = Kinship(self.knowledge, self.determination.as_at).among if vocabulary == "data" else None
        special = [
            term
            for group, term in self.linked["groups"].items()
            if among and group in self.knowledge.groups and among("data", id, (group,), "england")
        ]
        return self._named(vocabulary, id, [sort, *special], self.knowledge.label(id))

    def _subject(self, id: str) -> Node:
        return self._named("subjects", id, ["dpv:DataSubject"], self.knowledge.answer_label("subjects", id))

    def _measure(self, safeguard: SafeguardDue) -> Node:
        """What has to be done, as a measure and as what a duty asks for."""
        sorts = ["dpv:TechnicalOrganisationalMeasure", "odrl:Action"]
        return self._named("safeguards", safeguard.id, sorts, safeguard.says)

    def _named(self, vocabulary: str, id: str, sorts: list[str], label: str) -> Node:
        node: Node = {"@id": f"uk:{vocabulary}:{id}", "@type": sorts, "skos:prefLabel": label}
        broader = self.linked.get(vocabulary, {}).get(id)
        if broader:
            node["skos:broader"] = {"@id": broader}
        return self._defined(node)

    def _provision(self, provision: Provision) -> Node:
        node: Node = {
            "@id": f"uk:provision:{provision.id}",
            "@type": "dpv:LegalBasis" if provision.kind == "key" else "uk:Gateway",
            "skos:prefLabel": provision.title,
        }
        url = self.knowledge.url(provision.cite) if provision.cites else ""
        if url:
            node["dct:source"] = {"@id": url}
        same = self.linked["lawful-basis"].get(provision.id)
        article = self.linked["article-9"].get(provision.article_9)
        if same:
            node["skos:closeMatch"] = {"@id": same}
        elif article:
            node["skos:broader"] = {"@id": article}
        return self._defined(node)

    def _defined(self, node: Node) -> Node:
        self.terms[node["@id"]] = node
        return {"@id": node["@id"]}


def _lawful_basis(line: LineDetermination) -> Iterable[Provision]:
    """The keys that lift the bars on the sending side that are shown as a lawful basis or a condition."""
    for bar in line.best.sending if line.best else ():
        if bar.bar.provision.shown_as and needs_lifting(bar) and bar.lifted is Status.OPEN:
            yield bar.lifted_by[0].provision
