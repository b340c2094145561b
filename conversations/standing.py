"""Reader: how the engine stands, for commands, API and pages alike."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Min
from django.utils import timezone

from bots.models import Bot
from conversations import ceilings, limits, running
from conversations.engine import policy
from conversations.models import Chat, Engine, Turn


def now() -> dict[str, Any]:
    """All of it: what is told in brief, what holds calls back, and who runs."""
    processes = [
        {
            "kind": one.kind.value, "host": one.host, "pid": one.pid, "state": one.state.value,
            "queues": list(one.queues), "idle_seconds": one.idle_seconds,
        }
        for one in running.now()
    ]  # fmt: skip
    return {**brief(), "limits": limits.now(), "processes": processes}


def brief() -> dict[str, Any]:
    """At least {"running", "bots", "chats", "turns": {state: count}, "messages_last_minute", "oldest_due_seconds"}.

    `ceiling` is the limit that binds now, with how many messages an hour it lets through; None where nobody talks.
    """
    moment = timezone.now()
    engine = Engine.objects.get(pk=1)
    states = dict(Turn.objects.order_by().values_list("state").annotate(count=Count("id")))
    lowest = next(iter(ceilings.now(moment)), None)
    due = Turn.objects.filter(state=Turn.State.PLANNED, due_at__lte=moment).aggregate(oldest=Min("due_at"))["oldest"]
    return {
        "running": engine.running,
        "changed_at": engine.changed_at,
        "changed_by": engine.changed_by,
        "ticked_at": engine.ticked_at,
        "scale": policy.current().scale,
        "bots": Bot.objects.active().filter(enabled=True).count(),
        "chats": Chat.objects.talking().count(),
        "turns": {state: states.get(state, 0) for state in Turn.State.values},
        "messages_last_minute": Turn.objects.filter(
            state=Turn.State.SENT, sent_at__gt=moment - timedelta(minutes=1)
        ).count(),
        "ceiling": {"name": lowest.name, "messages_per_hour": round(lowest.per_hour)} if lowest else None,
        "oldest_due_seconds": round((moment - due).total_seconds(), 1) if due else 0.0,
    }
