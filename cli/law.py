"""Commands about the law itself: check, browse, show, schema."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import output
from cli.screen import Screen, wants_plain
from cli.verdict import CHECKED, WHEN, WHO, cited
from knowledge.check import check as find_problems
from knowledge.check import weak
from knowledge.load import VOCABULARIES, load, read
from knowledge.model import NATIONS, Checked, Citation, Condition, KnowledgeBase, Provision, Version
from knowledge.problems import BadInput, near_miss, suggestion

Plain = Annotated[bool, typer.Option("--plain", help="Plain lines for screen readers.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]


def check(
    labels: Annotated[bool, typer.Option("--labels", help="Also list what rests on memory or is due again.")] = False,
    witnesses: Annotated[
        bool, typer.Option("--witnesses", help="Also look for a share that opens each provision and one that shuts it.")
    ] = False,
    assurances: Annotated[
        bool, typer.Option("--assurances", help="Also list what promises alone keep gateways from being open.")
    ] = False,
    warnings: Annotated[bool, typer.Option("--warnings", help="Also list options that no provision turns on.")] = False,
) -> None:
    """Look through the whole knowledge base; exits 0 when nothing is wrong.

    For example: gatehouse check · gatehouse check --witnesses · gatehouse check --labels
    """
    from knowledge import audit

    knowledge, loaded = read()
    problems = find_problems(knowledge, loaded)
    if not problems:
        problems = audit.faults(knowledge, loaded)
    if witnesses and not problems:
        from rules.witness import faults

        problems = faults(knowledge, loaded)
    for problem in problems:
        typer.echo(str(problem))
    if labels:
        for entry in weak(knowledge, dt.date.today()):
            typer.echo(f"{entry.provision}: {entry.condition}: {entry.status}, due {entry.due}")
    if assurances:
        for promise in audit.assurances(knowledge):
            typer.echo(f"{promise.provision}: {promise.condition}: {promise.says} ({', '.join(promise.questions)})")
    if warnings:
        for warning in audit.warnings(knowledge, loaded):
            typer.echo(f"{warning} (a warning)")
    conditions = sum(len(version.conditions) for p in knowledge.provisions.values() for version in p.versions)
    typer.echo(
        f"{len(knowledge.provisions)} provisions with {conditions} conditions, {len(knowledge.questions)} questions, "
        f"{len(knowledge.groups)} groups, {len(knowledge.instruments)} instruments: "
        f"{len(problems) or 'no'} problem{'' if len(problems) == 1 else 's'}.",
        err=True,
    )
    raise typer.Exit(1 if problems else 0)


def browse(
    words: Annotated[list[str] | None, typer.Argument(help="Words to look for; all must be found.")] = None,
    kind: Annotated[str, typer.Option(help="gateway, bar, key, safeguard or caution.")] = "",
    field: Annotated[str, typer.Option(help="A field of law, such as crime or health.")] = "",
    force: Annotated[str, typer.Option(help="permissive or mandatory.")] = "",
    nation: Annotated[str, typer.Option(help="england, wales, scotland or northern-ireland.")] = "",
    bodies: Annotated[bool, typer.Option("--bodies", help="List the kinds of body instead.")] = False,
    purposes: Annotated[bool, typer.Option("--purposes", help="List the purposes instead.")] = False,
    data: Annotated[bool, typer.Option("--data", help="List the kinds of data instead.")] = False,
    questions: Annotated[bool, typer.Option("--questions", help="List the questions instead.")] = False,
    json: Json = False,
    plain: Plain = False,
) -> None:
    """Search the law, or the words that a share file may use.

    For example: gatehouse browse safeguarding · gatehouse browse --kind bar · gatehouse browse --purposes housing
    """
    knowledge = load()
    screen = Screen(wants_plain(plain))
    wanted = [word.lower() for word in words or ()]
    listed = [name for name, on in (("bodies", bodies), ("purposes", purposes), ("data", data)) if on]
    if listed or questions:
        _words(knowledge, screen, listed[0] if listed else "questions", wanted, json)
        return
    _allowed("--kind", kind, ("gateway", "bar", "key", "safeguard", "caution"))
    _allowed("--field", field, sorted(set(knowledge.fields.values())))
    _allowed("--force", force, ("permissive", "mandatory"))
    _allowed("--nation", nation, NATIONS)
    found = [
        provision
        for provision in knowledge.provisions.values()
        if (not kind or provision.kind == kind)
        and (not field or knowledge.fields[provision.id] == field)
        and (not force or (provision.kind == "gateway" and provision.force == force))
        and (not nation or nation in provision.extent)
        and all(word in _text(knowledge, provision) for word in wanted)
    ]
    found.sort(key=lambda p: (knowledge.fields[p.id], p.kind != "gateway", p.id))
    if json:
        typer.echo(output.dumps([_brief(knowledge, provision) for provision in found]))
        return
    screen.table(
        ("Id", "Kind", "Title", "Law"),
        [(p.id, p.kind, p.title, knowledge.name(p.cite) + " " + p.cite.provision if p.cites else "") for p in found],
    )
    screen.blank()
    screen.para(f"{len(found)} of {len(knowledge.provisions)}. 'gatehouse show ID' tells more of one.", style="dim")


def _allowed(option: str, value: str, allowed: Iterable[str]) -> None:
    allowed = list(allowed)
    if value and value not in allowed:
        raise BadInput(f"{option} has no '{value}'. There are: {', '.join(allowed)}.{suggestion(value, allowed)}")


def _text(knowledge: KnowledgeBase, provision: Provision) -> str:
    parts = [provision.id, provision.title, provision.plain, *provision.pitfalls, *provision.does_not]
    parts += [f"{knowledge.name(cite)} {cite.provision}" for cite in provision.cites]
    return " ".join(parts).lower()


def _brief(knowledge: KnowledgeBase, provision: Provision) -> dict[str, Any]:
    return {
        "id": provision.id,
        "kind": provision.kind,
        "field": knowledge.fields[provision.id],
        "title": provision.title,
        "cites": [f"{knowledge.name(cite)} {cite.provision}".strip() for cite in provision.cites],
    }


def _words(knowledge: KnowledgeBase, screen: Screen, listed: str, wanted: list[str], json: bool) -> None:
    if listed == "questions":
        rows: list[tuple[str, str, str]] = [(id, asked.kind, asked.asks) for id, asked in knowledge.questions.items()]
    else:
        vocabulary = knowledge.vocabularies[listed]
        rows = [(id, vocabulary[id].label, vocabulary[id].hint) for id in vocabulary]
    rows = [row for row in rows if all(word in " ".join(row).lower() for word in wanted)]
    headings = ("Id", "Kind", "Question") if listed == "questions" else ("Id", "Label", "What it is")
    if json:
        typer.echo(output.dumps([dict(zip(("id", "label", "hint"), row, strict=True)) for row in rows]))
        return
    screen.table(headings, rows)
    screen.blank()
    screen.para(f"{len(rows)} {listed}.", style="dim")


def show(
    id: Annotated[str, typer.Argument(help="A provision, or a word that a share file may use.")],
    json: Json = False,
    plain: Plain = False,
) -> None:
    """Read one provision: what it allows, for whom, its conditions, what it does not do, how it was checked.

    For example: gatehouse show cda-1998-s115 · gatehouse show proportionate
    """
    knowledge = load()
    limbs = [p for p in knowledge.provisions.values() if p.id == id or p.part_of == id]
    screen = Screen(wants_plain(plain))
    if json and limbs:
        import msgspec

        typer.echo(output.dumps([msgspec.to_builtins(p, str_keys=True) for p in limbs]))
        return
    if limbs:
        for provision in limbs:
            _page(screen, knowledge, provision)
    elif id in knowledge.questions:
        _question_page(screen, knowledge, id)
    elif any(id in knowledge.vocabularies[name] for name in VOCABULARIES):
        _term_page(screen, knowledge, id)
    elif id in knowledge.glossary:
        screen.title(id)
        screen.para(knowledge.glossary[id].says)
    else:
        known = [*knowledge.provisions, *knowledge.questions, *knowledge.glossary]
        near = near_miss(id, known)
        raise BadInput(f"Nothing is called '{id}'." + (f" Did you mean '{near}'?" if near else "")
                       + " 'gatehouse browse WORDS' searches.")  # fmt: skip


def _page(screen: Screen, knowledge: KnowledgeBase, provision: Provision) -> None:
    screen.title(provision.title)
    traits: list[str] = [provision.kind]
    if provision.kind == "gateway":
        traits += ["a duty" if provision.force == "mandatory" else "allows, does not oblige", provision.strength]
    if provision.bar_class:
        traits.append(provision.bar_class)
    screen.para(f"{provision.id}: {', '.join(traits)}")
    for cite in provision.cites:
        screen.para(f"{knowledge.name(cite)} {cite.provision}: {knowledge.url(cite)}", style="dim")
    screen.blank()
    screen.para(provision.plain or provision.says)
    if provision.who and provision.when:
        screen.para(f"{WHEN[provision.when]}. {WHO[provision.who]}: {provision.says}")
    for version in provision.versions:
        _version(screen, knowledge, provision, version)
    lifts = knowledge.lifted(provision.lifts)
    for heading, entries in (
        ("Sets aside", sorted(knowledge.provisions[bar].title for bar in lifts if bar in knowledge.provisions)),
        ("Lifted by", _lifters(knowledge, provision) if provision.kind == "bar" else ()),
        ("What it does not do", provision.does_not),
        ("What goes wrong", provision.pitfalls),
        ("See also", [_named(knowledge, other) for other in provision.related]),
    ):
        if entries:
            screen.heading(heading)
            screen.bullets(entries)
    if provision.offence:
        screen.heading("Breaking it")
        screen.para(provision.offence)
    screen.blank()
    screen.para(f"Extends to {', '.join(knowledge.label(n) for n in provision.extent)}. {_checked(provision.checked)}",
                style="dim")  # fmt: skip


def _version(screen: Screen, knowledge: KnowledgeBase, provision: Provision, version: Version) -> None:
    if version.opens is None:
        when = "Enacted, not in force"
    elif version.is_confirmed:
        when = f"From {version.opens}"
    else:
        when = f"Not before {version.opens}; its start is not confirmed"
    when += f" to {version.until}" if version.until else ""
    screen.heading(f"{'Conditions' if version.conditions else 'No conditions'} ({when.lower()})")
    for condition in version.conditions:
        screen.bullets([f"{condition.says} ({_cite(knowledge, condition)})" if condition.cite else condition.says])
    if version.note:
        screen.para(version.note)


def _cite(knowledge: KnowledgeBase, condition: Condition) -> str:
    if isinstance(condition.cite, Citation):
        return f"{knowledge.name(condition.cite)} {condition.cite.provision}"
    return condition.cite


def _lifters(knowledge: KnowledgeBase, bar: Provision) -> list[str]:
    found = []
    for provision in knowledge.provisions.values():
        lifts = [provision.lifts, *(version.lifts or () for version in provision.versions)]
        if any(bar.id in knowledge.lifted(each) for each in lifts):
            found.append(f"{provision.title} ({provision.id})")
    return sorted(found)


def _named(knowledge: KnowledgeBase, id: str) -> str:
    provision = knowledge.provisions.get(id)
    return f"{provision.title} ({id})" if provision else id


def _checked(checked: Checked | None) -> str:
    if checked is None:
        return ""
    return f"{CHECKED[checked.status].capitalize()}, on {checked.on}; due again on {checked.due}."


def _question_page(screen: Screen, knowledge: KnowledgeBase, id: str) -> None:
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
        if any(name == id for v in provision.versions for c in v.conditions for name, _ in c.tests)
    ]
    if users:
        screen.heading("What turns on it")
        screen.bullets(cited(knowledge, provision) for provision in users)


def _term_page(screen: Screen, knowledge: KnowledgeBase, id: str) -> None:
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
                group.says
                for group in knowledge.groups.values()
                if id in [member if isinstance(member, str) else member.kind for member in group.members]
            ]
            if groups:
                screen.heading("It is among")
                screen.bullets(sorted(groups))


def schema(
    folder: Annotated[Path, typer.Argument(help="Where the schemas go.")] = Path("schemas"),
) -> None:
    """Write a JSON Schema for each kind of file, so that editors can check and complete them.

    For example: gatehouse schema .schemas
    """
    from knowledge.schemas import schemas
    from knowledge.share import write_atomically

    for name, content in schemas().items():
        path = folder / f"{name}.schema.json"
        write_atomically(path, output.dumps(content).encode() + b"\n")
        typer.echo(str(path))
