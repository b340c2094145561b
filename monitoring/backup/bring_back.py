"""Bring a backup back: verified as a whole first, laid out in a scratch database, and only then given its name.

Until that last rename nothing that exists is touched, and a restore that is killed leaves nothing that counts.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.core.management import call_command
from django.db import DatabaseError
from django.db.migrations.loader import MigrationLoader

from bots import audit
from monitoring import sealed
from monitoring.backup import archive, client, place, settle
from monitoring.backup.archive import Archive, Manifest
from monitoring.backup.place import Line, Place
from monitoring.backup.refusal import Refused

NAME = r"[A-Za-z_][A-Za-z0-9_-]{0,39}"
"""Of a database: short enough for the name of its scratch twin."""


@dataclass(frozen=True, slots=True)
class Restored:
    archive: Archive
    place: Place
    settled: settle.Settled


def verify(path: Path) -> Archive:
    """Read all of `path` and touch nothing. Raises Refused."""
    with _opened(path) as file:
        return _checked(file)


def bring_back(path: Path, *, into: str, server: Place, by: audit.Actor) -> Restored:
    """Make the database `into` on `server` out of `path`. Raises Refused, and then nothing has changed."""
    if not re.fullmatch(NAME, into):
        raise Refused(
            f"{into!a} is no name for a database: up to 40 letters, digits, _ and -, not beginning with a digit."
        )
    with _opened(path) as file:
        verified = _checked(file)
        with place.desk(server, about=into) as line:
            program = client.find("pg_restore", at_least=_fitting(verified.manifest, line))
            _refuse_full(line, server.beside(into))
            with _scratch(line, server, into) as scratch:
                _load(file, verified, program, scratch)
                settled = _made_ready(scratch, by=by)
                _refuse_full(line, server.beside(into))  # still; this took a while
                place.drop(line, into)
                place.rename(line, scratch.name, into)
    return Restored(verified, server.beside(into), settled)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error


def _checked(file: BinaryIO) -> Archive:
    verified = archive.read(file)
    manifest = verified.manifest
    if unknown := _unknown(manifest.migrations):
        raise Refused(
            f"The backup comes from a newer Kulis ({manifest.version}, with {unknown[0]}). Update Kulis, then restore."
        )
    return verified


def _unknown(applied: tuple[str, ...]) -> list[str]:
    """Migrations of our present apps that are not on this disk."""
    disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {}
    replaced = {pair for migration in disk.values() for pair in migration.replaces}
    known = {f"{app}.{name}" for app, name in disk.keys() | replaced}
    apps = {app for app, _name in disk}
    return [name for name in applied if name.split(".")[0] in apps and name not in known]


def _fitting(manifest: Manifest, line: Line) -> int:
    """The major version that pg_restore needs, at least."""
    if place.major(line) < manifest.postgres:
        raise Refused(
            f"The backup comes from PostgreSQL {manifest.postgres}, this server is {place.major(line)}."
            f" Restore on {manifest.postgres} or newer."
        )
    return max(manifest.client, place.major(line))


def _refuse_full(line: Line, target: Place) -> None:
    if not place.exists(line, target.name):
        return
    with target.connect() as inside:
        if place.tables(inside):
            raise Refused(f"The database {target.name} is not empty. Name a new one: restore never writes over data.")


@contextmanager
def _scratch(line: Line, server: Place, into: str) -> Iterator[Place]:
    name = place.make_scratch(line, beside=into)
    try:
        yield server.beside(name)
    except BaseException:
        place.drop(line, name)
        raise


def _load(file: BinaryIO, verified: Archive, program: client.Program, scratch: Place) -> None:
    file.seek(0)
    with client.loading(program, scratch) as sink:
        if archive.read(file, sink) != verified:
            raise Refused("The file changed while it was read. Start again.")
    with scratch.connect() as line:
        rows = place.count(line)
    if wrong := dict(rows.items() ^ verified.manifest.rows.items()):
        raise Refused(f"Not every row came back ({', '.join(sorted(wrong)[:5])}).")


def _made_ready(scratch: Place, *, by: audit.Actor) -> settle.Settled:
    with place.known_to_django(scratch) as alias:
        try:
            call_command("migrate", database=alias, verbosity=0, interactive=False)
        except DatabaseError as error:
            raise Refused(f"The backup cannot be brought up to this Kulis: {str(error).splitlines()[0]}") from error
        if shut := sealed.shut(alias):
            raise Refused(
                f"{len(shut)} sealed values of the backup do not open; the first is the {shut[0].field} of"
                f" {shut[0].owner}, sealed with key {shut[0].key!a}. Add that key to FIELD_KEYS."
            )
        return settle.settle(alias, by=by)
