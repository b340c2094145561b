"""`manage.py restore FILE --into DATABASE`: a database out of a backup, beside everything that exists."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from typing_extensions import override

from monitoring.backup import place
from monitoring.backup.archive import Archive
from monitoring.backup.bring_back import Restored, bring_back, verify
from monitoring.backup.refusal import Refused


class Command(BaseCommand):
    help = "Make DATABASE out of FILE, on the server of DATABASE_URL. Nothing that exists is overwritten."

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        action = parser.add_mutually_exclusive_group(required=True)
        action.add_argument("--into", metavar="DATABASE", help="a new or an empty database")
        action.add_argument("--verify-only", action="store_true", help="read the whole file and touch nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            facts, sentence = _verified(options["file"]) if options["verify_only"] else _restored(options)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(json.dumps(facts) if options["json"] else sentence)


def _verified(path: Path) -> tuple[dict[str, object], str]:
    archive = verify(path)
    sentence = _("The backup of %(when)s is whole: %(rows)s rows of %(tables)s tables, from Kulis %(version)s.") % {
        "when": archive.manifest.created_at,
        "rows": sum(archive.manifest.rows.values()),
        "tables": len(archive.manifest.rows),
        "version": archive.manifest.version,
    }
    return _facts(archive), sentence


def _restored(options: dict[str, Any]) -> tuple[dict[str, object], str]:
    restored = bring_back(options["file"], into=options["into"], server=place.live(), by="manage.py")
    settled = restored.settled
    facts = _facts(restored.archive) | {
        "database": restored.place.name,
        "skipped_turns": settled.skipped,
        "uncertain_turns": settled.uncertain,
    }
    return facts, _next_steps(restored)


def _facts(archive: Archive) -> dict[str, object]:
    manifest = archive.manifest
    return {
        "created_at": manifest.created_at,
        "version": manifest.version,
        "postgres": manifest.postgres,
        "tables": len(manifest.rows),
        "rows": sum(manifest.rows.values()),
        "sha256": archive.sha256,
    }


def _next_steps(restored: Restored) -> str:
    return _(
        "Database %(name)s holds the backup of %(when)s: every row is back, every token and key opens.\n"
        "The engine is stopped there. %(skipped)s open turns are skipped, %(uncertain)s may have been sent;"
        " none of them will be sent again.\n"
        "Next:\n"
        "  1. Stop the old Kulis for good: two of them would speak through the same bots.\n"
        "  2. Let DATABASE_URL end in /%(name)s and start Kulis.\n"
        "  3. Run `manage.py doctor`, then `manage.py engine start`."
    ) % {
        "name": restored.place.name,
        "when": restored.archive.manifest.created_at,
        "skipped": restored.settled.skipped,
        "uncertain": restored.settled.uncertain,
    }
