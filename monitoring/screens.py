"""What the templates get: one function for each part of a screen, used by the page and by its live updates alike."""

from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from conversations import standing
from conversations.engine import policy
from conversations.models import Chat
from monitoring import access, chart, pulse, room, thread

NEWEST = 8


def engine(viewer: User) -> dict[str, Any]:
    """The switch: its state, and what this viewer may do with it. One query, besides permissions."""
    return {
        "engine": pulse.engine(),
        "may_stop": access.may(viewer, access.STOP),
        "may_start": access.may(viewer, access.START),
    }


def numbers(viewer: User) -> dict[str, Any]:
    """The dashboard without its newest messages."""
    now = timezone.now()
    sees_cost = access.may(viewer, access.COST)
    talk = pulse.minutes(now)
    return {
        "engine": pulse.engine(),
        "standing": standing.now(),
        "cast": pulse.cast(now),
        "chart": chart.of(talk),
        "talk": talk,
        "last_hour": sum(minute.total for minute in talk),
        "next_due": pulse.next_due(),
        "worries": pulse.worries(now),
        "providers": pulse.providers(now),
        "sees_cost": sees_cost,
        "spent": pulse.spent_today(now) if sees_cost else None,
    }


def newest() -> dict[str, Any]:
    return {"newest": thread.latest(NEWEST)}


def behind(chat: Chat) -> dict[str, Any]:
    """A chat from behind: why it talks or not, who plays, what became of the newest turns."""
    rules = policy.current(chat)
    return {
        "chat": chat,
        "situation": room.situation(chat),
        "players": room.players(chat, own_gap=rules.own_gap),
        "backstage": room.backstage(chat),
    }
