"""The clauses that the share and its terms fill: parties, purpose, data, duties, sign-off. One function a clause part.

Each writes on the notepad what it finds, and what that rests on. The words stand in the pattern.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from knowledge.agreement import ClausePattern
from knowledge.share import Answer, Party
from rules.decide import LABELS
from rules.document import Cell, Writing
from rules.route import SafeguardDue
from rules.view import Flow, View

Builder = Callable[[View, Writing], None]


# What any clause may show


def show_answers(view: View, writing: Writing, clause: ClausePattern) -> None:
    for id in clause.answers:
        question = view.knowledge.questions.get(id)
        for answer in view.given(id) if question else ():
            writing.para(_said(view, id, answer), lead=(question.title or question.asks) if question else "")
            writing.rests_on(answers=[id])


def _said(view: View, id: str, answer: Answer) -> str:
    parts = [view.knowledge.answer_label(id, answer.answer), answer.reason, _by(view, answer), _reference(view, answer)]
    return ". ".join(part.rstrip(".") for part in parts if part)


def _by(view: View, answer: Answer) -> str:
    return ", ".join(filter(None, (answer.by, view.day(answer.on) if answer.on else "")))


def _reference(view: View, answer: Answer) -> str:
    return f"{view.word('reference')}: {answer.reference}" if answer.reference else ""


def show_terms(view: View, writing: Writing, clause: ClausePattern) -> None:
    """The terms that a clause asks for, or a gap for each that nobody gave; and those that it only tells."""
    several = len(clause.asks) + len(clause.tells) > 1
    settled = settled_elsewhere(view, clause)
    for key in (*clause.asks, *clause.tells):
        value = getattr(view.terms, key)
        text = view.day(value) if isinstance(value, dt.date) else str(value or "").strip()
        term = view.pattern.terms[key]
        if text:
            writing.para(text, lead=_capital(term.what) if several else "")
            writing.rests_on(terms=[key])
        elif key in clause.asks and not settled and not (term.unless and view.has(term.unless)):
            writing.para(view.term_gap(key))
            writing.rests_on(terms=[key])


def settled_elsewhere(view: View, clause: ClausePattern) -> bool:
    """Are the clause's safeguards due, done and on record?"""
    due = [id for id in clause.safeguards if id in view.safeguards]
    return bool(due) and all(any(a.reference for a in view.safeguard_answer(id)[1]) and _done(view, id) for id in due)


def _done(view: View, id: str) -> bool:
    return all(due.done for _, due in view.safeguards[id])


def show_safeguards(view: View, writing: Writing, clause: ClausePattern) -> None:
    for id in clause.safeguards:
        provision = view.knowledge.provisions.get(id)
        if provision is None:
            continue
        uses = view.safeguards.get(id)
        if uses is None:
            if clause.tells_not_due == "yes":
                writing.para(view.word("not-due", title=provision.title))
            continue
        writing.rests_on(provisions=[id], answers=[view.safeguard_answer(id)[0]])
        writing.para(view.word("is-due", title=provision.title, says=provision.says.rstrip(".")))
        _, due = uses[0]
        if _done(view, id):
            writing.para(_state(view, id), lead=view.word("state"))
        elif due.when == "before-sharing" and not clause.asks:
            what = view.word("safeguard-record", title=provision.title)
            item = clause.items[0] if clause.items else 15
            writing.para(view.gap(item, what, due.who, provision.plain, f"answers.{view.safeguard_answer(id)[0]}"))


def _state(view: View, id: str) -> str:
    if not _done(view, id):
        return view.word("to-do")
    said = [part for a in view.safeguard_answer(id)[1] for part in (_by(view, a), _reference(view, a)) if part]
    return ", ".join([view.word("done"), *said])


# About the paper


def status(view: View, writing: Writing) -> None:
    word = "draft-record" if view.paper.short == "yes" else "draft"
    writing.para(view.word(word), lead=view.word("status"))
    writing.para(view.share.title or view.word("no-title"), lead=view.word("proposal"))
    writing.rests_on(terms=["title"])


