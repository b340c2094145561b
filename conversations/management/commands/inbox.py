"""manage.py inbox list|retry|discard: what Telegram brought and Kulis could not read."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from conversations import inbox
from conversations.inbound import causes
from conversations.management import doors
from conversations.models import InboundUpdate


class Command(doors.Door):
    help = "List the updates that could not be read, have them read once more, or lay them aside."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="list|retry|discard")
        self.add_json(verbs.add_parser("list", help="what is parked, and why"))
        for verb, words in (("retry", "read it once more"), ("discard", "lay it aside for good")):
            one = verbs.add_parser(verb, help=words)
            which = one.add_mutually_exclusive_group(required=True)
            which.add_argument("number", nargs="*", type=int, default=[], help="as shown by `inbox list`")
            which.add_argument("--all", action="store_true", help="everything that is parked")
            one.add_argument("--reason", default="", help="why, for the audit trail")
            self.add_json(one)

    def handle(self, *, verb: str, json: bool, **options: Any) -> None:
        if verb == "list":
            rows = [_facts(update) for update in inbox.parked()]
            lines = [
                f"{one['id']:>8}  {one['received_at']:%Y-%m-%d %H:%M}  {one['kind']}  {one['why']}" for one in rows
            ]
            self.answer({"parked": rows}, "\n".join(lines) or "Nothing is parked.", as_json=json)
            return
        chosen = _chosen(options["number"], everything=options["all"])
        if verb == "retry":
            done = [update.pk for update in chosen if inbox.retry(update, by=doors.ACTOR)]
        else:
            done = [u.pk for u in chosen if inbox.discard(u, by=doors.ACTOR, reason=options["reason"])]
        words = "read once more" if verb == "retry" else "laid aside"
        self.answer({verb: done}, f"{len(done)} {words}.", as_json=json)


def _chosen(numbers: list[int], *, everything: bool) -> list[InboundUpdate]:
    found = [update for update in inbox.parked() if everything or update.pk in numbers]
    if missing := sorted(set(numbers) - {update.pk for update in found}):
        raise CommandError(f"Not parked: {', '.join(map(str, missing))}. `manage.py inbox list` shows what is.")
    return found


def _facts(update: InboundUpdate) -> dict[str, Any]:
    return {
        "id": update.pk,
        "bot": update.bot.username,
        "update_id": update.update_id,
        "kind": update.kind,
        "chat": update.chat_number,
        "received_at": update.received_at,
        "cause": update.cause or update.outcome,
        "why": causes.explained(update.cause or update.outcome),
    }
