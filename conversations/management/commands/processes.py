"""manage.py processes: who runs, and whether it works; for people, and for the liveness check of a container."""

import dataclasses
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import DatabaseError

from conversations import presence, running
from conversations.management import doors
from conversations.running import Running, State

SICK = (State.STALLED, State.SILENT)


class Command(doors.Door):
    help = "Show every process of Kulis and when it last worked. Fails when one of them lives and does not work."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--here", action="store_true", help="only this host, as the check of a container")
        self.add_json(parser)

    def handle(self, *, here: bool, json: bool, **_options: Any) -> None:
        try:
            found = running.here(presence.host()) if here else running.now()
        except DatabaseError as error:
            if not here:
                raise
            # An outage of the database is no reason to start every worker anew.
            self.stderr.write(f"The database is away ({type(error).__name__}), so nobody can be judged.")
            return
        rows = [dataclasses.asdict(one) for one in found]
        self.answer({"processes": rows}, "\n".join(map(line, found)) or "Nothing runs.", as_json=json)
        if sick := [one.name for one in found if one.state in SICK]:
            raise CommandError(f"Not at work: {', '.join(sick)}.")
        if here and not found:
            raise CommandError(f"No process of Kulis runs on {presence.host()}.")


def line(one: Running) -> str:
    queues = f" on {','.join(one.queues)}" if one.queues else ""
    return (
        f"{one.name}: {one.state.value}, {one.threads} threads{queues}, {one.memory_mb} MB,"
        f" worked {one.idle_seconds:g} s ago, version {one.version}"
    )
