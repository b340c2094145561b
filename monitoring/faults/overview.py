"""Reader: the page of errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from monitoring.faults import rows
from monitoring.models import Fault

MOST = 100
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tab:
    where: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Overview:
    groups: Sequence[Fault]
    tabs: Sequence[Tab]
    where: str
    solved: bool
    solved_count: int
    open_count: int
    last_day: int
    """How many errors came in the last 24 hours, of groups that are not solved."""
    cut: bool
    """Whether there are more groups than are shown."""


def of(where: str, *, solved: bool) -> Overview:
    """Three queries, however many errors there are."""
    found = rows.listed(where=where, solved=solved, most=MOST + 1)
    counts = {
        one["where"]: (one["open"], one["done"])
        for one in rows.lately()
        .order_by()
        .values("where")
        .annotate(open=Count("pk", filter=Q(solved_at=None)), done=Count("pk", filter=Q(solved_at__isnull=False)))
    }
    chosen = [pair for place, pair in counts.items() if where in ("", place)]
    tabs = [
        Tab(place.value, str(place.label), counts[place.value][solved], place.value == where)
        for place in Fault.Where
        if place.value in counts
    ]
    return Overview(
        groups=found[:MOST],
        tabs=tabs,
        where=where,
        solved=solved,
        solved_count=sum(done for _open, done in chosen),
        open_count=sum(open_ for open_, _done in chosen),
        last_day=rows.count(timezone.now() - A_DAY, where=[where] if where else ()),
        cut=len(found) > MOST,
    )
