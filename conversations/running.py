"""Reader: the processes of Kulis as their rows have it: who lives, who is stuck, which queue has nobody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models.functions import Now

from conversations import presence, schedule, wake
from conversations.models import Process
from conversations.models.process import SILENT_AFTER, STALLED_AFTER

QUEUES = frozenset(wake.QUEUES.values()) | {queue for _seconds, queue in schedule.PLAN.values()}
BUSY = (*presence.WORKERS, Process.Kind.BEAT, Process.Kind.POLLER)
"""Who always has something to do: a page may wait for visitors."""


class State(StrEnum):
    WORKS = "works"
    STOPPING = "stopping"
    STALLED = "stalled"
    """It lives, and takes no work: its line to the broker or its threads are stuck."""
    SILENT = "silent"
    """Killed, or without a database."""


@dataclass(frozen=True, slots=True)
class Running:
    kind: Process.Kind
    host: str
    pid: int
    version: str
    threads: int
    queues: tuple[str, ...]
    memory_mb: int
    state: State
    started_at: datetime
    silent_seconds: float
    idle_seconds: float
    hits: int
    misses: int
    busy: int
    pool_size: int
    pool_used: int
    pool_waiting: int
    sockets: int
    off: float
    """Seconds that its clock is away from the database's, either way."""

    @property
    def name(self) -> str:
        return f"{self.kind} {self.host}:{self.pid}"

    @property
    def lives(self) -> bool:
        return self.state is not State.SILENT


def now() -> list[Running]:
    """Every process that is known. Ages are on the database's clock."""
    return [_running(row, row.moment) for row in _rows()]


def _rows() -> Any:
    return Process.objects.annotate(moment=Now())


def here(host: str) -> list[Running]:
    return [one for one in now() if one.host == host]


def unserved(found: Iterable[Running]) -> list[str]:
    """Queues that nobody takes work from."""
    return sorted(QUEUES - {name for one in found if one.state is State.WORKS for name in one.queues})


def _running(row: Process, moment: datetime) -> Running:
    return Running(
        kind=Process.Kind(row.kind),
        host=row.host,
        pid=row.pid,
        version=row.version,
        threads=row.threads,
        queues=tuple(row.queues),
        memory_mb=row.memory_mb,
        state=_state(row, moment - row.beat_at, moment - row.worked_at),
        started_at=row.started_at,
        silent_seconds=round((moment - row.beat_at).total_seconds(), 1),
        idle_seconds=round((moment - row.worked_at).total_seconds(), 1),
        hits=row.hits,
        misses=row.misses,
        busy=row.busy,
        pool_size=row.pool_size,
        pool_used=row.pool_used,
        pool_waiting=row.pool_waiting,
        sockets=row.sockets,
        off=round(abs(row.skew), 3),
    )


def _state(row: Process, silent: timedelta, idle: timedelta) -> State:
    if silent > SILENT_AFTER:
        return State.SILENT
    if row.stopping:
        return State.STOPPING
    return State.STALLED if idle > STALLED_AFTER and row.kind in BUSY else State.WORKS
