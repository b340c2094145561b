"""A running process says that it lives, and when it last did something: one row a process, renewed by a thread.

Existence is not work: a worker whose line to the broker is dead lives on and takes nothing. So the thread also sends
the process a canary through the broker, and what arrives counts as work.
"""

import atexit
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Sum
from django.db.models.functions import Now

from bots import counting
from conversations import labour
from conversations.engine import settled
from conversations.models import Process, Turn

EVERY = 5.0
"""Seconds between two signs of life."""
HAND_OVER = 15.0
"""Seconds between two times that a process hands over what it counted."""
YOUNG_SECONDS = 600.0
"""So old a worker must be before it ends for its size: one that is born too large must not be born again and again."""
KEPT = timedelta(hours=1)
"""Rows of processes that died without a word."""
ALWAYS_WOKEN = 2
"""Writers that are woken at a tick though all seem to write: what is being written may be a dead process's."""
WORKERS = (Process.Kind.WRITER, Process.Kind.SENDER)
_log = logging.getLogger(__name__)


def host() -> str:
    return socket.gethostname()[:80]


def owner() -> str:
    """This process, as leases name it: for people who look, and for giving back what is its own."""
    return f"{host()}:{os.getpid()}:"


def kind_of(queues: Sequence[str]) -> Process.Kind:
    """What a worker is, by what it takes."""
    return Process.Kind.WRITER if set(queues) == {"compose"} else Process.Kind.SENDER


@dataclass
class Sign:
    """What this process says of itself."""

    kind: Process.Kind
    threads: int
    queues: Sequence[str]
    started: float = field(default_factory=time.monotonic)
    worked: float = field(default_factory=time.monotonic)
    handed_over: float = field(default_factory=time.monotonic)
    hits: int = 0
    misses: int = 0
    told: bool = False
    stopping: bool = False
    ended: threading.Event = field(default_factory=threading.Event)
    ends: list[Callable[[], None]] = field(default_factory=list)


_sign: Sign | None = None
sockets: Callable[[], int] = int
"""How many live pages this process holds open; set by whoever opens them."""

companions: list[Callable[[Process.Kind], Callable[[], None]]] = []
"""What else begins with a process of ours and ends with it, as the keeping of its errors: each answers with its end."""


def begin(
    kind: Process.Kind, *, threads: int = 1, queues: Sequence[str] = (), canary: Callable[[], None] | None = None
) -> None:
    """Say from now on that this process lives. `canary` sends it a task that it must take; None where its work shows by
    itself."""
    global _sign
    _sign = Sign(kind, threads, list(queues))
    _sign.ends = [accompany(kind) for accompany in companions]
    atexit.register(end)
    threading.Thread(target=_go_on, args=(_sign,), name="presence", daemon=True).start()
    if canary:
        threading.Thread(target=_sing, args=(_sign, canary), name="canary", daemon=True).start()


def worked() -> None:
    """This process has just done something. Costs nothing, so say it often."""
    if _sign is not None:
        _sign.worked = time.monotonic()


def stopping() -> None:
    """It takes nothing new any more, and ends soon."""
    if _sign is not None:
        _sign.stopping = True


def end() -> None:
    """It goes of its own accord: its row goes with it."""
    global _sign
    if _sign is None:
        return
    sign, _sign = _sign, None
    sign.ended.set()
    for over in sign.ends:
        over()
    try:
        _hand_over(sign)
        Process.objects.filter(host=host(), pid=os.getpid()).delete()
    except DatabaseError as error:
        _log.warning("The database is away (%s); the row of this process stays for a while.", type(error).__name__)
    finally:
        connection.close()


def _go_on(sign: Sign) -> None:
    while not sign.ended.is_set():
        try:
            tell(sign)
        except DatabaseError as error:
            _log.warning("The database is away (%s); nobody sees that this process lives.", type(error).__name__)
        finally:
            connection.close()
        _mind_memory(sign)
        sign.ended.wait(EVERY)


def _sing(sign: Sign, canary: Callable[[], None]) -> None:
    """In a thread of its own: a broker that hangs must not make this process look dead."""
    while not sign.ended.wait(EVERY) and not sign.stopping:
        canary()


