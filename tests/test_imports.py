"""Imports point one way: cli → rules → knowledge → YAML; each library stands where it belongs."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {"knowledge": {"knowledge"}, "rules": {"knowledge", "rules"}, "cli": {"knowledge", "rules", "cli"}}
ONLY_IN = {
    "durable": ["rules/engine.py"],
    "psycopg": ["knowledge/classes.py"],
    "yaml": ["knowledge/decode.py", "knowledge/share.py"],
    "questionary": ["cli/"], "prompt_toolkit": ["cli/"], "rich": ["cli/"], "typer": ["cli/"],
    "jinja2": ["cli/"], "docxtpl": ["cli/"], "docx": ["cli/"], "typst": ["cli/"],
}  # fmt: skip
FILES = [path for folder in MAY_IMPORT for path in sorted((ROOT / folder).rglob("*.py"))]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_point_one_way(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    for node in ast.walk(ast.parse(path.read_text())):
        modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            modules = [node.module]
        for module in modules:
            top = module.split(".")[0]
            assert top not in MAY_IMPORT or top in MAY_IMPORT[name.split("/")[0]], f"{name} imports {module}"
            assert all(name.startswith(place) for place in [ONLY_IN.get(top, [name])[0]]) or name in ONLY_IN[top]
