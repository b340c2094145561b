"""manage.py demo: set the demo up in an empty system."""

from argparse import ArgumentParser
from typing import Any

from conversations import demo
from conversations.management import doors


class Command(doors.Door):
    help = (
        "Set up the demo cast, a rehearsal room and the offline voice, and start the engine; only in an empty system."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        self.add_json(parser)

    def handle(self, *, json: bool, **_options: Any) -> None:
        room = demo.stage(by=doors.ACTOR)
        facts = {"staged": room is not None, "room": room.pk if room else None}
        words = f"{room.memberships.count()} personas wait in “{room.title}”." if room else "There is a cast already."
        self.answer(facts, words, as_json=json)
