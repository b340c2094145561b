"""Where messages come from: chats found or noted, members who come and go, groups that move, close or are renamed."""

from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from bots.models import Bot
from conversations import events, members
from conversations.engine import quiet, receipts, record
from conversations.inbound import senders
from conversations.inbound.envelope import clean
from conversations.models import Chat, Event, Membership

GROUPS = frozenset({"group", "supergroup"})
GONE = frozenset({"left", "kicked"})
CLOSED = ("forum_topic_closed", "general_forum_topic_hidden")
OPENED = ("forum_topic_reopened", "general_forum_topic_unhidden")


def find(bot: Bot, data: dict[str, Any]) -> tuple[Chat, bool]:
    """The chat of a message, and whether it is new. A group nobody knows is noted, disabled, until staff decide."""
    number, thread = data["chat"]["id"], _thread(data)
    places = Chat.objects.filter(telegram_id=number)
    chat = places.filter(thread_id=thread).first() or places.filter(thread_id=None).first()
    if chat is not None:
        return chat, False
    title = clean(data["chat"].get("title", str(number)))[:128]
    chat, is_new = Chat.objects.get_or_create(telegram_id=number, thread_id=thread, defaults={"title": title})
    Membership.objects.get_or_create(chat=chat, bot=bot)
    return chat, is_new


def news(data: dict[str, Any]) -> str:
    """What a service message says of its place, done; empty when it says nothing of the kind."""
    number = data["chat"]["id"]
    if target := data.get("migrate_to_chat_id"):
        return _migrated(number, target)
    if source := data.get("migrate_from_chat_id"):
        return _migrated(source, number)
    if title := data.get("new_chat_title"):
        return _renamed(Chat.objects.filter(telegram_id=number, thread_id=None), title)
    here = Chat.objects.filter(telegram_id=number, thread_id=_thread(data))
    if title := (data.get("forum_topic_edited") or {}).get("name"):
        return _renamed(here, title)
    if any(name in data for name in CLOSED):
        return _closed(here, at=datetime.fromtimestamp(data["date"], UTC))
    if any(name in data for name in OPENED):
        return _closed(here, at=None)
    return ""


def membership(bot: Bot, data: dict[str, Any]) -> str:
    """The bot was added, promoted, restricted or removed; or somebody blocked it in private, or let it back."""
    kind, member = data["chat"]["type"], data["new_chat_member"]
    if kind == "private":
        return f"private:{member['status']}"
    if kind not in GROUPS:
        return "channel"
    status, number = _status(member), data["chat"]["id"]
    for chat in Chat.objects.filter(telegram_id=number):
        receipts.lost_sight(chat, bot)
    if status in {*GONE, "restricted"}:
        for chat in Chat.objects.filter(telegram_id=number):
            record.end_membership(chat, bot.pk, reason=status)
            members.another_listener(chat, bot)
            events.publish(Event.Kind.CHAT, chat=chat, subject_id=chat.pk)
    else:
        _joined(bot, data)
    return f"membership:{status}"


def _status(member: dict[str, Any]) -> str:
    """As it matters here: who is restricted and may still write is a member, who is so and not inside has left."""
    status: str = member["status"]
    if status != "restricted":
        return status
    if member.get("is_member") is False:
        return "left"
    return "restricted" if member.get("can_send_messages") is False else "member"


def _joined(bot: Bot, data: dict[str, Any]) -> None:
    chat, _new = find(bot, data)
    back = Membership.objects.filter(bot=bot, chat__telegram_id=chat.telegram_id)
    if not back.update(ended_at=None, ended_reason=""):
        Membership.objects.create(chat=chat, bot=bot)
    if chat.noted_by_id is None and chat.mode == Chat.Mode.DISABLED and not chat.is_disclosed:
        who = senders.person(data.get("from") or {})
        Chat.objects.filter(pk=chat.pk).update(noted_by=who and senders.participant(who))
    events.publish(Event.Kind.CHAT, chat=chat, subject_id=chat.pk)


def _migrated(old: int, new: int) -> str:
    chat = Chat.objects.filter(telegram_id=old).first()
    if chat is None:
        return "ignored"
    record.follow_migration(chat, new)
    return "migrated"


def _renamed(chats: QuerySet[Chat], title: str) -> str:
    for chat in chats:
        Chat.objects.filter(pk=chat.pk).update(title=clean(title)[:128])
        events.publish(Event.Kind.CHAT, chat=chat, subject_id=chat.pk)
    return "renamed"


def _closed(chats: QuerySet[Chat], *, at: datetime | None) -> str:
    for chat in chats:
        if at is None:
            quiet.reopen(chat)
        else:
            quiet.close(chat, at=min(at, timezone.now()))
    return "topic_closed" if at else "topic_reopened"


def _thread(data: dict[str, Any]) -> int | None:
    """The topic; None for the general one and for replies, whose thread is no topic."""
    return data.get("message_thread_id") if data.get("is_topic_message") else None
