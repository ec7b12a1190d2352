"""Where the results of a class come together: a folder, or a table of a shared PostgreSQL database. Counts nothing.

Learners give what they did there, under their pseudonym and a key that only their machine knows; in a database that
key is all that a learner's user can read or delete. The trainer, who owns the table, reads the whole class.
"""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import msgspec

from knowledge.model import Model
from knowledge.problems import BadInput, Problem
from knowledge.results import Attempt, Progress, as_file, load_progress, progress_file, results_in, write_private
from knowledge.share import write_atomically

if TYPE_CHECKING:
    import psycopg

_TABLE = "gatehouse_training"
_SECRET = ("password", "sslpassword")
_PATIENCE = 5  # seconds until a database that does not answer is given up
_EXTRA = "A shared database needs one more library. Install it with: pip install 'gatehouse[team]'"
_SETUP = (
    f"CREATE TABLE IF NOT EXISTS {_TABLE} (class text NOT NULL, key text NOT NULL, learner text NOT NULL, "
    "scenario text NOT NULL, ended timestamptz NOT NULL, attempt jsonb NOT NULL, "
    "PRIMARY KEY (class, key, scenario, ended), CHECK (length(learner) <= 200 AND length(attempt::text) <= 50000))",
    f"ALTER TABLE {_TABLE} ENABLE ROW LEVEL SECURITY",
    f"DROP POLICY IF EXISTS own ON {_TABLE}",
    f"CREATE POLICY own ON {_TABLE} USING (key = current_setting('gatehouse.key', true))",
)


class Place(Protocol):
    """Where results are given; `name` is what may be shown of it and kept."""

    @property
    def name(self) -> str: ...

    def begin(self, learners: str) -> None:
        """Make it ready; `learners` is the database user that learners come as."""

    def give(self, key: str, learner: str, attempts: Sequence[Attempt]) -> None:
        """Add what a learner did; what is there already is not added again."""

    def results(self) -> Iterator[Progress | BadInput]:
        """Each learner's results, or what is wrong with them."""

    def remove(self, key: str) -> int:
        """Delete what came with a key; how many scenarios."""

    def clear(self) -> int:
        """Delete the results of the whole class; of how many learners."""


