"""I22: workers are replaced one after the other with SIGTERM, as a new version would be."""

import signal
import time

from django.db import connection

from tests.chaos import theatre
from tests.chaos.crew import SENDER, WRITER
from tests.chaos.outcome import Outcome, Row
from tests.chaos.theatre import House

TIMES = 50
GRACE = 30.0


def run(house: House) -> Outcome:
    late = done = 0
    with theatre.playing(house, latency=0.3) as play:
        play.warm_up()
        while done < house.often(TIMES) and play.goes_on:
            pid = play.crew.one(WRITER if done % 4 == 3 else SENDER)
            play.crew.send(pid, signal.SIGTERM)
            asked = time.monotonic()
            while play.crew.lives(pid) and time.monotonic() - asked < GRACE:
                time.sleep(0.05)
            if play.crew.lives(pid):
                late += 1
                play.crew.kill(pid)
            done += 1
        counts = play.settle()
        doubtful = _doubtful()
    rows = [
        Row("I22", "SIGTERM, one worker after the other", done, "turns made uncertain", doubtful),
        Row("I22", "the same", done, f"workers that took longer than {GRACE:g} s", late),
        Row("I22", "the same", done, "wrong", counts.wrong),
    ]
    return Outcome("deploy", rows, {"replaced": done, "uncertain": doubtful, "late": late, **counts.as_json()})


def _doubtful() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM chaos_journal WHERE went = 'uncertain'")
        return int(cursor.fetchone()[0])
