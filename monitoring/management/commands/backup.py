"""`manage.py backup FILE`: the whole database in one encrypted file."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _
from typing_extensions import override

from bots import audit
from monitoring.backup import place
from monitoring.backup.refusal import Refused
from monitoring.backup.take import Taken, take


class Command(BaseCommand):
    help = "Write the whole database to FILE, encrypted with the newest of FIELD_KEYS. Kulis may go on running."

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--force", action="store_true", help="replace FILE when it exists")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            taken = take(options["file"], source=place.live(), overwrite=options["force"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        with transaction.atomic():
            audit.record("backup.take", by="manage.py", after={"file": taken.path.name, "bytes": taken.bytes})
        self.stdout.write(json.dumps(_facts(taken)) if options["json"] else _sentence(taken))


def _facts(taken: Taken) -> dict[str, object]:
    manifest = taken.archive.manifest
    return {
        "file": str(taken.path),
        "bytes": taken.bytes,
        "key": taken.key,
        "created_at": manifest.created_at,
        "version": manifest.version,
        "postgres": manifest.postgres,
        "tables": len(manifest.rows),
        "rows": sum(manifest.rows.values()),
        "sha256": taken.archive.sha256,
    }


def _sentence(taken: Taken) -> str:
    rows = taken.archive.manifest.rows
    return _(
        "%(path)s: %(rows)s rows of %(tables)s tables, %(bytes)s bytes, read back and whole. It opens only with key"
        " %(key)s of FIELD_KEYS: keep a copy of that key elsewhere."
    ) % {"path": taken.path, "rows": sum(rows.values()), "tables": len(rows), "bytes": taken.bytes, "key": taken.key}