def _mind_memory(sign: Sign) -> None:
    """Threads share one process, so no child can be replaced: a worker that grew too large leaves, and is begun anew
    by whoever looks after it."""
    most = settings.WORKER_MEMORY_MB if sign.kind in WORKERS else 0
    if most and memory_mb() > most and time.monotonic() - sign.started > YOUNG_SECONDS:
        _log.warning(
            "%s MB are more than WORKER_MEMORY_MB=%s: this worker ends, to be started anew.", memory_mb(), most
        )
        os.kill(os.getpid(), signal.SIGTERM)


def tell(sign: Sign) -> None:
    """Renew the row of this process. One statement."""
    now = time.monotonic()
    kept = settled.counts()
    asked: dict[str, Any] = {
        "kind": sign.kind.value, "host": host(), "pid": os.getpid(), "version": settings.VERSION,
        "threads": sign.threads, "queues": list(sign.queues), "memory": memory_mb(), "stopping": sign.stopping,
        "hits": kept.hits, "misses": kept.misses, "age": now - sign.started, "idle": now - sign.worked,
        "first": not sign.told, "sockets": sockets(), "clock": time.time(), "busy": labour.under_way(), **_pool(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_TELL, asked)
    sign.told = True
    if now - sign.handed_over >= HAND_OVER:
        sign.handed_over = now
        _hand_over(sign)


def _hand_over(sign: Sign) -> None:
    """What was counted here, and what of the settled things was new since the last time."""
    kept = settled.counts()
    counting.add("kulis_settled_reads", "hit", by=kept.hits - sign.hits)
    counting.add("kulis_settled_reads", "miss", by=kept.misses - sign.misses)
    sign.hits, sign.misses = kept.hits, kept.misses
    counting.hand_over()


def _pool() -> dict[str, int]:
    """The connections of this process: how many are open, in use (the asking one left out), and waited for."""
    pool = getattr(connection, "pool", None)
    asked = pool.get_stats() if pool is not None else {}
    size, free = asked.get("pool_size", 0), asked.get("pool_available", 0)
    return {
        "pool_size": size,
        "pool_used": max(size - free - 1, 0),
        "pool_waiting": asked.get("requests_waiting", 0),
    }


_TELL = """
INSERT INTO conversations_process AS known (
    kind, host, pid, version, threads, queues, memory_mb, stopping, hits, misses, busy, pool_size, pool_used,
    pool_waiting, sockets, skew, started_at, beat_at, worked_at
) VALUES (
    %(kind)s, %(host)s, %(pid)s, %(version)s, %(threads)s, %(queues)s::varchar[], %(memory)s, %(stopping)s, %(hits)s,
    %(misses)s, %(busy)s, %(pool_size)s, %(pool_used)s, %(pool_waiting)s, %(sockets)s,
    %(clock)s - extract(epoch FROM clock_timestamp()),
    clock_timestamp() - make_interval(secs => %(age)s), clock_timestamp(),
    clock_timestamp() - make_interval(secs => %(idle)s)
)
ON CONFLICT (host, pid) DO UPDATE SET
    kind = excluded.kind, version = excluded.version, threads = excluded.threads, queues = excluded.queues,
    memory_mb = excluded.memory_mb, stopping = excluded.stopping, hits = excluded.hits, misses = excluded.misses,
    busy = excluded.busy, pool_size = excluded.pool_size, pool_used = excluded.pool_used,
    pool_waiting = excluded.pool_waiting, sockets = excluded.sockets, skew = excluded.skew,
    started_at = CASE WHEN %(first)s THEN excluded.started_at ELSE known.started_at END,
    beat_at = excluded.beat_at, worked_at = excluded.worked_at
"""


def idle_writers() -> int:
    """Threads that could begin to write now: those of all that live and take such work, less those that write."""
    writers = Process.objects.alive().filter(queues__contains=["compose"], stopping=False)
    threads = writers.aggregate(all=Sum("threads"))["all"] or settings.WORKER_THREADS
    return max(threads - Turn.objects.filter(state=Turn.State.COMPOSING).count(), ALWAYS_WOKEN)


def prune() -> list[tuple[str, str, int, datetime]]:
    """Forget processes that were killed long ago: their kinds, hosts and numbers, and since when they are silent."""
    old = Process.objects.filter(beat_at__lt=Now() - KEPT)
    gone = list(old.values_list("kind", "host", "pid", "beat_at"))
    old.delete()
    return gone


def memory_mb() -> int:
    """What this process holds in memory; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000
