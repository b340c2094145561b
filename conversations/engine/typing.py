"""Who is typing: shown before a text's moment, renewed every 4.5 s, only so many at once in a chat.

A sign is a call, and calls of one bot in one group are few. So a group sees the last seconds of the typing, where two
calls are enough for any message; a rehearsal room, which costs nothing, sees all of it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from bots import vault
from bots.models import Bot
from bots.telegram import port
from conversations import events, pool, statement
from conversations.engine import gating, pacing
from conversations.models import Chat, Turn

AT_ONCE = 8
"""Signs that are claimed together, and then sent one after the other."""
RENEWED = timedelta(seconds=4.5)
"""Telegram shows a sign for five seconds."""
SHOWN = 2 * RENEWED
"""So long before a message a group sees that its bot types."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One bot that types in one chat, claimed with the pacing it uses up."""

    turn: int
    chat_id: int
    telegram_id: int | None
    """None in a rehearsal room."""
    thread_id: int | None
    bot: Bot


def due(at: datetime) -> QuerySet[Turn]:
    """Turns of which a sign may be due by `at`."""
    watched = Q(chat__kind=Chat.Kind.REHEARSAL) | Q(send_after__lte=at + SHOWN)
    faded = Q(typing_shown_at=None) | Q(typing_shown_at__lte=at - RENEWED)
    return Turn.objects.filter(watched, faded, state=Turn.State.COMPOSED, typing_from__lte=at, send_after__gt=at)


def some() -> int:
    """Show a few that are due, once each, however many workers try. How many: fewer than AT_ONCE when they were all."""
    signs = _claim()
    for sign in signs:
        events.woken(Chat(pk=sign.chat_id))
    pool.give_back()
    for sign in signs:
        if sign.telegram_id is not None:
            _show(sign, sign.telegram_id)
    return len(signs)


def _claim() -> list[Sign]:
    asked: dict[str, Any] = {
        **pacing.LIMITS, "most": pacing.A_MINUTE - pacing.LEFT_TO_MESSAGES, "signs": AT_ONCE,
        "renewed": RENEWED, "shown": SHOWN,
    }  # fmt: skip
    with connection.cursor() as cursor:
        statement.run(cursor, _SQL, asked)
        return [_sign(*row) for row in cursor.fetchall()]


def _sign(turn: int, chat_id: int, telegram_id: int | None, thread_id: int | None, *bot: Any) -> Sign:
    return Sign(turn, chat_id, telegram_id, thread_id, Bot.from_db(connection.alias, _BOT, bot))


def _show(sign: Sign, telegram_id: int) -> None:
    try:
        sign.bot.telegram().typing(chat_id=telegram_id, thread_id=sign.thread_id)
    except port.RetryAfter as error:
        gating.hold(chat_id=sign.chat_id, bot_id=sign.bot.pk, seconds=error.seconds)
    except (port.TelegramError, vault.VaultError):
        return  # nobody misses a typing sign; the send itself will meet the same trouble and record it


_BOT = [field.attname for field in Bot._meta.concrete_fields]
# A message is never late for a sign: some of the minute is left to messages, and the last second before one too. Rows
# that somebody else holds are left for the next look, so nobody waits for a sign either. One sign of a bot at a time.
_SQL = f"""
WITH typing AS MATERIALIZED (
    SELECT turn.id, turn.gen, turn.chat_id, turn.bot_id, turn.typing_shown_at, turn.send_after,
        row_number() OVER (PARTITION BY turn.chat_id ORDER BY turn.send_after, turn.id) AS seat
    FROM conversations_turn turn
    WHERE turn.state = 'composed' AND turn.typing_from <= clock_timestamp() AND turn.send_after > clock_timestamp()
), wanted AS MATERIALIZED (
    SELECT DISTINCT ON (typing.bot_id) typing.id, typing.gen, typing.bot_id, typing.typing_shown_at,
        chat.id AS chat_id, chat.kind, chat.telegram_id, chat.thread_id
    FROM typing JOIN conversations_chat chat ON chat.id = typing.chat_id
    WHERE (typing.typing_shown_at IS NULL OR typing.typing_shown_at <= clock_timestamp() - %(renewed)s)
      AND (chat.kind = 'rehearsal'
          OR typing.send_after BETWEEN clock_timestamp() + %(pair)s AND clock_timestamp() + %(shown)s)
      AND typing.seat <= coalesce(
          (SELECT typing_at_once FROM conversations_rules WHERE chat_id = chat.id ORDER BY id DESC LIMIT 1),
          (SELECT typing_at_once FROM conversations_rules WHERE chat_id IS NULL ORDER BY id DESC LIMIT 1)
      )
    ORDER BY typing.bot_id, typing.send_after
), line AS MATERIALIZED (
    SELECT bot.id FROM bots_bot bot JOIN wanted ON wanted.bot_id = bot.id
    WHERE bot.enabled AND (bot.paused_until IS NULL OR bot.paused_until <= clock_timestamp())
      AND (wanted.kind = 'rehearsal' OR {pacing.LINE_IS_FREE}
      AND NOT EXISTS (SELECT 1 FROM conversations_breaker held WHERE held.bot_id = bot.id AND held.state <> 'closed'))
    LIMIT %(signs)s FOR NO KEY UPDATE OF bot SKIP LOCKED
), free AS MATERIALIZED (
    SELECT wanted.* FROM wanted JOIN line ON line.id = wanted.bot_id
    JOIN conversations_membership member ON member.bot_id = wanted.bot_id AND member.chat_id = wanted.chat_id
    JOIN conversations_turn mine ON mine.id = wanted.id
    WHERE wanted.kind = 'rehearsal' OR {pacing.PAIR_IS_FREE}
    FOR NO KEY UPDATE OF member, mine SKIP LOCKED
), shown AS (
    UPDATE conversations_turn turn SET typing_shown_at = clock_timestamp() FROM free
    WHERE turn.id = free.id AND turn.gen = free.gen AND turn.state = 'composed'
      AND turn.typing_shown_at IS NOT DISTINCT FROM free.typing_shown_at
    RETURNING turn.id, turn.chat_id, turn.bot_id, free.kind, free.telegram_id, free.thread_id
), moment AS MATERIALIZED (SELECT clock_timestamp() AS at), called AS (
    UPDATE bots_bot bot SET next_at = moment.at + %(line)s
    FROM shown, moment WHERE bot.id = shown.bot_id AND shown.kind = 'telegram'
), paced AS (
    UPDATE conversations_membership member SET next_at = moment.at + %(pair)s,
        calls = calls[greatest(cardinality(calls) - {pacing.A_MINUTE - 2}, 1):] || moment.at
    FROM shown, moment
    WHERE shown.kind = 'telegram' AND member.bot_id = shown.bot_id AND member.chat_id IN (
        SELECT topic.id FROM conversations_chat topic WHERE topic.telegram_id = shown.telegram_id
    )
), moved AS (
    SELECT 'typing' AS kind, shown.chat_id, shown.id AS subject_id FROM shown
), told AS ({events.told("moved")})
SELECT shown.id, shown.chat_id, CASE shown.kind WHEN 'telegram' THEN shown.telegram_id END, shown.thread_id,
    {", ".join(f"bot.{name}" for name in _BOT)}
FROM shown JOIN bots_bot bot ON bot.id = shown.bot_id
"""  # noqa: S608 - our own words
