"""Reader: which headlines a chat may still take up.

A headline is taken up at most once in a chat, and `news_per_cast` times in all chats together. A turn that is open, was
sent, or may have been, counts.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from conversations.engine import words
from conversations.engine.rulebook import Policy
from conversations.engine.values import News
from conversations.models import Chat, Headline, Turn

MOST = 5
LOOKED_THROUGH = 80
COUNTING = (*Turn.OPEN, Turn.State.SENT, Turn.State.UNRESOLVED)


def fitting(chat: Chat, now: datetime, policy: Policy, *, topics: Sequence[str]) -> tuple[News, ...]:
    """Fresh headlines about one of `topics`, newest first. One query."""
    if not topics:
        return ()
    rows = fresh(now, policy, demo=chat.is_rehearsal).exclude(Exists(_taken().filter(chat=chat)))
    rows = rows.annotate(times=_times()).filter(times__lt=policy.news_per_cast)
    found = (news(row) for row in rows.order_by("-published_at", "-id")[:LOOKED_THROUGH])
    return tuple(one for one in found if fits(one, topics))[:MOST]


def fits(one: News, topics: Iterable[str]) -> bool:
    return bool(words.hits(f"{one.title} {one.summary}", topics))


def has_room(headline_id: int, *, chat: Chat, policy: Policy, besides: Turn | None = None) -> bool:
    """Whether one more turn may take it up here, `besides` not counted; holds the headline until the transaction ends.

    Ask in the transaction that puts it on a turn: whoever asks for the same one meanwhile waits.
    """
    if not Headline.objects.select_for_update(no_key=True).filter(pk=headline_id).exists():
        return False
    taken = Turn.objects.filter(headline=headline_id, state__in=COUNTING)
    if besides:
        taken = taken.exclude(pk=besides.pk)
    chats = list(taken.values_list("chat", flat=True))
    return chat.pk not in chats and len(chats) < policy.news_per_cast


def fresh(now: datetime, policy: Policy, *, demo: bool) -> "QuerySet[Headline]":
    rows = Headline.objects.filter(published_at__gt=now - timedelta(minutes=policy.news_minutes), published_at__lte=now)
    return rows if demo else rows.filter(demo=False)


def news(row: Headline) -> News:
    return News(row.pk, row.title, row.summary, row.source, row.link, row.published_at)


def _taken() -> "QuerySet[Turn]":
    return Turn.objects.filter(headline=OuterRef("pk"), state__in=COUNTING).order_by()


def _times() -> Coalesce:
    counted = _taken().values("headline").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
