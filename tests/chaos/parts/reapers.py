"""I20: four more who recover and reconcile, side by side with the usual one, while senders die."""

import threading

from django.db import DatabaseError, connection

from conversations import tasks
from tests.chaos import theatre
from tests.chaos.outcome import Outcome, Row
from tests.chaos.theatre import House

KILLS = 60
REAPERS = 4


def run(house: House) -> Outcome:
    over = threading.Event()
    with theatre.playing(house) as play:
        play.warm_up()
        reapers = [threading.Thread(target=_reap, args=(over,), daemon=True) for _ in range(REAPERS)]
        for reaper in reapers:
            reaper.start()
        kills = 0
        while kills < house.often(KILLS) and play.goes_on:
            kills += play.kill_one()
        counts = play.settle()
        over.set()
        for reaper in reapers:
            reaper.join()
    rows = [
        Row("I20", "five recover in parallel, with kills", kills, "wrong", counts.wrong),
        Row("I20", "the same", kills, "left unresolved", counts.unresolved),
    ]
    return Outcome("reapers", rows, {"kills": kills, **counts.as_json()})


def _reap(over: threading.Event) -> None:
    while not over.wait(0.3):
        try:
            tasks.recover()
        except DatabaseError:
            continue  # two wanted the same rows; the next look finds what is left
        finally:
            connection.close()
