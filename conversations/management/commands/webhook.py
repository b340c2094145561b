"""manage.py webhook set|delete|info: whether Telegram brings what people write, bot by bot."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from bots.models import Bot
from conversations import webhooks
from conversations.management import doors

VERBS = {
    "set": "have updates brought to PUBLIC_URL",
    "delete": "have nothing brought any more, for example before polling",
    "info": "what Telegram has on record",
}


class Command(doors.Door):
    help = "Register the webhooks of the cast with Telegram, take them back, or show them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="|".join(VERBS))
        for verb, words in VERBS.items():
            one = verbs.add_parser(verb, help=words)
            which = one.add_mutually_exclusive_group()
            which.add_argument("--bot", action="append", metavar="USERNAME", help="this bot; may be repeated")
            which.add_argument("--all", action="store_true", help="every bot with a token; the default")
            self.add_json(one)

    def handle(self, *, verb: str, json: bool, bot: list[str] | None, **_options: Any) -> None:
        if settings.TELEGRAM_MODE == "off":
            raise CommandError("TELEGRAM_MODE is off, so Telegram is not called. Set it to webhook or polling.")
        chosen = doors.bots(",".join(bot)) if bot else list(Bot.objects.active().with_token())
        if not chosen:
            raise CommandError("No bot has a token yet. `manage.py cast` binds tokens.")
        results = self._do(verb, chosen)
        data = {"bots": [_facts(result) for result in results]}
        self.answer(data, "\n".join(_line(result) for result in results), as_json=json)
        if failed := sum(not result.ok for result in results):
            raise CommandError(f"{failed} of {len(results)} bots: not as it should be.")

    def _do(self, verb: str, chosen: list[Bot]) -> list[webhooks.Result]:
        if verb == "info":
            return webhooks.inspect(chosen)
        change = webhooks.register if verb == "set" else webhooks.withdraw
        try:
            return change(chosen, by=doors.ACTOR)
        except ValidationError as error:
            raise doors.refusal(error) from error


def _facts(result: webhooks.Result) -> dict[str, Any]:
    return {"bot": result.bot.username, "ok": result.ok, "text": result.text, "pending": result.pending}


def _line(result: webhooks.Result) -> str:
    return f"{'✓' if result.ok else '✗'} @{result.bot.username}: {result.text}"
