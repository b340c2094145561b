"""What the templates get: one function for each part of a screen, used by the page and by its live updates alike."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from conversations import takeover
from conversations.engine import policy
from conversations.models import Chat, Engine
from monitoring import access, approvals, room


@dataclass(frozen=True, slots=True)
class Switch:
    """The engine, and what this viewer may do with it."""

    engine: Engine
    late: bool
    """Switched on, but its planner has given no sign of life for a while."""
    may_stop: bool
    may_start: bool


def switch(viewer: User, engine: Engine | None = None) -> Switch:
    engine = engine or Engine.objects.get()
    late = engine.running and room.is_late(engine, timezone.now())
    return Switch(engine, late, access.may(viewer, access.STOP), access.may(viewer, access.START))


def wants_piece(request: HttpRequest) -> bool:
    """Whether a script asks for a part of the page, rather than a browser for all of it."""
    return "HX-Request" in request.headers


def approval(asked: approvals.Filter, viewer: User) -> dict[str, Any]:
    """What every card of the queue needs beside itself."""
    return {"filter": asked, "may_decide": access.may(viewer, access.SAY), "reasons": approvals.REASONS}


def speaking(chat: Chat, viewer: User) -> dict[str, Any]:
    """Through which bot this viewer speaks here now, if through any."""
    held = takeover.held_by(viewer, chat) if access.may(viewer, access.SAY) else None
    return {"chat": chat, "speaking": held, "under_words": takeover.MARK}


def behind(chat: Chat) -> dict[str, Any]:
    """A chat from behind: why it talks or not, who plays, what became of the newest turns."""
    rules = policy.current(chat)
    return {
        "chat": chat,
        "situation": room.situation(chat),
        "players": room.players(chat, own_gap=rules.own_gap),
        "backstage": room.backstage(chat),
        "held": approvals.in_chat(chat),
    }
