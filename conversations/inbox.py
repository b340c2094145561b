"""What Telegram tells us: stored first, read afterwards, each update and each human message once."""

import logging
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from bots import casing
from bots.models import Bot
from bots.telegram import port
from conversations import affairs, events, hearing, wake
from conversations.engine import record
from conversations.models import Chat, Event, InboundUpdate, Membership, Message, Participant, Reaction, Turn

MOST_TRIES = 3
_log = logging.getLogger(__name__)


def store(bot: Bot, update: port.Update) -> bool:
    """Keep an update before anything reads it. False when it was here already."""
    _, new = InboundUpdate.objects.get_or_create(
        bot=bot, update_id=update.update_id, defaults={"payload": _storable(update.payload)}
    )
    if new:
        wake.inbox()
    return new


def process_one() -> bool:
    """Read the oldest stored update. False when none waits. One that cannot be read is parked and holds up nobody."""
    with transaction.atomic():
        waiting = InboundUpdate.objects.filter(state=InboundUpdate.State.STORED).select_related("bot")
        update = waiting.select_for_update(skip_locked=True, of=("self",)).order_by("tries", "id").first()
        if update is None:
            return False
        _settle(update)
    return True


def _settle(update: InboundUpdate) -> None:
    try:
        with transaction.atomic():
            outcome = _read(update)
    except Exception as error:  # noqa: BLE001 - whatever a stranger sent, it must not hold up the others
        _log.warning("Update %s of %s cannot be read: %s", update.update_id, update.bot, type(error).__name__)
        parked = update.tries + 1 >= MOST_TRIES
        state = InboundUpdate.State.PARKED if parked else InboundUpdate.State.STORED
        InboundUpdate.objects.filter(pk=update.pk).update(
            state=state, tries=F("tries") + 1, outcome=f"unreadable: {type(error).__name__}"[:64]
        )
        return
    InboundUpdate.objects.filter(pk=update.pk).update(
        state=InboundUpdate.State.DONE, outcome=outcome, tries=F("tries") + 1, done_at=Now()
    )


def _read(update: InboundUpdate) -> str:
    """Do what an update asks for; returns what it was."""
    payload: dict[str, Any] = update.payload
    if member := payload.get("my_chat_member"):
        return _membership(update.bot, member)
    if edited := payload.get("edited_message"):
        return _edited(edited)
    if reaction := payload.get("message_reaction"):
        return _reaction(reaction)
    message = payload.get("message")
    if not message:
        return "ignored"
    if message["chat"]["type"] not in {"group", "supergroup"}:
        return "private"
    if target := message.get("migrate_to_chat_id"):
        return _migrated(message["chat"]["id"], target)
    if source := message.get("migrate_from_chat_id"):
        return _migrated(source, message["chat"]["id"])
    return _message(update.bot, message)


def _reaction(data: dict[str, Any]) -> str:
    """A person put emoji on a message, changed or took them away: the first that stands there now counts."""
    sender = data.get("user") or {}
    if not sender or sender.get("is_bot"):
        return "ignored"
    message = Message.objects.filter(chat__telegram_id=data["chat"]["id"], message_id=data["message_id"]).first()
    if message is None:
        return "unknown_message"
    participant = _participant(sender)
    chosen = next((one["emoji"] for one in data.get("new_reaction", []) if one.get("type") == "emoji"), "")
    if not chosen:
        Reaction.objects.filter(message=message, participant=participant).delete()
    else:
        at = datetime.fromtimestamp(data["date"], UTC)
        hung, new = Reaction.objects.update_or_create(
            message=message, participant=participant, defaults={"emoji": chosen[:16], "reacted_at": at}
        )
        if new:
            affairs.reacted(hung)
    events.publish(Event.Kind.MESSAGE, chat=message.chat, subject_id=message.pk)
    return "reaction"


def _message(bot: Bot, data: dict[str, Any]) -> str:
    chat, is_new = _chat(bot, data)
    outcome = _said(chat, data)
    if is_new:
        events.publish(Event.Kind.CHAT, chat=chat, subject_id=chat.pk)
    return outcome


def _said(chat: Chat, data: dict[str, Any]) -> str:
    sender = data.get("from") or {}
    text = data.get("text") or data.get("caption") or ""
    if not text or not sender:
        return "without_text"
    if sender.get("is_bot"):
        return _from_a_bot(chat, data, sender, text)
    return _from_a_person(chat, data, sender, text)