def paper(view: View, writing: Writing) -> None:
    writing.para(view.paper.why, lead=view.paper.title)
    writing.rests_on(answers=[id for id in ("how-shared", "roles") if view.given(id)], terms=["parties"])
    if view.terms.paper:
        writing.para(view.terms.paper.reason, lead=view.word("overruled"))
        writing.rests_on(terms=["paper"])


def law_as_at(view: View, writing: Writing) -> None:
    determination = view.determination
    date = view.day(determination.as_at)
    writing.para(view.word("as-at", date=date, digest=determination.knowledge.digest.removeprefix("sha256:")[:12]))
    labels = [line.best.label for line in determination.lines if line.best] or ["verified"]
    writing.para(view.word("weakest", label=view.word(max(labels, key=LABELS.index))))
    dues = [provision.checked.due for id in view.relied if (provision := view.knowledge.provisions[id]).checked]
    if dues:
        word = "due" if min(dues) >= determination.as_at else "overdue"
        writing.para(view.word(word, date=view.day(min(dues))))
    writing.rests_on(terms=["as_at"], provisions=view.relied)


# The parties


def parties(view: View, writing: Writing) -> None:
    _party_table(view, writing, ("addresses", "address"), ("registrations", "registration"))


def parties_plain(view: View, writing: Writing) -> None:
    _party_table(view, writing)


def _party_table(view: View, writing: Writing, *terms: tuple[str, str]) -> None:
    label = view.knowledge.label
    rows = [
        (party.name, label(party.kind), label(party.nation or view.share.nation or ""), *_by_party(view, party, terms))
        for party in view.parties
    ]
    headings = [view.word(id) for id in ("name", "kind", "nation", *(word for _, word in terms))]
    writing.table(headings, rows)
    writing.rests_on(terms=["parties", *(key for key, _ in terms)])


def _by_party(view: View, party: Party, terms: Iterable[tuple[str, str]]) -> list[Cell]:
    found: list[Cell] = []
    for key, _ in terms:
        text = getattr(view.terms, key).get(party.id, "").strip()
        found.append(text or view.term_gap(key, party))
    return found


def roles(view: View, writing: Writing) -> None:
    rows = [(p.name, _does(view, p), _role(view, p), _regimes(view, p)) for p in view.parties]
    writing.table([view.word(id) for id in ("party", "does", "role", "regime")], rows)
    writing.rests_on(terms=["parties"])


def _does(view: View, party: Party) -> str:
    lines = [line.line for line in view.determination.lines]
    gives = any(line.discloser.id == party.id for line in lines)
    receives = any(line.receiver.id == party.id for line in lines)
    if gives and receives:
        return view.word("gives-and-receives")
    return view.word("gives") if gives else view.word("receives") if receives else ""


def _role(view: View, party: Party) -> str:
    if party.acts_for:
        return f"{view.word('processor')}. {view.word('acts-for', name=view.share.party(party.acts_for).name)}"
    if party.controller:
        return view.word("part-of", name=view.share.party(party.controller).name)
    lines = [line.line for line in view.determination.lines]
    if any(line.receiver.id == party.id and line.receiver_is_processor for line in lines):
        return view.word("processor")
    return view.word("joint" if "together" in view.values("roles") else "controller")


def _regimes(view: View, party: Party) -> str:
    found: dict[str, None] = {}
    for line in view.determination.lines:
        if line.line.discloser.id == party.id:
            found[line.regime] = None
        if line.line.receiver.id == party.id:
            found[line.receiving_regime] = None
    named = [regime for regime in found if regime != "none"] or list(found)
    return ", ".join(view.word(regime) for regime in named)


def contacts(view: View, writing: Writing) -> None:
    terms = [("contacts", "owner"), ("dpo", "dpo")]
    if view.terms.guardians:
        terms.append(("guardians", "guardian"))
    _contact_table(view, writing, *terms)


def rights_contacts(view: View, writing: Writing) -> None:
    _contact_table(view, writing, ("rights_contact", "rights-contact"))


def breach_contacts(view: View, writing: Writing) -> None:
    _contact_table(view, writing, ("breach_contact", "breach-contact"))


