"""I7: senders stand still (SIGSTOP) for 0.2 to 3 leases, between the commit of a claim and the write.

The lease of the harness is as short as the rule "longer than the deadline of a write" allows: it ends the leases of
those who have stood still for longer than that deadline.
"""

import signal
import time
from dataclasses import dataclass, field

from django.db import connection

from conversations.engine import spans
from tests.chaos import theatre, truth, watching
from tests.chaos.crew import SENDER
from tests.chaos.outcome import Outcome, Row
from tests.chaos.theatre import House, Play

STOPS = 120
LEASE = spans.WRITE.total_seconds() + 2
AT_ONCE = 8
SENDERS = 12
FACTORS = (0.2, 3.0)
GOES_ON, LEAVES = 5.0, 40.0
"""Seconds that it works before it is asked to leave, and that it has for both."""


@dataclass(slots=True)
class Held:
    """Who stands still, since when and until when."""

    since: dict[int, float] = field(default_factory=dict)
    until: dict[int, float] = field(default_factory=dict)
    went_on: set[int] = field(default_factory=set)
    leaves: set[int] = field(default_factory=set)
    fenced: int = 0
    """Who went on after their claim was taken away: whatever they write changes nothing."""

    def too_long(self, pid: int) -> bool:
        return pid in self.since and time.monotonic() - self.since[pid] > LEASE


def run(house: House) -> Outcome:
    stops, counts = play(house, house.often(STOPS))
    rows = [
        Row("I7", "SIGSTOP of senders for 0.2 to 3 leases", stops, "duplicates", counts.duplicates),
        Row("I7", "the same", stops, "lost or stuck", counts.lost),
        Row("I7", "the same", stops, "false sent", counts.false_sent + counts.unsaid),
        Row("I7", "the same", stops, "fenced writes", counts.fenced, due=1, or_more=True),
    ]
    return Outcome("stops", rows, {"stops": stops, **counts.as_json()})


def play(
    house: House, wanted: int, *, mutant: str = "", factors: tuple[float, float] = FACTORS
) -> tuple[int, truth.Counts]:
    held = Held()
    with theatre.playing(house, senders=SENDERS, mutant=mutant) as play:
        play.clockwork.lives = lambda pid: play.crew.lives(pid) and not held.too_long(pid)
        play.warm_up()
        with watching.Gate(watching.CLAIMS) as gate:
            while play.goes_on and (len(held.since) < wanted or held.until):
                _let_go(play, held)
                if len(held.until) < AT_ONCE and len(held.since) < wanted:
                    _stop_one(play, held, gate, factors)
                time.sleep(0.05)
        for pid in list(held.until):
            play.crew.send(pid, signal.SIGCONT)
        time.sleep(GOES_ON)
        counts = play.settle()
        counts.fenced += held.fenced
        return len(held.since), counts


def _stop_one(play: Play, held: Held, gate: watching.Gate, factors: tuple[float, float]) -> None:
    """Whoever claims next stands still from before it hears of its claim; each process once."""
    caught = gate.catch(lambda: [pid for pid in play.crew.pids(SENDER) if pid not in held.since])
    if caught is None:
        return
    _, pid = caught
    play.crew.send(pid, signal.SIGSTOP)
    now = time.monotonic()
    held.since[pid] = now
    held.until[pid] = now + LEASE * play.house.dice.uniform(*factors)
    gate.open()


def _let_go(play: Play, held: Held) -> None:
    """Go on, and leave calmly a moment later: another takes the place, so that each process stands still once."""
    for pid, until in list(held.until.items()):
        late = time.monotonic() - until
        if late < 0:
            continue
        if pid not in held.went_on:
            held.fenced += _is_overtaken(pid)
            held.went_on.add(pid)
            play.crew.send(pid, signal.SIGCONT)
        elif late < GOES_ON:
            continue
        elif pid not in held.leaves:
            held.leaves.add(pid)
            play.crew.send(pid, signal.SIGTERM)
        if not play.crew.lives(pid) or late > LEAVES:
            del held.until[pid]


def _is_overtaken(pid: int) -> bool:
    """Whether the turn that this process believes to hold has moved on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT went FROM chaos_journal WHERE split_part(owner, ':', 2) = %s ORDER BY id DESC LIMIT 1", [str(pid)]
        )
        row = cursor.fetchone()
        return row is not None and row[0] != "sending"
