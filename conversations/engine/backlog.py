"""What waits, and what is let go of when it becomes too much.

A chat with enough waiting turns, or with one that waits too long, is given no new chatter. The queue for the model is
bounded over the whole cast: what exceeds the bound is skipped, news and chatter before answers to people.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from conversations import events
from conversations.models import Chat, Event, Turn

MOST = 5
"""Turns that may wait in one chat before its chatter pauses."""
SHED_FIRST = (
    Turn.Trigger.NEWS,
    Turn.Trigger.SCHEDULE,
    Turn.Trigger.QUESTION,
    Turn.Trigger.MENTION,
    Turn.Trigger.REPLY,
)


@dataclass(frozen=True, slots=True)
class Backlog:
    chatter: int = 0
    """News and scheduled turns on their way, those being sent included."""
    waiting: int = 0
    late: bool = False
    """Whether one has waited for half the time that it stays fresh."""

    @property
    def is_full(self) -> bool:
        return self.waiting > MOST or self.late


NOTHING = Backlog()


def of(chats: Iterable[Chat]) -> dict[int, Backlog]:
    """What is on its way in these chats; a chat where nothing is has no entry. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"chats": [chat.pk for chat in chats], "chatter": list(Turn.CHATTER)})
        return {chat_id: Backlog(*found) for chat_id, *found in cursor.fetchall()}


_WAITING = """
SELECT chat_id,
    count(*) FILTER (WHERE trigger = ANY(%(chatter)s) AND state <> 'uncertain'),
    count(*) FILTER (WHERE state IN ('planned', 'composing', 'composed')),
    coalesce(bool_or(
        state IN ('planned', 'composing', 'composed')
        AND clock_timestamp() > coalesce(send_after, due_at) + (expires_at - coalesce(send_after, due_at)) / 2
    ), false)
FROM conversations_turn
WHERE chat_id = ANY(%(chats)s) AND state IN ('planned', 'composing', 'held', 'composed', 'sending', 'uncertain')
GROUP BY chat_id
"""


def room(most: int) -> int:
    """How many more turns may wait for their words in the whole cast."""
    return max(most - Turn.objects.filter(state=Turn.State.PLANNED).count(), 0)


@transaction.atomic
def shed() -> int:
    """Skip what exceeds the bound: first what matters least, of that what expires first. How many. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_SHED, {"order": [str(one) for one in SHED_FIRST]})
        dropped = int(cursor.rowcount)
    if dropped:
        events.publish(Event.Kind.TURN)
    return dropped


_SHED = """
WITH excess AS (
    SELECT id FROM conversations_turn WHERE state = 'planned'
    ORDER BY array_position(%(order)s, trigger::text), expires_at, id
    LIMIT greatest((SELECT count(*) FROM conversations_turn WHERE state = 'planned') - (
        SELECT waiting_most FROM conversations_rules WHERE chat_id IS NULL ORDER BY id DESC LIMIT 1
    ), 0)
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE conversations_turn turn
SET state = 'skipped', reason = 'shed', gen = gen + 1, ended_at = clock_timestamp()
FROM excess WHERE turn.id = excess.id AND turn.state = 'planned'
"""
