"""Collects the faults of this process beside its work: grouped in memory, written every few seconds by one thread.

Whoever logs an error waits for no database. One that is away loses nothing: what came meanwhile is held, so many groups
of it as memory allows; what is beyond that is counted, and the count is written down as a fault of its own.
"""

import logging
import sys
import threading
from collections.abc import Callable
from datetime import datetime

from django.apps import apps
from django.db import DatabaseError, connection
from django.utils import timezone

from conversations.models import Process
from monitoring.faults import reading, rows
from monitoring.faults.reading import Seen
from monitoring.models import Fault

EVERY, AGAIN = 2.0, 5.0
"""Seconds between two writings, and before the next after one that failed."""
MOST = 200
"""Groups that are held in memory."""
_own = threading.local()


class Keeper(logging.Handler):
    """A handler of the root logger. It never raises, and hears nothing of what its own thread says."""

    def __init__(self, where: str, keep: Callable[[Seen], None] = rows.keep) -> None:
        super().__init__(logging.ERROR)
        self._where, self._keep = where, keep
        self._held: dict[str, Seen] = {}
        self._lost = 0
        self._guard = threading.Lock()
        self._woken = threading.Event()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if getattr(_own, "writes", False):
            return
        try:
            seen = reading.of(record, self._where)
        except Exception:  # noqa: BLE001 - an error whose words cannot be read is still an error
            seen = None
            self._count_lost()
        if seen:
            self.take(seen)

    def take(self, seen: Seen) -> None:
        with self._guard:
            if known := self._held.get(seen.fingerprint):
                self._held[seen.fingerprint] = known.and_again(seen)
            elif len(self._held) < MOST:
                self._held[seen.fingerprint] = seen
            else:
                self._lost += seen.count
            if self._thread is None and not self._over.is_set():
                self._thread = threading.Thread(target=self._go_on, name="faults", daemon=True)
                self._thread.start()
        self._woken.set()

    def end(self) -> None:
        """Write what is held, once, and hear nothing more."""
        self._over.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(AGAIN)
        if self._thread is None or not self._thread.is_alive():
            self.write()
        if left := sum(seen.count for seen in self._held.values()) + self._lost:
            sys.stderr.write(f"{left} errors could not be written to the database; the log has them.\n")

    def write(self) -> bool:
        """Write what is held. What fails is held again. Whether all went well."""
        with self._guard:
            held, self._held, lost, self._lost = self._held, {}, self._lost, 0
        left = list(held.values())
        try:
            while left and apps.ready:
                self._keep(left[-1])
                left.pop()
            if lost and apps.ready:
                self._keep(_told_lost(self._where, lost, timezone.now()))
                lost = 0
        except DatabaseError:
            pass
        finally:
            for seen in left:
                self.take(seen)
            with self._guard:
                self._lost += lost
        return not left and not lost

    def _count_lost(self) -> None:
        with self._guard:
            self._lost += 1

    def _go_on(self) -> None:
        _own.writes = True
        while not self._over.is_set():
            self._woken.wait()
            self._woken.clear()
            self._over.wait(EVERY)
            try:
                well = self.write()
            except Exception:  # noqa: BLE001 - whatever it is: this thread must go on, and cannot log
                well = False
            finally:
                connection.close()
            if not well:
                self._over.wait(AGAIN)
                self._woken.set()


def _told_lost(where: str, count: int, at: datetime) -> Seen:
    text = "More different errors came than are held in memory; the log has them."
    return Seen(reading.fingerprint("lost", where), where, "Lost", text, "", text, at, count=count)


_keeper: Keeper | None = None


def begin(where: str, keep: Callable[[Seen], None] = rows.keep) -> None:
    """Keep the errors of this process from now on. A second call changes nothing."""
    global _keeper
    if _keeper is None:
        _keeper = Keeper(where, keep)
        logging.getLogger().addHandler(_keeper)


def accompany(kind: Process.Kind) -> Callable[[], None]:
    """Begin with a process and end with it."""
    begin(_WHERE.get(kind, Fault.Where.WORKER))
    return end


_WHERE = {
    Process.Kind.WEB: Fault.Where.WEB, Process.Kind.BEAT: Fault.Where.BEAT, Process.Kind.POLLER: Fault.Where.POLLER,
}  # fmt: skip


def end() -> None:
    global _keeper
    if _keeper is not None:
        logging.getLogger().removeHandler(_keeper)
        keeper, _keeper = _keeper, None
        keeper.end()


def take(seen: Seen) -> None:
    """A fault that did not come by the log. Without a keeper it is written at once."""
    if _keeper is not None:
        _keeper.take(seen)
    else:
        rows.keep(seen)
