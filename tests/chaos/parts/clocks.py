"""I15: the clock of some workers jumps an hour ahead and an hour back while they work."""

import time
from pathlib import Path

from conversations.models import Turn
from tests.chaos import theatre
from tests.chaos.crew import BEAT, SENDER, WRITER, Crew
from tests.chaos.outcome import Outcome, Row
from tests.chaos.theatre import House

JUMPS = ("+3600", "-3600", "+0")
ROUNDS = 4
SECONDS = 12.0
LIBRARY = "*/faketime/libfaketimeMT.so.1"
NOTICE = 5.0
"""Seconds by which the clocks of two healthy machines may differ."""


class NoFaketime(SystemExit):
    pass


def run(house: House) -> Outcome:
    library = next(Path("/usr/lib").glob(LIBRARY), None)
    if library is None:
        raise NoFaketime("This part needs libfaketime: sudo apt-get install faketime")
    assert house.servers is not None
    dial = house.servers.folder / "clock"
    dial.write_text("+0\n")
    dial.chmod(0o644)
    odd = {
        "LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(dial), "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }  # fmt: skip
    jumps = 0
    with (
        theatre.playing(house, senders=1, writers=1, own_talk=True) as play,
        Crew(theatre.nursery(house, **odd), house.dice) as lost_in_time,
    ):
        play.clockwork.lives = lambda pid: play.crew.lives(pid) or lost_in_time.lives(pid)
        lost_in_time.add(SENDER, 2)
        lost_in_time.add(WRITER)
        lost_in_time.add(BEAT)
        play.warm_up()
        while jumps < house.often(ROUNDS * len(JUMPS)) and play.goes_on:
            dial.write_text(f"{JUMPS[jumps % len(JUMPS)]}\n")
            jumps += 1
            time.sleep(SECONDS)
        dial.write_text("+0\n")
        counts = play.settle()
    early, astray = _early(house), _astray()
    rows = [
        Row("I15", "clocks of workers jump by an hour", jumps, "duplicates", counts.duplicates),
        Row("I15", "the same", jumps, "sent before their moment", early),
        Row("I15", "the same", jumps, "turns opened for another hour", astray),
        Row("I15", "the same", jumps, "wrong", counts.wrong),
    ]
    return Outcome("clock", rows, {"jumps": jumps, "early": early, "astray": astray, **counts.as_json()})


def _early(house: House) -> int:
    due = {
        (turn.chat.telegram_id, turn.sent_id): turn.send_after.timestamp()
        for turn in Turn.objects.filter(state=Turn.State.SENT).select_related("chat")
        if turn.send_after
    }
    posted = house.fakes.telegram.posted(by_bots=True)
    return sum(one["at"] < due.get((one["chat"], one["message_id"]), 0.0) - NOTICE for one in posted)


def _astray() -> int:
    turns = Turn.objects.filter(plan_key__contains=":slot:").values_list("due_at", "created_at")
    return sum(abs((due - created).total_seconds()) > NOTICE + 60 for due, created in turns)
