"""The fire drill: each fault alone, in a house that works, raises its own incident within two minutes and no other."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

from conversations import spending
from conversations.models import Budget, Turn
from monitoring.incidents.models import Incident, Kind
from tests.chaos import theatre
from tests.chaos.crew import SENDER
from tests.chaos.outcome import Outcome, Row
from tests.chaos.theatre import House, Play

WITHIN = 120.0
AFTERWARDS = 20.0
"""Seconds after its incident in which a fault may still raise another."""
QUIET = 45.0
"""Seconds in which a house without a fault has to raise nothing: three looks."""


@dataclass(frozen=True, slots=True)
class Fault:
    name: str
    raises: Kind | None
    strike: Callable[[Play], object]


def _nothing(_play: Play) -> None:
    """The house works."""


def _provider(play: Play) -> None:
    play.house.fakes.provider.fault("chat/completions", 500, times=-1)


def _storm(play: Play) -> None:
    play.house.fakes.telegram.fault("sendMessage", 429, times=-1, retry_after=5)


def _errors(play: Play) -> None:
    play.house.fakes.telegram.fault("sendMessage", 502, times=-1)


def _token(play: Play) -> None:
    speakers = next(iter(play.stage.speakers.values()))
    play.house.fakes.telegram.revoke(speakers[0].username)


def _worker(play: Play) -> None:
    play.crew.dismiss(play.crew.one(SENDER))


def _valkey(play: Play) -> None:
    assert play.house.servers is not None
    play.house.servers.kill_valkey()


def _copy(_play: Play) -> None:
    newest = Turn.objects.filter(state=Turn.State.SENT).latest("pk")
    Turn.objects.filter(pk=newest.pk).update(copies=1)


def _budget(_play: Play) -> None:
    spending.limit(Budget.Scope.CAST, Budget.Period.DAY, by="chaos", tokens=1)


FAULTS = (
    Fault("none", None, _nothing),
    Fault("provider: 500 for every call", Kind.PROVIDER, _provider),
    Fault("Telegram: 429 for every call", Kind.GATES, _storm),
    Fault("Telegram: 502 for every call", Kind.LINE, _errors),
    Fault("a token taken back", Kind.TOKEN, _token),
    Fault("a worker killed for good", Kind.PROCESS, _worker),
    Fault("Valkey killed", Kind.BROKER, _valkey),
    Fault("a message that stands there twice", Kind.DUPLICATE, _copy),
    Fault("a budget used up", Kind.BUDGET_SPENT, _budget),
)


def run(house: House) -> Outcome:
    """`times`: only so many of the faults, from the first on."""
    rows: list[Row] = []
    counts: dict[str, float] = {}
    for number, fault in enumerate(FAULTS[: house.often(len(FAULTS))]):
        if number:
            house.again()
        seconds, others = _played(house, fault)
        house.tell(f"{fault.name}: {seconds:.0f} s, beside it {sorted(others) or 'nothing'}")
        if fault.raises:
            rows.append(Row("drill", fault.name, 1, f"seconds until {fault.raises}", round(seconds, 1), due=WITHIN))
            counts[fault.raises] = round(seconds, 1)
        rows.append(Row("drill", fault.name, 1, "other incidents", len(others)))
    return Outcome("drill", rows, {"faults": len(counts), "seconds": counts})


def _played(house: House, fault: Fault) -> tuple[float, set[str]]:
    """How long its incident took, and what else was raised."""
    with theatre.playing(house, groups=3, senders=2) as play:
        play.warm_up()
        before = _raised()
        fault.strike(play)
        seconds = _wait(fault, WITHIN if fault.raises else QUIET)
        if fault.raises:
            time.sleep(AFTERWARDS)
        others = (_raised() | before) - {fault.raises}
        if house.servers is not None and fault.strike is _valkey:
            house.servers.start_valkey()
        connection.close()
    return seconds, {str(kind) for kind in others}


def _wait(fault: Fault, most: float) -> float:
    started = time.monotonic()
    while time.monotonic() - started < most:
        if fault.raises and fault.raises in _raised():
            return time.monotonic() - started
        time.sleep(0.5)
    return most + 1 if fault.raises else most


def _raised() -> set[str]:
    return set(Incident.objects.values_list("kind", flat=True))
