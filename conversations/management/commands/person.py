"""manage.py person export|forget: what is stored of a person, for who asks; and its deletion."""

import json as formats
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from conversations import forgetting
from conversations.management import doors
from conversations.models import Participant


class Command(doors.Door):
    help = "Hand out or delete what is stored of a person who writes in the chats."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="export|forget")
        for verb, words in (("export", "everything that is stored, as JSON"), ("forget", "delete it everywhere")):
            one = verbs.add_parser(verb, help=words)
            one.add_argument("telegram_id", type=int, metavar="TELEGRAM-ID")
            self.add_json(one)
            if verb == "forget":
                one.add_argument("--dry-run", action="store_true", help="only count what would go")
                one.add_argument("--reason", default="", help="for the audit trail; without the person's name")

    def handle(self, *, verb: str, json: bool, telegram_id: int, **options: Any) -> None:
        person = Participant.objects.filter(telegram_id=telegram_id).first()
        if person is None:
            raise CommandError("Nothing is stored of this person.")
        if verb == "export":
            data = forgetting.export(person, by=doors.ACTOR)
            self.stdout.write(formats.dumps(data, ensure_ascii=False, default=str, indent=None if json else 2))
            return
        if options["dry_run"]:
            counts, words = forgetting.counted(person), "Would go"
        else:
            counts, words = forgetting.forget(person, by=doors.ACTOR, reason=options["reason"]), "Deleted"
        told = ", ".join(f"{count} {name}" for name, count in counts.items())
        self.answer({"forgotten": not options["dry_run"], **counts}, f"{words}: {told}.", as_json=json)
