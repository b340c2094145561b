"""manage.py forecast: what the present cast will say and cost in a day."""

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from conversations import forecasting
from conversations.forecasting import Forecast
from conversations.management import doors


class Command(doors.Door):
    help = "Simulate a day of the present cast under the present rules: messages, tokens, cost, and what limits it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="another seed, another day; 1")
        self.add_json(parser)

    def handle(self, *, seed: int, json: bool, **options: Any) -> None:
        found = forecasting.a_day(timezone.localtime(), seed=seed)
        if found is None:
            raise CommandError("No chat talks, so there is nothing to forecast. `manage.py chat add` adds one.")
        self.answer(asdict(found), _words(found), as_json=json)


def _words(found: Forecast) -> str:
    tokens, lowest = found.tokens, found.ceilings[0]
    source = "measured" if tokens.measured else "estimated"
    read = f"{tokens.prompt:.0f} read ({tokens.cached:.0f} cached)"
    silent = ", ".join(f"{count} {reason}" for reason, count in found.silent.items()) or "none"
    return "\n".join(
        [
            f"Messages    {found.messages} a day, {found.busiest_hour} in the busiest hour",
            f"Reactions   {found.reactions} a day",
            f"Silent      {silent}",
            f"People      {found.lines_of_people:.0f} lines a day, as in the last week",
            f"Tokens      {read}, {tokens.completion:.0f} written a message, {source}",
            f"Cost        ${found.cost:.2f} a day at the prices of {found.provider or 'no provider'}",
            f"Ceiling     {lowest.per_hour:.0f} messages an hour now, by {lowest.name}",
        ]
    )
