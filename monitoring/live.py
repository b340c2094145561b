"""Where a page stands in the stream of events, and what came after. The database is the source of truth."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet, Subquery

from conversations.models import Engine, Event

MOST_REPLAYED = 1000
"""A page that missed more than this is loaded anew."""


@dataclass(frozen=True, slots=True)
class Mark:
    """`epoch` changes when history was replaced (a restore), so that old marks mean nothing."""

    epoch: int
    last_id: int


def mark() -> Mark:
    """Where the stream stands now. Take it before reading what a page shows: then nothing can fall in between."""
    epoch, last = Engine.objects.values_list("restore_epoch", Subquery(newest())).get()
    return Mark(epoch, last or 0)


def newest() -> "QuerySet[Event, int]":
    """The number of the last event, as a part of another query."""
    return Event.objects.order_by("-pk").values_list("pk", flat=True)[:1]


def can_resume(seen: Mark, concerns: Q) -> bool:
    """Whether every event after `seen` is still there and few enough to be told one by one."""
    now = mark()
    if seen.epoch != now.epoch or seen.last_id > now.last_id:
        return False
    missed = Event.objects.filter(concerns, pk__gt=seen.last_id)
    if missed[MOST_REPLAYED : MOST_REPLAYED + 1].exists():
        return False
    # Old events are pruned from their beginning: while the last one that was seen is there, all after it are.
    return seen.last_id == 0 or Event.objects.filter(pk=seen.last_id).exists()


def after(last_id: int, *, concerns: Q, limit: int = 200) -> list[Event]:
    return list(Event.objects.filter(concerns, pk__gt=last_id).order_by("pk")[:limit])


def touched(last_id: int | None) -> tuple[int, set[int | None] | None]:
    """The newest event, and the chats that events after `last_id` are about; None for "it may be any of them"."""
    if last_id is None:
        return mark().last_id, None
    rows = list(Event.objects.filter(pk__gt=last_id).order_by("pk").values_list("pk", "chat")[: MOST_REPLAYED + 1])
    if not rows:
        return last_id, set()
    return rows[-1][0], None if len(rows) > MOST_REPLAYED else {chat for _pk, chat in rows}
