"""A person's rights: to know what is stored, and to have it deleted, everywhere and for good.

The talk keeps its shape: messages stay as empty lines of nobody. The audit trail says that somebody was forgotten and
how much went, never who.
"""

from typing import Any

from django.db import connection, transaction
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL
from django.utils import timezone

from bots import audit
from bots.models import Memory, MoodChange, Relationship
from conversations import events
from conversations.engine import erasing
from conversations.inbound import envelope
from conversations.models import Chat, Event, InboundUpdate, Message, Participant, Reaction

QUOTED = 120
"""Letters of a message that the cause of a mood keeps (`conversations.affairs`)."""
State = InboundUpdate.State


def forget_number(telegram_id: int, *, by: audit.Actor) -> dict[str, int]:
    """Forget whoever has this Telegram number. Harmless for somebody nobody knows, and as often as you like."""
    person = Participant.objects.filter(telegram_id=telegram_id).first()
    if person is not None:
        return forget(person, by=by)
    with transaction.atomic():
        return {"updates": _empty_updates(telegram_id)}


@transaction.atomic
def forget(person: Participant, *, by: audit.Actor, reason: str = "") -> dict[str, int]:
    """Delete what is stored of a person. How much of each kind went."""
    person = Participant.objects.select_for_update().get(pk=person.pk)
    number = person.telegram_id
    gone = counted(person)
    earlier = _earlier_words(number) if number is not None else set()
    erasing.erase(person, earlier)
    _forget_in_minds(person, earlier)
    Reaction.objects.filter(participant=person).delete()
    chats = list(Chat.objects.filter(messages__participant=person).distinct())
    Message.objects.filter(participant=person).update(text="", folded="", topic="", kind=Message.Kind.ERASED)
    Chat.objects.filter(noted_by=person).update(noted_by=None)
    if number is not None:
        _empty_updates(number)
    Participant.objects.filter(pk=person.pk).update(
        telegram_id=None, user=None, name="", username="", hushed_at=None, forgotten_at=timezone.now()
    )
    audit.record("person.forget", by=by, after=gone, reason=reason)
    for chat in chats:
        events.publish(Event.Kind.CHAT, chat=chat, subject_id=chat.pk)
    return gone


def counted(person: Participant) -> dict[str, int]:
    """How much of each kind is stored of a person."""
    return {
        "messages": person.messages.exclude(kind=Message.Kind.ERASED).count(),
        "reactions": person.reactions.count(),
        "relationships": Relationship.objects.filter(person_id=person.pk).count(),
        "memories": len(_memories(person)),
        "turns": len(erasing.holding(person)),
        "updates": _updates(person.telegram_id).count() if person.telegram_id else 0,
    }


def export(person: Participant, *, by: audit.Actor) -> dict[str, Any]:
    """Everything that is stored of a person, for a person who asks. Leaves its trace in the audit trail."""
    audit.record("person.export", by=by, subject=None, after=counted(person))
    return {
        "person": {
            "telegram_id": person.telegram_id, "name": person.name, "username": person.username,
            "first_seen_at": person.first_seen_at, "last_seen_at": person.last_seen_at,
        },
        "messages": [
            {"chat": m.chat.title, "number": m.message_id, "said_at": m.said_at, "kind": m.kind, "text": m.text,
             "edited_at": m.edited_at, "reply_to": m.reply_to.message_id if m.reply_to else None}
            for m in person.messages.select_related("chat", "reply_to").order_by("said_at")
        ],
        "reactions": [
            {"chat": r.message.chat.title, "message": r.message.message_id, "emoji": r.emoji, "at": r.reacted_at}
            for r in person.reactions.select_related("message__chat").order_by("reacted_at")
        ],
        "relationships": [
            {"bot": bond.bot.username, "trust": bond.trust, "respect": bond.respect, "affection": bond.affection,
             "familiarity": bond.familiarity, "conflict": bond.conflict, "interactions": bond.interactions,
             "causes": list(bond.changes.values("event", "about", "happened_at"))}
            for bond in Relationship.objects.filter(person_id=person.pk).select_related("bot")
        ],
        "memories": list(Memory.objects.filter(pk__in=_memories(person)).values("bot__username", "text", "quoted")),
        "answers": list(
            Message.objects.filter(bot__isnull=False, reply_to__participant=person)
            .order_by("said_at").values("bot__username", "text", "said_at")
        ),
        "updates": list(_updates(person.telegram_id).order_by("id").values("received_at", "payload"))
        if person.telegram_id else [],
    }  # fmt: skip


# --- Minds -----------------------------------------------------------------------------------------------------------
def _forget_in_minds(person: Participant, earlier: set[str]) -> None:
    """What bots keep of the person: bonds with their causes, memories with their vectors, the causes of moods."""
    Relationship.objects.filter(person_id=person.pk).delete()
    Memory.objects.filter(pk__in=_memories(person)).delete()
    heads = {text[:QUOTED] for text in {*person.messages.values_list("text", flat=True), *earlier} if text}
    MoodChange.objects.filter(about__in=heads).update(about="")


def _memories(person: Participant) -> list[int]:
    """Memories that come from a person's message, quote it, or tell of it in its very words."""
    with connection.cursor() as cursor:
        cursor.execute(_MEMORIES, {"person": person.pk})
        return [row[0] for row in cursor.fetchall()]


_MEMORIES = """
SELECT DISTINCT memory.id FROM bots_memory memory
JOIN conversations_message said ON said.participant_id = %(person)s AND said.text <> ''
WHERE memory.message_id IN (said.id, said.message_id) AND memory.quoted <> ''
   OR memory.quoted <> '' AND strpos(said.text, memory.quoted) > 0
   OR length(said.text) > 12 AND strpos(memory.text || ' ' || memory.quoted, said.text) > 0
"""


# --- Updates ---------------------------------------------------------------------------------------------------------
def _updates(telegram_id: int) -> Any:
    """Stored updates that name the person anywhere: as sender, as the one replied to, mentioned or added."""
    named = RawSQL("payload @? %s::jsonpath", [f"$.**.id ? (@ == {telegram_id:d})"], output_field=BooleanField())
    return InboundUpdate.objects.filter(named)


def _earlier_words(telegram_id: int) -> set[str]:
    """What the person wrote, also what was edited later."""
    payloads = [update.payload for update in _updates(telegram_id)]
    return {envelope.words(payload) for payload in payloads if envelope.is_from(payload, telegram_id)} - {""}


def _empty_updates(telegram_id: int) -> int:
    """What the person sent is emptied, read or not; what others sent loses what it says of the person."""
    rows = list(_updates(telegram_id).order_by("id"))
    for update in rows:
        if envelope.is_from(update.payload, telegram_id):
            update.payload, update.chat_number, update.cause, update.outcome = {}, None, "", "forgotten"
            update.state = State.DONE if update.state == State.DONE else State.DISCARDED
        else:
            update.payload = envelope.without(update.payload, telegram_id)
    InboundUpdate.objects.bulk_update(rows, ["payload", "chat_number", "cause", "outcome", "state"], batch_size=500)
    return len(rows)