def _from_a_person(chat: Chat, data: dict[str, Any], sender: dict[str, Any], text: str) -> str:
    participant = _participant(sender)
    message, new = Message.objects.get_or_create(
        chat=chat,
        message_id=data["message_id"],
        defaults={
            "participant": participant,
            "text": _clean(text),
            "folded": casing.fold(_clean(text)),
            "reply_to": _replied(chat, data),
            "said_at": datetime.fromtimestamp(data["date"], UTC),
        },
    )
    if not new:
        return "seen"
    hearing.heard(message, foreign_tags=_mentions_people(data))
    events.publish(Event.Kind.MESSAGE, chat=chat, subject_id=message.pk)
    wake.compose()
    return "message"


def _participant(sender: dict[str, Any]) -> Participant:
    name = " ".join(filter(None, [sender.get("first_name"), sender.get("last_name")])) or str(sender["id"])
    person = Participant(telegram_id=sender["id"], name=_clean(name)[:128], username=sender.get("username", "")[:64])
    # One statement: several bots may see a stranger's first line at the same moment.
    Participant.objects.bulk_create(
        [person], update_conflicts=True, unique_fields=["telegram_id"], update_fields=["name", "username"]
    )
    return Participant.objects.get(telegram_id=sender["id"])


def _from_a_bot(chat: Chat, data: dict[str, Any], sender: dict[str, Any], text: str) -> str:
    """Another bot of the cast saw one of ours speak: a receipt. Other people's bots are left alone."""
    author = Bot.objects.filter(telegram_id=sender["id"]).first()
    if author is None:
        return "foreign_bot"
    turn = Turn.objects.filter(
        chat=chat, bot=author, text=text, state__in=[Turn.State.UNCERTAIN, Turn.State.UNRESOLVED]
    ).first()
    message, _new = Message.objects.get_or_create(
        chat=chat,
        message_id=data["message_id"],
        defaults={
            "bot": author,
            "text": text,
            "folded": casing.fold(text),
            "reply_to": _replied(chat, data),
            "said_at": datetime.fromtimestamp(data["date"], UTC),
        },
    )
    if turn:
        record.receipt(turn, message)
    return "receipt"


def _edited(data: dict[str, Any]) -> str:
    text = _clean(data.get("text") or data.get("caption") or "")
    known = Message.objects.filter(
        chat__telegram_id=data["chat"]["id"], message_id=data["message_id"], participant__isnull=False
    )
    when = datetime.fromtimestamp(data["edit_date"], UTC)
    changed = text and known.update(text=text, folded=casing.fold(text), edited_at=when)
    return "edited" if changed else "ignored"


def _chat(bot: Bot, data: dict[str, Any]) -> tuple[Chat, bool]:
    """The chat of a message, and whether it is new. A group nobody knows is noted, disabled, until staff decide."""
    number, thread = data["chat"]["id"], data.get("message_thread_id") if data.get("is_topic_message") else None
    places = Chat.objects.filter(telegram_id=number)
    chat = places.filter(thread_id=thread).first() or places.filter(thread_id=None).first()
    if chat is not None:
        return chat, False
    title = _clean(data["chat"].get("title", str(number)))[:128]
    chat, is_new = Chat.objects.get_or_create(telegram_id=number, thread_id=thread, defaults={"title": title})
    Membership.objects.get_or_create(chat=chat, bot=bot)
    return chat, is_new


def _membership(bot: Bot, data: dict[str, Any]) -> str:
    """The bot was added to a group, or removed from one."""
    if data["chat"]["type"] not in {"group", "supergroup"}:
        return "private"
    (chat, _new), status = _chat(bot, data), data["new_chat_member"]["status"]
    if status in {"left", "kicked"}:
        record.end_membership(chat, bot.pk, reason=status)
    else:
        Membership.objects.update_or_create(chat=chat, bot=bot, defaults={"ended_at": None, "ended_reason": ""})
    events.publish(Event.Kind.CHAT, chat=chat, subject_id=chat.pk)
    return f"membership:{status}"


def _migrated(old: int, new: int) -> str:
    chat = Chat.objects.filter(telegram_id=old).first()
    if chat is None:
        return "ignored"
    record.follow_migration(chat, new)
    return "migrated"


def _replied(chat: Chat, data: dict[str, Any]) -> Message | None:
    number = (data.get("reply_to_message") or {}).get("message_id")
    return Message.objects.filter(chat=chat, message_id=number).first() if number else None


def _mentions_people(data: dict[str, Any]) -> bool:
    """People without a username are mentioned by an entity that the text does not show."""
    return any(entity["type"] == "text_mention" for entity in data.get("entities", []))


def _clean(text: str) -> str:
    """PostgreSQL stores no NUL, and no half of a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_clean(key): _storable(item) for key, item in value.items()}
    return value