@dataclass(frozen=True)
class Folder:
    """A folder with a file for each learner, readable by the folder's group."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path.absolute())

    def begin(self, learners: str) -> None:
        if learners:
            raise BadInput([Problem(self.name, 0, "a folder has no users. Let its permissions say who may write.")])
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput([Problem(self.name, 0, f"the folder cannot be made: {error.strerror}.")]) from None

    def give(self, key: str, learner: str, attempts: Sequence[Attempt]) -> None:
        given: tuple[Attempt, ...] = ()
        target = self.path / f"{file_name(learner)}-{key[:8]}.json"
        for path in self._files(key):
            given += load_progress(path).attempts
            target = path
        new = (attempt for attempt in attempts if attempt not in given)
        content = as_file(Progress(format=1, learner=learner, attempts=(*given, *new)))
        write_atomically(target, content, mode=0o640)

    def results(self) -> Iterator[Progress | BadInput]:
        for _, read in results_in(self.path):
            yield read

    def remove(self, key: str) -> int:
        count = 0
        for path in self._files(key):
            count += len(load_progress(path).attempts)
            self._unlink(path)
        return count

    def clear(self) -> int:
        count = 0
        for path, read in results_in(self.path):
            if isinstance(read, Progress):
                self._unlink(path)
                count += 1
        return count

    def _files(self, key: str) -> list[Path]:
        return sorted(self.path.glob(f"*-{key[:8]}.json"))

    def _unlink(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise BadInput([Problem(str(path), 0, f"it cannot be deleted: {error.strerror}.")]) from None


@dataclass(frozen=True)
class Database:
    """A class in a PostgreSQL database that many classes may share; `group` tells them apart."""

    url: str
    group: str = ""

    @property
    def name(self) -> str:
        """The address without its password.

        >>> Database("postgresql://ann:secret@host:5432/db?sslmode=require&password=x", "spring").name
        'postgresql://ann@host:5432/db?sslmode=require#spring'
        """
        parts = urlsplit(self.url)
        user, at, host = parts.netloc.rpartition("@")
        query = urlencode([one for one in parse_qsl(parts.query) if one[0] not in _SECRET], safe="/")
        found = f"{parts.scheme}://{user.partition(':')[0]}{at}{host}{parts.path}{'?' if query else ''}{query}"
        return f"{found}#{self.group}" if self.group else found

    def as_user(self, user: str) -> Database:
        """The same class for another user.

        >>> Database("postgresql://ann:secret@host/db", "spring").as_user("learners").name
        'postgresql://learners@host/db#spring'
        """
        parts = urlsplit(self.name)
        netloc = f"{quote(user)}@{parts.netloc.rpartition('@')[2]}"
        return Database(urlunsplit(parts._replace(netloc=netloc, fragment="")), self.group)

    def begin(self, learners: str) -> None:
        with self._connected() as connection:
            from psycopg import sql

            for statement in _SETUP:
                connection.execute(statement)
            if learners:
                grant = sql.SQL(f"GRANT SELECT, INSERT, DELETE ON {_TABLE} TO {{}}").format(sql.Identifier(learners))
                connection.execute(grant)

    def give(self, key: str, learner: str, attempts: Sequence[Attempt]) -> None:
        rows = [
            (self.group, key, learner, one.scenario, one.ended, msgspec.json.encode(one).decode()) for one in attempts
        ]
        with self._connected(key) as connection:
            connection.execute(f"SELECT 1 FROM {_TABLE} LIMIT 0")
            connection.cursor().executemany(
                f"INSERT INTO {_TABLE} (class, key, learner, scenario, ended, attempt) "
                "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                rows,
            )

    def results(self) -> Iterator[Progress | BadInput]:
        with self._connected() as connection, connection.cursor(name="results") as cursor:
            cursor.execute(
                f"SELECT key, learner, attempt::text FROM {_TABLE} WHERE class = %s ORDER BY key, ended, scenario",
                (self.group,),
            )
            for _, rows in groupby(cursor, key=lambda row: row[0]):
                yield self._progress(list(rows))

    def remove(self, key: str) -> int:
        with self._connected(key) as connection:
            return connection.execute(f"DELETE FROM {_TABLE} WHERE class = %s AND key = %s", (self.group, key)).rowcount

    def clear(self) -> int:
        with self._connected() as connection:
            keys = connection.execute(f"DELETE FROM {_TABLE} WHERE class = %s RETURNING key", (self.group,)).fetchall()
            return len(set(keys))

    def _progress(self, rows: Sequence[tuple[str, str, str]]) -> Progress | BadInput:
        learner = rows[-1][1]
        try:
            attempts = tuple(msgspec.json.decode(row[2], type=Attempt) for row in rows)
        except msgspec.DecodeError as error:
            return BadInput([Problem(self.name, 0, f"what '{learner}' gave is no result of training: {error}.")])
        return Progress(format=1, learner=learner, attempts=attempts)

    @contextlib.contextmanager
    def _connected(self, key: str = "") -> Iterator[psycopg.Connection[Any]]:
        """One transaction, as the learner with this key. Raises `BadInput`, never with a password in it."""
        try:
            import psycopg
            from psycopg import errors
        except ImportError:
            raise BadInput(_EXTRA) from None
        try:
            with psycopg.connect(self.url, connect_timeout=_PATIENCE) as connection:
                connection.execute("SELECT set_config('gatehouse.key', %s, true)", (key,))
                yield connection
        except errors.UndefinedTable:
            what = "there is no class here yet. Its trainer begins it with: gatehouse train class"
            raise BadInput([Problem(self.name, 0, f"{what} {self.name}")]) from None
        except errors.InsufficientPrivilege:
            raise BadInput([Problem(self.name, 0, "this user of the database may not do that.")]) from None
        except errors.UndefinedObject as error:
            what = f"{(error.diag.message_primary or 'there is no such user')}. The administrator makes one"
            raise BadInput([Problem(self.name, 0, f"{what} with: CREATE ROLE learners LOGIN.")]) from None
        except psycopg.OperationalError as error:
            what = str(error).strip().splitlines()[0] if str(error).strip() else "no answer"
            raise BadInput([Problem(self.name, 0, f"the database cannot be reached: {what}.")]) from None
        except psycopg.ProgrammingError as error:
            what = error.diag.message_primary or "this is not an address. Write postgresql://user@host/database#class"
            raise BadInput([Problem(self.name, 0, f"{what}.")]) from None
        except psycopg.Error as error:
            what = error.diag.message_primary or type(error).__name__
            raise BadInput([Problem(self.name, 0, f"the database does not take it: {what}.")]) from None


def place_of(text: str) -> Place:
    """The place that an address or a path names. Raises `BadInput`.

    >>> place_of("postgresql://host/db#spring")
    Database(url='postgresql://host/db', group='spring')
    """
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+]+):/", text)
    if scheme is None:
        return Folder(Path(text))
    if scheme[1] not in ("postgresql", "postgres"):
        raise BadInput(f"'{scheme[1]}:' cannot hold a class. Name a folder, or postgresql://user@host/database#class.")
    parts = urlsplit(text)
    return Database(urlunsplit(parts._replace(fragment="")), parts.fragment)


# What this machine's learner gave


class Joined(Model, frozen=True):
    """A class that a learner gave results to: with which key, and what could not be given yet."""

    key: str
    waiting: tuple[Attempt, ...] = ()


def joined_file() -> Path:
    return progress_file().with_name("classes.json")


def load_joined(path: Path) -> dict[str, Joined]:
    """The classes by the names of their places. Raises `BadInput` where the file cannot be used."""
    if not path.exists():
        return {}
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Joined])
    except (OSError, msgspec.DecodeError, ValueError) as error:
        raise BadInput([Problem(str(path), 0, f"this list of classes cannot be read: {error}.")]) from None


def hand_in(place: Place, learner: str, attempts: Sequence[Attempt], path: Path) -> None:
    """Give attempts to a class, with those that still wait. Raises `BadInput`; then they wait for the next time."""
    joined = load_joined(path)
    own = joined.get(place.name) or Joined(key=secrets.token_hex(16))
    own = Joined(key=own.key, waiting=(*own.waiting, *(one for one in attempts if one not in own.waiting)))
    _keep(path, {**joined, place.name: own})
    place.give(own.key, learner, own.waiting)
    _keep(path, {**joined, place.name: Joined(key=own.key)})


def take_back(place: Place, path: Path) -> int:
    """Delete from a class all that this machine gave to it; how many scenarios. Raises `BadInput`."""
    joined = load_joined(path)
    own = joined.get(place.name)
    count = place.remove(own.key) if own else 0
    _keep(path, {name: other for name, other in joined.items() if name != place.name})
    return count


def _keep(path: Path, joined: dict[str, Joined]) -> None:
    if joined:
        write_private(path, msgspec.json.format(msgspec.json.encode(joined), indent=1))
    else:
        path.unlink(missing_ok=True)


def file_name(learner: str) -> str:
    """A name that any file system takes.

    >>> file_name("A. Learner/../x")
    'A--Learner----x'
    """
    return "".join(character if character.isalnum() else "-" for character in learner)[:60] or "learner"
