"""One database on one server, named for libpq; and the few things that are done to whole databases."""

import re
import secrets
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg
from django.db import connections
from psycopg import conninfo, pq, sql

from monitoring.backup.refusal import Refused

Line = psycopg.Connection[tuple[Any, ...]]
_NAMES = {"NAME": "dbname", "HOST": "host", "PORT": "port", "USER": "user"}
_OURS = {"options", "application_name", "password", "dbname"}


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    server: tuple[tuple[str, str], ...]
    """How libpq reaches the server, in pairs, without the password."""
    password: str = field(default="", repr=False)

    @property
    def address(self) -> str:
        """For libpq, without the password."""
        return conninfo.make_conninfo(**dict(self.server), dbname=self.name)

    def beside(self, name: str) -> "Place":
        """Another database of the same server."""
        return replace(self, name=name)

    @contextmanager
    def connect(self, *, autocommit: bool = True) -> Iterator[Line]:
        """A line of our own: no pool, no time limits of the application. What PostgreSQL refuses is Refused."""
        with self._line(autocommit=autocommit) as line:
            try:
                yield line
            except psycopg.Error as error:
                raise Refused(f"PostgreSQL refuses: {_first_line(error)}") from error

    def _line(self, *, autocommit: bool) -> Line:
        try:
            return psycopg.connect(
                self.address,
                password=self.password or None,
                application_name="kulis backup",
                autocommit=autocommit,
                connect_timeout=10,
            )
        except psycopg.OperationalError as error:
            raise Refused(f"The database {self.name} does not answer: {_first_line(error)}") from error


def live(using: str = "default") -> Place:
    """The database of DATABASE_URL."""
    settings = connections[using].settings_dict
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()} - _OURS
    given = {name: str(settings[key]) for key, name in _NAMES.items() if settings[key]}
    given |= {name: str(value) for name, value in settings["OPTIONS"].items() if name in known}
    name = given.pop("dbname")
    return Place(name, tuple(sorted(given.items())), settings["PASSWORD"] or "")


@contextmanager
def known_to_django(place: Place) -> Iterator[str]:
    """An alias through which the models reach `place`, without the pool and its time limits."""
    like, alias = connections["default"].settings_dict, f"at {place.name}"
    options = {name: value for name, value in like["OPTIONS"].items() if name not in {"pool", "options"}}
    connections.databases[alias] = {**like, "NAME": place.name, "OPTIONS": options}
    try:
        yield alias
    finally:
        connections[alias].close()
        del connections[alias]
        del connections.databases[alias]


@contextmanager
def desk(server: Place, *, about: str) -> Iterator[Line]:
    """A line from which databases are made and renamed. Only one at a time may be busy with the database `about`."""
    with _front_desk(server).connect() as line:
        number = zlib.crc32(f"kulis restore {about}".encode())
        row = line.execute("SELECT pg_try_advisory_lock(%s)", [number]).fetchone()
        if not row or not row[0]:
            raise Refused(f"Another restore into {about} is under way. Wait for it.")
        yield line


def _front_desk(server: Place) -> Place:
    desk = server.beside("postgres")
    try:
        with desk.connect():
            return desk
    except Refused:  # some hosted servers have no such database
        return server


def exists(line: Line, name: str) -> bool:
    return line.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def tables(line: Line) -> list[str]:
    """The tables of the connected database as schema.name, but those that belong to an extension."""
    rows = line.execute(
        "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
        " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY 1"
    )
    return [str(row[0]) for row in rows]


def count(line: Line) -> dict[str, int]:
    """The rows of every table."""
    counts = {}
    for name in tables(line):
        row = line.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(*name.split(".", 1)))).fetchone()
        counts[name] = int(row[0]) if row else 0
    return counts


def major(line: Line) -> int:
    return line.info.server_version // 10_000


def make_scratch(line: Line, *, beside: str) -> str:
    """An empty database to work in. Those that a killed restore left behind are dropped first."""
    stem = f"{beside}_restoring_"
    for (left,) in line.execute("SELECT datname FROM pg_database").fetchall():
        if re.fullmatch(re.escape(stem) + "[0-9a-f]{8}", left):
            drop(line, left)
    name = stem + secrets.token_hex(4)
    line.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return name


def drop(line: Line, name: str) -> None:
    line.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def rename(line: Line, old: str, new: str) -> None:
    line.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new)))


def _first_line(error: Exception) -> str:
    """What PostgreSQL says first; later lines may show rows."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
