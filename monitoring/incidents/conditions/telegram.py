"""Lines to Telegram: those that fail, those that are told to wait, tokens that are refused."""

from django.db.models import Count

from bots.models import Bot
from conversations import limits
from conversations.models import Breaker, SendAttempt
from monitoring.incidents.signs import HOUSE, MOST_APART, Bar, Sign


def line(bar: Bar) -> list[Sign]:
    shut = [one for one in limits.breakers() if one.bot_id and one.opened_at and one.opened_at <= bar.since]
    if len(shut) > MOST_APART:
        return [Sign(HOUSE, _failing(shut, bar))]
    return [Sign(f"bot:{one.bot_id}", _failing([one], bar), bot_id=one.bot_id) for one in shut]


def _failing(shut: list[Breaker], bar: Bar) -> dict[str, object]:
    first = min(one.opened_at for one in shut if one.opened_at)
    return {"count": len(shut), "minutes": int((bar.now - first).total_seconds() // 60)}


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
