"""Reader: what words cost, who spends it, and how near budgets and quotas are to their ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from bots.models import Bot
from conversations import spending
from conversations.llm import quotas
from conversations.models import Breaker, Chat, LLMCall, Provider

DAYS = 30
MOST = 8
WIDTH, HEIGHT, FILL = 100.0, 100.0, 0.7


@dataclass(frozen=True, slots=True)
class Day:
    """A bar of the chart: `x` and `width` in percent of it, `y` and `height` in percent from its top."""

    on: date
    cost: Decimal
    calls: int
    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Spender:
    name: str
    calls: int
    tokens: int
    cost: Decimal
    share: float
    """0..100, of all that was spent."""


@dataclass(frozen=True, slots=True)
class Voice:
    provider: Provider
    breaker: Breaker | None
    uses: Sequence[quotas.Use]
    today: Decimal
    month: Decimal
    at_once: int
    """So many calls may be under way."""


@dataclass(frozen=True, slots=True)
class Trouble:
    provider: str
    code: str
    detail: str
    at: datetime
    calls: int


@dataclass(frozen=True, slots=True)
class Money:
    today: Decimal
    month: Decimal
    calls: int
    estimated: int
    """Of today's calls, those whose tokens nobody counted."""
    days: tuple[Day, ...]
    dearest: Decimal
    budgets: Sequence[spending.Standing]
    bots: Sequence[Spender]
    chats: Sequence[Spender]
    voices: Sequence[Voice]
    troubles: Sequence[Trouble]


def of(now: datetime) -> Money:
    """The whole page, in a number of queries that does not grow."""
    today = timezone.localdate(now)
    month = _since(today.replace(day=1))
    calls_today = _since(today)
    totals = calls_today.aggregate(cost=Sum("cost"), calls=Count("pk"))
    spent = month.aggregate(cost=Sum("cost"))["cost"] or Decimal(0)
    days = _days(today)
    return Money(
        today=totals["cost"] or Decimal(0),
        month=spent,
        calls=totals["calls"],
        estimated=calls_today.filter(estimated=True).count(),
        days=days,
        dearest=max((day.cost for day in days), default=Decimal(0)),
        budgets=spending.standings(),
        bots=_spenders(month, "bot", Bot.objects.select_related("persona"), spent),
        chats=_spenders(month, "chat", Chat.objects.all(), spent),
        voices=_voices(now, calls_today, month),
        troubles=_troubles(now),
    )


def _since(day: date) -> QuerySet[LLMCall]:
    start = datetime.combine(day, time(), timezone.get_default_timezone())
    return LLMCall.objects.filter(started_at__gte=start).order_by()


def _days(today: date) -> tuple[Day, ...]:
    first = today - timedelta(days=DAYS - 1)
    rows = _since(first).values_list(TruncDate("started_at")).annotate(cost=Sum("cost"), calls=Count("pk"))
    found = {day: (cost or Decimal(0), calls) for day, cost, calls in rows}
    most = max((cost for cost, _calls in found.values()), default=Decimal(0))
    slot = WIDTH / DAYS
    bars = []
    for number in range(DAYS):
        day = first + timedelta(days=number)
        cost, calls = found.get(day, (Decimal(0), 0))
        height = round(float(cost / most) * HEIGHT, 2) if most else 0.0
        x = round(slot * number + slot * (1 - FILL) / 2, 3)
        bars.append(Day(day, cost, calls, x, round(slot * FILL, 3), round(HEIGHT - height, 2), height))
    return tuple(bars)


def _spenders(
    month: QuerySet[LLMCall], by: str, rows: "QuerySet[Bot] | QuerySet[Chat]", spent: Decimal
) -> list[Spender]:
    found = (
        month.filter(**{f"{by}__isnull": False})
        .values_list(by)
        .annotate(calls=Count("pk"), tokens=Sum(F("prompt_tokens") + F("completion_tokens")), cost=Sum("cost"))
        .order_by("-cost", "-tokens")[:MOST]
    )
    top = list(found)
    names = {row.pk: str(row) for row in rows.filter(pk__in=[number for number, *_ in top])}
    return [
        Spender(names.get(number, "–"), calls, tokens, cost, float(cost / spent) * 100 if spent else 0.0)
        for number, calls, tokens, cost in top
    ]


def _voices(now: datetime, today: QuerySet[LLMCall], month: QuerySet[LLMCall]) -> list[Voice]:
    costs_today, costs_month = (
        dict(calls.values_list("provider").annotate(cost=Sum("cost"))) for calls in (today, month)
    )
    shut = {breaker.provider_id: breaker for breaker in Breaker.objects.filter(provider__model=F("model"))}
    return [
        Voice(
            provider,
            shut.get(provider.pk),
            quotas.of(provider, now),
            costs_today.get(provider.pk) or Decimal(0),
            costs_month.get(provider.pk) or Decimal(0),
            max(int(min(provider.width or provider.most_at_once, provider.most_at_once)), 1),
        )
        for provider in Provider.objects.order_by("-enabled", "priority", "name")
    ]


def _troubles(now: datetime) -> list[Trouble]:
    """What went wrong in the last day, by provider and kind, the newest first."""
    wrong = LLMCall.objects.filter(started_at__gt=now - timedelta(days=1)).exclude(outcome__in=["ok", "open"])
    newest = list(
        wrong.order_by("provider_id", "outcome", "-id").distinct("provider_id", "outcome").select_related("provider")
    )
    counts = {
        (provider, outcome): count
        for provider, outcome, count in wrong.order_by().values_list("provider", "outcome").annotate(count=Count("pk"))
    }
    found = [
        Trouble(str(one.provider), one.outcome, one.detail, one.started_at, counts[one.provider_id, one.outcome])
        for one in newest
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST]
