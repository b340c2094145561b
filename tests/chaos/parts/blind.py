"""I21: the observer is down while senders die: without proof nothing is sent again. Then it comes back."""

import time

from django.db import connection

from tests.chaos import theatre
from tests.chaos.outcome import Outcome, Row
from tests.chaos.theatre import House

KILLS = 40


def run(house: House) -> Outcome:
    with theatre.playing(house) as play:
        play.warm_up()
        play.observing.pause()
        time.sleep(2)  # what it had asked for before has come
        went_blind = _moves()
        kills = 0
        while kills < house.often(KILLS) and play.goes_on:
            kills += play.kill_one()
        time.sleep(10)
        blind = _moves() - went_blind
        play.observing.go_on()
        counts = play.settle()
    rows = [
        Row("I21", "kill -9 of senders, the observer is down", kills, "sent again without proof", blind),
        Row("I21", "the same, once it is back", kills, "duplicates", counts.duplicates),
        Row("I21", "the same, once it is back", kills, "wrong", counts.wrong),
    ]
    return Outcome("observer", rows, {"kills": kills, "resent_blind": blind, **counts.as_json()})


def _moves() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM chaos_journal WHERE came = 'uncertain' AND went = 'composed'")
        return int(cursor.fetchone()[0])
