"""A house that has been talking for months: what people open pages over, put there in a few statements."""

from django.db import connection, transaction
from django.utils import timezone

from conversations import chronicle

CALLS = 5
"""A call to a provider for so many messages; each call has an attempt and an entry in the feed beside it."""
WRITTEN = 20
"""An entry in the audit trail, a message that came from outside and a memory for so many messages."""


def fill(messages: int) -> None:
    put(messages)
    chronicle.fill(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")


def put(messages: int) -> None:
    """`messages` messages of the last 170 days over all chats and their bots, every second with its turn."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        for statement in (_SEATS, _MESSAGES, _TURNS, _CALLS, _ATTEMPTS, _AUDIT, _UPDATES, _MEMORIES):
            cursor.execute(statement, {"rows": messages, "calls": CALLS, "written": WRITTEN})


_SEATS = """
CREATE TEMPORARY TABLE seat ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY id) - 1 AS number, chat_id, bot_id FROM conversations_membership
"""
_MESSAGES = """
INSERT INTO conversations_message (
    kind, chat_id, message_id, bot_id, text, folded, topic, mentions_other, said_at, created_at
)
SELECT 'text', chat_id, 1000000 + row, bot_id, words, words, 'BIST', false, moment, moment
FROM generate_series(1, %(rows)s) row
JOIN seat ON seat.number = row %% (SELECT count(*) FROM seat),
LATERAL (
    SELECT 'bugün endeks ' || row || ' puanı gördü, bence bu yükseliş sürer mi bilmiyorum' AS words,
        clock_timestamp() - (%(rows)s - row) * interval '170 days' / %(rows)s AS moment
) said
"""
_TURNS = """
INSERT INTO conversations_turn (
    uuid, chat_id, bot_id, trigger, plan_key, priority, state, reason, detail, gen, tries, sends, lease_owner,
    restore_epoch, due_at, expires_at, intent, quoting, mention, topic, length, seed, phrase, anecdote, memories,
    candidates, prompt, verdicts, quotes, draft, text, text_sha256, model, prompt_tokens, completion_tokens,
    cached_tokens, cost, copies, created_at, ended_at, digested, message_id, sent_id, sent_at, composed_at,
    send_after, chat_seq
)
SELECT gen_random_uuid(), chat_id, bot_id, 'schedule', 'bench-' || id, 50, 'sent', '', '', 1, 1, 1, '', 0, said_at,
    said_at + interval '10 minutes', 'opinion', false, '', 'BIST', 'short', id, '', '', '{}', '[]', '[]', '[]', '[]',
    text, text, md5(text), 'bench', 900, 40, 0, 0.0002, 1, said_at, said_at, true, id, message_id, said_at, said_at,
    said_at, id
FROM conversations_message WHERE message_id > 1000000 AND message_id %% 2 = 0
"""
_CALLS = """
INSERT INTO conversations_llmcall (
    turn_id, chat_id, bot_id, provider_id, model, route, retry, outcome, detail, prompt_tokens, completion_tokens,
    cached_tokens, estimated, prompt_price, cached_price, completion_price, cost, reserved_cost, reserved_tokens,
    budgets, latency_ms, started_at
)
SELECT id, chat_id, bot_id, (SELECT min(id) FROM conversations_provider), 'bench', 0, 0, 'ok', '', 900, 40, 0, false,
    0.1, 0.1, 0.4, 0.0002, 0, 0, '{}', 900, created_at
FROM conversations_turn WHERE plan_key LIKE 'bench-%%' AND id %% %(calls)s = 0
"""
_ATTEMPTS = """
INSERT INTO conversations_sendattempt (turn_id, gen, outcome, reason, detail, sent_id, started_at, ended_at)
SELECT id, 1, 'sent', '', '', sent_id, created_at, created_at FROM conversations_turn
WHERE plan_key LIKE 'bench-%%' AND id %% %(calls)s = 0
"""
_AUDIT = """
INSERT INTO bots_auditentry (at, actor_name, action, subject_kind, subject_id, subject_name, before, after, reason)
SELECT clock_timestamp(), 'bench', 'bot.change', 'bots.bot', bot_id::text, 'bot ' || bot_id, '{}',
    jsonb_build_object('hourly_cap', row), 'ölçüm'
FROM generate_series(1, %(rows)s / %(written)s) row JOIN seat ON seat.number = row %% (SELECT count(*) FROM seat)
"""
_UPDATES = """
INSERT INTO conversations_inboundupdate (
    bot_id, update_id, kind, number, payload, state, outcome, cause, tries, received_at, happened_at, done_at
)
SELECT bot_id, 1000000 + row, 'message', 0, '{}', 'done', 'stored', '', 1, moment, moment, moment
FROM generate_series(1, %(rows)s / %(written)s) row JOIN seat ON seat.number = row %% (SELECT count(*) FROM seat),
LATERAL (SELECT clock_timestamp() - (%(rows)s / %(written)s - row) * interval '1 minute' AS moment) came
"""
_MEMORIES = """
INSERT INTO bots_memory (bot_id, kind, text, importance, embedding, message_id, quoted, use_count, created_at)
SELECT bot_id, 'past_event', 'endeks ' || row || ' puandaydı', 0.5, array_fill(0.04, ARRAY[512])::vector,
    1000000 + row, '', 0, clock_timestamp()
FROM generate_series(1, %(rows)s / %(written)s) row JOIN seat ON seat.number = row %% (SELECT count(*) FROM seat)
"""
