"""100,000 tasks through one real worker: its memory, its connections, and nothing lost."""

import time
from statistics import linear_regression
from typing import Any

import psutil
from django.db import connection

from config.celery import app
from tests.chaos import theatre
from tests.chaos.crew import BEAT, SENDER, WRITER
from tests.chaos.outcome import Outcome, Row
from tests.chaos.theatre import House, Play

TASKS = 100_000
BATCH = 500
WARM = 0.2
"""The share of tasks after which memory counts: caches fill up once."""
MOST_MB = 1.0
"""Each 10,000 tasks."""
QUEUES = {
    "conversations.deliver": "deliver", "conversations.typing": "deliver", "conversations.inbox": "inbox",
    "conversations.compose": "compose", "conversations.digest": "upkeep",
}  # fmt: skip


def run(house: House) -> Outcome:
    tasks = house.often(TASKS)
    samples: list[tuple[int, float, int]] = []
    # Nobody else sends a task that is counted: no beat, no drafts, no observer.
    quiet: dict[str, Any] = {"beats": 0, "observed": False, "feeding": {"worded": 1.0}}
    with theatre.playing(house, senders=1, writers=1, groups=4, latency=0.0, **quiet) as play:
        _send(BATCH)
        _await(play, BATCH)
        workers = play.crew.pids(SENDER) + play.crew.pids(WRITER)
        before, sent = _done(), 0
        while sent < tasks and play.goes_on:
            sent += _send(min(BATCH, tasks - sent))
            _await(play, before + sent)
            samples.append((sent, _mb(workers), _lines()))
        done = _await(play, before + sent) - before
        play.crew.add(BEAT)
        counts = play.settle()
    warm = [sample for sample in samples if sample[0] >= sent * WARM]
    slope = linear_regression([s[0] / 10_000 for s in warm], [s[1] for s in warm]).slope if len(warm) > 2 else 0.0
    lines = [s[2] for s in warm] or [0]
    rows = [
        Row("soak", f"{sent} tasks", done, "tasks lost or doubled", abs(sent - done)),
        Row("soak", "the same", done, "MB more each 10,000 tasks", round(slope, 2), due=MOST_MB),
        Row("soak", "the same", done, "connections more at the end than at most before", _growth(lines)),
        Row("soak", f"{counts.arrived} messages meanwhile", done, "wrong", counts.wrong),
    ]
    figures = {"tasks": sent, "mb_per_10000": round(slope, 2), "mb": round(warm[-1][1]) if warm else 0}
    return Outcome("soak", rows, {**figures, "connections": max(lines), **counts.as_json()})


def _send(number: int) -> int:
    names = list(QUEUES)
    for one in range(number):
        name = names[one % len(names)]
        app.send_task(name, queue=QUEUES[name], ignore_result=True)
    return number


def _await(play: Play, wanted: int) -> int:
    """Until the workers have counted so many tasks, for a minute at most."""
    end = time.monotonic() + 60
    while (done := _done()) < wanted and time.monotonic() < end and play.crew.died == 0:
        time.sleep(0.2)
    return done


def _done() -> int:
    """Tasks that the workers have taken, as they count themselves."""
    found: dict[str, Any] = app.control.inspect(timeout=2).stats() or {}
    return sum(number for worker in found.values() for name, number in worker["total"].items() if name in QUEUES)


def _mb(pids: list[int]) -> float:
    return float(sum(psutil.Process(pid).memory_info().rss for pid in pids)) / 1_000_000


def _lines() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'kulis'")
        return int(cursor.fetchone()[0])


def _growth(lines: list[int]) -> int:
    """Whether the last quarter needs more than all before it."""
    cut = max(1, len(lines) * 3 // 4)
    return max(0, max(lines[cut:], default=0) - max(lines[:cut]))