def _contact_table(view: View, writing: Writing, *terms: tuple[str, str]) -> None:
    rows = [(party.name, *_by_party(view, party, terms)) for party in view.parties]
    writing.table([view.word(id) for id in ("party", *(word for _, word in terms))], rows)
    writing.rests_on(terms=["parties", *(key for key, _ in terms)])


def processors(view: View, writing: Writing) -> None:
    acting = [party for party in view.parties if party.acts_for]
    writing.points(f"{party.name}: {_role(view, party)}" for party in acting)
    writing.rests_on(terms=["processors"])
    given = view.terms.processors
    if given == "none":
        writing.para(view.word("no-processors"))
    elif isinstance(given, tuple):
        names = {party.id: party.name for party in view.parties}
        headings = [view.word(id) for id in ("processor", "party", "does", "contract")]
        writing.table(headings, [(p.name, names.get(p.acts_for, p.acts_for), p.does, p.contract) for p in given])
    else:
        writing.para(view.term_gap("processors"))


# Purpose


def goal(view: View, writing: Writing) -> None:
    answers = view.given("goal")
    for answer in answers:
        writing.para(str(answer.answer))
    if not answers:
        question = view.knowledge.questions.get("goal")
        writing.para(view.gap(9, question.title if question else "", "discloser", "", "answers.goal"))
    terms = view.knowledge.vocabularies["purposes"]
    purposes = dict.fromkeys(line.line.purpose for line in view.determination.lines)
    hints = [f"{terms[id].label}. {terms[id].hint}".rstrip(". ") + "." for id in purposes]
    writing.points(hints, lead=view.word("purposes"))
    writing.rests_on(answers=["goal"], terms=["purpose"])


def functions(view: View, writing: Writing) -> None:
    rows: dict[tuple[str, str, str], None] = {}
    for gateway, uses in view.relied_on("gateway"):
        for flow, _ in uses:
            purpose = view.knowledge.label(flow.first.line.purpose)
            rows[purpose, view.cited(gateway), gateway.title] = None
        writing.rests_on(provisions=[gateway.id])
    writing.table([view.word(id) for id in ("purpose", "power", "power-for")], rows)
    if "yes" not in view.values("own-task") and not view.terms.functions.strip():
        writing.para(view.term_gap("functions"))
        writing.rests_on(terms=["functions"])


def limits(view: View, writing: Writing) -> None:
    for gateway, _ in view.relied_on("gateway"):
        if gateway.does_not:
            writing.points(gateway.does_not, lead=view.word("does-not", cite=view.cited(gateway)))
            writing.rests_on(provisions=[gateway.id])


def cautions(view: View, writing: Writing) -> None:
    found = {caution.id: caution for line in view.determination.lines for caution in line.cautions}
    writing.points([caution.says for caution in found.values()], lead=view.word("cautions"))
    pitfalls: dict[str, None] = {}
    for gateway, _ in view.relied_on("gateway"):
        pitfalls.update(dict.fromkeys(gateway.pitfalls))
        writing.rests_on(provisions=[gateway.id] if gateway.pitfalls else ())
    writing.points(pitfalls, lead=view.word("pitfalls"))
    writing.rests_on(provisions=found)


# Duties


def obligations(view: View, writing: Writing) -> None:
    order = ("before-sharing", "at-sharing", "after")
    rows = []
    for id, uses in sorted(view.safeguards.items(), key=lambda pair: order.index(pair[1][0][1].when)):
        due: SafeguardDue = uses[0][1]
        flows = [flow for flow, _ in uses]
        who = view.who(due.who, flows)
        rows.append((due.says, who, view.word(due.when), _state(view, id), view.numbers(flows)))
        writing.rests_on(provisions=[id], answers=[view.safeguard_answer(id)[0]])
    writing.table([view.word(id) for id in ("duty", "who", "when", "state", "flows")], rows)
    if not rows:
        writing.para(view.word("no-duties"))


