"""How fast Telegram may be called, as SQL for the statements that claim: what is not asked there is not enforced.

A bot in a group: 0.9 calls a second and 18 a minute. A bot altogether: 25 a second. A group: one message a second, and
so many a minute as the rules say. Telegram takes a little more. Typing signs and reactions count as messages do.

Each membership keeps the moments of its newest 18 calls. A call counts from its claim, and once its message has
arrived from then, so that no window of a minute holds more on Telegram's side either; what may have arrived counts as
if it had. All moments are the database's. Rehearsal rooms only keep the distance between two messages.
"""

from datetime import timedelta

PER_BOT_AND_CHAT = timedelta(seconds=1 / 0.9)
PER_BOT = timedelta(seconds=1 / 25)
PER_GROUP = timedelta(seconds=1)
A_MINUTE = 18
"""Calls of one bot in one group; Telegram takes twenty."""
LEFT_TO_MESSAGES = 6
"""So many of them no typing sign may take."""
LIMITS = {"pair": PER_BOT_AND_CHAT, "line": PER_BOT, "group": PER_GROUP, "most": A_MINUTE}

LINE_IS_FREE = """
    (bot.next_at IS NULL OR bot.next_at <= clock_timestamp())
    AND (bot.gated_until IS NULL OR bot.gated_until <= clock_timestamp())
"""
PAIR_IS_FREE = """
    (member.next_at IS NULL OR member.next_at <= clock_timestamp())
    AND (member.gated_until IS NULL OR member.gated_until <= clock_timestamp())
    AND (
        cardinality(member.calls) < %(most)s
        OR member.calls[cardinality(member.calls) - %(most)s + 1] <= clock_timestamp() - interval '1 minute'
    )
"""
TAKEN = f"""
moment AS MATERIALIZED (SELECT clock_timestamp() AS at FROM {{who}}), called AS (
    UPDATE bots_bot bot SET next_at = moment.at + %(line)s
    FROM free, moment WHERE bot.id = %(bot)s AND free.kind = 'telegram'
), paced AS (
    UPDATE conversations_membership member SET next_at = moment.at + %(pair)s,
        calls = CASE free.kind WHEN 'rehearsal' THEN calls
            ELSE calls[greatest(cardinality(calls) - {A_MINUTE - 2}, 1):] || moment.at END
    FROM free, moment
    WHERE member.bot_id = %(bot)s AND (member.chat_id = free.id OR member.chat_id IN (
        SELECT topic.id FROM conversations_chat topic WHERE topic.telegram_id = free.telegram_id
    ))
)
"""  # noqa: S608 - our own words
"""Topics of one forum are one group for Telegram: a call in one of them counts in all."""
