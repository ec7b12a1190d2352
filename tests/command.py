"""Run the real command in a process of its own, as a person or a script would."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

GATEHOUSE = Path(sys.executable).with_name("gatehouse")
SHARE = """\
gatehouse: 1
title: Taxi licences
as_at: 2026-11-22
nation: england
parties:
  - {id: one, name: Onetown Council, kind: district-council, role: discloser}
  - {id: two, name: Twotown Council, kind: district-council, role: receiver}
purpose: [licensing]
data: [licences-and-permits]
"""
"""A share with nothing answered yet."""


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


def environment(**extra: str) -> dict[str, str]:
    """The environment of the test with nothing in it that changes what is shown, save what is asked for."""
    changing = (
        "NO_COLOR", "FORCE_COLOR", "ACCESSIBLE", "TERM", "COLUMNS", "LINES", "GATEHOUSE_DATABASE", "GATEHOUSE_RESULTS"
    )  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if name not in changing}
    return {**kept, "PYTHONUTF8": "1", **extra}


def gatehouse(*arguments: str | Path, cwd: Path, stdin: str = "", **extra: str) -> Ran:
    ran = subprocess.run(
        [GATEHOUSE, *map(str, arguments)],
        cwd=cwd,
        input=stdin.encode(),
        capture_output=True,
        env=environment(**extra),
        timeout=60,
        check=False,
    )
    return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())
