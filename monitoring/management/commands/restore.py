"""manage.py restore FILE --into DATABASE: a database out of a backup, beside everything that exists."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from typing_extensions import override

from conversations.management import doors
from monitoring.backup import place
from monitoring.backup.bring_back import Restored, bring_back, verify
from monitoring.backup.refusal import Refused


class Command(doors.Door):
    help = "Make DATABASE out of FILE, on the server of DATABASE_URL. Nothing that exists is overwritten."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        action = parser.add_mutually_exclusive_group(required=True)
        action.add_argument("--into", metavar="DATABASE", help="a new database, or an empty one")
        action.add_argument("--verify-only", action="store_true", help="read the whole file and touch nothing")
        self.add_json(parser)

    @override
    def handle(self, *, file: Path, into: str | None, json: bool, **_options: Any) -> None:
        try:
            facts, words = _restore(file, into) if into else _verify(file)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.answer(facts, words, as_json=json)


def _verify(path: Path) -> tuple[dict[str, Any], str]:
    facts = verify(path).facts()
    words = f"The backup of {facts['created_at']} is whole: {facts['rows']} rows of {facts['tables']} tables."
    return facts, words


def _restore(path: Path, into: str) -> tuple[dict[str, Any], str]:
    restored = bring_back(path, into=into, server=place.live(), by=doors.ACTOR)
    settled = restored.settled
    more = {"database": into, "skipped_turns": settled.skipped, "uncertain_turns": settled.uncertain}
    return {**restored.archive.facts(), **more}, _next_steps(restored)


def _next_steps(restored: Restored) -> str:
    name, settled = restored.place.name, restored.settled
    return (
        f"Database {name} holds the backup of {restored.archive.manifest.created_at}:"
        " every row is back, every token and key opens.\n"
        f"Its engine is stopped. {settled.skipped} open turns are skipped, {settled.uncertain} were perhaps delivered;"
        " none of them will be sent again.\n"
        "Next:\n"
        "  1. Stop the old Kulis for good: two of them would speak through the same bots.\n"
        f"  2. Let DATABASE_URL end in /{name} and start Kulis; with `make run`: DATABASE_NAME={name} make run, once.\n"
        "  3. Run `manage.py doctor`, then `manage.py engine start`."
    )
