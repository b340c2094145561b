"""Reader: which signature phrases and anecdotes rest, counted in turns. Two queries for all the bots of a chat."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, Q, Subquery

from bots.models import Bot
from conversations.engine.rulebook import Policy
from conversations.models import Turn

_SAID = (*Turn.OPEN, Turn.State.SENT)


def phrases(bot_ids: Collection[int], rules: Policy) -> frozenset[int]:
    """The bots whose last signature phrase is fewer own messages ago than the rules ask for."""
    mine = Turn.objects.filter(bot=OuterRef("pk"), state__in=_SAID)
    last = mine.exclude(phrase="").order_by("-pk").values("pk")[:1]
    bots = Bot.objects.filter(pk__in=bot_ids).annotate(last=Subquery(last)).filter(last__isnull=False)
    since = Q(turns__pk__gt=Subquery(last), turns__state__in=_SAID) & ~Q(turns__intent=Turn.Intent.REACTION)
    counted = bots.annotate(since=Count("turns", filter=since)).values_list("pk", "since")
    return frozenset(bot_id for bot_id, count in counted if count < rules.phrase_every - 1)


def anecdotes(chat_id: int, rules: Policy, now: datetime) -> dict[int, frozenset[str]]:
    """What each bot has told in this chat within the days of the rules."""
    since = now - timedelta(days=rules.anecdote_days)
    told = Turn.objects.filter(chat=chat_id, state__in=_SAID, created_at__gt=since).exclude(anecdote="")
    found: defaultdict[int, set[str]] = defaultdict(set)
    for bot_id, anecdote in told.values_list("bot", "anecdote"):
        if bot_id:
            found[bot_id].add(anecdote)
    return {bot_id: frozenset(texts) for bot_id, texts in found.items()}
