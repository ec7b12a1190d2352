"""`gatehouse law`: what changed between two dates, and what is to be checked again."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import typer

from cli import output
from cli.screen import Screen, wants_plain
from cli.wording import cite_words, fact_words, list_words, option_words
from knowledge.history import Altered, ConditionChange, Difference, difference
from knowledge.history import due as find_due
from knowledge.load import load, read
from knowledge.model import Condition, KnowledgeBase, Provision
from knowledge.problems import BadInput

Plain = Annotated[bool, typer.Option("--plain", help="Plain lines for screen readers.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]

law = typer.Typer(
    no_args_is_help=True,
    help="What changed in the law between two dates, and what is to be checked again.\n\n"
    "For example: gatehouse law diff 2026-02-04 2026-02-05 · gatehouse law due --by 2027-03-01",
)


@law.command("diff")
def diff(
    since: Annotated[str, typer.Argument(metavar="A", help="The earlier date (YYYY-MM-DD).", show_default=False)],
    to: Annotated[str, typer.Argument(metavar="B", help="The later date (YYYY-MM-DD).", show_default=False)],
    json: Json = False,
    plain: Plain = False,
) -> None:
    """Say which provisions opened, shut or were altered between two dates, and how.

    For example: gatehouse law diff 2026-02-04 2026-02-05
    """
    first, last = output.date(since), output.date(to)
    if first is None or last is None:
        raise BadInput("Two dates are needed. Write YYYY-MM-DD, such as 2026-02-05.")
    if first > last:
        raise BadInput(f"{first} is after {last}. Write the earlier date first.")
    knowledge = load()
    found = difference(knowledge, first, last)
    if json:
        typer.echo(output.dumps(as_json(knowledge, found)))
        return
    _show(Screen(wants_plain(plain)), knowledge, found)


def _show(screen: Screen, knowledge: KnowledgeBase, found: Difference) -> None:
    screen.title(f"The law on {found.since} and on {found.to}")
    screen.para(
        f"{_count(len(found.opened), 'provision')} came into force, {len(found.shut)} went, "
        f"{len(found.altered)} altered. As far as Gatehouse knows the law."
    )
    if found.opened:
        screen.heading("Came into force")
        screen.bullets(
            f"{_named(knowledge, each.provision)}: "
            + (f"from {each.start}" if each.confirmed else f"not before {each.start}; its start is not confirmed")
            for each in found.opened
        )
    if found.shut:
        screen.heading("Went out of force")
        screen.bullets(f"{_named(knowledge, each.provision)}: last day {each.last}" for each in found.shut)
    for altered in found.altered:
        screen.heading(f"Altered from {altered.start}: {_named(knowledge, altered.provision)}")
        screen.bullets(alterations(knowledge, altered))
    if found.groups:
        screen.heading("Who belongs to what")
        for group in found.groups:
            parts = [f"joined: {list_words(knowledge, group.joined)}"] if group.joined else []
            parts += [f"left: {list_words(knowledge, group.left)}"] if group.left else []
            used = f" (named by {', '.join(group.named_by)})" if group.named_by else ""
            screen.bullets([f"{group.group.says}: {'; '.join(parts)}{used}"])


def alterations(knowledge: KnowledgeBase, altered: Altered) -> Iterator[str]:
    """How a provision was altered, a sentence for each alteration."""
    if altered.note:
        yield altered.note.rstrip(".")
    if altered.confirmed:
        yield "Its start is now confirmed" if altered.confirmed[1] else "Its start is not confirmed"
    for pair in (altered.force, altered.strength):
        if pair:
            yield f"Was {_FORCE.get(pair[0], pair[0])}, is now {_FORCE.get(pair[1], pair[1])}"
    for condition in altered.came:
        yield f"New condition: {_says(knowledge, condition)}"
    for condition in altered.went:
        yield f"No longer a condition: {_says(knowledge, condition)}"
    for change in altered.changed:
        yield _changed(knowledge, change)
    if not any(getattr(altered, part) for part in _PARTS):
        yield "It is given anew with the same conditions"
    for words, ids in (("Now also sets aside", altered.lifts_came), ("No longer sets aside", altered.lifts_went)):
        if ids:
            yield f"{words}: {', '.join(_title(knowledge, id) for id in ids)}"
    for words, nations in (("Now extends to", altered.extent_came), ("No longer extends to", altered.extent_went)):
        if nations:
            yield f"{words} {list_words(knowledge, nations)}"


_PARTS = ("note", "confirmed", "force", "strength", "came", "went", "changed", "lifts_came", "lifts_went",
          "extent_came", "extent_went")  # fmt: skip
_FORCE = {"permissive": "a power", "mandatory": "a duty"}


def _says(knowledge: KnowledgeBase, condition: Condition) -> str:
    cite = cite_words(knowledge, condition)
    return f"{condition.says} ({cite})" if cite else condition.says


def _changed(knowledge: KnowledgeBase, change: ConditionChange) -> str:
    text = f"Changed condition: {_says(knowledge, change.new)}"
    if change.old.says != change.new.says:
        text += f". Was: {_says(knowledge, change.old)}"
    elif change.old.cite != change.new.cite:
        text += f". Was in: {cite_words(knowledge, change.old)}"
    for words, pairs in (("Now also counts", change.came), ("No longer counts", change.went)):
        if pairs:
            text += f". {words}: {'; '.join(_pairs(knowledge, pairs))}"
    return text


def _pairs(knowledge: KnowledgeBase, pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    by_fact: dict[str, list[str]] = {}
    for fact, option in pairs:
        by_fact.setdefault(fact, []).append(option_words(knowledge, fact, option))
    for fact, options in by_fact.items():
        yield f"{fact_words(knowledge, fact)}: {', '.join(options)}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _named(knowledge: KnowledgeBase, provision: Provision) -> str:
    cite = f", {knowledge.name(provision.cite)} {provision.cite.provision}".rstrip() if provision.cites else ""
    return f"{provision.title} ({provision.id}{cite})"


def _title(knowledge: KnowledgeBase, id: str) -> str:
    return knowledge.provisions[id].title if id in knowledge.provisions else id


def as_json(knowledge: KnowledgeBase, found: Difference) -> dict[str, Any]:
    """The difference as data; each alteration in words too."""
    return {
        "gatehouse": 1,
        "from": found.since.isoformat(),
        "to": found.to.isoformat(),
        "opened": [
            {**_brief(each.provision), "on": each.start.isoformat(), "confirmed": each.confirmed}
            for each in found.opened
        ],
        "shut": [{**_brief(each.provision), "last_day": each.last.isoformat()} for each in found.shut],
        "altered": [_altered_json(knowledge, each) for each in found.altered],
        "groups": [
            {"id": each.id, "joined": list(each.joined), "left": list(each.left), "named_by": list(each.named_by)}
            for each in found.groups
        ],
    }


def _brief(provision: Provision) -> dict[str, Any]:
    return {"id": provision.id, "kind": provision.kind, "title": provision.title}


def _altered_json(knowledge: KnowledgeBase, altered: Altered) -> dict[str, Any]:
    return {
        **_brief(altered.provision),
        "on": altered.start.isoformat(),
        "conditions": {
            "came": [condition.id for condition in altered.came],
            "went": [condition.id for condition in altered.went],
            "changed": [change.new.id for change in altered.changed],
        },
        "force": list(altered.force) if altered.force else None,
        "strength": list(altered.strength) if altered.strength else None,
        "lifts": {"came": list(altered.lifts_came), "went": list(altered.lifts_went)},
        "extent": {"came": list(altered.extent_came), "went": list(altered.extent_went)},
        "says": list(alterations(knowledge, altered)),
    }


@law.command("due")
def due(
    by: Annotated[str, typer.Option("--by", metavar="DATE", help="Only what is due on this date or before.")] = "",
    json: Json = False,
    plain: Plain = False,
) -> None:
    """List what is to be checked against the law again, by when, how it was checked, and in which file.

    For example: gatehouse law due --by 2027-03-01
    """
    last = output.date(by)
    knowledge, loaded = read()
    if loaded.problems:
        raise BadInput(loaded.problems)
    found = find_due(knowledge, loaded, last)
    if json:
        entries = [
            {
                "due": each.checked.due.isoformat(),
                "id": each.id,
                "parts": list(each.parts),
                "label": each.checked.status,
                "checked_on": each.checked.on.isoformat(),
                "against": list(each.checked.against),
                "file": each.file,
                "line": each.line,
            }
            for each in found
        ]
        typer.echo(output.dumps(entries))
        return
    screen = Screen(wants_plain(plain))
    screen.list_of_many(
        ("Due", "Label", "File", "Conditions"),
        [
            (each.checked.due.isoformat(), each.checked.status, f"{each.file}:{each.line}", ", ".join(each.parts))
            for each in found
        ],
        "Give --by",
    )
    screen.blank()
    late = sum(each.checked.due <= dt.date.today() for each in found)
    until = f" by {last}" if last else ""
    screen.para(f"{_count(len(found), 'check')} due{until}; {late} of them today or before.", style="dim")
    labels = Counter(each.checked.status for each in found)
    if labels:
        screen.para(", ".join(f"{count} {label}" for label, count in labels.most_common()) + ".", style="dim")
