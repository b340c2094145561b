"""I8: Valkey is emptied, killed, and away for a while. Nothing of worth is kept there."""

import time

import redis

from tests.chaos import measure, theatre
from tests.chaos.outcome import Outcome, Row
from tests.chaos.theatre import House

TIMES = 20
AWAY = 60.0
BACK_WITHIN = 10.0


def run(house: House) -> Outcome:
    assert house.servers is not None
    times, servers, telegram = house.often(TIMES), house.servers, house.fakes.telegram
    slow = 0
    with theatre.playing(house) as play:
        play.warm_up()
        telegram.limits(on=True)
        with redis.Redis.from_url(servers.valkey.url) as line:
            for _ in range(times):
                line.flushall()
                time.sleep(house.dice.uniform(0.2, 1.0))
        waits = []
        for number in range(times + 1):
            servers.kill_valkey()
            if number == times:
                time.sleep(min(AWAY, house.longest / 4))
            servers.start_valkey()
            waits.append(measure.until_more(telegram, seconds=60))
            if not play.goes_on:
                break
        slow = sum(wait > BACK_WITHIN for wait in waits)
        counts = play.settle()
        breaches = measure.breaches(telegram)
    rows = [
        Row("I8", "FLUSHALL", times, "wrong", counts.wrong),
        Row("I8", "kill -9 of Valkey, the last time it stays away", len(waits), "wrong", counts.wrong),
        Row("I8", "the same", len(waits), f"returns after which sends took above {BACK_WITHIN:g} s", slow),
        Row("I8", "the same", len(waits), "pacing breaches", breaches),
    ]
    seconds = {"slowest_return_s": round(max(waits), 1), "breaches": breaches}
    return Outcome("redis", rows, {"flushes": times, "kills": len(waits), **seconds, **counts.as_json()})
