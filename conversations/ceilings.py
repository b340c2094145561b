"""Reader: what limits the cast now, in messages an hour. Seven queries, whatever the size of the cast."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, F

from bots.models import Bot
from conversations import spending
from conversations.engine import ceiling, course, pace, policy
from conversations.models import Budget, Chat, LLMCall, Membership, Provider

WEEK = timedelta(days=7)
DAY_MINUTES = 24 * 60
TOKENS = 1500.0
"""Of a call, before any was made."""


@dataclass(frozen=True, slots=True)
class Usual:
    """A usual call: US dollars, and tokens read and written."""

    cost: float
    tokens: float


def now(at: datetime) -> tuple[ceiling.Ceiling, ...]:
    """The ceilings, the lowest first. Nothing where no chat talks."""
    chats = list(Chat.objects.talking())
    if not chats:
        return ()
    rules = policy.for_chats(chat.pk for chat in chats)
    awake = _awake(chats, at)
    heads = Counter(chat for chat, _ in awake)
    rooms = [
        ceiling.Room(
            rules[chat.pk],
            pace.Beat(
                at.astimezone(chat.zone), chat.tempo, chat.observes_hours, since_news=course.of(chat).since_news(at)
            ),
            heads[chat.pk],
            telegram=not chat.is_rehearsal,
        )
        for chat in chats
    ]
    caps = {bot.pk: bot.hourly_cap for _, bot in awake}
    usual = _usual(at)
    return ceiling.ceilings(rules[None], rooms, caps=list(caps.values()), quota=_quota(usual), means=_means(at, usual))


def _awake(chats: list[Chat], at: datetime) -> list[tuple[int, Bot]]:
    """Who could speak where: able bots within their hours."""
    by_number = {chat.pk: chat for chat in chats}
    members = (
        Membership.objects.filter(chat__in=chats, ended_at=None, weight__gt=0, bot__in=Bot.objects.able(at))
        .select_related("bot")
        .prefetch_related("bot__hours")
    )
    return [
        (member.chat_id, member.bot)
        for member in members
        if not (chat := by_number[member.chat_id]).observes_hours
        or pace.awake([row.sheet() for row in member.bot.hours.all()], at.astimezone(chat.zone))
    ]


def _quota(usual: Usual) -> float | None:
    """Requests a minute that the providers allow together; one without a quota takes whatever comes."""
    found = [_a_minute(provider, usual) for provider in Provider.objects.filter(enabled=True)]
    limits = [limit for limit in found if limit is not None]
    return sum(limits) if limits and len(limits) == len(found) else None


def _a_minute(provider: Provider, usual: Usual) -> float | None:
    """The narrowest of a provider's quotas, in calls of the usual size."""
    tokens = max(usual.tokens, 1)
    limits = (
        (provider.requests_per_minute, 1),
        (provider.tokens_per_minute, tokens),
        (provider.requests_per_day, DAY_MINUTES),
        (provider.tokens_per_day, DAY_MINUTES * tokens),
    )
    return min((limit / each for limit, each in limits if limit is not None), default=None)


def _means(at: datetime, usual: Usual) -> float | None:
    """Messages an hour until its end that the tightest budget of the whole cast still pays for."""
    rates = []
    for one in spending.standings():
        budget, hours = one.budget, max((one.ends_at - at).total_seconds() / 3600, 1 / 60)
        if budget.scope != Budget.Scope.CAST:
            continue
        if budget.dollars is not None and usual.cost:
            rates.append(max(float(budget.dollars - one.cost), 0.0) / usual.cost / hours)
        if budget.tokens is not None and usual.tokens:
            rates.append(max(budget.tokens - one.tokens, 0) / usual.tokens / hours)
    return min(rates, default=None)


def _usual(at: datetime) -> Usual:
    """What a call took in the last week."""
    calls = LLMCall.objects.filter(started_at__gt=at - WEEK, outcome="ok")
    found = calls.aggregate(cost=Avg("cost"), tokens=Avg(F("prompt_tokens") + F("completion_tokens")))
    return Usual(float(found["cost"] or 0), float(found["tokens"] or 0) or TOKENS)
