"""The second interview: asks for what only the draft needs, and keeps each answer in the share file at once."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cli.prompts import Command, Prompt, Prompter, Reply, prompter
from cli.screen import Screen
from knowledge.agreement import BY_PARTY, DATES
from knowledge.decode import decode
from knowledge.model import KnowledgeBase
from knowledge.problems import BadInput
from knowledge.share import Share, as_plain, dump_plain, parse_share, save_share
from rules.determine import Determination
from rules.document import Agreement, Gap

Draft = Callable[[Determination], Agreement]
_KEY = re.compile(r"agreement\.(?P<key>\w+)(?:\.(?P<part>.+))?$")


def ask(determination: Determination, draft: Draft, screen: Screen, path: Path) -> Determination:
    """Ask for each gap that a person can fill in words; the determination with what was said.

    Enter leaves a gap as it is, 'to be agreed' keeps it as one that is known. Stops at 'save and leave' and at the
    end of the input.
    """
    return TermsInterview(determination, draft, screen, path, prompter(screen)).run()


@dataclasses.dataclass
class TermsInterview:
    determination: Determination
    draft: Draft
    screen: Screen
    path: Path
    prompts: Prompter

    @property
    def knowledge(self) -> KnowledgeBase:
        return self.determination.knowledge

    @property
    def share(self) -> Share:
        return self.determination.share

    def run(self) -> Determination:
        gaps = self._askable()
        if not gaps:
            return self.determination
        later = self.knowledge.agreement.words["to-be-agreed"] if self.knowledge.agreement else ""
        count = len(gaps)
        self.screen.heading(f"{count} {'thing is' if count == 1 else 'things are'} not in the share file yet")
        self.screen.para(
            f"Enter leaves one out; '{later}' keeps it as a known gap. "
            + ("Write ? for why, b to go back, r to review, s to save and leave. " if self.screen.plain else "")
            + f"Answers are kept in {self.path} as you give them."
        )
        place = 0
        while place < len(gaps):
            try:
                reply = self._ask(gaps[place], place + 1, count)
            except EOFError:
                break
            if reply is Command.LEAVE:
                break
            if reply is Command.BACK:
                place = max(0, place - 1)
            elif reply is Command.WHY:
                self._why(gaps[place])
            elif reply is Command.REVIEW:
                self._review()
            elif isinstance(reply, tuple):
                place += self._take(gaps[place], reply)
        return self.determination

    def _askable(self) -> list[Gap]:
        gaps: dict[str, Gap] = {}
        for gap in self.draft(self.determination).gaps:
            found = _KEY.match(gap.key)
            if found and not self._is_known(found["key"], found["part"]):
                gaps.setdefault(gap.key, gap)
        return list(gaps.values())

    def _is_known(self, key: str, part: str | None) -> bool:
        """Has somebody said that it is to be agreed?"""
        said = getattr(self.share.agreement, key)
        if key in BY_PARTY:
            said = said.get(part)
        return isinstance(said, str) and bool(said)

    def _ask(self, gap: Gap, number: int, count: int) -> Reply:
        what = gap.what[:1].upper() + gap.what[1:]
        return self.prompts.ask(
            Prompt(
                f"{number} of {count}. {what} ({gap.owner})",
                help=_HOW.get(gap.key.split(".")[1], "") or gap.help,
                free=True,
                optional=True,
                current=self._said(gap),
            )
        )

    def _said(self, gap: Gap) -> tuple[str, ...]:
        """What was said a moment ago, where somebody goes back."""
        found = _KEY.match(gap.key)
        value = getattr(self.share.agreement, found["key"]) if found else None
        if isinstance(value, dict) and found:
            value = value.get(found["part"])
        return (str(value),) if isinstance(value, str | dt.date) and value else ()

    def _why(self, gap: Gap) -> None:
        pattern = self.knowledge.agreement
        item = f"It fills item {gap.item} of an agreement: {pattern.item(gap.item)}." if pattern else ""
        self.screen.para(f"{item} {gap.help} In the share file: {gap.key}.")

    def _review(self) -> None:
        for key, value in as_plain(self.share).get("agreement", {}).items():
            self.screen.para(f"{key}: {value}")

    def _take(self, gap: Gap, reply: tuple[str, ...]) -> int:
        """Keep an answer; how far to go on."""
        if not reply:
            return 1
        found = _KEY.match(gap.key)
        assert found is not None
        try:
            plain = as_plain(self.share)
            put(plain.setdefault("agreement", {}), found["key"], found["part"], reply[0])
            share = parse_share(decode(dump_plain(plain), str(self.path)), self.knowledge)
        except (BadInput, ValueError) as error:
            self.screen.para(_said_plainly(error))
            return 0
        save_share(share, self.path)
        self.determination = dataclasses.replace(self.determination, share=share)
        return 1


def put(terms: dict[str, Any], key: str, part: str | None, said: str) -> None:
    """Put what was typed under its key. Raises `ValueError` for what that key cannot hold.

    >>> terms = {}
    >>> put(terms, "start", None, "1 March 2027"); put(terms, "contacts", "police", "Inspector")
    >>> terms
    {'start': datetime.date(2027, 3, 1), 'contacts': {'police': 'Inspector'}}
    """
    if key in DATES:
        if said.strip().lower() != "to be agreed":
            terms[key] = _date(said)
    elif key == "fields" and part:
        number, name = part.split(".")
        terms["fields"][int(number)][name] = said
    elif key == "fields":
        terms["fields"] = [_named(one, ("name", "reason")) for one in _listed(said)]
    elif key == "processors":
        plain = said.strip().strip(".").lower()
        word = plain if plain in ("none", "to be agreed") else ""
        terms[key] = word or [_named(one, ("name", "does", "contract")) for one in _listed(said)]
    elif key in BY_PARTY:
        terms.setdefault(key, {})[part] = said
    else:
        terms[key] = said


_HOW = {
    "fields": "Name and reason of each, such as: Name: to know who; Address: to visit. A long list is better read "
    "from a file: --fields FILE.",
    "processors": "Write none, or name, task and contract of each, such as: Exampleshire IT: hosting: C-12; …",
}


def _listed(said: str) -> list[str]:
    return [part.strip() for part in said.split(";") if part.strip()]


def _named(said: str, keys: tuple[str, ...]) -> dict[str, str]:
    parts = [part.strip() for part in said.split(":", len(keys) - 1)]
    return {key: part for key, part in zip(keys, parts, strict=False) if part}


def _date(said: str) -> dt.date:
    for form in ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(said.strip(), form).date()
        except ValueError:
            continue
    raise ValueError(f"'{said[:40]}' is not a date. Write YYYY-MM-DD, such as 2027-03-01, or 1 March 2027.")


def _said_plainly(error: BadInput | ValueError) -> str:
    """A fault without the place in a file that nobody has open."""
    if isinstance(error, BadInput) and error.problems:
        return " ".join(problem.message for problem in error.problems)
    return str(error)
