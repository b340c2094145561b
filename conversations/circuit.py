"""When a breaker opens, probes and closes again. Pure: what was seen and the moment come in, the next state goes out.

closed ──trips──> open ──its rest is over, one call goes──> half open ──it fails──> open, for longer
   ^                                                            │
   └──────────────────────── it succeeds ───────────────────────┘
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

State = Literal["closed", "open", "half_open"]
IN_A_ROW = 5
SHARE = 0.5
FROM = 20
"""The share of failures counts from so many calls on."""
WINDOW = timedelta(seconds=30)
REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=5)
PROBE = timedelta(seconds=75)
"""A probe that has not ended after this will not end: the next may go."""


@dataclass(frozen=True, slots=True)
class Recent:
    """What the calls that count were like, the failure just now included."""

    calls: int
    """Of the last 30 s."""
    failures: int
    """Of these."""
    in_a_row: int
    """Failures since the last success, however long ago."""

    @property
    def trips(self) -> bool:
        return self.in_a_row >= IN_A_ROW or (self.calls >= FROM and self.failures >= SHARE * self.calls)


@dataclass(frozen=True, slots=True)
class Circuit:
    state: State = "closed"
    openings: int = 0
    """Since it was last closed; each rest is longer than the one before."""
    until: datetime | None = None
    """Open: it rests until then. Half open: its probe has until then."""

    def lets_probe(self, now: datetime) -> bool:
        """Whether one call may try. An end further off than any rest lasts comes from a clock that went astray."""
        return self.until is not None and not now < self.until <= now + max(LONGEST_REST, PROBE)


CLOSED = Circuit()


def failed(circuit: Circuit, recent: Recent, now: datetime, *, probing: bool) -> Circuit:
    """After a failure; `probing` when it was the present probe's. Stragglers from before the opening change nothing."""
    if probing or (circuit.state == "closed" and recent.trips):
        return _opened(circuit.openings + 1, now)
    return circuit


def probed(circuit: Circuit, now: datetime) -> Circuit:
    """One call tries whether it is over."""
    return Circuit("half_open", circuit.openings, now + PROBE)


def rest(openings: int) -> timedelta:
    doublings: int = 2 ** min(max(openings, 1) - 1, 10)
    return min(REST * doublings, LONGEST_REST)


def _opened(openings: int, now: datetime) -> Circuit:
    return Circuit("open", openings, now + rest(openings))
