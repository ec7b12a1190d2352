"""`gatehouse docs`: every page is there, every link leads somewhere, and a real browser finds no barrier in it."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from cli.site import Site
from knowledge.case import load_cases
from knowledge.load import read
from knowledge.model import KnowledgeBase
from tests.command import gatehouse

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
browser_only = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")


@pytest.fixture(scope="session")
def site(knowledge: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    for name, text in Site(knowledge, read()[1], dt.date(2026, 11, 22)).files():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


# What is written


@dataclass
class Read(HTMLParser):
    """What a page links to, loads and is headed by."""

    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    tags: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags[tag] += 1
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "a":
            self.links.append(values["href"])
        elif "src" in values or (tag == "link" and "href" in values):
            self.loads.append(values.get("src") or values["href"])
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, Read]:
    found = {}
    for path in site.rglob("*.html"):
        read = Read()
        read.feed(path.read_text(encoding="utf-8"))
        found[path.relative_to(site).as_posix()] = read
    return found


def test_each_provision_instrument_and_case_has_a_page(knowledge: KnowledgeBase, pages: dict[str, Read]) -> None:
    wanted = {f"provisions/{id}.html" for id in knowledge.provisions}
    wanted |= {f"instruments/{id}.html" for id in knowledge.instruments}
    wanted |= {f"fields/{name}.html" for name in knowledge.fields.values()}
    wanted |= {f"casebook/{case.id.replace('/', '-')}.html" for case in load_cases(knowledge)}
    assert wanted <= set(pages)


def test_every_link_within_the_site_leads_somewhere(site: Path, pages: dict[str, Read]) -> None:
    lost = []
    for name, page in pages.items():
        for link in (*page.links, *page.loads):
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme in ("https", "http"), link
                continue
            target = (site / name).parent / unquote(parts.path) if parts.path else site / name
            place = target.resolve().relative_to(site.resolve()).as_posix()
            if not target.is_file() or (parts.fragment and parts.fragment not in pages[place].ids):
                lost.append((name, link))
    assert lost == []


def test_every_page_is_reached_from_the_first(site: Path, pages: dict[str, Read]) -> None:
    seen = {"index.html"}
    todo = ["index.html"]
    while todo:
        name = todo.pop()
        for link in pages[name].links:
            parts = urlsplit(link)
            if parts.path and not parts.scheme:
                place = ((site / name).parent / unquote(parts.path)).resolve().relative_to(site.resolve()).as_posix()
                if place not in seen:
                    seen.add(place)
                    todo.append(place)
    assert set(pages) == seen


def test_nothing_is_loaded_from_elsewhere(pages: dict[str, Read]) -> None:
    assert {
        load for page in pages.values() for load in page.loads if urlsplit(load).scheme or load[:2] == "//"
    } == set()


def test_pages_have_one_title_headings_in_order_and_each_id_once(pages: dict[str, Read]) -> None:
    for name, page in pages.items():
        assert page.headings[:1] == [1], name
        assert page.headings.count(1) == 1, name
        assert all(b - a <= 1 for a, b in zip(page.headings, page.headings[1:], strict=False)), name
        assert [id for id, times in Counter(page.ids).items() if times > 1] == [], name
        assert (page.tags["main"], page.tags["header"], page.tags["footer"]) == (1, 1, 1), name


def test_everything_searched_for_is_a_page_or_a_place_in_one(site: Path, pages: dict[str, Read]) -> None:
    text = (site / "search-index.js").read_text()
    index = json.loads(text.removeprefix("const GATEHOUSE = ").rstrip(";\n"))
    assert len(index) > 500
    for entry in index:
        page, _, place = entry["u"].partition("#")
        assert page in pages
        assert not place or place in pages[page].ids


# The command


def test_the_site_is_written_anew_over_itself_and_over_nothing_else(site: Path, tmp_path: Path) -> None:
    (tmp_path / "site/provisions").mkdir(parents=True)
    (tmp_path / "site/provisions/stale.html").write_text("old")
    shutil.copy(site / "gatehouse-site.json", tmp_path / "site")
    ran = gatehouse("docs", "site", cwd=tmp_path)
    assert (ran.code, ran.out) == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    written = {path.relative_to(tmp_path / "site") for path in (tmp_path / "site").rglob("*")}
    assert written == {path.relative_to(site) for path in site.rglob("*")}


def test_a_folder_that_holds_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("dear")
    (tmp_path / "file").write_text("x")
    for name in ("mine", "file", "file/below"):
        ran = gatehouse("docs", name, cwd=tmp_path)
        assert (ran.code, ran.out) == (2, ""), name
        assert "Traceback" not in ran.err
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "letter.txt", "mine"]


# A real browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


SEEN = [
    "index.html", "fields/crime.html", "provisions/cda-1998-s115.html", "provisions/gdpr-art-9.html",
    "provisions/dpia.html", "instruments.html", "instruments/cda-1998.html", "vocabulary.html", "groups.html",
    "questions.html", "glossary.html", "casebook.html", "casebook/demo.html", "changes.html", "decides.html",
    "coverage.html", "researched.html",
]  # fmt: skip


LESS = """() => {
  for (const body of document.querySelectorAll("tbody"))
    for (const row of [...body.rows].slice(8)) row.remove();
  for (const part of [...document.getElementById("main").children].slice(40)) part.remove();
}"""
"""What is left of a long page, whose rows and parts are all alike."""


@browser_only
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_puts_up_a_barrier(browser: Any, site: Path, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = browser.new_page(color_scheme=scheme)
    found = {}
    for name in SEEN if scheme == "light" else SEEN[:3]:
        page.goto((site / name).as_uri())
        page.evaluate(LESS)
        ran = axe.run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
        faults = [(fault["id"], fault["nodes"][0]["html"][:120]) for fault in ran.response["violations"]]
        assert ran.response["passes"]
        if faults:
            found[name] = faults
    page.close()
    assert found == {}


@browser_only
def test_what_is_typed_is_found_with_the_keyboard_alone_and_nothing_leaves_the_folder(browser: Any, site: Path) -> None:
    page = browser.new_page()
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto((site / "index.html").as_uri())
    assert not page.is_visible("#unsearched")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "words"
    page.keyboard.type("section 115 crime")
    page.keyboard.press("Enter")
    page.wait_for_function("document.getElementById('found').textContent.includes('found')")
    links = page.eval_on_selector_all("#results a", "all => all.map(one => one.getAttribute('href'))")
    assert links[0] in ("provisions/cda-1998-s115.html", "provisions/cda-1998-s115-acting-for.html")
    page.click("#results a")
    page.wait_for_selector("h1")
    assert "provisions/" in page.url
    page.goto((site / "index.html").as_uri() + "?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E+zzz")
    assert "Nothing has all" in page.text_content("#found")
    page.close()
    assert faults == []
    assert {urlsplit(url).scheme for url in asked} == {"file"}


@browser_only
def test_without_a_script_the_lists_are_there_and_the_search_is_not(browser: Any, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    assert not page.is_visible("#search")
    assert page.is_visible("#unsearched")
    page.click("text=Crime")
    assert page.url.endswith("fields/crime.html")
    context.close()


@browser_only
@pytest.mark.parametrize("name", ["index.html", "provisions/cda-1998-s115.html", "changes.html", "coverage.html"])
def test_nothing_runs_off_a_narrow_screen_and_print_has_no_menu(browser: Any, site: Path, name: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto((site / name).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.emulate_media(media="print")
    assert not page.is_visible("header nav")
    assert page.is_visible("h1")
    page.close()
