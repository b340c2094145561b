"""What the house stands on: broker, processes, clock, switch, backup, trail."""

import socket
from datetime import timedelta
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.db.models import Min, Sum
from django.utils import timezone

from bots import trail
from bots.models import AuditEntry
from conversations import running
from conversations.engine import clock as database
from conversations.models import Chat, Engine
from conversations.running import Running
from monitoring.incidents.models import Severity
from monitoring.incidents.signs import HOUSE, Bar, Sign
from monitoring.models import Fault, FaultCount

PATIENCE = 2.0
REMEMBERED = 600.0
"""Seconds after which a process that died is history."""
OURS = (Fault.Where.WEB, Fault.Where.WORKER, Fault.Where.BEAT, Fault.Where.POLLER)
LOOKED_AT = 1000
"""Entries of the audit trail."""


def broker(_bar: Bar) -> list[Sign]:
    line = redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
    try:
        line.ping()
    except redis.RedisError:
        return [Sign(HOUSE, {"name": urlsplit(settings.REDIS_URL).hostname or "?"})]
    finally:
        line.close()
    return []


def process(bar: Bar) -> list[Sign]:
    found = running.now()
    missing = set(running.unserved(found))
    return [
        Sign(
            f"process:{one.host}:{one.pid}"[:120],
            {"name": one.name, "seconds": round(max(one.silent_seconds, one.idle_seconds))},
            severity=Severity.URGENT if missing & set(one.queues) else None,
        )
        for one in found
        if _is_lost(one, bar) or one.state is running.State.STALLED
    ]


def _is_lost(one: Running, bar: Bar) -> bool:
    return not one.lives and bar.limit <= one.silent_seconds < max(REMEMBERED, 2 * bar.limit)


def clock(bar: Bar) -> list[Sign]:
    engine = Engine.objects.get(pk=1)
    since = max(filter(None, [engine.ticked_at, engine.changed_at]))
    seconds = (bar.now - since).total_seconds()
    return [Sign(HOUSE, {"seconds": round(seconds)})] if engine.running and seconds > bar.limit else []


def engine_off(bar: Bar) -> list[Sign]:
    engine = Engine.objects.get(pk=1)
    if engine.running or engine.changed_at > bar.since or not (waiting := _groups()):
        return []
    minutes = (bar.now - engine.changed_at).total_seconds() // 60
    return [Sign(HOUSE, {"minutes": int(minutes), "name": engine.changed_by or "kulis", "chats": waiting})]


def backup(bar: Bar) -> list[Sign]:
    """Only where something real would be lost, and once the house is old enough to have one."""
    span = timedelta(days=bar.limit)
    if settings.DEMO or not _groups():
        return []
    since = bar.now - span
    if AuditEntry.objects.filter(at__gt=since, action="backup.take").exists():
        return []
    begun = AuditEntry.objects.aggregate(first=Min("at"))["first"]
    return [Sign(HOUSE, {"days": bar.limit})] if begun and begun < since else []


def audit(_bar: Bar) -> list[Sign]:
    verdict = trail.verify(newest=LOOKED_AT)
    return [] if verdict.holds else [Sign(HOUSE, {"seq": verdict.broken_at, "reason": verdict.why})]


def skew(bar: Bar) -> list[Sign]:
    """Of the machine that looks; over the length of the question nothing is sure."""
    before = timezone.now()
    there = database.now()
    after = timezone.now()
    off = max((before - there).total_seconds(), (there - after).total_seconds())
    host = socket.gethostname()[:80]
    return [Sign(f"host:{host}", {"name": host, "seconds": round(off, 1)})] if off > bar.limit else []


def _groups() -> int:
    """Real groups in which the cast should talk."""
    return 0 if settings.TELEGRAM_MODE == "off" else Chat.objects.talking().filter(kind=Chat.Kind.TELEGRAM).count()


def faults(bar: Bar) -> list[Sign]:
    """Errors of our own programs; what browsers report may come from anybody."""
    counted = FaultCount.objects.filter(at__gt=bar.since, fault__solved_at=None, fault__where__in=OURS)
    groups = counted.values_list("fault__kind").annotate(count=Sum("count")).order_by("-count")
    often = list(groups)
    count = sum(times for _kind, times in often)
    return [Sign(HOUSE, {"count": count, "minutes": bar.minutes, "name": often[0][0]})] if count >= bar.limit else []
