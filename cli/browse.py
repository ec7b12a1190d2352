"""`gatehouse browse`: search the law by words and by what a share looks like, or the words of a share file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, cast

import typer

from cli import output
from knowledge.load import load
from knowledge.model import NATIONS, KnowledgeBase, Nation, Provision
from knowledge.problems import BadInput, listing, short, suggestion
from knowledge.search import Search

Plain = Annotated[bool, typer.Option("--plain", help="Plain lines for screen readers.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
_STRENGTHS = ("express", "implied", "none", "general")
_SHARE = {"discloser": "bodies", "receiver": "bodies", "purpose": "purposes", "data": "data"}


def browse(
    words: Annotated[
        list[str] | None, typer.Argument(help="Words to look for; all must be found. Or a citation, such as s.115 CDA.")
    ] = None,
    field: Annotated[str, typer.Option(help="A field of law, such as crime or health.")] = "",
    kind: Annotated[str, typer.Option(help="gateway, bar, key, safeguard or caution.")] = "",
    force: Annotated[str, typer.Option(help="permissive or mandatory.")] = "",
    nation: Annotated[str, typer.Option(help="england, wales, scotland or northern-ireland.")] = "",
    discloser: Annotated[
        str, typer.Option(metavar="BODY", help="Only powers that a body of this kind may send under.")
    ] = "",
    receiver: Annotated[
        str, typer.Option(metavar="BODY", help="Only powers under which a body of this kind may receive.")
    ] = "",
    purpose: Annotated[str, typer.Option(help="Only powers that may serve this purpose.")] = "",
    data_kind: Annotated[
        str, typer.Option("--data-kind", metavar="DATA", help="Only powers that may carry this kind of data.")
    ] = "",
    as_at: Annotated[str, typer.Option("--as-at", metavar="DATE", help="Only the law in force on this date.")] = "",
    bodies: Annotated[bool, typer.Option("--bodies", help="List the kinds of body instead.")] = False,
    purposes: Annotated[bool, typer.Option("--purposes", help="List the purposes instead.")] = False,
    data: Annotated[bool, typer.Option("--data", help="List the kinds of data instead.")] = False,
    questions: Annotated[bool, typer.Option("--questions", help="List the questions instead.")] = False,
    json: Json = False,
    plain: Plain = False,
) -> None:
    """Search the law, or the words that a share file may use.

    For example: gatehouse browse safeguarding · gatehouse browse s.115 CDA ·
    gatehouse browse --discloser school --receiver police-force · gatehouse browse --purposes housing
    """
    knowledge = load()
    wanted = [word for word in words or () if word.strip()]
    listed = [name for name, on in (("bodies", bodies), ("purposes", purposes), ("data", data)) if on]
    if listed or questions:
        _words(knowledge, listed[0] if listed else "questions", [word.lower() for word in wanted], json, plain)
        return
    _allowed("--kind", kind, ("gateway", "bar", "key", "safeguard", "caution"))
    _allowed("--field", field, sorted(set(knowledge.fields.values())))
    _allowed("--force", force, ("permissive", "mandatory"))
    _allowed("--nation", nation, NATIONS)
    date = output.date(as_at)
    given = {"discloser": discloser, "receiver": receiver, "purpose": purpose, "data": data_kind}
    known = {fact: _term(knowledge, fact, value) for fact, value in given.items() if value}
    fits = _fits(knowledge, date, known, nation)
    search = Search(knowledge)
    scores = search.scores(wanted) if wanted else None
    found = [
        provision
        for provision in knowledge.provisions.values()
        if (scores is None or provision.id in scores)
        and (fits is None or provision.id in fits)
        and (not known or kind or provision.kind == "gateway")
        and (not kind or provision.kind == kind)
        and (not field or knowledge.fields[provision.id] == field)
        and (not force or (provision.kind == "gateway" and provision.force == force))
        and (not nation or nation in provision.extent)
    ]
    found.sort(key=lambda provision: _rank(knowledge, provision, scores or {}, fits or {}))
    if json:
        typer.echo(output.dumps([_brief(knowledge, provision) for provision in found]))
        return
    from cli.screen import Screen, wants_plain

    screen = Screen(wants_plain(plain))
    screen.list_of_many(
        ("Id", "Kind", "Title", "Law"),
        [(p.id, p.kind, p.title, f"{knowledge.name(p.cite)} {p.cite.provision}" if p.cites else "") for p in found],
        "Add words, --field, --kind or what you know of a share",
    )
    screen.blank()
    if not found and wanted:
        near = search.near(wanted)
        screen.para("Nothing has all of that." + (f" Did you mean '{near}'?" if near else " Try fewer words."))
    screen.para(f"{len(found)} of {len(knowledge.provisions)}. 'gatehouse show ID' tells more of one.", style="dim")


def _allowed(option: str, value: str, allowed: Iterable[str]) -> None:
    allowed = list(allowed)
    if value and value not in allowed:
        raise BadInput(
            f"{option} has no '{short(value)}'. There are: {', '.join(allowed)}.{suggestion(value, allowed)}"
        )


def _term(knowledge: KnowledgeBase, fact: str, value: str) -> str:
    """A term by its id, or by what people call it."""
    of = _SHARE[fact]
    vocabulary = knowledge.vocabularies[of]
    if value in vocabulary:
        return value
    called = value.strip().casefold()
    for id in vocabulary:
        term = vocabulary[id]
        if called in (name.casefold() for name in (term.label, *term.aliases)):
            return id
    option = "--data-kind" if fact == "data" else f"--{fact}"
    near = suggestion(value, vocabulary)
    raise BadInput(f"{option} has no '{short(value)}'.{near or f' There are: {listing(vocabulary)}.'} "
                   f"'gatehouse browse --{of}' lists all {len(vocabulary.terms)}.")  # fmt: skip


def _fits(
    knowledge: KnowledgeBase, date: dt.date | None, known: Mapping[str, str], nation: str
) -> Mapping[str, int] | None:
    """How well each provision fits what is known of a share; None where nothing is."""
    if not known and date is None:
        return None
    from rules.reach import reach

    return reach(knowledge, date or dt.date.today(), known, cast(Nation, nation) if nation else None)


def _rank(
    knowledge: KnowledgeBase, provision: Provision, scores: Mapping[str, int], fits: Mapping[str, int]
) -> tuple[object, ...]:
    """What fits best first; then by field, gateways before all else, and the plainest power first."""
    return (
        -scores.get(provision.id, 0),
        -fits.get(provision.id, 0),
        _STRENGTHS.index(provision.strength) if fits else 0,
        knowledge.fields[provision.id],
        provision.kind != "gateway",
        provision.id,
    )


def _brief(knowledge: KnowledgeBase, provision: Provision) -> dict[str, Any]:
    return {
        "id": provision.id,
        "kind": provision.kind,
        "field": knowledge.fields[provision.id],
        "title": provision.title,
        "force": provision.force if provision.kind == "gateway" else None,
        "cites": [f"{knowledge.name(cite)} {cite.provision}".strip() for cite in provision.cites],
    }


def _words(knowledge: KnowledgeBase, listed: str, wanted: list[str], json: bool, plain: bool) -> None:
    if listed == "questions":
        rows: list[tuple[str, str, str]] = [(id, asked.kind, asked.asks) for id, asked in knowledge.questions.items()]
        names = {row[0]: " ".join(row) for row in rows}
    else:
        vocabulary = knowledge.vocabularies[listed]
        rows = [(id, vocabulary[id].label, vocabulary[id].hint) for id in vocabulary]
        names = {id: " ".join((id, label, hint, *vocabulary[id].aliases)) for id, label, hint in rows}
    rows = [row for row in rows if all(word in names[row[0]].lower() for word in wanted)]
    headings = ("Id", "Kind", "Question") if listed == "questions" else ("Id", "Label", "What it is")
    if json:
        typer.echo(output.dumps([dict(zip(("id", "label", "hint"), row, strict=True)) for row in rows]))
        return
    from cli.screen import Screen, wants_plain

    screen = Screen(wants_plain(plain))
    screen.table(headings, rows)
    screen.blank()
    screen.para(f"{len(rows)} {listed}.", style="dim")
