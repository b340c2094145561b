"""manage.py breaker list|reset: what is left alone because it kept failing, and a way to use it again at once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from conversations import breakers, limits
from conversations.management import doors
from conversations.models import Breaker


class Command(doors.Door):
    help = "Show the breakers of bots and models, or close one by hand."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="list|reset")
        self.add_json(verbs.add_parser("list", help="every breaker that keeps calls back"))
        reset = verbs.add_parser("reset", help="close one, or all: what failed before does not count any more")
        reset.add_argument("which", help="its number as `list` shows it, or all")
        self.add_json(reset)

    def handle(self, *, verb: str, json: bool, **options: Any) -> None:
        if verb == "reset":
            for breaker in _named(options["which"]):
                breakers.reset(breaker, by=doors.ACTOR)
        left = [limits.shown(breaker) for breaker in limits.breakers()]
        self.answer({"breakers": left}, _words(left), as_json=json)


def _named(which: str) -> list[Breaker]:
    if which == "all":
        return limits.breakers()
    found = Breaker.objects.filter(pk=int(which)) if which.isdecimal() else Breaker.objects.none()
    if not found:
        raise CommandError(f"There is no breaker {which}. `manage.py breaker list` shows those that are open.")
    return list(found)


def _words(left: list[dict[str, Any]]) -> str:
    if not left:
        return "Every breaker is closed."
    return "\n".join(
        f"{one['id']:>4}  {one['of']}: {one['state'].replace('_', ' ')} until {one['until']},"
        f" {one['in_a_row']} failures in a row ({one['reason']})"
        for one in left
    )
