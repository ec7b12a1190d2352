"""How well the development set is decided: `make cases` prints the figures and each miss."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.decode import decode
from knowledge.model import KnowledgeBase
from knowledge.share import load_share
from rules.determine import Determiner
from rules.explain import as_json
from rules.line import GO_AHEAD

FOLDER = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Result:
    id: str
    oracle: Mapping[str, Any]
    found: Mapping[str, Any]

    @property
    def verdict(self) -> str:
        return str(self.found["verdict"])

    @property
    def acceptable(self) -> bool:
        return self.verdict in self.oracle["acceptable_verdicts"]

    @property
    def best(self) -> bool:
        return self.verdict == self.oracle["best_verdict"]

    @property
    def let_through(self) -> bool:
        """Did a share come out as a go-ahead that no acceptable verdict allows?"""
        return self.verdict in GO_AHEAD and not GO_AHEAD & set(self.oracle["acceptable_verdicts"])

    @property
    def declared(self) -> list[tuple[str, str]]:
        if self.oracle["gateway_scoring"] == "false":
            return []
        return [(g["instrument"], g["provision"]) for g in self.oracle["gateways"] or ()]

    @property
    def excluded_and_usable(self) -> list[str]:
        return [
            gateway["id"]
            for excluded in self.oracle["excluded_gateways"] or ()
            for line in self.found["lines"]
            for gateway in line["gateways"]
            if gateway["usable"]
            and any(_cites(one, excluded["instrument"], excluded["provision"]) for one in cited(gateway))
        ]

    def finds(self, instrument: str, provision: str) -> bool:
        """Is a declared power among the gateways found, at the level of the Act or of the section?"""
        return any(
            _cites(one, instrument, provision)
            for line in self.found["lines"]
            for gateway in line["gateways"]
            for one in cited(gateway)
        )

    @property
    def gateways_a_line(self) -> list[int]:
        return [len(line["gateways"]) for line in self.found["lines"] for _ in line["data"]]


def cited(gateway: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [gateway, *gateway["with"]]


def _cites(one: Mapping[str, Any], instrument: str, provision: str) -> bool:
    if one["instrument"] != instrument:
        return False
    if instrument == "Common law":
        return bool(_words(provision) & _words(one["provision"]))
    return not provision or _plain(one["provision"]).startswith(_plain(provision))


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{4,}", text.lower())) - {"duty", "confidence"}


def _plain(provision: str) -> str:
    return re.sub(r"[\s.]", "", provision.lower())


def results(knowledge: KnowledgeBase, determiner: Determiner, folder: Path = FOLDER) -> list[Result]:
    """Every case, decided as `assess --json --no-input --provisional` decides it."""
    found = []
    for path in sorted(folder.glob("*.yaml")):
        share = load_share(path, knowledge)
        determination = determiner.determine(share, share.as_at or dt.date.today(), provisional=True)
        oracle = decode(path.read_text(), path.name).value["oracle"]
        found.append(Result(path.stem, oracle, as_json(determination)))
    return found


def figures(found: list[Result]) -> dict[str, float]:
    """The figures of the development set; rates are of all cases, or of the gateways declared."""
    declared = [(result, *gateway) for result in found for gateway in result.declared]
    counts = [count for result in found for count in result.gateways_a_line]
    return {
        "cases": len(found),
        "best verdict": _rate([result.best for result in found]),
        "acceptable verdict": _rate([result.acceptable for result in found]),
        "acceptable and not more-needed": _rate([r.acceptable and r.verdict != "more-needed" for r in found]),
        "let through": sum(result.let_through for result in found),
        "excluded gateways usable": sum(len(result.excluded_and_usable) for result in found),
        "declared gateway found, by Act": _rate(
            [r.finds(act, "") if act != "Common law" else r.finds(act, p) for r, act, p in declared]
        ),
        "declared gateway found, by section": _rate([r.finds(act, p) for r, act, p in declared if p]),
        "gateways a line": sum(counts) / max(1, len(counts)),
        "most gateways a line": max(counts, default=0),
    }


def _rate(values: list[bool]) -> float:
    return sum(values) / max(1, len(values))


def main() -> None:
    from knowledge.load import load

    knowledge = load()
    found = results(knowledge, Determiner(knowledge))
    report(found)


def report(found: list[Result]) -> None:
    for name, value in figures(found).items():
        print(f"{name:38} {value:.0%}" if isinstance(value, float) and value <= 1 else f"{name:38} {value:.3g}")
    print()
    for result in found:
        misses = [
            f"{act} {provision}".strip()
            for act, provision in result.declared
            if not result.finds(act, provision if act == "Common law" else "")
        ]
        mark = "best" if result.best else "ok" if result.acceptable else "MISS"
        flags = " LET THROUGH" * result.let_through + f" usable: {result.excluded_and_usable}" * bool(
            result.excluded_and_usable
        )
        print(f"{mark:5} {result.id:48} {result.verdict:26} {flags}" + (f" not found: {misses}" if misses else ""))
        if not result.acceptable:
            print("      acceptable:", ", ".join(result.oracle["acceptable_verdicts"]))
            print("      open:", ", ".join(result.found["open_questions"]))


if __name__ == "__main__":
    main()
