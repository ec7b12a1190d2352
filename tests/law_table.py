"""The table of researched law in gateways/COVERAGE.md: `python -m tests.law_table` writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from knowledge.load import Loaded, read
from knowledge.model import KnowledgeBase, Provision
from knowledge.researched import Researched, researched
from knowledge.scenarios import OPENS
from rules.decide import LABELS
from rules.witness import Witnesses
from tests.scenarios import Scenario, scenarios

FILE = Path(__file__).parent.parent / "gateways" / "COVERAGE.md"
HEAD = """# The law that was researched, and what became of it

Made by `python -m tests.law_table`; a test keeps it true.

For each piece of law:
- the provisions that it became, or that it was merged into;
- how they were checked: the weakest label of any condition;
- the scenario in `tests/scenarios` that opens each;
- how many conditions are shown to shut it alone: all others met and that one refuted, by a share found by search and
  decided by the engine (`tests/test_each_condition.py`). A condition that follows from the others never decides alone;
- the day on which each version of it starts, and its last day where one is written. On each of those days, on the day
  before and on the day after the last, such a share is decided as the file then says (`tests/test_each_date.py`).

"""


def page(knowledge: KnowledgeBase, loaded: Loaded, witnesses: Witnesses) -> str:
    """The whole file."""
    entries = researched(loaded)
    opening = _opening(knowledge, list(scenarios()))
    alone = {id: _alone(witnesses, provision) for id, provision in knowledge.provisions.items()}
    parts = dict.fromkeys(entry.part for entry in entries.values())
    return HEAD + _summary(entries, parts) + "".join(
        line
        for part in parts
        for line in _part(knowledge, part, {id: e for id, e in entries.items() if e.part == part}, opening, alone)
    )  # fmt: skip


def _summary(entries: Mapping[str, Researched], parts: Mapping[str, None]) -> str:
    rows = ["| part | researched | encoded or merged | declined | not encoded yet |", "|---|---|---|---|---|"]
    for part in (*parts, "all"):
        own = [entry for entry in entries.values() if part in ("all", entry.part)]
        missing = sum(entry.is_missing for entry in own)
        encoded = sum(bool(entry.encoded) for entry in own)
        rows.append(f"| {part} | {len(own)} | {encoded} | {len(own) - encoded - missing} | {missing} |")
    return "\n".join(rows) + "\n"


def _part(
    knowledge: KnowledgeBase,
    part: str,
    entries: Mapping[str, Researched],
    opening: Mapping[str, str],
    alone: Mapping[str, str],
) -> Iterator[str]:
    yield f"\n## {part.replace('-', ' ').capitalize()}\n\n"
    yield "| researched | law | became | label | opened by | shut alone | dates |\n|---|---|---|---|---|---|---|\n"
    for entry in entries.values():
        first = f"{_cell(entry.title)} | {_cell(entry.law)}"
        for name in entry.encoded:
            if provision := knowledge.provisions.get(name):
                shown = opening.get(name) or _why_none(provision)
                label, dates = _label(provision), _dates(provision)
                yield f"| {first} | `{name}` | {label} | {shown} | {alone[name]} | {dates} |\n"
            else:
                kind = "implied fact" if name in knowledge.facts else "group"
                yield f"| {first} | `{name}` ({kind}) | | | | |\n"
            first = " | "
    declined = [entry for entry in entries.values() if entry.declined]
    for heading, own in (
        ("Declined", [entry for entry in declined if not entry.is_missing]),
        ("Not encoded yet", [entry for entry in declined if entry.is_missing]),
    ):
        if own:
            yield f"\n### {part.replace('-', ' ').capitalize()}: {heading.lower()}\n\n"
            yield "".join(f"- {_cell(entry.title)} ({_cell(entry.law)}): {entry.declined}\n" for entry in own)


def _cell(text: str) -> str:
    return text.replace("|", "/").replace("\n", " ").replace("<", "&lt;")


def _label(provision: Provision) -> str:
    found = {
        checked.status
        for version in provision.versions
        for condition in version.conditions
        if (checked := condition.checked or version.checked or provision.checked)
    }
    return max(found, key=LABELS.index, default="memory")


def _dates(provision: Provision) -> str:
    return ", ".join(
        ("" if version.is_confirmed or not version.opens else "not before ")
        + str(version.opens or "no date yet")
        + (f" to {version.until}" if version.until else "")
        for version in provision.versions
    )


def _why_none(provision: Provision) -> str:
    if not provision.versions[-1].is_confirmed:
        return "never open: its start is not confirmed"
    return "never open: on memory" if _label(provision) == "memory" else "none yet"


def _opening(knowledge: KnowledgeBase, every: list[Scenario]) -> dict[str, str]:
    """For each provision the first scenario that opens it, its own file's before another's.

    A key that lifts a safeguard is open where its own file shows that the safeguard is not due.
    """
    found: dict[str, tuple[bool, str]] = {}
    for scenario in every:
        for id, state in scenario.expect.items():
            name = id.rpartition("/")[2]
            own = scenario.file.endswith(f"/{name}.yaml")
            stem = scenario.file.rpartition("/")[2].removesuffix(".yaml")
            key = knowledge.provisions.get(stem)
            if state == "not-due" and key and name in knowledge.lifted(key.lifts):
                found.setdefault(stem, (True, f"{_cell(scenario.name)} ({scenario.file})"))
            if state in OPENS and (name not in found or (own and not found[name][0])):
                found[name] = (own, f"{_cell(scenario.name)} ({scenario.file})")
    return {id: text for id, (_, text) in found.items()}


def _alone(witnesses: Witnesses, provision: Provision) -> str:
    index = len(provision.versions) - 1
    opening = witnesses.opening(provision, index)
    if opening is None:
        return "none"
    shut = sum(witnesses.refuting(opening, id) is not None for id in opening.outcomes)
    return f"{shut} of {len(opening.outcomes)}"


if __name__ == "__main__":
    knowledge, loaded = read()
    FILE.write_text(page(knowledge, loaded, Witnesses(knowledge)))
