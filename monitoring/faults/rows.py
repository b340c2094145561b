"""Writer and reader of the groups of faults."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import QuerySet, Sum
from django.db.models.functions import Now
from django.utils import timezone

from bots import audit
from monitoring.faults.reading import Seen, fingerprint
from monitoring.models import Fault, FaultCount

DAYS = 30
SLICE = timedelta(minutes=5)
"""So finely is counted when how many came."""
MOST = {Fault.Where.SCRIPT: 200, Fault.Where.CSP: 200}
MOST_GROUPS = 1000
"""Groups of one place; what is new beyond that is one group, so that nobody can fill the table."""
BATCH = 500


def keep(seen: Seen) -> None:
    """Add to its group. Any number of processes may write at once. One or two statements."""
    known = Fault.objects.filter(fingerprint=seen.fingerprint).exists()
    if not known and Fault.objects.filter(where=seen.where).count() >= MOST.get(Fault.Where(seen.where), MOST_GROUPS):
        seen = _among_the_others(seen)
    at = slice_of(seen.at)
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            {
                "fingerprint": seen.fingerprint, "where": seen.where, "kind": seen.kind, "text": seen.text,
                "place": seen.place, "sample": seen.sample, "trace": seen.trace, "at": seen.at, "slice": at,
                "count": seen.count, "version": settings.VERSION,
            },
        )  # fmt: skip


_KEEP = """
WITH fault AS (
    INSERT INTO monitoring_fault AS known (
        fingerprint, "where", kind, text, place, sample, trace, version, first_version, count, first_at, last_at,
        came_back, solved_at, solved_by
    ) VALUES (
        %(fingerprint)s, %(where)s, %(kind)s, %(text)s, %(place)s, %(sample)s, %(trace)s, %(version)s, %(version)s,
        %(count)s, %(at)s, %(at)s, false, NULL, ''
    )
    ON CONFLICT (fingerprint) DO UPDATE SET
        text = excluded.text, place = excluded.place, sample = excluded.sample, trace = excluded.trace,
        version = excluded.version, count = known.count + excluded.count,
        last_at = greatest(known.last_at, excluded.last_at),
        came_back = known.came_back OR coalesce(known.solved_at < excluded.last_at, false),
        solved_by = CASE WHEN known.solved_at < excluded.last_at THEN '' ELSE known.solved_by END,
        solved_at = CASE WHEN known.solved_at < excluded.last_at THEN NULL ELSE known.solved_at END
    RETURNING id
)
INSERT INTO monitoring_faultcount AS known (fault_id, at, count) SELECT id, %(slice)s, %(count)s FROM fault
ON CONFLICT (fault_id, at) DO UPDATE SET count = known.count + excluded.count
"""


def _among_the_others(seen: Seen) -> Seen:
    return replace(seen, fingerprint=fingerprint("others", seen.where), kind="…", trace=None)


def slice_of(at: datetime) -> datetime:
    return at - timedelta(minutes=at.minute % 5, seconds=at.second, microseconds=at.microsecond)


def count(since: datetime, *, where: Iterable[str] = ()) -> int:
    """How many faults came since then, of groups that nobody has marked as solved; for rules that watch. One query."""
    rows = FaultCount.objects.filter(at__gte=slice_of(since), fault__solved_at=None)
    rows = rows.filter(fault__where__in=list(where)) if where else rows
    return int(rows.aggregate(all=Sum("count"))["all"] or 0)


def listed(*, where: str = "", solved: bool = False, most: int = 100) -> Sequence[Fault]:
    """The groups of the last 30 days, those that came last first."""
    rows = lately().filter(solved_at__isnull=not solved)
    return list((rows.filter(where=where) if where else rows).order_by("-last_at", "-id")[:most])


def lately() -> QuerySet[Fault]:
    return Fault.objects.filter(last_at__gt=timezone.now() - timedelta(days=DAYS))


@transaction.atomic
def solve(fault: Fault, *, by: User) -> bool:
    """Mark a group as solved; when it comes again it is open again, and says so. False when it was solved already."""
    if not Fault.objects.filter(pk=fault.pk, solved_at=None).update(solved_at=Now(), solved_by=by.get_username()):
        return False
    audit.record("fault.solve", by=by, subject=fault)
    return True


@transaction.atomic
def reopen(fault: Fault, *, by: User) -> bool:
    """Take that back. False when it is open already."""
    if not Fault.objects.filter(pk=fault.pk, solved_at__isnull=False).update(solved_at=None, solved_by=""):
        return False
    audit.record("fault.reopen", by=by, subject=fault)
    return True


def drop(before: datetime) -> int:
    """Delete a batch of what came last before that moment, and old counts. How many rows; 0 when none is left."""
    gone: int = 0
    models: tuple[tuple[Any, str], ...] = ((Fault, "last_at"), (FaultCount, "at"))
    for model, field in models:
        old = list(model.objects.filter(**{f"{field}__lt": before}).order_by("pk").values_list("pk", flat=True)[:BATCH])
        gone += model.objects.filter(pk__in=old).delete()[0] if old else 0
    return gone


def waiting(before: datetime) -> int:
    return Fault.objects.filter(last_at__lt=before).count() + FaultCount.objects.filter(at__lt=before).count()
