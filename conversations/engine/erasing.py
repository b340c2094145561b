"""Writer: what turns hold of a person who wants to be forgotten. Structure and reasons stay, words and names go."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least, Now

from bots import casing
from conversations.engine import turns
from conversations.models import Participant, Turn

REASON = "person_forgotten"


def erase(person: Participant, earlier: Iterable[str] = ()) -> int:
    """Take a person's words and name out of every turn, before the messages are emptied. How many turns held them.

    What is not sent yet, and answers or names the person, is skipped, and what may have been sent is never sent again.
    What is just being written is begun anew, without the words. `earlier`: their words before they edited them.
    """
    chats = list(person.messages.order_by().values_list("chat", flat=True).distinct())
    named = Q(mention=person.name, chat__in=chats) & ~Q(mention="")
    concerned = Turn.objects.filter(Q(cause__participant=person) | named)
    concerned.filter(state__in=Turn.UNSENT).update(
        state=Turn.State.SKIPPED, reason=REASON, gen=F("gen") + 1, lease_owner="", lease_until=None, ended_at=Now()
    )
    concerned.filter(state__in=[Turn.State.SENDING, Turn.State.UNCERTAIN]).update(
        expires_at=Greatest(F("due_at") + timedelta(milliseconds=1), Least("expires_at", Now()))
    )
    Turn.objects.filter(chat__in=chats, state=Turn.State.COMPOSING).update(
        state=Turn.State.PLANNED, bot=turns.ASKED, gen=F("gen") + 1, lease_owner="", lease_until=None
    )
    found = holding(person)
    Turn.objects.filter(pk__in=found).update(prompt=[])
    _evidence(person, found, earlier)
    _name(person, chats)
    return len(found)


def holding(person: Participant) -> list[int]:
    """Turns whose prompt may hold words of this person: no more messages came between than a prompt can show."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLDING, {"person": person.pk})
        return [row[0] for row in cursor.fetchall()]


_HOLDING = """
SELECT turn.id FROM conversations_turn turn
WHERE turn.chat_id IN (SELECT DISTINCT chat_id FROM conversations_message WHERE participant_id = %(person)s)
  AND turn.prompt <> '[]'::jsonb
  AND (
    turn.cause_id IN (SELECT id FROM conversations_message WHERE participant_id = %(person)s)
    OR turn.reply_to_id IN (SELECT id FROM conversations_message WHERE participant_id = %(person)s)
    OR EXISTS (
        SELECT 1 FROM (
            SELECT said_at FROM conversations_message mine
            WHERE mine.chat_id = turn.chat_id AND mine.participant_id = %(person)s
              AND mine.created_at <= coalesce(turn.ended_at, statement_timestamp())
            ORDER BY said_at DESC LIMIT 1
        ) last WHERE (
            SELECT count(*) FROM (
                SELECT 1 FROM conversations_message later
                WHERE later.chat_id = turn.chat_id AND later.said_at > last.said_at
                  AND later.created_at < turn.created_at LIMIT 101
            ) between_them
        ) <= 100
    )
  )
"""


def _evidence(person: Participant, found: list[int], earlier: Iterable[str]) -> None:
    """Verdicts and candidates stay, unless they quote the person."""
    texts = {text for text in (*person.messages.values_list("text", flat=True), *earlier) if text.strip()}
    quoted = [text.strip() for text in [*texts, person.name] if len(text.strip()) > 2]
    rows = Turn.objects.filter(pk__in=found).only("pk", "verdicts", "candidates")
    for turn in rows.iterator(chunk_size=500):
        held: dict[str, list[str]] = {
            name: []
            for name in ("verdicts", "candidates")
            if any(text in _flat(getattr(turn, name)) for text in quoted)
        }
        if held:
            Turn.objects.filter(pk=turn.pk).update(**held)


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return "\n".join(_flat(item) for item in value.values())
    if isinstance(value, list):
        return "\n".join(_flat(item) for item in value)
    return str(value)


def _name(person: Participant, chats: list[int]) -> None:
    """Where a bot addressed the person, the name goes out of the text that is kept."""
    if len(person.name) > 2:
        asked: dict[str, Any] = {"name": person.name, "folded": casing.fold(person.name), "chats": chats}
        with connection.cursor() as cursor:
            for statement in _NAMED:
                cursor.execute(statement, asked)


_NAMED = (
    """
    UPDATE conversations_message said
    SET text = replace(said.text, %(name)s, '…'), folded = replace(said.folded, %(folded)s, '…')
    FROM conversations_turn turn
    WHERE turn.message_id = said.id AND turn.chat_id = ANY(%(chats)s) AND turn.mention = %(name)s
    """,
    """
    UPDATE conversations_turn
    SET mention = '…', text = replace(text, %(name)s, '…'), draft = replace(draft, %(name)s, '…')
    WHERE chat_id = ANY(%(chats)s) AND mention = %(name)s
    """,
)
