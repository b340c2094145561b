"""What Telegram tells us: stored first, read afterwards, each update and each human message once.

Updates of one chat are read one after the other, the oldest first. One that cannot be read is tried a few times at once
and then parked, for people to look at; it holds up nobody.
"""

import json
import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from bots import audit, casing, traces
from bots.models import Bot
from bots.telegram import port
from conversations import events, wake
from conversations.engine import receipts
from conversations.inbound import causes, commands, envelope, kinds, people, places, senders
from conversations.models import Chat, Event, InboundUpdate, Message

MOST_TRIES = 3
BATCH = 1000
_CHAT_LOCK = 7_341_003
_log = logging.getLogger(__name__)
State = InboundUpdate.State


def store(bot: Bot, update: port.Update) -> bool:
    """Keep an update before anything reads it, in one statement. False when it was here already."""
    told = envelope.of(update.payload)
    asked: dict[str, Any] = {
        "bot": bot.pk, "update": update.update_id, "kind": told.kind, "chat": told.chat_number, "number": told.number,
        "at": told.happened_at, "payload": json.dumps(envelope.storable(update.payload)), "trace": traces.own(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_STORE, asked)
        new = bool(cursor.rowcount)
    if new:
        wake.inbox()
    return new


_STORE = """
INSERT INTO conversations_inboundupdate
    (bot_id, update_id, kind, chat_number, number, happened_at, payload, state, outcome, cause, tries, received_at,
    trace)
VALUES (%(bot)s, %(update)s, %(kind)s, %(chat)s, %(number)s, coalesce(%(at)s, clock_timestamp()), %(payload)s::jsonb,
    'stored', '', '', 0, clock_timestamp(), %(trace)s)
ON CONFLICT (bot_id, update_id) DO NOTHING
"""


def process_one() -> bool:
    """Read one stored update, of a chat that nobody else reads. False when none waits."""
    with transaction.atomic():
        update = next(iter(InboundUpdate.objects.raw(_NEXT, {"lock": _CHAT_LOCK})), None)
        if update is None:
            return False
        with traces.follow(update.trace, update=update.pk, bot=update.bot_id):
            _settle(update)
    return True


# Only the oldest of each chat may be read; the index is asked chat by chat, however much waits. The lock keeps a second
# reader out of a chat while a still older update of it, seen by another bot, comes in. It is asked for inside the
# lateral part, which no plan can turn around: with another join one reader could take the locks of every chat.
_NEXT = """
WITH RECURSIVE heads AS (
    (SELECT id, chat_number FROM conversations_inboundupdate WHERE state = 'stored' AND chat_number IS NOT NULL
     ORDER BY chat_number, happened_at, number, id LIMIT 1)
    UNION ALL
    SELECT next.id, next.chat_number FROM heads CROSS JOIN LATERAL (
        SELECT id, chat_number FROM conversations_inboundupdate
        WHERE state = 'stored' AND chat_number > heads.chat_number
        ORDER BY chat_number, happened_at, number, id LIMIT 1
    ) next
), oldest AS MATERIALIZED (
    SELECT id, chat_number FROM (
        SELECT id, chat_number FROM heads
        UNION ALL
        (SELECT id, chat_number FROM conversations_inboundupdate WHERE state = 'stored' AND chat_number IS NULL
         ORDER BY id LIMIT 32)
    ) waiting ORDER BY id
)
SELECT found.* FROM oldest CROSS JOIN LATERAL (
    SELECT * FROM conversations_inboundupdate
    WHERE id = oldest.id AND state = 'stored' AND CASE WHEN oldest.chat_number IS NULL THEN true
        ELSE pg_try_advisory_xact_lock(%(lock)s, hashint8(oldest.chat_number)) END
    FOR UPDATE SKIP LOCKED
) found
LIMIT 1
"""


def _settle(update: InboundUpdate) -> None:
    cause = ""
    while update.tries < MOST_TRIES:
        update.tries += 1
        try:
            with transaction.atomic():
                outcome = _read(update)
        except Exception as error:  # noqa: BLE001 - whatever a stranger sent, it must not hold up the others
            cause = causes.of(error)
            continue
        _end(update, State.DONE, outcome)
        return
    _log.warning("Update %s of %s cannot be read and is parked: %s", update.update_id, update.bot, cause)
    _end(update, State.PARKED, "unreadable", cause=cause)


def _end(update: InboundUpdate, state: State, outcome: str, *, cause: str = "") -> None:
    fields: dict[str, Any] = {"payload": {}} if outcome == people.FORGOTTEN else {}
    InboundUpdate.objects.filter(pk=update.pk).update(
        state=state, outcome=outcome[:64], cause=cause, tries=update.tries, done_at=Now(), trace=update.trace, **fields
    )


# --- What stays behind -----------------------------------------------------------------------------------------------
@transaction.atomic
def retry(update: InboundUpdate, *, by: audit.Actor) -> bool:
    """Let a parked update be read once more. False when it is not parked any more."""
    again = InboundUpdate.objects.filter(pk=update.pk, state=State.PARKED)
    if not again.update(state=State.STORED, tries=0, outcome="", cause="", done_at=None):
        return False
    audit.record("update.retry", by=by, subject=update, before={"cause": update.cause or update.outcome})
    wake.inbox()
    return True


@transaction.atomic
def discard(update: InboundUpdate, *, by: audit.Actor, reason: str = "") -> bool:
    """Lay a parked update aside for good. False when it is not parked any more."""
    parked = InboundUpdate.objects.filter(pk=update.pk, state=State.PARKED)
    if not parked.update(state=State.DISCARDED, done_at=Now()):
        return False
    audit.record(
        "update.discard", by=by, subject=update, before={"cause": update.cause or update.outcome}, reason=reason
    )
    return True


def over() -> QuerySet[InboundUpdate]:
    """What was read or laid aside. What is parked waits for a person, however long."""
    return InboundUpdate.objects.filter(state__in=[State.DONE, State.DISCARDED])


def prune(before: datetime) -> int:
    """Delete a batch of what is over and came before that moment, the oldest. How many went; 0 when none is left."""
    oldest = over().order_by("pk").values_list("pk", "received_at")[:BATCH]
    old = [number for number, at in oldest if at < before]
    return InboundUpdate.objects.filter(pk__in=old).delete()[0] if old else 0


def parked() -> Iterable[InboundUpdate]:
    return InboundUpdate.objects.filter(state=State.PARKED).select_related("bot").order_by("-id")


# --- Reading ---------------------------------------------------------------------------------------------------------
def _read(update: InboundUpdate) -> str:
    """Do what an update asks for; returns what it was."""
    payload: dict[str, Any] = update.payload
    if member := payload.get("my_chat_member"):
        return places.membership(update.bot, member)
    if edited := payload.get("edited_message"):
        return people.edited(edited)
    if reaction := payload.get("message_reaction"):
        return people.reacted(reaction)
    message = payload.get("message")
    if not message:
        return "managed_bot" if payload.get("managed_bot") else "ignored"
    if message["chat"]["type"] == "private":
        return commands.in_private(update.bot, message)
    if message["chat"]["type"] not in places.GROUPS:
        return "channel"
    return places.news(message) or _message(update, message)


def _message(update: InboundUpdate, data: dict[str, Any]) -> str:
    chat, is_new = places.find(update.bot, data)
    outcome = commands.in_group(update.bot, chat, data) or _said(chat, update, data)
    if is_new:
        events.publish(Event.Kind.CHAT, chat=chat, subject_id=chat.pk)
    return outcome


def _said(chat: Chat, update: InboundUpdate, data: dict[str, Any]) -> str:
    kind, sender = kinds.of(data), senders.of(data)
    if kind is None:
        return "without_text"
    if sender is None:
        author, text = data.get("from") or {}, data.get("text") or data.get("caption") or ""
        return _from_a_bot(chat, update, data, author, text) if author and text else "without_text"
    return people.said(chat, data, sender, kind)


def _from_a_bot(chat: Chat, update: InboundUpdate, data: dict[str, Any], sender: dict[str, Any], text: str) -> str:
    """Another bot of the cast saw one of ours speak: a receipt, which belongs to the turn it saw. Other people's bots
    are left alone."""
    author = Bot.objects.filter(telegram_id=sender["id"]).first()
    if author is None:
        return "foreign_bot"
    at = datetime.fromtimestamp(data["date"], UTC)
    receipts.sees(chat, update.bot, author, at)
    message, new = Message.objects.get_or_create(
        chat=chat,
        message_id=data["message_id"],
        defaults={
            "bot": author,
            "text": text,
            "folded": casing.fold(text),
            "reply_to": people.replied(data),
            "said_at": at,
        },
    )
    turn = (receipts.seen(message) if new else None) or receipts.whose(message)
    update.trace = turn.traced if turn else update.trace
    return "receipt"
