"""Writer: the house is looked at every few minutes, and what is found is kept: since when, how often, each day."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from monitoring import probes
from monitoring.models import Checkup, Probe, ProbeDay
from monitoring.probes import Finding, State, phrase

EVERY = 300
"""Seconds between two looks."""
KEPT_DAYS = 90
BATCH = 2000
_LOCK = 7_341_010
_ORDER = {State.OK: 0, State.WARN: 1, State.FAIL: 2}


def run() -> Checkup | None:
    """Look once in each interval, whoever asks; None when somebody did already."""
    slot = int(timezone.now().timestamp()) // EVERY
    checkup, mine = Checkup.objects.get_or_create(slot=slot)
    if not mine:
        return None
    keep(checkup, probes.examine())
    return checkup


@transaction.atomic
def keep(checkup: Checkup, findings: Iterable[Finding]) -> None:
    """Write down what was found. A name that is found twice counts once, as the worse of both."""
    found: dict[str, Finding] = {}
    for one in findings:
        name = one.name[:200]
        if name not in found or _ORDER[one.state] > _ORDER[found[name].state]:
            found[name] = one
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    now = timezone.now()
    _go_on(found, now)
    _count(found, timezone.localdate(now))
    states = [one.state for one in found.values()]
    checkup.ok, checkup.warn, checkup.fail = (states.count(state) for state in State)
    checkup.ended_at = now
    checkup.save()


def _go_on(found: dict[str, Finding], now: datetime) -> None:
    """What is as it was goes on; what changed begins anew; what is not found any more is over."""
    known = {probe.name: probe for probe in Probe.objects.filter(is_current=True)}
    same = {name for name, one in found.items() if name in known and known[name].state == one.state}
    for name in same:
        known[name].said = _said(found[name])
    Probe.objects.bulk_update([known[name] for name in same], ["said"])
    Probe.objects.filter(is_current=True, name__in=same).update(seen_at=now, times=F("times") + 1)
    Probe.objects.filter(is_current=True).exclude(name__in=same).update(is_current=False)
    Probe.objects.bulk_create(
        Probe(name=name, kind=kind(name), state=one.state, said=_said(one), began_at=now, seen_at=now)
        for name, one in found.items()
        if name not in same
    )


def _said(one: Finding) -> dict[str, Any]:
    return {"text": phrase.stored(one.text), "remedy": phrase.stored(one.remedy)}


def kind(name: str) -> str:
    """The first word of a finding's name says what was looked at."""
    return name.split(maxsplit=1)[0][:40]


def _count(found: dict[str, Finding], day: date) -> None:
    rows = [{"name": name, "kind": kind(name), "state": one.state} for name, one in found.items()]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"rows": json.dumps(rows), "day": day})


_COUNT = """
INSERT INTO monitoring_probeday AS known (name, kind, day, ok, warn, fail)
SELECT name, kind, %(day)s, (state = 'ok')::int, (state = 'warn')::int, (state = 'fail')::int
FROM jsonb_to_recordset(%(rows)s::jsonb) AS given(name varchar, kind varchar, state varchar)
ON CONFLICT (day, name) DO UPDATE
SET ok = known.ok + excluded.ok, warn = known.warn + excluded.warn, fail = known.fail + excluded.fail
"""


def drop(before: datetime) -> int:
    """Drop a batch of what was found before that moment. How much; 0 when none is left."""
    for rows in _old(before):
        if old := list(rows.values_list("pk", flat=True)[:BATCH]):
            return int(rows.model._default_manager.filter(pk__in=old).delete()[0])
    return 0


def waiting(before: datetime) -> int:
    """How much there is to drop. Nothing is changed."""
    return sum(rows.count() for rows in _old(before))


def _old(before: datetime) -> list[QuerySet[Any]]:
    return [
        Probe.objects.filter(is_current=False, seen_at__lt=before),
        ProbeDay.objects.filter(day__lt=timezone.localdate(before)),
        Checkup.objects.filter(slot__lt=int(before.timestamp()) // EVERY),
    ]
