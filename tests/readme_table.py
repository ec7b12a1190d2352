"""The table of the law in README.md: `python -m tests.readme_table` writes it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

from knowledge.load import load
from knowledge.model import KnowledgeBase

README = Path(__file__).parent.parent / "README.md"
_PLACE = re.compile(r"(<!-- law:.*?-->\n).*?(<!-- /law -->)", re.DOTALL)


def table(knowledge: KnowledgeBase) -> str:
    """For each field: how many provisions of each kind, and how their conditions were checked."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    labels: dict[str, Counter[str]] = defaultdict(Counter)
    for provision in knowledge.provisions.values():
        field = knowledge.fields[provision.id]
        kinds[field][provision.kind] += 1
        for version in provision.versions:
            for condition in version.conditions:
                checked = condition.checked or version.checked or provision.checked
                labels[field][checked.status if checked else "memory"] += 1
    rows = ["| field | gateways | bars | keys | safeguards and cautions | conditions verified | secondary | memory |",
            "|---|---|---|---|---|---|---|---|"]  # fmt: skip
    total: Counter[str] = Counter()
    for field in sorted(kinds):
        count, label = kinds[field], labels[field]
        cells = [count["gateway"], count["bar"], count["key"], count["safeguard"] + count["caution"],
                 label["verified"], label["secondary"], label["memory"]]  # fmt: skip
        total.update({str(number): cell for number, cell in enumerate(cells)})
        rows.append(f"| {field} | " + " | ".join(map(str, cells)) + " |")
    rows.append("| **all** | " + " | ".join(str(total[str(number)]) for number in range(7)) + " |")
    return "\n".join(rows) + "\n"


def with_table(readme: str, knowledge: KnowledgeBase) -> str:
    return _PLACE.sub(lambda match: match.group(1) + table(knowledge) + match.group(2), readme)


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(), load()))