def promises(view: View, writing: Writing) -> None:
    """Assurances that what is relied on turns on: each a promise, given, still owed, or assumed for the draft."""
    found: dict[str, tuple[dict[str, dict[str, None]], set[str], list[Flow]]] = {}
    for id, uses in view.relied.items():
        cited = view.cited(view.knowledge.provisions[id])
        for flow, decided in uses:
            for finding in decided.findings:
                if finding.outcome == "not_met" or finding.condition.safeguard:
                    continue
                for atom in finding.compiled.atoms:
                    if not atom.question or view.knowledge.questions[atom.question].kind != "assurance":
                        continue
                    reasons, states, flows = found.setdefault(atom.question, ({}, set(), []))
                    reasons.setdefault(finding.condition.says, {})[cited] = None
                    assumed, owed = decided.facts.is_assumed(atom.question), decided.facts.is_outstanding(atom.question)
                    states.add("assumed" if assumed else "not-yet" if owed else "given")
                    flows.append(flow)
                    writing.rests_on(answers=[atom.question], provisions=[id])
    rows = []
    for question, (reasons, states, flows) in found.items():
        asked = view.knowledge.questions[question]
        said = [_by(view, answer) for answer in view.given(question)]
        state = ", ".join([*(view.word(one) for one in sorted(states)), *filter(None, said)])
        because = "; ".join(f"{says} ({', '.join(cites)})" for says, cites in reasons.items())
        rows.append((asked.title or asked.asks, because, state, view.numbers(flows)))
    writing.table([view.word(id) for id in ("promise", "so-that", "state", "flows")], rows)
    if not rows:
        writing.para(view.word("no-promises"))
    elif any("assumed" in states for _, states, _ in found.values()):
        writing.para(view.word("assumption-note"))


# The data and the people


def fields(view: View, writing: Writing) -> None:
    kinds = dict.fromkeys(line.line.data for line in view.determination.lines)
    writing.points([view.knowledge.label(kind) for kind in kinds], lead=view.word("kinds"))
    writing.rests_on(terms=["data", "fields"])
    given = view.terms.fields
    if not given:
        writing.para(view.term_gap("fields"))
        return
    term = view.pattern.terms["fields"]
    rows: list[tuple[Cell, ...]] = []
    for number, one in enumerate(given):
        key = f"agreement.fields.{number}.reason"
        lacking = view.gap(term.item, view.word("field-reason", name=one.name), term.owner, term.help, key)
        kind = view.knowledge.label(one.kind) if one.kind else ""
        rows.append((one.name, one.reason.strip() or lacking, kind, one.format, view.word(one.sensitive)))
    writing.table([view.word(id) for id in ("item", "reason", "kind-of-data", "format", "sensitive")], rows)


def people(view: View, writing: Writing) -> None:
    text = view.terms.people.strip()
    if text:
        writing.para(text)
        writing.rests_on(terms=["people"])
    elif not (view.given("subjects") and view.given("scale")):
        writing.para(view.term_gap("people"))
        writing.rests_on(terms=["people"])


def children(view: View, writing: Writing) -> None:
    said = view.values("subjects")
    writing.rests_on(answers=["subjects"])
    if "children" in said:
        writing.para(view.word("with-children"))
    elif "adults" in said and "pupils" not in said:
        writing.para(view.word("no-children"))
        return
    else:
        writing.para(view.word("with-unknown-children"))
    text = view.terms.children.strip()
    writing.para(text or view.term_gap("children"))
    writing.rests_on(terms=["children"])


# The end


def sign_off(view: View, writing: Writing) -> None:
    headings = [view.word(id) for id in ("signed-for", "name", "post", "signature", "date")]
    posts = view.terms.signatories
    sign = [party for party in view.parties if party.role != "receiver" or not view.is_refusal]
    writing.table(headings, [(party.name, "", posts.get(party.id, ""), "", "") for party in sign], to_sign=True)
    writing.rests_on(terms=["parties", "signatories"])


def annexed(view: View, writing: Writing) -> None:
    writing.para(view.word("annexed"))


def glossary(view: View, writing: Writing) -> None:
    terms = view.knowledge.glossary
    headings = [view.word(id) for id in ("term", "meaning")]
    writing.table(headings, [(word, terms[word].says) for word in view.pattern.glossary if word in terms])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
