"""200 bots in 12 chats talk on their own at the pace of 10 messages an hour each, a day as far as the time allows."""

import threading
import time

from django.db import connection

from conversations.models import Engine
from tests.chaos import theatre
from tests.chaos.outcome import Outcome, Row
from tests.chaos.theatre import House

GROUPS, SPEAKERS = 12, 16
A_DAY = 200 * 10 * 24


def run(house: House) -> Outcome:
    lags: list[float] = []
    over = threading.Event()
    with theatre.playing(house, groups=GROUPS, speakers=SPEAKERS, own_talk=True, feeding={"worded": 0.9}) as play:
        play.warm_up()
        clock = threading.Thread(target=_listen, args=(over, lags), daemon=True)
        clock.start()
        while play.goes_on and (house.times is None or play.feeder.opened < house.times):
            time.sleep(1)
        over.set()
        clock.join()
        counts = play.settle()
    p99 = sorted(lags)[int(len(lags) * 0.99)] if lags else 0.0
    rows = [
        Row("day", f"{GROUPS * SPEAKERS} bots, {counts.turns} turns", counts.arrived, "lost", counts.lost),
        Row("day", "the same", counts.arrived, "doubled", counts.duplicates),
        Row("day", "the same", counts.arrived, "wrong", counts.wrong),
        Row("day", f"{len(lags)} ticks", counts.arrived, "tick lag p99, s", round(p99, 2), due=1.0),
    ]
    share = round(counts.arrived / A_DAY, 3)
    return Outcome("day", rows, {"tick_lag_p99_s": round(p99, 2), "share_of_a_day": share, **counts.as_json()})


def _listen(over: threading.Event, lags: list[float]) -> None:
    """How much later than a second after the last each tick comes."""
    last = Engine.objects.get(pk=1).ticked_at
    while not over.wait(0.05):
        now = Engine.objects.get(pk=1).ticked_at
        if last and now and now > last:
            lags.append(max(0.0, (now - last).total_seconds() - 1.0))
        last = now
    connection.close()
