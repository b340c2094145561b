"""manage.py listen: the one poller for the whole cast."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from conversations import polling, presence
from conversations.management import doors
from conversations.models import Process


class Command(doors.Door):
    help = "Ask Telegram for what people wrote, for every bot of the cast, until Ctrl-C. Only one may run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="ask each bot once and leave")

    def handle(self, *, once: bool, **_options: Any) -> None:
        stop = threading.Event()
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, lambda *_: stop.set())
        if not once:
            presence.begin(Process.Kind.POLLER)
        try:
            polling.run(stop, once=once)
        except polling.Taken as taken:
            raise CommandError(str(taken)) from taken
