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
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from bots import audit
from monitoring import sealed
from monitoring.backup import archive, client, place, settle
from monitoring.backup.archive import Archive, Manifest
from monitoring.backup.place import Line, Place
from monitoring.backup.refusal import Refused

NAME = r"[A-Za-z_][A-Za-z0-9_-]{0,39}"
"""Of a database: short enough for the name of its scratch twin."""
_ALIAS = "restoring"


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
            _("%(name)s is no name for a database: up to 40 letters, digits, _ and -, not beginning with a digit.")
            % {"name": ascii(into)}
        )
    with _opened(path) as file:
        verified = _checked(file)
        with place.desk(server, about=into) as line:
            program = client.find("pg_restore", at_least=_fitting(verified.manifest, line))
            _refuse_full(line, server.beside(into))
            with _scratch(line, server, into) as scratch:
                _load(file, verified, program, scratch)
                settled = _made_ready(scratch, by=by)
                place.drop(line, into)  # it is empty, or not there
                place.rename(line, scratch.name, into)
    return Restored(verified, server.beside(into), settled)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise Refused(_("%(path)s cannot be read: %(why)s.") % {"path": path, "why": error.strerror}) from error


def _checked(file: BinaryIO) -> Archive:
    verified = archive.read(file)
    manifest = verified.manifest
    if unknown := _unknown(manifest.migrations):
        raise Refused(
            _("The backup comes from a newer Kulis (%(version)s): it has %(migration)s. Update Kulis, then restore.")
            % {"version": manifest.version, "migration": unknown[0]}
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
            _("The backup comes from PostgreSQL %(theirs)s, this server is %(ours)s. Restore on %(theirs)s or newer.")
            % {"theirs": manifest.postgres, "ours": place.major(line)}
        )
    return max(manifest.client, place.major(line))


def _refuse_full(line: Line, target: Place) -> None:
    if not place.exists(line, target.name):
        return
    with target.connect() as inside:
        if place.tables(inside):
            raise Refused(
                _("The database %(name)s is not empty. Name a new one: restore never writes over data.")
                % {"name": target.name}
            )


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
            raise Refused(_("The file changed while it was read. Start again."))
    with scratch.connect() as line:
        rows = place.count(line)
    if wrong := dict(rows.items() ^ verified.manifest.rows.items()):
        raise Refused(_("Not every row came back (%(tables)s).") % {"tables": ", ".join(sorted(wrong)[:5])})


def _made_ready(scratch: Place, *, by: audit.Actor) -> settle.Settled:
    with _known_to_django(scratch) as alias:
        call_command("migrate", database=alias, verbosity=0, interactive=False)
        if shut := sealed.shut(alias):
            raise Refused(
                _("%(count)s sealed values of the backup do not open, the first is the %(field)s of %(owner)s, sealed"
                  " with key %(key)s. Add that key to FIELD_KEYS.")
                % {"count": len(shut), "field": shut[0].field, "owner": shut[0].owner, "key": ascii(shut[0].key)}
            )  # fmt: skip
        return settle.settle(alias, by=by)


@contextmanager
def _known_to_django(scratch: Place) -> Iterator[str]:
    """Let the models reach `scratch` under an alias of its own, without the pool."""
    like = connections["default"].settings_dict
    options = {name: value for name, value in like["OPTIONS"].items() if name not in {"pool", "options"}}
    connections.databases[_ALIAS] = {**like, "NAME": scratch.name, "OPTIONS": options}
    try:
        yield _ALIAS
    finally:
        connections[_ALIAS].close()
        del connections[_ALIAS]
        del connections.databases[_ALIAS]
