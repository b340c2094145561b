"""I9: PostgreSQL is stopped at once (no checkpoint) and started again, and stays away for a while."""

import time

from django.db import connection

from tests.chaos import measure, theatre
from tests.chaos.outcome import Outcome, Row
from tests.chaos.theatre import House

TIMES = 20
AWAY = 60.0
BACK_WITHIN = 15.0


def run(house: House) -> Outcome:
    assert house.servers is not None
    servers, telegram = house.servers, house.fakes.telegram
    waits: list[float] = []
    with theatre.playing(house) as play:
        play.warm_up()
        for number in range(house.often(TIMES)):
            servers.stop_postgres()
            if number == 0:
                time.sleep(min(AWAY, house.longest / 4))
            servers.start_postgres()
            waits.append(measure.until_more(telegram, seconds=60))
            time.sleep(house.dice.uniform(0.5, 2.0))
            if not play.goes_on:
                break
        died = play.crew.died
        connection.close()
        counts = play.settle()
    slow = sum(wait > BACK_WITHIN for wait in waits)
    rows = [
        Row("I9", "immediate stop and start of PostgreSQL", len(waits), "wrong", counts.wrong),
        Row("I9", "the same, the first time it stays away", len(waits), "processes that had to be restarted", died),
        Row("I9", "the same", len(waits), f"returns after which sends took above {BACK_WITHIN:g} s", slow),
    ]
    seconds = {"slowest_return_s": round(max(waits), 1), "restarted": died}
    return Outcome("postgres", rows, {"crashes": len(waits), **seconds, **counts.as_json()})
