"""Reader: which headlines a chat may still take up.

A headline is taken up at most once in a chat, and `news_per_cast` times in all chats together. A turn that is open, was
sent, or may have been, counts.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice

from conversations.engine import words
from conversations.engine.rulebook import Policy
from conversations.engine.values import News
from conversations.models import Chat, Headline, Turn

MOST = 5
LOOKED_THROUGH = 80
KEPT = 400
COUNTING = (*Turn.OPEN, Turn.State.SENT, Turn.State.UNRESOLVED)


def fitting(
    chat: Chat, now: datetime, policy: Policy, *, feeds: Collection[int], taken: Collection[int], state: str
) -> tuple[News, ...]:
    """Fresh headlines about one of the chat's topics from one of these `feeds`, or from any where it has chosen none,
    and not `taken`, newest first. No query while `state`, which tells of the headlines that there are, stays the same.
    """
    if not chat.topics:
        return ()
    since, about = now - timedelta(minutes=policy.news_minutes), tuple(chat.topics)
    shown = (
        one
        for one, row in _known(state)
        if since < one.published_at <= now and is_for(row, chat, feeds) and one.id not in taken
    )
    return tuple(one for one in islice(shown, LOOKED_THROUGH) if _fits(one, about))[:MOST]


def is_for(headline: Headline, chat: Chat, feeds: Collection[int]) -> bool:
    """Whether it comes from where the chat takes its news. Samples are for rehearsal rooms."""
    return (chat.is_rehearsal or not headline.demo) and (not feeds or headline.feed_id in feeds)


@lru_cache(maxsize=2)
def _known(state: str) -> tuple[tuple[News, Headline], ...]:
    """The newest headlines."""
    del state  # another state means another answer
    rows = Headline.objects.order_by("-published_at", "-id")[:KEPT]
    return tuple((news(row), row) for row in rows)


@lru_cache(maxsize=4096)
def _fits(one: News, topics: tuple[str, ...]) -> bool:
    return fits(one, topics)


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


def news(row: Headline) -> News:
    return News(row.pk, row.title, row.summary, row.source, row.link, row.published_at)
