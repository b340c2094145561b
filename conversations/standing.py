"""Reader: how the engine stands, for commands, API and pages alike."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from bots.models import Bot
from conversations import ceilings, limits, running
from conversations.engine import policy
from conversations.models import Chat, Engine, Membership, Turn

LATELY = timedelta(days=1)
STANDING = (*Turn.OPEN, Turn.State.UNRESOLVED)
"""States that still ask for something."""


def now(chats: Collection[int] | None = None) -> dict[str, Any]:
    """All of it: what is told in brief, what holds calls back, and who runs. With `chats`, as `brief` has it."""
    processes = [
        {
            "kind": one.kind.value, "host": one.host, "pid": one.pid, "state": one.state.value,
            "queues": list(one.queues), "idle_seconds": one.idle_seconds,
        }
        for one in running.now()
    ]  # fmt: skip
    return {**brief(chats), "limits": limits.now(chats), "processes": processes}


def brief(chats: Collection[int] | None = None) -> dict[str, Any]:
    """At least {"running", "bots", "chats", "turns": {state: count}, "messages_last_minute", "oldest_due_seconds"}.

    `turns` are those that are open, however old, and those of the last day that are over. With `chats`, of these alone,
    and so are bots and chats; switch, scale and ceiling are the cast's.
    `ceiling` is the limit that binds now, with how many messages an hour it lets through; None where nobody talks.
    """
    moment = timezone.now()
    turns = Turn.objects.all() if chats is None else Turn.objects.filter(chat__in=chats)
    engine = Engine.objects.get(pk=1)
    states = _turns(turns, moment)
    lowest = next(iter(ceilings.now(moment)), None)
    due = turns.filter(state=Turn.State.PLANNED, due_at__lte=moment).aggregate(oldest=Min("due_at"))["oldest"]
    return {
        "running": engine.running,
        "changed_at": engine.changed_at,
        "changed_by": engine.changed_by,
        "ticked_at": engine.ticked_at,
        "scale": policy.current().scale,
        "bots": _bots(chats).count(),
        "chats": Chat.objects.talking().filter(_of(chats, "pk")).count(),
        "turns": states,
        "messages_last_minute": turns.filter(state=Turn.State.SENT, sent_at__gt=moment - timedelta(minutes=1)).count(),
        "ceiling": {"name": lowest.name, "messages_per_hour": round(lowest.per_hour)} if lowest else None,
        "oldest_due_seconds": round((moment - due).total_seconds(), 1) if due else 0.0,
    }


def _bots(chats: Collection[int] | None) -> QuerySet[Bot]:
    """Bots that are switched on; with `chats`, those that play there."""
    members = Membership.objects.filter(_of(chats, "chat"), ended_at=None)
    active = Bot.objects.active()
    return active if chats is None else active.filter(pk__in=members.values("bot"))


def _of(chats: Collection[int] | None, column: str) -> Q:
    return Q() if chats is None else Q(**{f"{column}__in": chats})


def _turns(turns: QuerySet[Turn], moment: datetime) -> dict[str, int]:
    """How many are in each state. What it costs grows with a day, not with all that is kept."""
    older = Turn.objects.filter(created_at__lt=moment - LATELY).order_by("-pk").values_list("pk", flat=True)[:1]
    over = turns.exclude(state__in=STANDING).filter(pk__gt=next(iter(older), 0))
    counted = [
        kind.order_by().values_list("state").annotate(count=Count("pk"))
        for kind in (turns.filter(state__in=STANDING), over)
    ]
    return dict.fromkeys(Turn.State.values, 0) | dict(counted[0].union(counted[1], all=True))
