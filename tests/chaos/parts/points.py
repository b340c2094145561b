"""I4: senders die at eight labelled points between the commit of their claim and the commit of their record.

Four of them are points of the connection, where the Telegram of the part does it; the others are points of the
database, where its triggers tell of a claim or hold a record back.
"""

import signal
import time
from collections import Counter
from collections.abc import Callable

from tests.chaos import theatre, watching
from tests.chaos.crew import SENDER
from tests.chaos.outcome import Outcome, Row
from tests.chaos.theatre import House, Play

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
        hits["claimed"] = _on_word(play, "claimed", each)
        hits["before-write"] = _before_write(play, each)
        hits["before-commit"] = _before_commit(play, each)
        hits["committed"] = _on_word(play, "recorded", each)
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


def _on_word(play: Play, channel: str, wanted: int) -> int:
    """Kill whoever claims (or has recorded) a turn, the instant it is committed."""
    killed: list[int] = []

    def strike(pid: int) -> None:
        if len(killed) < wanted and pid not in killed and pid in play.crew.pids(SENDER):
            play.crew.kill(pid)
            killed.append(pid)

    with watching.Watch(channel, strike):
        while len(killed) < wanted and play.goes_on:
            time.sleep(0.05)
    return len(killed)


def _before_write(play: Play, wanted: int) -> int:
    """Held still while its claim is being committed, killed once it is: not a byte can have left."""
    return _at_the_gate(play, watching.CLAIMS, wanted, lambda gate, _backend, _killed: gate.open())


def _before_commit(play: Play, wanted: int) -> int:
    """Killed while its record waits for the commit. Every other time its backend dies too, and the record with it."""

    def cut(gate: watching.Gate, backend: int, killed: int) -> None:
        if killed % 2:
            gate.cut(backend)

    return _at_the_gate(play, watching.RECORDS, wanted, cut)


def _at_the_gate(play: Play, key: int, wanted: int, then: Callable[[watching.Gate, int, int], None]) -> int:
    killed = 0
    with watching.Gate(key) as gate:
        while killed < wanted and play.goes_on:
            caught = gate.catch(lambda: play.crew.pids(SENDER))
            if caught is None:
                continue
            backend, pid = caught
            play.crew.send(pid, signal.SIGSTOP)
            then(gate, backend, killed)
            time.sleep(0.05)
            play.crew.kill(pid)
            killed += 1
            gate.open()
    return killed
