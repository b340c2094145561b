"""What the templates get: one function for each part of a screen, used by the page and by its live updates alike."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from conversations import remits, spending, standing, takeover
from conversations.engine import policy
from conversations.models import Chat, Engine, Turn
from monitoring import access, approvals, attention, chart, pulse, room, thread
from monitoring.probes import State, processes

NEWEST = 8


@dataclass(frozen=True, slots=True)
class StateCount:
    state: Turn.State
    count: int
    share: float
    """0..100, against the largest."""


@dataclass(frozen=True, slots=True)
class Switch:
    """The engine, and what this viewer may do with it."""

    engine: Engine
    late: bool
    """Switched on, but its planner has given no sign of life for a while."""
    may_stop: bool
    may_start: bool


def switch(viewer: User) -> Switch:
    engine = pulse.engine()
    late = engine.running and room.is_late(engine, timezone.now())
    return Switch(engine, late, access.may(viewer, access.STOP), access.may(viewer, access.START))


def numbers(viewer: User) -> dict[str, Any]:
    """The dashboard without its newest messages."""
    now = timezone.now()
    sees_cost = access.may(viewer, access.COST)
    talk, stands = pulse.minutes(now, viewer), standing.brief(remits.ids(viewer))
    running = stands["running"]
    return {
        "standing": stands,
        "states": _states(stands["turns"]),
        "cast": pulse.cast(now, viewer),
        "chart": chart.of(talk),
        "talk": talk,
        "last_hour": sum(minute.total for minute in talk),
        "next_due": pulse.next_due(viewer=viewer),
        "worries": pulse.worries(now, viewer=viewer),
        "stuck": [finding for finding in processes.workers() if finding.state is not State.OK] if running else [],
        "waiting": attention.count(now, viewer),
        "providers": pulse.providers(now),
        "sees_cost": sees_cost,
        "spent": pulse.spent_today(now) if sees_cost else None,
        "budget": spending.binding() if sees_cost else None,
    }


def _states(counts: dict[str, int]) -> list[StateCount]:
    most = max(counts.values()) or 1
    return [StateCount(state, counts[state], round(100 * counts[state] / most, 1)) for state in Turn.State]


def wants_piece(request: HttpRequest) -> bool:
    """Whether a script asks for a part of the page, rather than a browser for all of it."""
    return "HX-Request" in request.headers


def approval(asked: approvals.Filter, viewer: User) -> dict[str, Any]:
    """What every card of the queue needs beside itself."""
    return {"filter": asked, "may_decide": access.may(viewer, access.SAY), "reasons": approvals.REASONS}


def newest(viewer: User) -> dict[str, Any]:
    return {"newest": thread.latest(NEWEST, viewer)}


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
