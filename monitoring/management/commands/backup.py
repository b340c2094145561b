"""manage.py backup FILE: the whole database in one encrypted file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from typing_extensions import override

from bots import audit
from conversations.management import doors
from monitoring.backup import place
from monitoring.backup.refusal import Refused
from monitoring.backup.take import Taken, take


class Command(doors.Door):
    help = "Write the whole database to FILE, encrypted with the newest of FIELD_KEYS. Kulis may go on running."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--force", action="store_true", help="replace FILE when it exists")
        self.add_json(parser)

    @override
    def handle(self, *, file: Path, force: bool, json: bool, **_options: Any) -> None:
        try:
            taken = take(file, source=place.live(), overwrite=force)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        with transaction.atomic():
            audit.record("backup.take", by=doors.ACTOR, after={"file": file.name, "sha256": taken.archive.sha256})
        self.answer(_facts(taken), _words(taken), as_json=json)


def _facts(taken: Taken) -> dict[str, Any]:
    return {"file": str(taken.path), "bytes": taken.bytes, "key": taken.key, **taken.archive.facts()}


def _words(taken: Taken) -> str:
    facts = taken.archive.facts()
    return (
        f"{taken.path}: {facts['rows']} rows of {facts['tables']} tables in {taken.bytes} bytes, read back and whole.\n"
        f"It opens only with key {taken.key} of FIELD_KEYS. Keep a copy of that key elsewhere."
    )
