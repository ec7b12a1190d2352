"""`gatehouse template`: shares that travel, with places to fill."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.output import clean
from cli.share_file import load_share
from knowledge.load import load
from knowledge.problems import BadInput, suggestion
from knowledge.share import as_plain, save_share, write_atomically
from knowledge.share_template import (
    ShareTemplate,
    Templates,
    differences,
    dump_template,
    fill,
    load_templates,
    read_template,
    template_of,
    whole,
)

template = typer.Typer(
    no_args_is_help=True,
    help="Begin from a share that others have worked out, or pass yours on.\n\n"
    "For example: gatehouse template list · gatehouse template adopt mash -o share.yaml",
)

Folder = Annotated[
    list[Path] | None,
    typer.Option("--folder", metavar="FOLDER", help="A folder of templates; more are in GATEHOUSE_TEMPLATES."),
]
_CUT = 100


@template.command("list")
def list_templates(folder: Folder = None) -> None:
    """List the templates that ship and those of your own folders.

    For example: gatehouse template list --folder templates
    """
    from cli.screen import Screen, wants_plain

    screen = Screen(wants_plain())
    for name, (one, _) in _templates(folder).items():
        of = f" (a variant of {one.of})" if one.of else ""
        screen.bullets([f"{name}: {one.title}{of}. {one.says}"])


@template.command("adopt")
def adopt(
    name: Annotated[str, typer.Argument(help="A template's name, or its file.", show_default=False)],
    out: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The share file to write.")],
    places: Annotated[
        list[str] | None, typer.Argument(metavar="[PLACE=VALUE]...", help="What to put in its places.")
    ] = None,
    folder: Folder = None,
) -> None:
    """Make a share of a template; in a terminal it asks for the places that are not given.

    For example: gatehouse template adopt mash -o share.yaml area=Exampleshire
    """
    templates = _templates(folder)
    found = whole(_template(name, templates), templates)
    given = _pairs(places or [])
    if sys.stdin.isatty() and sys.stdout.isatty() and not set(given) - set(found.places):
        given = _ask(found, given)
    knowledge = load()
    share = fill(found, given, knowledge)
    if out.exists():
        raise BadInput(clean(f"{out} is there already. Write to another file, or move it away."))
    save_share(share, out)
    typer.echo(clean(f"{found.title}. Written to {out}. Go on with: gatehouse assess {out}"), err=True)


@template.command("save")
def save(
    share: Annotated[Path, typer.Argument(help="A share file.", show_default=False)],
    out: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The template to write (.yaml).")],
    title: Annotated[str, typer.Option("--title", help="What it is for.")] = "",
    place: Annotated[
        list[str] | None, typer.Option("--place", metavar="NAME=TEXT", help="A text of the share to make a place of.")
    ] = None,
) -> None:
    """Make a template of a share. Dates, contacts, judgements and promises are left out; names become places.

    For example: gatehouse template save share.yaml -o templates/visits.yaml --place area=Exampleshire
    """
    knowledge = load()
    proposal = load_share(share, knowledge)
    places = _pairs(place or [])
    text = str(as_plain(proposal))
    for name, said in places.items():
        if not said or said not in text:
            raise BadInput(clean(f"--place {name}: the share does not hold the text '{said}'."))
        if not name.replace("-", "").isalnum() or not name[0].isalpha() or name != name.lower():
            raise BadInput(clean(f"--place '{name}': name a place with small letters, digits and hyphens."))
    if out.suffix != ".yaml":
        raise BadInput(clean(f"{out}: let the name of a template end in .yaml."))
    found = template_of(proposal, out.stem, title or proposal.title or out.stem, places, knowledge)
    write_atomically(out, dump_template(found).encode())
    typer.echo(clean(f"Places to fill: {', '.join(found.places)}. Written to {out}"), err=True)


@template.command("compare")
def compare(
    one: Annotated[str, typer.Argument(help="A template's name, or a file.", show_default=False)],
    other: Annotated[str, typer.Argument(help="Another, or a share file.", show_default=False)],
    folder: Folder = None,
) -> None:
    """Show where two templates, or a template and a share, differ.

    For example: gatehouse template compare mash mash-region
    """
    from cli.screen import Screen, wants_plain

    templates = _templates(folder)
    left, right = (_share_of(name, templates) for name in (one, other))
    screen = Screen(wants_plain())
    rows = [(at, _cut(before), _cut(after)) for at, before, after in differences(left, right)]
    if not rows:
        screen.para("They do not differ.")
        return
    screen.table(["Where", one, other], rows)


def _templates(folders: list[Path] | None) -> Templates:
    named = os.environ.get("GATEHOUSE_TEMPLATES", "")
    return load_templates([*map(Path, filter(None, named.split(os.pathsep))), *(folders or ())])


def _template(name: str, templates: Templates) -> ShareTemplate:
    if name in templates:
        return templates[name][0]
    path = Path(name)
    if path.suffix == ".yaml" and path.exists():
        return read_template(path)
    known = f"There are: {', '.join(templates)}.{suggestion(name, templates)}"
    raise BadInput(clean(f"No template is called '{name}'. {known}"))


def _share_of(name: str, templates: Templates) -> dict[str, Any]:
    """The share of a template, or a share file's own."""
    path = Path(name)
    if name not in templates and path.exists() and "\ntemplate:" not in f"\n{path.read_text(errors='replace')}":
        return {key: value for key, value in as_plain(load_share(path, load())).items() if key != "gatehouse"}
    share = whole(_template(name, templates), templates).share
    return {key: value for key, value in share.items() if key != "gatehouse"}


def _pairs(texts: list[str]) -> dict[str, str]:
    found = {}
    for text in texts:
        name, mark, value = text.partition("=")
        if not mark:
            raise BadInput(clean(f"'{text}' fills no place. Write place=value, such as area=Exampleshire."))
        found[name] = value
    return found


def _ask(found: ShareTemplate, given: Mapping[str, str]) -> dict[str, str]:
    from cli.prompts import Prompt, prompter
    from cli.screen import Screen, wants_plain

    filled, prompts = dict(given), prompter(Screen(wants_plain()))
    for name, place in found.places.items():
        if not filled.get(name):
            prompt = Prompt(f"{place.asks}?", help=f"Such as {place.example}.", free=True, commands=False)
            reply = prompts.ask(prompt)
            filled[name] = reply[0] if isinstance(reply, tuple) and reply else ""
    return filled


def _cut(said: str) -> str:
    return said if len(said) <= _CUT else f"{said[:_CUT]}…"
