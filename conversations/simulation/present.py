"""Reader: the rooms of a simulation as the database has them now, a few queries a chat."""

from collections import deque
from datetime import datetime, timedelta

from bots.models import Memory
from conversations.engine import course, policy, scene
from conversations.engine.rulebook import Policy
from conversations.models import Chat, Message
from conversations.simulation.recent import Recent
from conversations.simulation.stage import Player, Room

WEEK = timedelta(days=7)


def rooms(now: datetime) -> list[Room]:
    """Every chat in which the cast may talk, with its members. A bot is one player in all its chats."""
    chats = list(Chat.objects.talking().order_by("pk"))
    rules = policy.for_chats(chat.pk for chat in chats)
    cast: dict[int, Player] = {}
    return [_room(number, chat, rules[chat.pk], cast, now) for number, chat in enumerate(chats, 1)]


def _room(number: int, chat: Chat, rules: Policy, cast: dict[int, Player], now: datetime) -> Room:
    members = [member for member in scene.members(chat.pk, now) if member.blocked in scene.PASSING_BLOCKS]
    memories: dict[int, list[str]] = {}
    for bot_id, text in Memory.objects.filter(bot__in=[m.bot_id for m in members]).values_list("bot", "text"):
        memories.setdefault(bot_id, []).append(text)
    for member in members:
        cast.setdefault(member.bot_id, Player(member, tuple(memories.get(member.bot_id, ()))))
    return Room(
        number=number,
        title=chat.title,
        topics=tuple(chat.topics),
        players={member.bot_id: cast[member.bot_id] for member in members},
        weights={member.bot_id: member.weight for member in members},
        setting=course.Setting(chat.tempo, chat.observes_hours, chat.quiet),
        rules=rules,
        history=deque(maxlen=rules.history_length),
        recent=Recent(rules.duplicate_hours),
    )


def lines_a_day(now: datetime) -> float:
    """How many lines people wrote in these chats on an average day of the last week."""
    written = Message.objects.filter(bot=None, said_at__gt=now - WEEK, chat__in=Chat.objects.talking())
    return written.count() / WEEK.days
