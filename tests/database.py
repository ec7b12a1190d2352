"""A real PostgreSQL for a test: one that is started for it, or the one that GATEHOUSE_TEST_DATABASE names."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

NAMED = os.environ.get("GATEHOUSE_TEST_DATABASE", "")
"""The address of a user who may make databases and roles there, such as postgresql://postgres@localhost/postgres."""


def programs() -> Path | None:
    """The folder of PostgreSQL's own programs, where it is installed."""
    found = shutil.which("initdb") or max(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), default="")
    return Path(found).resolve().parent if found else None


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A server in a folder of its own, heard on a socket there; gives back its address."""
    folder = programs()
    assert folder
    user = "nobody" if getpass.getuser() == "root" else None  # it does not run as root
    home = Path(tempfile.mkdtemp(prefix="gatehouse-pg-"))
    if user:
        shutil.chown(home, user)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [folder / program, "-D", home / "data", *arguments],
            user=user, cwd=home, check=True, timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    try:
        run("initdb", "--username", "trainer", "--auth", "trust", "--no-sync", "--encoding", "UTF8", "--locale", "C")
        run("pg_ctl", "-w", "-o", f"-k {home} -c listen_addresses='' -c fsync=off", "-l", str(home / "log"), "start")
        try:
            yield f"postgresql://trainer@/postgres?host={home}"
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def fresh(server: str) -> Iterator[str]:
    """A database of its own on a server, with the role `gatehouse_learners`; gives back its address."""
    import psycopg

    name = f"gatehouse_test_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'gatehouse_learners'").fetchone():
            connection.execute("CREATE ROLE gatehouse_learners")
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def as_learner(database: str) -> str:
    """The address for a user who is a learner and nothing more."""
    return f"{database}{'&' if '?' in database else '?'}options=-crole%3Dgatehouse_learners"
