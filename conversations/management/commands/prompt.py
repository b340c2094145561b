"""manage.py prompt TURN: what the model was told, word for word."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from conversations.management import doors
from conversations.models import Turn


class Command(doors.Door):
    help = "Show the prompt of a turn exactly as the model received it. The turn's page shows the same."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("turn", type=int, metavar="TURN", help="the number of the turn, as on its page")
        self.add_json(parser)

    def handle(self, *, turn: int, json: bool, **_options: Any) -> None:
        found = Turn.objects.filter(pk=turn).only("prompt", "state").first()
        if found is None:
            raise CommandError(f"There is no turn {turn}.")
        if not found.prompt:
            raise CommandError(f"Turn {turn} was never put to a model: it is {found.get_state_display()}.")
        words = "\n\n".join(f"--- {part['role']} ---\n{part['content']}" for part in found.prompt)
        self.answer({"turn": turn, "prompt": found.prompt}, words, as_json=json)
