"""Take a backup: dump the live database through the envelope into one file, and read it back before it counts."""

import os
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import psycopg
from django.conf import settings
from django.utils import timezone

from bots import vault
from monitoring.backup import archive, client, place
from monitoring.backup.archive import Archive, Manifest
from monitoring.backup.place import Line, Place
from monitoring.backup.refusal import Refused


@dataclass(frozen=True, slots=True)
class Taken:
    archive: Archive
    path: Path
    bytes: int
    key: str
    """The entry of FIELD_KEYS without which this file stays shut."""


def take(path: Path, *, source: Place, overwrite: bool = False) -> Taken:
    """Write `source` to `path`, whole or not at all. Raises Refused."""
    _refuse_taken(path, overwrite=overwrite)
    with source.connect(autocommit=False) as line, _draft(path, overwrite=overwrite) as file:
        manifest, snapshot, program = _describe(line, source)
        with closing(client.dump(program, source, snapshot=snapshot)) as dump:
            written = archive.write(file, manifest, dump)
        file.seek(0)
        if archive.read(file) != written:
            raise Refused(f"The disk gave back another file than was written to {path}.")
    return Taken(written, path, path.stat().st_size, vault.current_key())


def _describe(line: Line, source: Place) -> tuple[Manifest, str, client.Program]:
    """One moment of the database: its manifest, and the snapshot through which pg_dump sees the same moment."""
    line.isolation_level, line.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
    line.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    rows = place.count(line)
    if "public.django_migrations" not in rows:
        raise Refused(f"The database {source.name} holds no Kulis. Run `manage.py migrate` first.")
    program = client.find("pg_dump", at_least=place.major(line))
    snapshot = line.execute("SELECT pg_export_snapshot()").fetchone()
    migrations = line.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
    manifest = Manifest(
        version=settings.VERSION,
        database=source.name,
        created_at=timezone.now().isoformat(timespec="seconds"),
        postgres=place.major(line),
        client=program.major,
        migrations=tuple(row[0] for row in migrations),
        rows=rows,
    )
    return manifest, str(snapshot[0] if snapshot else ""), program


def _refuse_taken(path: Path, *, overwrite: bool) -> None:
    if path.is_dir():
        raise Refused(f"{path} is a folder. Name a file.")
    if path.exists() and not overwrite:
        raise Refused(f"{path} exists. Name another file, or add --force to replace it.")


@contextmanager
def _draft(path: Path, *, overwrite: bool) -> Iterator[BinaryIO]:
    """A private file beside `path` that takes its place when everything went well."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _refuse_taken(path, overwrite=overwrite)
        draft.replace(path)
        _sync(path.parent)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Make the new name survive a power cut too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
