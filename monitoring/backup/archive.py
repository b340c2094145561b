"""What lies inside the envelope: a manifest, the dump of the database, and a seal over the dump."""

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

from monitoring.backup.envelope import CHUNK, Kind, Writer, frames
from monitoring.backup.refusal import Refused


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    version: str
    """Of Kulis."""
    database: str
    created_at: str
    """ISO 8601, UTC."""
    postgres: int
    """Major version of the server."""
    client: int
    """Major version of the pg_dump that wrote the dump; pg_restore must not be older."""
    migrations: tuple[str, ...]
    """Every applied one, as app.name."""
    rows: dict[str, int]
    """Of every table, at the moment of the dump."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    manifest: Manifest
    size: int
    """Bytes of the dump."""
    sha256: str

    def facts(self) -> dict[str, Any]:
        """What people and programs are told of it."""
        told = {name: getattr(self.manifest, name) for name in ("created_at", "version", "database", "postgres")}
        rows = self.manifest.rows
        return {**told, "tables": len(rows), "rows": sum(rows.values()), "sha256": self.sha256}


def write(file: BinaryIO, manifest: Manifest, dump: Iterable[bytes]) -> Archive:
    """Seal `manifest` and `dump` into `file`. At no time is anything written in the clear."""
    writer, size, digest = Writer(file), 0, hashlib.sha256()
    for piece in _pieces(json.dumps(dataclasses.asdict(manifest)).encode()):
        writer.add(Kind.MANIFEST, piece)
    for piece in dump:
        writer.add(Kind.DATA, piece)
        size += len(piece)
        digest.update(piece)
    written = Archive(manifest=manifest, size=size, sha256=digest.hexdigest())
    writer.add(Kind.END, json.dumps({"size": size, "sha256": written.sha256}).encode())
    return written


def read(file: BinaryIO, sink: Callable[[bytes], object] = len) -> Archive:
    """Verify all of `file` and hand its dump to `sink`, piece by piece. Raises Refused as soon as something is wrong.

    The default sink only looks at the pieces: that is how a backup is verified.
    """
    parts = {Kind.MANIFEST: bytearray(), Kind.END: bytearray()}
    size, digest, newest = 0, hashlib.sha256(), Kind.MANIFEST
    for kind, body in frames(file):
        if kind < newest:
            raise Refused("The parts of the backup are not in their order.")
        newest = kind
        if kind is not Kind.DATA:
            parts[kind] += body
            continue
        sink(body)
        size += len(body)
        digest.update(body)
    if json.loads(parts[Kind.END]) != {"size": size, "sha256": digest.hexdigest()}:
        raise Refused("The dump inside the backup is not the one that was sealed. Use another copy.")
    return Archive(manifest=_manifest(json.loads(parts[Kind.MANIFEST])), size=size, sha256=digest.hexdigest())


def _manifest(fields: dict[str, Any]) -> Manifest:
    known = {field.name: fields[field.name] for field in dataclasses.fields(Manifest)}
    return Manifest(**{**known, "migrations": tuple(known["migrations"])})


def _pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), CHUNK):
        yield data[start : start + CHUNK]
