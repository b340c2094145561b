"""I23: the kill switch is pressed under load, again and again, and released."""

import time

from django.db import connection

from conversations import control
from tests.chaos import measure, theatre
from tests.chaos.outcome import Outcome, Row
from tests.chaos.theatre import House, Play

TIMES = 10
LAST_BYTE = 20.0
SILENCE, TALK = 6.0, 6.0


def run(house: House) -> Outcome:
    telegram, claims, last, burst, usual = house.fakes.telegram, 0, 0.0, 0, 0
    with theatre.playing(house, own_talk=True, latency=0.3) as play:
        play.warm_up()
        done = 0
        while done < house.often(TIMES) and play.goes_on:
            began = time.time()
            time.sleep(TALK)
            usual = max(usual, measure.busiest_second(telegram, began, time.time()))
            found, late = _press(play)
            claims, last, done = claims + found, max(last, late), done + 1
            released = time.time()
            control.start(by="chaos")
            time.sleep(3)
            burst = max(burst, measure.busiest_second(telegram, released, released + 3))
        counts = play.settle()
    rows = [
        Row("I23", "the switch, pressed under load", done, "claims after its commit", claims),
        Row("I23", "the same", done, "last byte after the commit, s", round(last, 2), due=LAST_BYTE),
        Row("I23", "released", done, "messages in the busiest second after", burst, due=usual),
        Row("I23", "all of it", done, "wrong", counts.wrong),
    ]
    numbers = {"pressed": done, "claims_after": claims, "last_byte_s": round(last, 2), "burst": burst, "usual": usual}
    return Outcome("switch", rows, {**numbers, **counts.as_json()})


def _press(play: Play) -> tuple[int, float]:
    """Claims that came after the commit, and how long after it the last message arrived."""
    telegram = play.house.fakes.telegram
    control.stop(by="chaos", reason="chaos")
    stopped = time.time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment = cursor.fetchone()[0]
        time.sleep(SILENCE)
        cursor.execute(
            "SELECT count(*) FROM chaos_journal WHERE went IN ('sending', 'composing') AND at > %s", [moment]
        )
        claims = int(cursor.fetchone()[0])
    late = [said["at"] - stopped for said in telegram.posted(by_bots=True) if said["at"] > stopped]
    return claims, max(late, default=0.0)
