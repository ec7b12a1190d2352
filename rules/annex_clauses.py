"""The clauses that only annexes have: triggers, plain wording, forms to fill in, the register's row.

Each writes on the notepad what it finds, and what that rests on. The words stand in the pattern.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from knowledge.model import Citation, Provision
from rules.compile import Atom
from rules.decide import Status
from rules.document import Cell, Writing
from rules.explain import bars_of
from rules.facts import Facts
from rules.register import row
from rules.view import View

SCREENED = "dpia"


# The screening


def screening(view: View, writing: Writing) -> None:
    """Each trigger of an impact assessment: met on some line, not yet known on some, or met on none."""
    provision = view.knowledge.provisions[SCREENED]
    rows = []
    for cite, atom in _triggers(view, provision):
        states = [line.facts.holds(atom) for line in view.determination.lines]
        state = "yes" if True in states else "no" if set(states) <= {False} and states else "unknown"
        behind: dict[str, None] = {}
        for line, holds in zip(view.determination.lines, states, strict=True):
            if holds is (True if state == "yes" else False if state == "no" else None):
                for name, value in _behind(line.facts, atom):
                    behind[view.fact(name, value)] = None
                    writing.rests_on(answers=[name])
        rows.append((_asks(view, atom), cite, view.word(f"trigger-{state}"), "; ".join(behind)))
    writing.table([view.word(id) for id in ("trigger", "cite", "state", "behind")], rows)
    writing.rests_on(provisions=[SCREENED], terms=["data", "purpose"])


def _triggers(view: View, provision: Provision) -> Iterable[tuple[str, Atom]]:
    """The tests of the last condition of the safeguard: those that make it due."""
    for line in view.determination.lines[:1]:
        _, ruleset = line.facts.rulebook.of(provision)
        for compiled in ruleset.conditions[-1:] if ruleset else ():
            cite = compiled.condition.cite
            where = view.citation(cite) if isinstance(cite, Citation) else cite
            yield from ((where, atom) for atom in compiled.atoms)


def _behind(facts: Facts, atom: Atom) -> Iterable[tuple[str, str]]:
    """The answers behind a trigger; of one that is implied, those behind each thing that implies it."""
    ruleset = facts.rulebook.implied(atom.fact) if atom.sort == "implied" else None
    atoms = [inner for compiled in ruleset.conditions for inner in compiled.atoms] if ruleset else [atom]
    found = facts.because(atoms)
    told = {name: value for name, value in found.items() if name not in facts.knowledge.facts or value == "yes"}
    return (told or found).items()


def _asks(view: View, atom: Atom) -> str:
    return view.fact(atom.fact, ", ".join(atom.options))


def screened(view: View, writing: Writing) -> None:
    found = {
        line.facts.holds(atom)
        for _, atom in _triggers(view, view.knowledge.provisions[SCREENED])
        for line in view.determination.lines
    }
    if True in found:
        writing.para(view.word("screened-due"))
    else:
        writing.para(view.word("screened-unknown" if None in found or not found else "screened-not-due"))
    writing.rests_on(provisions=[SCREENED])


def duty_of_annex(view: View, writing: Writing) -> None:
    """The safeguard that asks for this paper, in its own words."""
    annex = next(annex for annex in view.knowledge.annexes if annex.id == view.paper.id)
    provision = view.knowledge.provisions[annex.due]
    writing.para(view.link(provision), lead=provision.title)
    writing.para(provision.plain)
    writing.rests_on(provisions=[provision.id])


# Forms to fill in: a first column of names, the rest to write in by hand


def risk_table(view: View, writing: Writing) -> None:
    found = {caution.id: caution for line in view.determination.lines for caution in line.cautions}
    risks = [caution.says for caution in found.values()]
    for gateway, _ in view.relied_on("gateway"):
        risks += gateway.pitfalls
        writing.rests_on(provisions=[gateway.id] if gateway.pitfalls else ())
    writing.rests_on(provisions=found)
    _form(view, writing, ("risk", "likelihood", "severity", "lowered-by", "left"), dict.fromkeys([*risks, ""]))


def views_table(view: View, writing: Writing) -> None:
    _form(view, writing, ("whose-view", "view", "date"), _words(view, "view-dpo", "view-people", "view-security"))


def decision_table(view: View, writing: Writing) -> None:
    names = _words(view, "decided-yes", "decided-no", "reasons-for", "conditions-set", "decider", "told-asker", "date")
    _form(view, writing, ("decided", "entry"), names)


def approval_table(view: View, writing: Writing) -> None:
    _form(view, writing, ("board", "date", "outcome"), _words(view, "meeting", "minister", "evaluation"))


def deletion_table(view: View, writing: Writing) -> None:
    names = _words(view, "held-main", "held-copies", "held-backups", "held-results", "held-processors")
    _form(view, writing, ("held-where", "what-was-done", "how", "done-on", "by"), names)


def kept_table(view: View, writing: Writing) -> None:
    _form(view, writing, ("what-kept", "under-law", "until"), ["", ""])


def quality_table(view: View, writing: Writing) -> None:
    given = view.terms.fields
    writing.rests_on(terms=["fields"])
    if not given:
        writing.para(view.term_gap("fields"))
    rows = [(one.name, one.format, "", "", "") for one in given]
    writing.table([view.word(id) for id in ("item", "format", "missing", "how-old", "known-faults")], rows)


def _form(view: View, writing: Writing, headings: Sequence[str], names: Iterable[str]) -> None:
    blank = ("",) * (len(headings) - 1)
    writing.table([view.word(id) for id in headings], [(name, *blank) for name in names])
    writing.standard["form"] = None


def _words(view: View, *ids: str) -> list[str]:
    return [view.word(id) for id in ids]


# The request


def request_facts(view: View, writing: Writing) -> None:
    givers = _names(view, "discloser")
    takers = _names(view, "receiver")
    contacts = view.terms.contacts
    asks = [contacts[p.id] for p in view.parties if p.role == "receiver" and contacts.get(p.id)]
    rows: list[tuple[str, Cell]] = [
        ("asked", givers),
        ("asking", takers),
        ("asks-person", "; ".join(asks) or view.term_gap("contacts")),
        ("asked-on", ""),
        ("purposes", _purposes(view)),
        ("kinds", _kinds(view)),
    ]
    writing.table((), [(view.word(id), cell) for id, cell in rows])
    writing.rests_on(terms=["parties", "purpose", "data", "contacts"])


# Plain wording for the public


def notice_who(view: View, writing: Writing) -> None:
    for party in view.parties:
        writing.para(view.word("notice-we", name=party.name))
    writing.rests_on(terms=["parties"])


def notice_what(view: View, writing: Writing) -> None:
    found: dict[tuple[str, str], dict[str, None]] = {}
    for line in view.determination.lines:
        pair = (line.line.discloser.name, line.line.receiver.name)
        found.setdefault(pair, {})[view.knowledge.label(line.line.data)] = None
    for (source, to), kinds in found.items():
        writing.points(kinds, lead=view.word("notice-gives", **{"from": source, "to": to}))
    writing.rests_on(terms=["parties", "data"])


def notice_why(view: View, writing: Writing) -> None:
    goals = [str(answer.answer) for answer in view.given("goal")]
    question = view.knowledge.questions.get("goal")
    if goals:
        writing.points(goals, lead=view.word("notice-goal"))
    elif question:
        writing.para(view.gap(9, question.title, "discloser", "", "answers.goal"))
    purposes = dict.fromkeys(view.knowledge.label(line.line.purpose) for line in view.determination.lines)
    writing.points(purposes, lead=view.word("notice-purposes"))
    writing.rests_on(answers=["goal"], terms=["purpose"])


def notice_law(view: View, writing: Writing) -> None:
    forces: dict[str, dict[str, None]] = {}
    for provision, uses in view.relied_on("gateway"):
        for _, decided in uses:
            cited = view.cited(provision) if provision.source == "enactment" else provision.title
            forces.setdefault(decided.force, {})[cited] = None
        writing.rests_on(provisions=[provision.id])
    for force in ("mandatory", "permissive"):
        lead = view.word("notice-must" if force == "mandatory" else "notice-may")
        writing.points(forces.get(force, ()), lead=lead)
    if not forces:
        writing.para(view.word("notice-no-power"))
        writing.rests_on(terms=["purpose"])
    for provision in _lifting(view, "lawful-basis"):
        writing.para(view.word("notice-basis", basis=view.titled(provision)))
        writing.rests_on(provisions=[provision.id])


def notice_rights(view: View, writing: Writing) -> None:
    given = view.terms.rights_contact
    for party in view.parties:
        text = given.get(party.id, "").strip()
        if text:
            writing.para(text, lead=view.word("notice-ask"))
        else:
            writing.para(view.term_gap("rights_contact", party))
    writing.rests_on(terms=["rights_contact"])


def sensitive_conditions(view: View, writing: Writing) -> None:
    rows = []
    for provision in _lifting(view, "special-category"):
        rows.append((view.link(provision), provision.title, provision.plain.strip()))
        writing.rests_on(provisions=[provision.id])
    writing.table([view.word(id) for id in ("condition-for", "power-for", "covers")], rows)
    if not rows:
        writing.para(view.word("no-sensitive"))
        writing.rests_on(terms=["data"])


def _lifting(view: View, shown_as: str) -> list[Provision]:
    """What is relied on to lift the bars that are shown as a basis or as a condition; the best of each flow."""
    found: dict[str, Provision] = {}
    for flow in view.flows:
        for line in flow.lines:
            for bar in bars_of(line.best):
                if bar.bar.provision.shown_as == shown_as and bar.lifted is Status.OPEN and bar.side == "sending":
                    first = bar.lifted_by[0].provision
                    found[first.id] = first
    return list(found.values())


# The record of processing


def record_entry(view: View, writing: Writing) -> None:
    """A card for each party: what its own record of processing has to hold."""
    lines = view.determination.lines
    bases = [*_lifting(view, "lawful-basis"), *_lifting(view, "special-category")]
    for party in view.parties:
        mine = [line for line in lines if party.id in (line.line.discloser.id, line.line.receiver.id)]
        to = dict.fromkeys(line.line.receiver.name for line in mine if line.line.discloser.id == party.id)
        source = dict.fromkeys(line.line.discloser.name for line in mine if line.line.receiver.id == party.id)
        kinds = dict.fromkeys(view.knowledge.label(line.line.data) for line in mine)
        purposes = dict.fromkeys(view.knowledge.label(line.line.purpose) for line in mine)
        rows: list[tuple[str, Cell]] = [
            ("record-controller", view.terms.contacts.get(party.id) or view.term_gap("contacts", party)),
            ("record-dpo", view.terms.dpo.get(party.id) or view.term_gap("dpo", party)),
            ("record-purposes", ", ".join(purposes)),
            ("record-people", _people(view)),
            ("record-data", ", ".join(kinds)),
            ("record-recipients", ", ".join(to)),
            ("record-sources", ", ".join(source)),
            ("record-transfer", _answered(view, "outside-uk")),
            ("record-retention", view.terms.retention or view.term_gap("retention")),
            ("record-security", view.terms.security or view.term_gap("security")),
            ("record-basis", "; ".join(view.titled(provision) for provision in bases)),
        ]
        shown = [(view.word(id), cell) for id, cell in rows if cell]
        writing.table((), shown, party.name)
    writing.rests_on(
        provisions=[provision.id for provision in bases],
        answers=[id for id in ("subjects", "outside-uk") if view.given(id)],
        terms=["parties", "contacts", "dpo", "purpose", "data", "retention", "security"],
    )


def _people(view: View) -> Cell:
    return _answered(view, "subjects") or view.terms.people or view.term_gap("people")


def _answered(view: View, id: str) -> str:
    return "; ".join(view.knowledge.answer_label(id, answer.answer) for answer in view.given(id))


# The register


def register_row(view: View, writing: Writing) -> None:
    columns = next(annex.columns for annex in view.knowledge.annexes if annex.id == view.paper.id)
    found = row(view, columns)
    writing.table([view.word(id) for id in ("column", "entry")], found.items())
    writing.rests_on(
        provisions=[provision.id for provision, _ in view.relied_on("gateway")],
        answers=["goal"] if view.given("goal") else [],
        terms=["parties", "purpose", "data", "fields", "retention", "start", "end", "review", "contacts"],
    )


def _names(view: View, role: str) -> str:
    return ", ".join(party.name for party in view.parties if party.role in (role, "both"))


def _purposes(view: View) -> str:
    return ", ".join(dict.fromkeys(view.knowledge.label(line.line.purpose) for line in view.determination.lines))


def _kinds(view: View) -> str:
    return ", ".join(dict.fromkeys(view.knowledge.label(line.line.data) for line in view.determination.lines))
