"""One configuration: start the crew, let it run in, read before and after."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models.functions import Now
from django.utils import timezone

from conversations import control
from conversations.models import Turn
from monitoring.bench import crew, floor, ground, load, readings, stage

WARM = 2
"""Messages in every group, for each worker, before anything is read: by then each process knows its groups."""
STARTS_WITHIN = 180.0
SETTLES_WITHIN = 60.0
"""What fell behind while the processes got to know their groups is not part of what is measured."""
BEHIND = timedelta(seconds=2)


class Silent(Exception):
    """The crew never said anything."""


def prepare(asked: Mapping[str, Any], environment: Mapping[str, str]) -> None:
    """Migrate as the application's own role, set the stage."""
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, cwd=settings.BASE_DIR, env=dict(environment), check=True)
    stage.set_up(asked["telegram"], asked["provider"], bots=asked["bots"], chats=asked["chats"])


def one(asked: Mapping[str, Any], environment: Mapping[str, str], latency: float, workers: int) -> dict[str, Any]:
    ground.tell(asked["provider"], "latency", seconds=latency)
    ground.tell(asked["telegram"], "limits", on=True)
    control.start(by=stage.BY)
    began, seen = timezone.now(), len(ground.see(asked["telegram"], "log?calls=1000000000")["posted"])
    environment = {**environment, "WORKER_THREADS": str(asked["threads"])}
    with crew.at_work(workers, environment=environment, log=Path(asked["folder"]) / "crew.log") as people:
        with _fed():
            _run_in(began, asked["chats"] * WARM * workers)
            found = _window(people, asked)
        control.stop(by=stage.BY)
    found |= _truth(asked, began, seen)
    ground.tell(asked["provider"], "latency", seconds=0.0)
    ground.tell(asked["telegram"], "limits", on=False)
    cpu = floor.cpu_ms()
    threads = asked["threads"]
    name = f"{asked['bots']} bots, {asked['chats']} chats, model {latency:g} s, workers {workers} of {threads} threads"
    return {
        "name": name, "rules": "load", "pacing": True, "bots": asked["bots"], "chats": asked["chats"],
        "latency": latency, "workers": workers, "threads": threads, **found, "floor_cpu_ms": round(cpu, 3),
        "ratio": round(found["cpu_ms_per_message"] / cpu, 2),
    }  # fmt: skip


@contextmanager
def _fed() -> Iterator[None]:
    feeder = load.Feeder()
    feeder.start()
    try:
        yield
    finally:
        feeder.end()


def _run_in(began: datetime, messages: int) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while Turn.objects.filter(state=Turn.State.SENT, sent_at__gt=began).count() < messages:
        if time.monotonic() > end:
            raise Silent("The workers sent too little; crew.log of the measurement tells why.")
        time.sleep(0.5)
    end = time.monotonic() + SETTLES_WITHIN
    late = Turn.objects.filter(state=Turn.State.COMPOSED, send_after__lt=Now() - BEHIND)
    while time.monotonic() < end and late.exists():
        time.sleep(0.5)


def _window(people: crew.Crew, asked: Mapping[str, Any]) -> dict[str, Any]:
    log = Path(asked["durations"])
    readings.forget_statements()
    start, cpu, since = log.stat().st_size, people.cpu(), timezone.now()
    size, ended = readings.size(), Turn.objects.filter(ended_at__isnull=False).count()
    pool, over = 0, time.monotonic() + asked["seconds"]
    while time.monotonic() < over:
        time.sleep(1)
        pool = max(pool, readings.connections())
    until, after, counted = timezone.now(), people.cpu(), readings.statements()
    tally = readings.tally(since, until)
    seconds, sent = (until - since).total_seconds(), max(tally.sent, 1)
    by_process = {name: (after[name] - cpu[name]) * 1000 / sent for name in cpu}
    grown = Turn.objects.filter(ended_at__isnull=False).count() - ended
    return {
        "seconds": round(seconds, 1),
        "messages": tally.sent,
        "messages_per_second": round(tally.sent / seconds, 2),
        "cpu_ms_per_message": round(sum(by_process.values()), 2),
        "cpu_ms_by_process": {name: round(ms, 2) for name, ms in by_process.items()},
        "statements_per_message": round(counted.work / sent, 2),
        "transaction_statements_per_message": round(counted.control / sent, 2),
        "p99_seconds": tally.stages["late"]["p99"],
        "db_p99_ms": round(readings.database_p99(log, start), 2),
        "generation_avg_s": round(tally.generation, 3),
        "pool_used": pool,
        "error_rate": round(tally.trouble / max(tally.ended, 1), 4),
        "reasons": tally.reasons,
        "worker_share_spread": _spread(by_process),
        "bytes_per_turn": round((readings.size() - size) / max(grown, 1)),
        "rss_mb": round(people.rss(), 1),
        "stages": tally.stages,
        "dearest_statements": counted.dearest,
        "commonest_statements": counted.commonest,
    }


def _spread(by_process: Mapping[str, float]) -> float:
    """How unevenly the writers worked, by their processor time: 0 is even."""
    shares = [ms for name, ms in by_process.items() if name.startswith("writer")]
    return round((max(shares) - min(shares)) / (sum(shares) / len(shares) or 1), 3)


def _truth(asked: Mapping[str, Any], began: datetime, seen: int) -> dict[str, int]:
    """What the loopback Telegram received since the measurement began, against what the turns say."""
    said = ground.see(asked["telegram"], f"log?posted={seen}&calls=1000000000")["posted"]
    posted = {(line["chat"], line["message_id"]) for line in said}
    sent = Turn.objects.filter(state=Turn.State.SENT, sent_at__gt=began)
    recorded = set(sent.values_list("chat__telegram_id", "sent_id"))
    return {"lost": len(recorded - posted), "unrecorded": len(posted - recorded)}
