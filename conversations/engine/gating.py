"""Writer: the silence that Telegram asks for. Never shorter than it said, never capped, on the clock of the database.

A gate is of one bot in one chat (in a forum: in all its topics). When three chats of one bot are gated within ten
seconds it is the bot that is too fast: then it is silent everywhere.
"""

from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from django.db import connection, transaction

from bots import gate
from bots.models import Bot
from conversations import events
from conversations.models import Event, Turn

JITTER = 1.0
"""Seconds on top, so that not everybody comes back at once."""
CHATS = 3
TOGETHER = timedelta(seconds=10)
_dice = SystemRandom()


def pause(turn: Turn, seconds: float) -> datetime:
    """Telegram asked the bot of a turn to be silent in its chat. Until when it is; a longer gate stays."""
    assert turn.bot_id is not None  # noqa: S101 - a constraint of the row
    return hold(chat_id=turn.chat_id, bot_id=turn.bot_id, seconds=seconds)


@transaction.atomic
def hold(*, chat_id: int, bot_id: int, seconds: float) -> datetime:
    """Telegram asked a bot to be silent in a chat. Until when it is; a longer gate stays."""
    bot = Bot.objects.select_for_update(no_key=True, of=("self",)).only("pk").get(pk=bot_id)
    asked: dict[str, Any] = {
        "chat": chat_id,
        "bot": bot.pk,
        "pause": gate.span(seconds + _dice.uniform(0, JITTER)),
        "chats": CHATS,
        "together": TOGETHER,
    }
    with connection.cursor() as cursor:
        cursor.execute(_GATE, asked)
        cursor.execute(_WIDEN, asked)
        until: datetime = cursor.fetchone()[0]
    return until


_GATE = """
UPDATE conversations_membership
SET gated_until = greatest(gated_until, statement_timestamp() + %(pause)s),
    gated_at = CASE WHEN chat_id = %(chat)s THEN statement_timestamp() ELSE gated_at END
WHERE bot_id = %(bot)s AND (chat_id = %(chat)s OR chat_id IN (
    SELECT topic.id FROM conversations_chat topic JOIN conversations_chat chat ON chat.telegram_id = topic.telegram_id
    WHERE chat.id = %(chat)s
))
"""
_WIDEN = """
WITH lately AS (
    SELECT max(gated_until) AS until FROM conversations_membership
    WHERE bot_id = %(bot)s AND gated_at > clock_timestamp() - %(together)s
    HAVING count(*) >= %(chats)s
), widened AS (
    UPDATE bots_bot SET gated_until = greatest(gated_until, lately.until) FROM lately WHERE bots_bot.id = %(bot)s
)
SELECT coalesce(
    greatest(
        (SELECT gated_until FROM conversations_membership WHERE bot_id = %(bot)s AND chat_id = %(chat)s),
        (SELECT until FROM lately)
    ),
    statement_timestamp() + %(pause)s
)
"""


@transaction.atomic
def drop_outlived() -> int:
    """Skip the composed turns that would be stale before their bot may call again. How many."""
    with connection.cursor() as cursor:
        cursor.execute(_OUTLIVED)
        dropped = int(cursor.rowcount)
    if dropped:
        events.publish(Event.Kind.TURN)
    return dropped


_OUTLIVED = """
WITH held AS (
    SELECT turn.id, greatest(member.gated_until, bot.gated_until) AS gate, breaker.until AS rest, turn.expires_at
    FROM conversations_turn turn
    JOIN conversations_chat chat ON chat.id = turn.chat_id AND chat.kind = 'telegram'
    JOIN bots_bot bot ON bot.id = turn.bot_id
    LEFT JOIN conversations_membership member ON member.chat_id = turn.chat_id AND member.bot_id = turn.bot_id
    LEFT JOIN conversations_breaker breaker ON breaker.bot_id = turn.bot_id AND breaker.state = 'open'
    WHERE turn.state = 'composed'
)
UPDATE conversations_turn turn
SET state = 'skipped', gen = gen + 1, ended_at = clock_timestamp(),
    reason = CASE WHEN held.gate >= held.expires_at THEN 'gated' ELSE 'breaker_open' END
FROM held
WHERE turn.id = held.id AND turn.state = 'composed' AND greatest(held.gate, held.rest) >= held.expires_at
"""
