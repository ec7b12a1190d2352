"""Decoded files, kept so that the next start need not decode them again.

What is kept is known by the name, size and time of change of every file it came from, as with `make`. A cache
that cannot be read or written costs time and nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")


def get(state: str, kind: type[T]) -> T | None:
    """What was kept for a state of the files, or None."""
    try:
        kept = _path().read_bytes()
        if not kept.startswith(_head(state)):
            return None
        return msgspec.msgpack.decode(kept[len(_head(state)) :], type=kind)
    except (OSError, msgspec.DecodeError):
        return None


def put(state: str, value: object) -> None:
    """Keep a value for a state of the files, in place of what was kept before."""
    path = _path()
    temporary = path.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(_head(state) + msgspec.msgpack.encode(value))
        temporary.replace(path)


def _head(state: str) -> bytes:
    return f"{state} {_types()}\n".encode()


@cache
def _types() -> str:
    """A digest of the types themselves: what another version of them wrote is not read."""
    here = Path(__file__).parent
    return hashlib.sha256(b"".join((here / name).read_bytes() for name in ("model.py", "agreement.py"))).hexdigest()


@cache
def _path() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("gatehouse") / "knowledge.msgpack"
