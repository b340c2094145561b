"""What people say, change and hang on messages."""

from datetime import UTC, datetime
from typing import Any

from django.db.models import Q

from bots import casing
from bots.models import Bot
from conversations import affairs, events, hearing, wake
from conversations.inbound import entities, senders
from conversations.inbound.envelope import clean
from conversations.inbound.senders import Sender
from conversations.models import Chat, Event, Message, Reaction

FORGOTTEN = "forgotten"
"""The message of somebody who was forgotten since: what the update holds of it is erased as well."""


def said(chat: Chat, data: dict[str, Any], sender: Sender, kind: Message.Kind) -> str:
    """A person's message: kept once, and heard where it says something."""
    if known := Message.objects.filter(chat=chat, message_id=data["message_id"]).first():
        return FORGOTTEN if known.kind == Message.Kind.ERASED else "seen"
    text = clean(data.get("text") or data.get("caption") or "")
    message, new = Message.objects.get_or_create(
        chat=chat,
        message_id=data["message_id"],
        defaults={
            "kind": kind,
            "participant": senders.participant(sender),
            "text": text,
            "folded": casing.fold(text),
            "reply_to": replied(data),
            "said_at": _moment(data["date"]),
        },
    )
    if not new:
        return "seen"
    if not sender.posts:
        hearing.heard(message, spoken=entities.spoken(data), foreign_tags=_mentions_people(data))
    events.publish(Event.Kind.MESSAGE, chat=chat, subject_id=message.pk)
    wake.compose()
    return "channel_post" if sender.posts else "message"


def edited(data: dict[str, Any]) -> str:
    """Somebody changed a message: the newest words count. They are answered if they call a bot for the first time."""
    when = _moment(data["edit_date"])
    message = _known(data)
    if message is None or message.participant_id is None:
        return "ignored"
    if message.kind == Message.Kind.ERASED:
        return FORGOTTEN
    text = clean(data.get("text") or data.get("caption") or "")
    if not text or (message.edited_at and message.edited_at >= when):
        return "ignored"
    message.text, message.folded, message.edited_at = text, casing.fold(text), when
    message.save(update_fields=["text", "folded", "edited_at"])
    opened = hearing.reheard(message, spoken=entities.spoken(data), foreign_tags=_mentions_people(data))
    events.publish(Event.Kind.MESSAGE, chat=message.chat, subject_id=message.pk)
    if opened:
        wake.compose()
    return "edited"


def reacted(data: dict[str, Any]) -> str:
    """A person put emoji on a message, changed or took them away: the first that stands there now counts."""
    sender = senders.person(data.get("user") or {})
    if sender is None:
        return "ignored"
    message = _known(data)
    if message is None:
        return "unknown_message"
    participant = senders.participant(sender)
    chosen = next((one["emoji"] for one in data.get("new_reaction", []) if one.get("type") == "emoji"), "")
    if not chosen:
        Reaction.objects.filter(message=message, participant=participant).delete()
    else:
        hung, new = Reaction.objects.update_or_create(
            message=message,
            participant=participant,
            defaults={"emoji": chosen[:16], "reacted_at": _moment(data["date"])},
        )
        if new:
            affairs.reacted(hung)
    events.publish(Event.Kind.MESSAGE, chat=message.chat, subject_id=message.pk)
    return "reaction"


def replied(data: dict[str, Any]) -> Message | None:
    """The message that another one answers, in whichever topic of the group it stands; None when nobody saw it."""
    outside = data.get("external_reply") or {}
    same_group = (outside.get("chat") or {}).get("id") == data["chat"]["id"]
    number = (data.get("reply_to_message") or (outside if same_group else {})).get("message_id")
    return Message.objects.filter(_here(data), message_id=number).first() if number else None


def _known(data: dict[str, Any]) -> Message | None:
    return Message.objects.filter(_here(data), message_id=data["message_id"]).select_related("chat").first()


def _here(data: dict[str, Any]) -> Q:
    return Q(chat__telegram_id=data["chat"]["id"])


def _mentions_people(data: dict[str, Any]) -> bool:
    """People without a username are mentioned by an entity that the text does not show."""
    marked = [piece for piece in entities.pieces(data) if piece.kind == "text_mention"]
    bots = Bot.objects.filter(telegram_id__isnull=False).values_list("telegram_id", flat=True) if marked else ()
    return entities.mentions_people(data, [number for number in bots if number])


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
