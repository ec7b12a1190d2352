"""Each broken file gives the message in its own head, exactly, and no other.

A case in `tests/broken` is a file, or a folder of files as they would stand in the knowledge base. It is put over
the small sound base beside it. Every line `# expect: …` at the head of a file is a message that it must give; the
first names the place of a file that stands alone. To add an error, add a file.
"""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from knowledge.check import check
from knowledge.load import load, read
from knowledge.problems import BadInput

FOLDER = Path(__file__).parent / "broken"
BASE = FOLDER / "base"
CASES = sorted(path for path in FOLDER.iterdir() if path != BASE)
MARK = "# expect: "


def expected(path: Path) -> list[str]:
    lines = path.read_bytes().decode(errors="replace").split("\n")
    return [line.removeprefix(MARK) for line in lines if line.startswith(MARK)]


def files_of(case: Path) -> dict[Path, Path]:
    """The files of a case, by the place in the knowledge base where each belongs."""
    if case.is_dir():
        return {path.relative_to(case): path for path in sorted(case.rglob("*.yaml"))}
    return {Path(expected(case)[0].partition(".yaml:")[0] + ".yaml"): case}


def base_with(case: Path, folder: Path) -> Path:
    root = folder / "knowledge-base"
    shutil.copytree(BASE, root)
    for place, path in files_of(case).items():
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, root / place)
    return root


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem.replace("-", " "))
def test_the_message_is_the_one_in_the_files_own_head(case: Path, tmp_path: Path) -> None:
    found = [str(problem) for problem in check(*read(base_with(case, tmp_path)))]
    assert Counter(found) == Counter(message for path in files_of(case).values() for message in expected(path))
    assert found  # a case with nothing wrong would show nothing


def test_the_base_itself_is_sound(tmp_path: Path) -> None:
    root = tmp_path / "knowledge-base"
    shutil.copytree(BASE, root)
    assert check(*read(root)) == []


def test_nothing_is_decided_by_half_a_law(tmp_path: Path) -> None:
    case = FOLDER / "condition-with-an-unknown-key.yaml"
    with pytest.raises(BadInput) as error:
        load(base_with(case, tmp_path))
    assert [str(problem) for problem in error.value.problems] == expected(case)


def test_problems_come_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    found = check(*read(base_with(FOLDER / "faults-in-several-files", tmp_path)))
    assert [(problem.file, problem.line) for problem in found] == sorted((p.file, p.line) for p in found)
    assert len({problem.file for problem in found}) == 4
