"""I4: senders die at eight labelled points between the commit of their claim and the commit of their record.

Four of them are points of the connection, where the Telegram of the part does it; the others are points of the
database, where its triggers tell of a claim or hold a record back.
"""

import signal
import time
from collections import Counter
from typing import Any

import psycopg

from tests.chaos import theatre, watching
from tests.chaos.crew import SENDER
from tests.chaos.outcome import Outcome, Row
from tests.chaos.theatre import House, Play
from tests.fakes.telegram import strikes

AT_EACH = 25
ON_THE_LINE = ("connected", "mid-write", "written", "accepted", "read")
"""Two of them are one label, after the write: the call takes effect, or it does not."""


def run(house: House) -> Outcome:
    each = house.often(AT_EACH)
    hits: Counter[str] = Counter()
    with theatre.playing(house) as play:
        play.warm_up()
        for point in ON_THE_LINE:
            hits[point] = _on_the_line(play, point, each)
        hits["claimed"] = _on_word(play, "claimed", each, frozen=0.0)
        hits["before-write"] = _on_word(play, "claimed", each, frozen=0.05)
        hits["before-commit"] = _before_commit(play, each)
        hits["committed"] = _on_word(play, "recorded", each, frozen=0.0)
        counts = play.settle()
    rows = [Row("I4", f"kill -9 when {point}", hits[point], "short of its kills", each - hits[point]) for point in hits]
    rows.append(Row("I4", "all points", hits.total(), "wrong", counts.wrong))
    return Outcome("points", rows, {"kills": hits.total(), "points": dict(hits), **counts.as_json()})


def _on_the_line(play: Play, point: str, wanted: int) -> int:
    telegram = play.house.fakes.telegram
    before = len(telegram.see("struck"))
    telegram.do("strike", point=point, times=wanted)
    done = 0
    while done < wanted and play.goes_on:
        telegram.do("victims", pids=play.crew.pids(SENDER))
        time.sleep(0.1)
        done = len(telegram.see("struck")) - before
    telegram.do("spare")
    return done


def _on_word(play: Play, channel: str, wanted: int, *, frozen: float) -> int:
    """Kill whoever claims (or has recorded) a turn, the instant it is committed; `frozen` holds it still before."""
    killed: list[int] = []

    def strike(pid: int) -> None:
        if len(killed) >= wanted or pid in killed or pid not in play.crew.pids(SENDER):
            return
        if frozen:
            play.crew.send(pid, signal.SIGSTOP)
            time.sleep(frozen)
        play.crew.kill(pid)
        killed.append(pid)

    with watching.Watch(channel, strike):
        while len(killed) < wanted and play.goes_on:
            time.sleep(0.05)
    return len(killed)


def _before_commit(play: Play, wanted: int) -> int:
    """Records wait for a lock that the harness holds; whoever waits dies. Every other time its backend dies first."""
    killed = 0
    with psycopg.connect(watching.address(), autocommit=True) as line:
        while killed < wanted and play.goes_on:
            line.execute("SELECT pg_advisory_lock(%s)", [watching.GATE])
            found = _waiting(line, play)
            if found:
                backend, pid = found
                if killed % 2:
                    line.execute("SELECT pg_terminate_backend(%s)", [backend])
                play.crew.kill(pid)
                killed += 1
            line.execute("SELECT pg_advisory_unlock(%s)", [watching.GATE])
            time.sleep(0.05)
    return killed


def _waiting(line: psycopg.Connection[Any], play: Play) -> tuple[int, int] | None:
    """A backend that waits with a record, and the process that it serves."""
    for _ in range(40):
        row = line.execute(
            "SELECT pid, client_port FROM pg_stat_activity JOIN pg_locks USING (pid)"
            " WHERE locktype = 'advisory' AND objid = %s AND NOT granted LIMIT 1",
            [watching.GATE],
        ).fetchone()
        if row and (pid := strikes.owner(row[1], set(play.crew.pids(SENDER)))):
            return row[0], pid
        time.sleep(0.05)
    return None
