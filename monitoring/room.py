"""Reader: a chat from behind: why it talks or keeps silent, who plays there, what became of the newest turns."""

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from conversations import decisions, remits
from conversations.engine import pace, scene
from conversations.models import Chat, Engine, Membership, Message, Provider, Turn

BACKSTAGE, LOOKED_AT = 12, 40
TICKS_LATE = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Situation:
    """`code`: talks, engine_stopped, no_ticks, paused, disabled, undisclosed, topic_closed, hushed, no_members,
    no_provider or quiet_hours."""

    code: str
    next_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Player:
    membership: Membership
    blocked: str
    """A reason code; empty when the bot may speak."""
    rests_until: datetime | None
    """Until then it rests after its own message."""
    taken_until: datetime | None = None
    """Until then a person speaks through it, unless that one goes on."""


@dataclass(frozen=True, slots=True)
class Offstage:
    """A turn that was not heard, and how many before it went the same way."""

    turn: Turn
    times: int

    @property
    def may_be_retried(self) -> bool:
        return decisions.failed_lately(self.turn) and not self.turn.tried_again  # type: ignore[attr-defined]  # annotated


@dataclass(frozen=True, slots=True)
class Listed:
    """A chat in a list, with its newest message."""

    chat: Chat
    last: Message | None


def situation(chat: Chat) -> Situation:
    now = timezone.now()
    engine = Engine.objects.get()
    code = _silence(chat, engine, now)
    return Situation(code) if code else Situation("talks", chat.next_due)


def _silence(chat: Chat, engine: Engine, now: datetime) -> str:
    if not chat.is_disclosed:
        return "undisclosed"
    if chat.mode in {Chat.Mode.PAUSED, Chat.Mode.DISABLED}:
        return str(chat.mode)
    if chat.closed_at:
        return "topic_closed"
    if chat.hushed_until and chat.hushed_until > now:
        return "hushed"
    if not Membership.objects.filter(chat=chat, ended_at=None, bot__enabled=True, bot__retired_at=None).exists():
        return "no_members"
    if not Provider.objects.filter(enabled=True).exists():
        return "no_provider"
    if not engine.running:
        return "engine_stopped"
    if is_late(engine, now):
        return "no_ticks"
    return "quiet_hours" if pace.quiet_until(chat.quiet, now.astimezone(chat.zone)) else ""


def is_late(engine: Engine, now: datetime) -> bool:
    """Whether the planner of a running engine has given no sign of life for a while."""
    return now - max(filter(None, [engine.ticked_at, engine.changed_at])) > TICKS_LATE


def players(chat: Chat, *, own_gap: int) -> list[Player]:
    """Who plays here, those who may speak first. `own_gap`: seconds that a bot rests after its own message."""
    now = timezone.now()
    rows = Membership.objects.filter(chat=chat, ended_at=None, bot__retired_at=None).select_related(
        "bot__persona", "chat", "taken_by"
    )
    found = [Player(m, scene.blocked(m, now), _rests(m, own_gap, now), _taken(m, now)) for m in rows]
    return sorted(found, key=lambda player: (bool(player.blocked), player.membership.bot.name))


def _taken(membership: Membership, now: datetime) -> datetime | None:
    until = membership.taken_until
    return until if until and until > now else None


def _rests(membership: Membership, own_gap: int, now: datetime) -> datetime | None:
    if membership.last_said_at is None:
        return None
    until = membership.last_said_at + timedelta(seconds=own_gap)
    return until if until > now else None


def backstage(chat: Chat) -> list[Offstage]:
    """The newest turns that are under way or ended without a word. What happened several times running is told once."""
    again = Turn.objects.filter(retry_of=OuterRef("pk")).exclude(state__in=[Turn.State.SKIPPED, Turn.State.FAILED])
    newest = (
        Turn.objects.filter(chat=chat)
        .exclude(state=Turn.State.SENT)
        .annotate(tried_again=Exists(again))
        .select_related("bot__persona")
        .defer("prompt", "candidates", "verdicts", "draft")
        .order_by("-id")[:LOOKED_AT]
    )
    alike = itertools.groupby(newest, key=lambda turn: (turn.bot_id, turn.state, turn.reason))
    told = [Offstage(next(turns), 1 + sum(1 for _ in turns)) for _, turns in alike]
    return told[:BACKSTAGE]


def listed(viewer: remits.Person = None) -> list[Listed]:
    """The viewer's chats with their newest messages: rehearsal rooms first, then by title. Two queries."""
    chats = remits.within(viewer, Chat.objects.order_by("kind", "title"))
    newest = Message.objects.filter(chat=OuterRef("pk")).order_by("-said_at", "-id").values("pk")[:1]
    ids = chats.order_by().values_list(Subquery(newest), flat=True)
    last = {m.chat_id: m for m in Message.objects.filter(pk__in=ids).select_related("bot__persona", "participant")}
    return [Listed(chat, last.get(chat.pk)) for chat in chats]


def first_room(viewer: remits.Person = None) -> Chat | None:
    return remits.within(viewer, Chat.objects.filter(kind=Chat.Kind.REHEARSAL)).order_by("pk").first()
