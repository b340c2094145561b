"""Reader: what holds calls back now: open breakers, long gates, spent retry budgets, shed turns."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Greatest, Now
from django.utils import timezone

from bots.models import Bot
from conversations import retries
from conversations.models import Breaker, Membership, Provider, Retry, Turn

LONG = timedelta(minutes=1)
LATELY = timedelta(minutes=5)
HELD_BACK = ("gated", "breaker_open", "retry_budget", "shed")
"""Reasons of turns that a limit ended."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Telegram asked for silence: a bot in one chat, or everywhere."""

    bot: Bot
    chat: str
    """Empty: everywhere."""
    until: datetime


def breakers() -> list[Breaker]:
    """Those that keep calls back, the newest trouble first. Nobody tries out what is not in use any more."""
    bots = Q(bot__enabled=True, bot__retired_at=None)
    models = Q(provider__enabled=True, provider__model=F("model"))
    rows = Breaker.objects.exclude(state=Breaker.State.CLOSED).filter(bots | models)
    return list(rows.select_related("bot__persona", "provider").order_by("-failed_at", "pk"))


def gates(longer: timedelta = timedelta()) -> list[Gate]:
    """Gates that last so much longer from now, the longest first."""
    end = Now() + longer
    bots = Bot.objects.filter(retired_at=None, gated_until__gt=end).select_related("persona")
    pairs = Membership.objects.filter(ended_at=None, bot__retired_at=None, gated_until__gt=end)
    found = [Gate(bot, "", until) for bot in bots if (until := bot.gated_until)]
    found += [
        Gate(pair.bot, pair.chat.title, pair.gated_until)
        for pair in pairs.select_related("bot__persona", "chat")
        if pair.gated_until and pair.gated_until > (pair.bot.gated_until or timezone.now() - LONG)
    ]
    return sorted(found, key=lambda gate: gate.until, reverse=True)


def spent() -> dict[str, retries.Spent]:
    """Retry budgets from which something was taken in the last two minutes, by name."""
    taken = set(Retry.objects.filter(at__gt=Now() - retries.WINDOW).values_list("provider", flat=True))
    names = dict(Provider.objects.filter(pk__in=[pk for pk in taken if pk]).values_list("pk", "name"))
    return {names.get(pk, "") or "Telegram": retries.spent(pk) for pk in sorted(taken, key=lambda pk: pk or 0)}


def ended() -> dict[str, int]:
    """How many turns each limit ended in the last five minutes."""
    lately = Turn.objects.filter(state=Turn.State.SKIPPED, reason__in=HELD_BACK, ended_at__gt=Now() - LATELY)
    found = dict(lately.order_by().values_list("reason").annotate(count=Count("pk")))
    return {reason: found.get(reason, 0) for reason in HELD_BACK}


def now(chats: Collection[int] | None = None) -> dict[str, Any]:
    """For status, API and programs. With `chats`: of gates and of the breakers of bots those that play there."""
    playing = Membership.objects.filter(ended_at=None)
    playing = playing if chats is None else playing.filter(chat__in=chats)
    bots = None if chats is None else set(playing.values_list("bot", flat=True))
    near = [one for one in breakers() if bots is None or one.bot_id is None or one.bot_id in bots]
    return {
        "breakers": [shown(breaker) for breaker in near],
        "gates": len([gate for gate in gates() if bots is None or gate.bot.pk in bots]),
        "longest_gate_seconds": _longest(playing),
        "retries": {name: {"taken": one.retries, "allowed": one.allowed} for name, one in spent().items()},
        "held_back_last_5_minutes": ended(),
    }


def shown(breaker: Breaker) -> dict[str, Any]:
    return {
        "id": breaker.pk,
        "of": str(breaker),
        "state": breaker.state,
        "reason": breaker.reason,
        "in_a_row": breaker.in_a_row,
        "until": _spelled(breaker.until),
        "opened_at": _spelled(breaker.opened_at),
    }


def _spelled(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _longest(playing: QuerySet[Membership]) -> float:
    """Seconds, on the clock of the database."""
    wait = Greatest(F("gated_until"), F("bot__gated_until")) - Now()
    newest = playing.annotate(wait=wait).exclude(wait=None).order_by("-wait").first()
    return round(max(newest.wait.total_seconds(), 0.0), 1) if newest else 0.0
