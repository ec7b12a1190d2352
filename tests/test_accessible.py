"""Papers for everybody: pages without a fault that axe finds in a real browser, PDFs with tags."""

from __future__ import annotations

import html as markup
import importlib.util
import io
import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cli.render import html, pdf
from knowledge.model import KnowledgeBase
from knowledge.share import load_share
from rules.agreement import draft, draft_annex
from rules.determine import Determiner
from rules.document import Agreement
from tests.test_agreement import decided

DEMO = Path(__file__).parent.parent / "knowledge" / "casebook" / "demo.yaml"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
RUN = """
<pre id="found"></pre>
<script>%s</script>
<script>
axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(found => {
  document.getElementById("found").textContent = JSON.stringify(
    {passes: found.passes.length,
     violations: found.violations.map(one => [one.id, one.nodes.length, one.nodes[0].html])}
  );
});
</script>
"""


@pytest.fixture(scope="module")
def papers(knowledge: KnowledgeBase, determiner: Determiner) -> dict[str, Agreement]:
    determination = decided(determiner, load_share(DEMO, knowledge))
    annexes = {one.id: one for one in knowledge.annexes}
    found = {id: draft_annex(determination, annexes[id]) for id in ("privacy-notice", "dpia", "processing-record")}
    return {"agreement": draft(determination), **found}


def axe(page: str, folder: Path) -> dict[str, Any]:
    """What axe says of a page in a browser without a window."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip("no Chromium to open a page in")
    spec = importlib.util.find_spec("axe_core_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-core-python, which brings axe, is not installed")
    script = (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    path = folder / "page.html"
    path.write_text(page.replace("</body>", RUN % script + "</body>"))
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "--virtual-time-budget=20000",
               f"--user-data-dir={folder / 'profile'}", path.as_uri()]  # fmt: skip
    shown = subprocess.run(command, capture_output=True, timeout=120, check=False).stdout.decode()
    found = re.search(r'<pre id="found">(.+?)</pre>', shown, re.DOTALL)
    if not found:
        pytest.skip("the browser here cannot run a page")
    return dict(json.loads(markup.unescape(found[1])))


@pytest.mark.parametrize("name", ["agreement", "privacy-notice", "dpia", "processing-record"])
def test_axe_finds_nothing_wrong_with_a_page(papers: dict[str, Agreement], tmp_path: Path, name: str) -> None:
    found = axe(html(papers[name]).decode(), tmp_path)
    assert found["passes"] > 10
    assert [one for one in found["violations"] if 'id="found"' not in one[2]] == []


def test_axe_would_find_a_fault(papers: dict[str, Agreement], tmp_path: Path) -> None:
    page = html(papers["privacy-notice"]).decode().replace("<main", '<img src="x.png"><main')
    assert "image-alt" in {one[0] for one in axe(page, tmp_path)["violations"]}


@pytest.mark.parametrize("name", ["agreement", "privacy-notice"])
def test_a_pdf_has_the_tags_that_a_screen_reader_needs(papers: dict[str, Agreement], name: str) -> None:
    pypdf = pytest.importorskip("pypdf")
    reader = pypdf.PdfReader(io.BytesIO(pdf(papers[name])))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()  # it declares PDF/UA
    tags = Counter(tags_of(root["/StructTreeRoot"]))
    paper = papers[name]
    assert tags["/H1"] + tags["/H2"] >= len(paper.sections)
    assert tags["/Table"] >= 1
    assert tags["/TH"] >= 1 or name != "agreement"
    assert tags["/TR"] >= tags["/Table"]
    assert {"/P", "/TD", "/L", "/LI"} <= set(tags)
    assert "/Figure" not in tags


def tags_of(node: Any) -> list[str]:
    """The tags of a structure tree, from the top down."""
    found: list[str] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        one = one.get_object() if hasattr(one, "get_object") else one
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            if "/S" in one:
                found.append(str(one["/S"]))
            if "/K" in one:
                waiting.append(one["/K"])
    return found
