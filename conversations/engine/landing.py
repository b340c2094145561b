"""The statement that writes down a message that is in the chat: attempt, message, turn, course of the talk, events.

What it changes in minds (moods, relationships, stances that rest) follows in batches: `aftermath`.
"""

from typing import Any

from django.db import connection

from bots import casing
from bots.telegram import port
from conversations import events, statement
from conversations.engine import journal, pace, pacing
from conversations.engine.rulebook import Policy
from conversations.models import Turn


def said(turn: Turn, sent: port.Sent, rules: Policy) -> int | None:
    """The number of the message's row, or None when another claim holds the turn: then only the attempt and, where
    Telegram carried it, the message tell of it."""
    asked: dict[str, Any] = {
        "turn": turn.pk,
        "trace": turn.traced,
        "gen": turn.gen,
        "chat": turn.chat_id,
        "bot": turn.bot_id,
        "number": sent.message_id,
        "said_at": sent.date,
        "text": turn.text,
        "folded": casing.fold(turn.text),
        "reply_to": turn.reply_to_id if turn.quoting else None,
        "topic": turn.topic,
        "news": turn.trigger == Turn.Trigger.NEWS,
        "rest": pace.rest(rules, turn.chat.tempo),
        "carried": not turn.chat.is_rehearsal,
        "pair": pacing.PER_BOT_AND_CHAT,
    }
    with connection.cursor() as cursor:
        statement.run(cursor, _SQL, asked)
        landed, message = cursor.fetchone()
    if not landed:
        return None
    journal.moved(turn, Turn.State.SENT)
    events.woken(turn.chat)
    return int(message)


# The row of bot messages grows as `course.bot_spoke` says; here it grows under whatever people wrote meanwhile.
_SQL = f"""
WITH holds AS MATERIALIZED (
    SELECT id FROM conversations_turn
    WHERE id = %(turn)s AND gen = %(gen)s AND state IN ('sending', 'uncertain', 'composed')
), place AS (
    UPDATE conversations_chat SET
        chain = CASE WHEN %(news)s OR extract(epoch FROM %(said_at)s - spoke_at) >= %(rest)s OR %(rest)s = 0 THEN 1
            ELSE chain + 1 END,
        after_person = after_person + 1,
        spoke_at = %(said_at)s,
        stirred_at = CASE WHEN %(news)s THEN %(said_at)s ELSE stirred_at END
    WHERE id = %(chat)s AND EXISTS (SELECT 1 FROM holds)
    RETURNING id
), seat AS (
    -- The pace of bot and chat counts from the arrival, which is never before the claim.
    UPDATE conversations_membership SET last_said_at = %(said_at)s,
        next_at = greatest(next_at, clock_timestamp() + %(pair)s),
        calls = calls[:cardinality(calls) - 1]
            || CASE WHEN cardinality(calls) > 0 THEN ARRAY[clock_timestamp()] ELSE '{{}}' END
    FROM place WHERE chat_id = %(chat)s AND bot_id = %(bot)s
), tried AS (
    UPDATE conversations_sendattempt
    SET outcome = 'sent', sent_id = %(number)s, ended_at = clock_timestamp(), reason = '', detail = ''
    WHERE turn_id = %(turn)s AND gen = %(gen)s
), message AS (
    INSERT INTO conversations_message AS known (
        chat_id, message_id, bot_id, text, folded, reply_to_id, topic, mentions_other, said_at, created_at, trace
    )
    SELECT %(chat)s, %(number)s, %(bot)s, %(text)s, %(folded)s, %(reply_to)s, %(topic)s, false, %(said_at)s,
        clock_timestamp(), %(trace)s::uuid
    WHERE %(carried)s OR EXISTS (SELECT 1 FROM holds)
    ON CONFLICT (chat_id, message_id) DO UPDATE
        SET topic = coalesce(nullif(excluded.topic, ''), known.topic), trace = excluded.trace
    RETURNING id
), landed AS (
    UPDATE conversations_turn turn
    SET state = 'sent', sent_id = %(number)s, message_id = message.id, sent_at = clock_timestamp(),
        ended_at = clock_timestamp(), reason = '', lease_owner = '', lease_until = NULL
    FROM message, place
    WHERE turn.id = %(turn)s AND turn.gen = %(gen)s AND turn.state IN ('sending', 'uncertain', 'composed')
    RETURNING turn.id
), moved AS (
    SELECT 'message' AS kind, %(chat)s::bigint AS chat_id, message.id AS subject_id FROM message, landed
    UNION ALL
    SELECT 'turn', %(chat)s::bigint, landed.id FROM landed
), told AS ({events.told("moved")})
SELECT (SELECT id FROM landed), (SELECT id FROM message)
"""  # noqa: S608 - our own words
