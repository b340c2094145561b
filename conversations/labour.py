"""What the threads of a worker do: how many are at work, how long each task takes, how often one fails."""

import threading
import time

from bots import counting

BOUNDS = (0.05, 0.25, 1, 5, 20, 60)
"""Seconds. A task that drains goes on for twenty."""
_lock = threading.Lock()
_began: dict[str, float] = {}


def begin(task_id: str) -> None:
    with _lock:
        _began[task_id] = time.monotonic()


def end(task_id: str, name: str, *, failed: bool) -> None:
    """`name` is one of the tasks that this worker knows, so there are few."""
    with _lock:
        began = _began.pop(task_id, None)
    if began is not None:
        counting.observe("kulis_task_seconds", name, seconds=time.monotonic() - began, bounds=BOUNDS)
    if failed:
        counting.add("kulis_task_failures", name)


def under_way() -> int:
    return len(_began)
