"""`gatehouse show`: the page of a provision, or of any word that the law and the share files use."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from cli import output
from cli.page import Link, Page, Pages
from cli.screen import Screen, wants_plain
from cli.wording import cited, group_words
from knowledge.history import named_by
from knowledge.load import VOCABULARIES, load
from knowledge.model import KnowledgeBase, Provision
from knowledge.problems import BadInput, near_miss, short
from knowledge.recognise import Recogniser
from knowledge.resolve import questions_behind

_LABELS = {"secondary": " [not all in the law's own text]", "memory": " [not yet checked]"}


def show(
    id: Annotated[str, typer.Argument(help="A provision, a citation, or a word that a share file may use.")],
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Plain lines for screen readers.")] = False,
) -> None:
    """Read one provision: what it allows, for whom, its conditions, what it does not do, how it was checked.

    For example: gatehouse show cda-1998-s115 · gatehouse show "section 251" · gatehouse show proportionate
    """
    knowledge = load()
    limbs = _limbs(knowledge, id)
    if json and limbs:
        import msgspec

        typer.echo(output.dumps([msgspec.to_builtins(p, str_keys=True) for p in limbs]))
        return
    screen = Screen(wants_plain(plain))
    if limbs:
        pages = Pages(knowledge, dt.date.today())
        for provision in limbs:
            _page(screen, pages.page(provision))
    elif id in knowledge.questions:
        _question(screen, knowledge, id)
    elif any(id in knowledge.vocabularies[name] for name in VOCABULARIES):
        _term(screen, knowledge, id)
    elif id in knowledge.groups:
        _group(screen, knowledge, id)
    elif id in knowledge.instruments:
        _instrument(screen, knowledge, id)
    elif (word := {term.lower(): term for term in knowledge.glossary}.get(id.lower())) is not None:
        screen.title(word)
        screen.para(knowledge.glossary[word].says)
        if knowledge.glossary[word].see:
            screen.para(f"See also: {', '.join(knowledge.glossary[word].see)}.")
    else:
        _recognised(screen, knowledge, id)


def _limbs(knowledge: KnowledgeBase, id: str) -> list[Provision]:
    """The provision, and the other limbs of it where it is called by the name that they share."""
    found = [p for p in knowledge.provisions.values() if id and id in (p.id, p.part_of)]
    return sorted(found, key=lambda p: (p.id != id, p.id))


def _recognised(screen: Screen, knowledge: KnowledgeBase, text: str) -> None:
    """What somebody called by its citation or its name: its page, or the pages that it may mean."""
    found = Recogniser(knowledge).recognise(text)
    provisions = [knowledge.provisions[id] for id in found.provisions]
    if not provisions and found.instruments:
        _instrument(screen, knowledge, found.instruments[0])
    elif len(provisions) == 1:
        _page(screen, Pages(knowledge, dt.date.today()).page(provisions[0]))
    elif provisions:
        screen.title(f"“{short(text)}” may mean")
        screen.bullets(f"{provision.id}: {cited(knowledge, provision)}" for provision in provisions)
    else:
        known = [*knowledge.provisions, *knowledge.questions, *knowledge.glossary, *knowledge.groups]
        near = near_miss(text, known)
        raise BadInput(f"Nothing is called '{short(text)}'." + (f" Did you mean '{near}'?" if near else "")
                       + " 'gatehouse browse WORDS' searches.")  # fmt: skip


def _page(screen: Screen, page: Page) -> None:
    provision = page.provision
    screen.title(provision.title)
    screen.para(f"{provision.id} ({page.field}). {' '.join(page.traits)}")
    for link in page.law:
        screen.para(f"{link.text}: {link.to}" if link.to else link.text, style="dim")
    screen.heading("What it says" if provision.kind != "gateway" else "What it allows")
    screen.para(page.says)
    if page.who and page.who != page.says:
        screen.para(page.who)
    for heading, entries in page.reach:
        screen.heading(heading)
        screen.bullets(entries)
    for version in page.versions:
        title = "Checklist" if version.current else "Another version of it"
        if not version.conditions:
            title = "No conditions"
        screen.heading(f"{title} ({version.when})" + (": all of these" if len(version.conditions) > 1 else ""))
        screen.bullets(
            [f"{c.says}{f' ({c.cite})' if c.cite else ''}{_LABELS.get(c.label, '')}" for c in version.conditions],
            mark="[ ]" if version.current else "•",
        )
        if version.note:
            screen.para(version.note)
    for heading, links in page.lists:
        screen.heading(heading)
        screen.bullets(map(_link, links))
    if page.cases:
        screen.heading("In the casebook")
        screen.bullets(f"{case.text} (knowledge/casebook/{case.to}.yaml)" for case in page.cases)
    screen.heading("How it was checked")
    screen.para(f"Extends to {page.extent}. {page.checked}")
    screen.bullets(page.weaker)
    screen.bullets(page.against)
    if page.terms:
        screen.heading("Words")
        screen.bullets(f"{term}: {says}" for term, says in page.terms)


def _link(link: Link) -> str:
    return f"{link.text} ({link.to})" if link.to and link.to != link.text else link.text


def _question(screen: Screen, knowledge: KnowledgeBase, id: str) -> None:
    question = knowledge.questions[id]
    screen.title(question.asks)
    screen.para(f"{id}: {question.kind}")
    for text in (question.help, question.why):
        if text:
            screen.para(text)
    screen.bullets(f"{option}: {question.label(option)}" for option in question.options)
    users = [
        provision
        for provision in knowledge.provisions.values()
        if any(id in questions_behind(knowledge, c) for v in provision.versions for c in v.conditions)
    ]
    if users:
        screen.heading("What turns on it")
        screen.bullets(f"{provision.id}: {cited(knowledge, provision)}" for provision in users)


def _term(screen: Screen, knowledge: KnowledgeBase, id: str) -> None:
    for name in VOCABULARIES:
        vocabulary = knowledge.vocabularies[name]
        if id in vocabulary:
            term = vocabulary[id]
            screen.title(term.label)
            screen.para(f"{id}: one of the {name}")
            screen.para(term.hint)
            if term.aliases:
                screen.para(f"Also called: {', '.join(term.aliases)}.")
            groups = [
                f"{group.says} ({group_id})"
                for group_id, group in knowledge.groups.items()
                if id in [member if isinstance(member, str) else member.kind for member in group.members]
            ]
            if groups:
                screen.heading("It is among")
                screen.bullets(sorted(groups))


def _group(screen: Screen, knowledge: KnowledgeBase, id: str) -> None:
    group = knowledge.groups[id]
    screen.title(group.says)
    screen.para(f"{id}: a group of {group.of}")
    if group.cite:
        screen.para(f"{knowledge.name(group.cite)} {group.cite.provision}".strip(), style="dim")
    screen.heading("Its members")
    screen.bullets(group_words(knowledge, group))
    users = named_by(knowledge, id)
    if users:
        screen.heading("What names it")
        screen.bullets(f"{user}: {cited(knowledge, knowledge.provisions[user])}" for user in users)


def _instrument(screen: Screen, knowledge: KnowledgeBase, id: str) -> None:
    instrument = knowledge.instruments[id]
    screen.title(instrument.name)
    screen.para(f"{id}: {instrument.number or instrument.kind}. {instrument.url}")
    if instrument.aliases:
        screen.para(f"Also called: {', '.join(instrument.aliases)}.")
    users = [p for p in knowledge.provisions.values() if any(cite.instrument == id for cite in p.cites)]
    screen.heading("What rests on it")
    screen.bullets(f"{p.id}: {cited(knowledge, p)}" for p in sorted(users, key=lambda p: p.id))
