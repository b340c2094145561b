"""Lines to Telegram: those that fail, those that are told to wait, tokens that are refused."""

from datetime import timedelta

from django.db.models import Count, Q

from bots.models import Bot
from conversations import limits
from conversations.models import Breaker, SendAttempt
from monitoring.incidents.kinds import LINE_LEAST
from monitoring.incidents.signs import HOUSE, MOST_APART, Bar, Sign

LASTED = timedelta(seconds=30)
"""So long a bot must have been left alone: one that answers at its next try was no trouble."""
FAILED = (SendAttempt.Outcome.NOT_SENT, SendAttempt.Outcome.AMBIGUOUS)


def line(bar: Bar) -> list[Sign]:
    """Most tries fail, or single bots fail so often that they are left alone."""
    shut = [one for one in limits.breakers() if one.bot_id and one.opened_at and one.opened_at <= bar.now - LASTED]
    tried = _tried(bar)
    failing = tried["tries"] >= LINE_LEAST and 100 * tried["failed"] >= bar.limit * tried["tries"]
    if failing or len(shut) > MOST_APART:
        return [Sign(HOUSE, {**tried, "count": len(shut)})]
    return [Sign(f"bot:{one.bot_id}", _failing(one), bot_id=one.bot_id) for one in shut]


def _tried(bar: Bar) -> dict[str, int]:
    """A refusal, and a silence that Telegram asks for, are answers: the line works."""
    ended = SendAttempt.objects.filter(started_at__gt=bar.since).exclude(outcome=SendAttempt.Outcome.OPEN)
    bad = Q(outcome__in=FAILED) & ~Q(reason__in=["rate_limited", "token_sealed"])
    return ended.aggregate(tries=Count("pk"), failed=Count("pk", filter=bad))


def _failing(one: Breaker) -> dict[str, int]:
    return {"tries": one.in_a_row, "failed": one.in_a_row, "count": 1}


def gates(bar: Bar) -> list[Sign]:
    refused = SendAttempt.objects.filter(started_at__gt=bar.since, reason="rate_limited")
    rows = refused.order_by().values_list("turn__chat").annotate(count=Count("pk"))
    storms = {chat: count for chat, count in rows if count >= bar.limit}
    if len(storms) > MOST_APART:
        return [Sign(HOUSE, {"count": sum(storms.values()), "minutes": bar.minutes})]
    return [
        Sign(f"chat:{chat}", {"count": count, "minutes": bar.minutes}, chat_id=chat) for chat, count in storms.items()
    ]


def token(_bar: Bar) -> list[Sign]:
    dead = list(Bot.objects.active().filter(token_state=Bot.Token.DEAD).order_by("pk").values_list("pk", flat=True))
    if len(dead) > MOST_APART:
        return [Sign(HOUSE, {"count": len(dead)})]
    return [Sign(f"bot:{pk}", {"count": 1}, bot_id=pk) for pk in dead]
