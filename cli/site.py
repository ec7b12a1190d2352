"""`gatehouse docs`: the whole of the law as a static site. Pages as data and templates as words; no law here."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import output
from cli.changes import alterations
from cli.page import Link, Pages
from cli.wording import CHECKED, cite_words, group_words, list_words
from knowledge.case import CaseFile, load_cases, load_concepts
from knowledge.check import check as find_problems
from knowledge.history import difference, turning_days
from knowledge.load import VOCABULARIES, Loaded, read
from knowledge.model import KnowledgeBase, Provision
from knowledge.problems import BadInput
from knowledge.recognise import tokens
from knowledge.researched import Researched, researched
from knowledge.resolve import questions_behind
from knowledge.scenarios import OPENS, Proof, proofs
from rules.decide import LABELS

TEMPLATES = "knowledge/templates/site"
MARK = "gatehouse-site.json"  # says that a folder holds a site of ours, which may be written anew
_KIND_WORDS = {"gateway": "Gateways", "bar": "Bars", "key": "Keys", "safeguard": "Safeguards", "caution": "Cautions"}


def docs(
    folder: Annotated[Path, typer.Argument(help="Where the site goes; a new or an empty folder.", show_default=False)],
) -> None:
    """Write the whole of the law as a site that needs no server: open index.html in it.

    For example: gatehouse docs site
    """
    _usable(folder)
    knowledge, loaded = read()
    problems = find_problems(knowledge, loaded)
    if problems:
        raise BadInput(problems)
    site = Site(knowledge, loaded, dt.date.today())
    files = dict(site.files())
    _write(folder, files)
    typer.echo(f"{folder / 'index.html'}: {len(files)} files.", err=True)


def _usable(folder: Path) -> None:
    in_the_way = next((part for part in (folder, *folder.parents) if part.exists()), folder)
    if in_the_way.exists() and not in_the_way.is_dir():
        raise BadInput(f"{in_the_way} is a file. Name a folder. Nothing was written.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise BadInput(f"{folder} holds other files. Name a new or an empty folder. Nothing was written.")


def _write(folder: Path, files: dict[str, str]) -> None:
    """Write a site beside the folder and put it in its place, so that nobody reads half of one."""
    made: Path | None = None
    try:
        folder = folder.resolve()
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
        for name, text in files.items():
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        made.chmod(0o755)
        if folder.is_dir():
            old = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-old."))
            folder.replace(old / "site")
            made.replace(folder)
            shutil.rmtree(old, ignore_errors=True)
        else:
            made.replace(folder)
    except OSError as error:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
        raise BadInput(f"{folder} cannot be written: {error.strerror}. Nothing was changed.") from None


class Site:
    """Every page of the site: its address within it, and its text."""

    def __init__(self, knowledge: KnowledgeBase, loaded: Loaded, today: dt.date) -> None:
        from jinja2 import FileSystemLoader, StrictUndefined
        from jinja2.sandbox import SandboxedEnvironment

        self.knowledge = knowledge
        self.loaded = loaded
        self.today = today
        self.cases = load_cases(knowledge)
        self.pages = Pages(knowledge, today, self.cases)
        self.proofs = proofs(knowledge.root)
        self.folder = knowledge.root / TEMPLATES
        self.templates = SandboxedEnvironment(
            loader=FileSystemLoader(self.folder), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self.templates.filters["clean"] = output.clean
        self.templates.filters["words"] = field_words

    def files(self) -> Iterator[tuple[str, str]]:
        """Each file of the site, by its place in it."""
        yield from self._law()
        yield from self._words()
        yield from self._casebook()
        yield "changes.html", self._render("changes", "changes.html", days=list(self._changes()))
        yield "coverage.html", self._render("coverage", "coverage.html", **self._coverage())
        yield "researched.html", self._render("researched", "researched.html", parts=self._researched())
        yield "decides.html", self._render("decides", "decides.html")
        for name in ("site.css", "search.js"):
            yield name, (self.folder / name).read_text(encoding="utf-8")
        yield "search-index.js", f"const GATEHOUSE = {_script(self._index())};\n"
        yield MARK, json.dumps({"gatehouse": 1, "knowledge": self.knowledge.digest, "on": self.today.isoformat()})

    def _render(self, template: str, path: str, **values: Any) -> str:
        root = "../" * path.count("/")
        return self.templates.get_template(f"{template}.html.j2").render(
            root=root, path=path, link=lambda to: self._address(root, to), knowledge=self.knowledge, today=self.today,
            digest=self.knowledge.digest[7:15], **values,
        )  # fmt: skip

    def _address(self, root: str, to: str) -> str:
        """Where a provision, a word or an address leads; nothing where it leads nowhere."""
        if to.startswith("https://"):
            return to
        place = self._places.get(to)
        return f"{root}{place}" if place else ""

    @cached_property
    def _places(self) -> dict[str, str]:
        """The page, or the part of a page, of every id. What is asked for first comes last, and wins."""
        knowledge = self.knowledge
        found = {id: f"instruments/{id}.html" for id in knowledge.instruments}
        found |= {f"instrument {id}": place for id, place in found.items()}
        for name in VOCABULARIES:
            found |= {id: f"vocabulary.html#{name}-{id}" for id in knowledge.vocabularies[name]}
        found |= {id: f"groups.html#{id}" for id in knowledge.groups}
        found |= {id: f"questions.html#{id}" for id in knowledge.questions}
        found |= {f"term {term}": f"glossary.html#{anchor(term)}" for term in knowledge.glossary}
        found |= {f"case {case.id}": f"casebook/{_flat(case.id)}.html" for case in self.cases}
        for provision in sorted(knowledge.provisions.values(), key=lambda p: p.id, reverse=True):
            if provision.part_of:
                found[provision.part_of] = f"provisions/{provision.id}.html"
        return found | {id: f"provisions/{id}.html" for id in knowledge.provisions}

    # The law

    def _law(self) -> Iterator[tuple[str, str]]:
        fields: dict[str, list[Provision]] = {}
        for provision in sorted(self.knowledge.provisions.values(), key=_by_kind):
            fields.setdefault(self.knowledge.fields[provision.id], []).append(provision)
        counted = [(field, len(entries), Counter(p.kind for p in entries)) for field, entries in sorted(fields.items())]
        yield "index.html", self._render("index", "index.html", fields=counted, kinds=_KIND_WORDS)
        for field, entries in fields.items():
            path = f"fields/{field}.html"
            parts = [(words, [p for p in entries if p.kind == kind]) for kind, words in _KIND_WORDS.items()]
            yield path, self._render("field", path, field=field, parts=[part for part in parts if part[1]], law=_law)
        for provision in self.knowledge.provisions.values():
            path = f"provisions/{provision.id}.html"
            page = self.pages.page(provision)
            proved = self.proofs.get(provision.id, ())
            yield path, self._render("provision", path, page=page, proofs=proved, labels=CHECKED)
        yield from self._instruments()

    def _instruments(self) -> Iterator[tuple[str, str]]:
        resting: dict[str, list[Provision]] = {}
        for provision in sorted(self.knowledge.provisions.values(), key=lambda p: p.id):
            for id in dict.fromkeys(cite.instrument for cite in provision.cites):
                resting.setdefault(id, []).append(provision)
        instruments = sorted(self.knowledge.instruments.values(), key=lambda instrument: instrument.name)
        listed = [(instrument, len(resting.get(instrument.id, ()))) for instrument in instruments]
        yield "instruments.html", self._render("instruments", "instruments.html", instruments=listed)
        for instrument in instruments:
            path = f"instruments/{instrument.id}.html"
            entries = [(p, self._cited(p, instrument.id)) for p in resting.get(instrument.id, ())]
            yield path, self._render("instrument", path, instrument=instrument, entries=entries)

    def _cited(self, provision: Provision, instrument: str) -> str:
        return ", ".join(cite.provision for cite in provision.cites if cite.instrument == instrument)

    # Words

    def _words(self) -> Iterator[tuple[str, str]]:
        knowledge = self.knowledge
        vocabularies = [(name, knowledge.vocabularies[name]) for name in VOCABULARIES]
        yield "vocabulary.html", self._render("vocabulary", "vocabulary.html", vocabularies=vocabularies)
        users: dict[str, list[Link]] = {}
        asked: dict[str, list[Link]] = {}
        for provision in sorted(knowledge.provisions.values(), key=lambda p: p.id):
            conditions = [c for version in provision.versions for c in version.conditions]
            link = Link(provision.title, provision.id)
            for option in {option for c in conditions for _, options in c.tests for option in options}:
                if option in knowledge.groups:
                    users.setdefault(option, []).append(link)
            for question in set().union(*(questions_behind(knowledge, condition) for condition in conditions)):
                asked.setdefault(question, []).append(link)
        groups = [
            (id, group, group_words(knowledge, group), users.get(id, ()))
            for id, group in sorted(knowledge.groups.items(), key=lambda entry: entry[1].says.lower())
        ]
        yield "groups.html", self._render("groups", "groups.html", groups=groups)
        questions = [(id, asked_, asked.get(id, ())) for id, asked_ in sorted(knowledge.questions.items())]
        yield "questions.html", self._render("questions", "questions.html", questions=questions)
        terms = [(term, entry, anchor(term)) for term, entry in sorted(knowledge.glossary.items(), key=_alphabetical)]
        yield "glossary.html", self._render("glossary", "glossary.html", terms=terms, anchor=anchor)

    # Cases, changes, coverage

    def _casebook(self) -> Iterator[tuple[str, str]]:
        concepts = load_concepts(self.knowledge) if self.cases else {}
        sectors: dict[str, list[CaseFile]] = {}
        for case in self.cases:
            sectors.setdefault(case.case.sector, []).append(case)
        yield "casebook.html", self._render("casebook", "casebook.html", sectors=sorted(sectors.items()))
        for case in self.cases:
            path = f"casebook/{_flat(case.id)}.html"
            yield path, self._render("case", path, case=case.case, file=case, share=case.share, concepts=concepts)

    def _changes(self) -> Iterator[dict[str, Any]]:
        """Each day on which the law changed, the latest first."""
        day = dt.timedelta(days=1)
        for date in turning_days(self.knowledge):
            found = difference(self.knowledge, date - day, date)
            altered = [(each.provision, list(alterations(self.knowledge, each))) for each in found.altered]
            groups = [
                (each, list_words(self.knowledge, each.joined), list_words(self.knowledge, each.left))
                for each in found.groups
            ]
            yield {"date": date, "found": found, "altered": altered, "groups": groups}

    def _coverage(self) -> dict[str, Any]:
        """For each provision how it was checked, what opens it, and for each condition what shuts it."""
        rows = []
        total: Counter[str] = Counter()
        for provision in sorted(self.knowledge.provisions.values(), key=lambda p: (self.knowledge.fields[p.id], p.id)):
            labels: Counter[str] = Counter()
            dates = [provision.checked.due] if provision.checked else []
            for version in provision.versions:
                for condition in version.conditions:
                    checked = condition.checked or version.checked or provision.checked
                    labels[checked.status if checked else "memory"] += 1
                    dates += [checked.due] if checked else []
            total.update(labels)
            proved = self.proofs.get(provision.id, ())
            opening = self._opening(proved)
            rows.append(
                {
                    "provision": provision, "field": self.knowledge.fields[provision.id], "labels": labels,
                    "due": min(dates, default=None), "opening": opening, "shutting": self._shutting(provision, proved),
                }
            )  # fmt: skip
        return {"rows": rows, "total": total, "labels": LABELS, "words": CHECKED}

    def _researched(self) -> dict[str, list[tuple[Researched, list[tuple[str, str]]]]]:
        """For each part each piece of law, what it became, and the scenario that opens each of those."""
        found: dict[str, list[tuple[Researched, list[tuple[str, str]]]]] = {}
        for entry in researched(self.loaded).values():
            became = [(id, self._opening(self.proofs.get(id, ()))) for id in entry.encoded]
            found.setdefault(entry.part, []).append((entry, became))
        return found

    def _opening(self, proved: Sequence[Proof]) -> str:
        return next((proof.name for proof in proved if proof.expects in OPENS), "")

    def _shutting(self, provision: Provision, proved: Sequence[Proof]) -> list[tuple[str, str, str]]:
        """Each condition, where the law says so, and a scenario in which it is the one that is not met."""
        found = {}
        for version in provision.versions:
            for condition in version.conditions:
                names = [proof.name for proof in proved if proof.because.get(condition.id) == "not_met"]
                found[condition.id] = (condition.says, cite_words(self.knowledge, condition), names[0] if names else "")
        return list(found.values())

    # Search

    def _index(self) -> list[dict[str, str]]:
        """What the search knows of each page: title, address, kind, and the other words for it."""
        knowledge = self.knowledge
        found = []
        for provision in knowledge.provisions.values():
            law = [knowledge.instruments.get(cite.instrument) for cite in provision.cites]
            words = [provision.id, provision.plain, *(cite.provision for cite in provision.cites)]
            words += [word for each in law if each for word in (each.name, *each.aliases)]
            found.append(
                _entry(provision.title, self._places[provision.id], provision.kind, _law(knowledge, provision), words)
            )
        for id, instrument in knowledge.instruments.items():
            place = self._places[f"instrument {id}"]
            found.append(_entry(instrument.name, place, "law", instrument.number, [id, *instrument.aliases]))
        for name, kind in (("bodies", "body"), ("purposes", "purpose"), ("data", "kind of data")):
            for id in knowledge.vocabularies[name]:
                term = knowledge.vocabularies[name][id]
                place = f"vocabulary.html#{name}-{id}"
                found.append(_entry(term.label, place, kind, term.hint, [id, *term.aliases]))
        for word, entry in knowledge.glossary.items():
            found.append(_entry(word, self._places[f"term {word}"], "word", entry.says, []))
        for id, question in knowledge.questions.items():
            found.append(_entry(question.asks, f"questions.html#{id}", "question", question.title, [id]))
        for case in self.cases:
            found.append(_entry(case.case.title, self._places[f"case {case.id}"], "case", "", [case.case.sector]))
        return found


def _entry(title: str, place: str, kind: str, law: str, words: list[str]) -> dict[str, str]:
    known = set(tokens(f"{title} {law}"))
    others = sorted({word for text in words for word in tokens(text) if len(word) > 1} - known)
    return {"t": title, "u": place, "k": kind, "l": law, "w": " ".join(others)}


def _script(value: Any) -> str:
    """A value as JSON that may stand in a script: no text of it can end the script."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")


def _law(knowledge: KnowledgeBase, provision: Provision) -> str:
    return f"{knowledge.name(provision.cite)} {provision.cite.provision}".strip() if provision.cites else ""


def _by_kind(provision: Provision) -> tuple[int, str]:
    return list(_KIND_WORDS).index(provision.kind), provision.title.lower()


def _alphabetical(entry: tuple[str, Any]) -> str:
    return entry[0].lower()


def field_words(id: str) -> str:
    """A field, a sector or a verdict in words.

    >>> field_words("data-protection"), field_words("dea")
    ('Data protection', 'DEA')
    """
    return id.upper() if len(id) <= 3 else id.replace("-", " ").capitalize()


def _flat(id: str) -> str:
    return id.replace("/", "-")


def anchor(term: str) -> str:
    """A term as the name of a place in a page.

    >>> anchor("Caldicott guardian")
    'caldicott-guardian'
    """
    return "-".join(tokens(term))
