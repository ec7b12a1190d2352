"""Templates of shares: a share with places to fill, which may be another template with local differences.

A folder of them, in a git repository or not, is all that it takes to pass them on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from knowledge.decode import Document, decode, read_text, refuse_hazards, typed
from knowledge.load import ROOT, SHARES
from knowledge.model import KnowledgeBase, Model
from knowledge.problems import BadInput, Problem, suggestion
from knowledge.share import MAX_BYTES, Share, dump_plain, dump_share, parse_share

SHIPPED = ROOT / SHARES
_PLACE = re.compile(r"\{([a-z][a-z0-9-]*)\}")
_OF_THESE_PARTIES = (
    "reference", "version", "start", "end", "review", "addresses", "registrations", "contacts", "dpo", "guardians",
    "rights_contact", "breach_contact", "signatories", "dpia",
)  # fmt: skip
"""Terms that are true of one agreement only, and are asked for again."""


class Place(Model, frozen=True):
    """Something to fill in."""

    asks: str
    example: str = ""


class ShareTemplate(Model, frozen=True):
    """A share with places; with `of`, only what differs from that template."""

    template: str
    title: str
    share: dict[str, Any]
    says: str = ""
    of: str = ""
    places: dict[str, Place] = {}


Templates = Mapping[str, tuple[ShareTemplate, Path]]


def load_templates(folders: Iterable[Path] = ()) -> Templates:
    """Those that ship and those of the folders, by name; a folder's own comes before one that ships."""
    found: dict[str, tuple[ShareTemplate, Path]] = {}
    for folder in (SHIPPED, *folders):
        if not folder.is_dir():
            raise BadInput([Problem(str(folder), 0, "there is no such folder of templates.")])
        for path in sorted(folder.glob("*.yaml")):
            if folder == SHIPPED or _is_template(path):
                one = read_template(path)
                found[one.template] = (one, path)
    return found


def _is_template(path: Path) -> bool:
    text, problems = read_text(path, str(path), MAX_BYTES)
    return not problems and re.search(r"^template:", text, re.MULTILINE) is not None


def read_template(path: Path) -> ShareTemplate:
    """Read one. Raises `BadInput` with every fault."""
    name = str(path)
    text, problems = read_text(path, name, MAX_BYTES)
    problems = problems or refuse_hazards(text, name)
    if problems:
        raise BadInput(problems)
    document = decode(text, name)
    found = typed(document, ShareTemplate)
    if document.problems or found is None:
        raise BadInput(document.problems)
    return found


def whole(template: ShareTemplate, templates: Templates) -> ShareTemplate:
    """A template with what it takes from those that it is a variant of."""
    seen = [template.template]
    while template.of:
        if template.of in seen or template.of not in templates:
            hint = "itself" if template.of in seen else f"'{template.of}', which there is not"
            near = suggestion(template.of, templates)
            raise BadInput(f"The template '{template.template}' is a variant of {hint}.{near}")
        seen.append(template.of)
        base = templates[template.of][0]
        template = msgspec.structs.replace(
            template,
            of=base.of,
            places={**base.places, **template.places},
            share=_laid_over(base.share, template.share),
        )
    return template


def _laid_over(base: Any, own: Any) -> Any:
    """What differs, laid over what is common: mappings by key, lists of things with an id by that id."""
    if isinstance(base, dict) and isinstance(own, dict):
        return {**base, **{key: _laid_over(base.get(key), value) for key, value in own.items()}}
    if _have_ids(base) and _have_ids(own):
        mine = {one["id"]: one for one in own}
        kept = [_laid_over(one, mine.pop(one["id"], {})) for one in base]
        return [*kept, *mine.values()]
    return own


def _have_ids(value: Any) -> bool:
    return (
        isinstance(value, list | tuple) and bool(value) and all(isinstance(one, dict) and "id" in one for one in value)
    )


def fill(template: ShareTemplate, given: Mapping[str, str], knowledge: KnowledgeBase) -> Share:
    """The share of a whole template with its places filled. Raises `BadInput` for one that is missing or unknown."""
    problems = []
    for name in given:
        if name not in template.places:
            known = f"Its places: {', '.join(template.places)}.{suggestion(name, template.places)}"
            problems.append(f"'{template.template}' has no place '{name}'. {known}")
    for name, place in template.places.items():
        if not given.get(name, "").strip():
            problems.append(f"The place '{name}' is not filled: {place.asks}, such as {name}='{place.example}'.")
    if problems:
        raise BadInput("\n".join(problems))
    filled = _filled(template.share, given)
    return parse_share(Document(template.template, filled), knowledge)


def _filled(value: Any, given: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(part, given) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, given) for part in value]
    if isinstance(value, str):  # in one go, so that what is put in is never searched for places
        return _PLACE.sub(lambda match: given.get(match[1], match[0]), value)
    return value


def template_of(
    share: Share, name: str, title: str, places: Mapping[str, str], knowledge: KnowledgeBase
) -> ShareTemplate:
    """A share as a template. Names of parties become places, and so does each text in `places`.

    Left out: dates, contacts and references; judgements and promises, which each party makes for itself.
    """
    plain: dict[str, Any] = decode(dump_share(share), name).value
    for key in ("as_at", "case"):
        plain.pop(key, None)
    for key in _OF_THESE_PARTIES:
        plain.get("agreement", {}).pop(key, None)
    for holder in (plain, *plain.get("flows", [])):
        answers = holder.get("answers", {})
        holder["answers"] = {id: _bare(raw) for id, raw in answers.items() if knowledge.questions[id].kind == "fact"}
    texts = {text: place for place, text in places.items()}
    texts |= {party.name: party.id for party in share.parties if not any(text in party.name for text in texts)}
    asked = {place: Place(asks=f"In place of ‘{text}’", example=text) for text, place in texts.items()}
    return ShareTemplate(template=name, title=title, places=asked, share=_emptied(plain, texts))


def _bare(raw: Any) -> Any:
    return raw["answer"] if isinstance(raw, dict) else raw


def _emptied(value: Any, texts: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: part if key == "id" else _emptied(part, texts) for key, part in value.items()}
    if isinstance(value, list):
        return [_emptied(part, texts) for part in value]
    if isinstance(value, str):
        for text, place in sorted(texts.items(), key=lambda pair: -len(pair[0])):
            value = value.replace(text, f"{{{place}}}")
    return value


def dump_template(template: ShareTemplate) -> str:
    return dump_plain(msgspec.to_builtins(template, str_keys=True))


def differences(one: Any, other: Any, at: str = "") -> Iterator[tuple[str, str, str]]:
    """Each place where two shares or templates differ, with what either says."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys([*one, *other]):
            yield from differences(one.get(key), other.get(key), f"{at}.{key}" if at else str(key))
    elif _have_ids(one) and _have_ids(other):
        yield from differences({part["id"]: part for part in one}, {part["id"]: part for part in other}, at)
    elif one != other:
        yield at, _said(one), _said(other)


def _said(value: Any) -> str:
    if value in (None, "", [], (), {}):
        return "nothing"
    if isinstance(value, list | tuple):
        return ", ".join(map(_said, value))
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_said(part)}" for key, part in value.items())
    return str(value)
