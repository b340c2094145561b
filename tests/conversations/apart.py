"""What happens at the same time: steps in threads of their own, each with a connection of its own."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, transaction

from tests.fakes.handles import eventually

T = TypeVar("T")
PATIENCE = 20
_WAITING = (
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"
)


def at_once(*steps: Callable[[], T]) -> list[T]:
    """Run these side by side, starting together. What they return, in their order."""
    together = threading.Barrier(len(steps))

    def run(step: Callable[[], T]) -> T:
        together.wait(PATIENCE)
        return _alone(step)

    with ThreadPoolExecutor(len(steps)) as threads:
        return list(threads.map(run, steps))


def elsewhere(step: Callable[[], T]) -> T:
    return at_once(step)[0]


@contextmanager
def unfinished(step: Callable[[], T]) -> Iterator[T]:
    """Elsewhere a transaction has taken `step` and not ended yet; it commits when the block ends."""
    done: Future[T] = Future()
    ends = threading.Event()

    def run() -> None:
        with transaction.atomic():
            done.set_result(step())
            ends.wait(PATIENCE)

    with ThreadPoolExecutor(1) as threads:
        threads.submit(_alone, run)
        try:
            yield done.result(PATIENCE)
        finally:
            ends.set()


def kept_waiting(step: Callable[[], T]) -> Future[T]:
    """Start `step` elsewhere and go on when PostgreSQL says that it waits for a lock. Its result comes later."""
    threads = ThreadPoolExecutor(1)
    running = threads.submit(_alone, step)
    threads.shutdown(wait=False)
    eventually(_somebody_waits)
    return running


def _alone(step: Callable[[], T]) -> T:
    try:
        return step()
    finally:
        connection.close()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        return bool(cursor.fetchone()[0])
