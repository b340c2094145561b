-- The turns that could be sent now, chat by chat, with all that gates and limits ask about them. Moments are seconds.
WITH due AS MATERIALIZED (
    SELECT turn.chat_id, min(turn.priority) AS priority FROM conversations_turn turn
    JOIN conversations_chat chat ON chat.id = turn.chat_id JOIN bots_bot bot ON bot.id = turn.bot_id
    LEFT JOIN conversations_membership member ON member.chat_id = turn.chat_id AND member.bot_id = turn.bot_id
    LEFT JOIN conversations_breaker breaker ON breaker.bot_id = turn.bot_id
    WHERE turn.state = 'composed' AND turn.send_after <= clock_timestamp()
      AND turn.chat_id <> ALL(%(besides)s::bigint[])
      -- Whom Telegram or a breaker holds up must not keep others from being looked at.
      AND (chat.kind = 'rehearsal' OR (
          coalesce(greatest(member.gated_until, bot.gated_until) <= clock_timestamp(), true)
          AND coalesce(breaker.state = 'closed' OR {may_probe}, true)
      ))
    GROUP BY turn.chat_id
), place AS MATERIALIZED (
    SELECT chat.* FROM due JOIN conversations_chat chat ON chat.id = due.chat_id
    WHERE chat.mode IN ('live', 'approval') AND (chat.kind = 'rehearsal' OR chat.disclosed_at IS NOT NULL)
      AND (chat.next_at IS NULL OR chat.next_at <= clock_timestamp())
      AND NOT EXISTS (
          SELECT 1 FROM conversations_turn other WHERE other.chat_id = chat.id AND other.state = 'sending'
      )
      -- What perhaps arrived holds its chat back for a while, so that proof can come before the talk goes on.
      AND NOT EXISTS (
          SELECT 1 FROM conversations_turn doubt WHERE doubt.chat_id = chat.id AND doubt.state = 'uncertain'
            AND doubt.uncertain_since > clock_timestamp() - interval '90 seconds'
      )
    ORDER BY due.priority, random()
    LIMIT %(chats)s
)
SELECT
    turn.id, turn.gen, turn.chat_id, turn.bot_id, turn.trigger, turn.intent, turn.priority,
    extract(epoch FROM turn.due_at)::float8, extract(epoch FROM turn.expires_at)::float8,
    member.bot_id IS NOT NULL AND member.ended_at IS NULL,
    coalesce(member.taken_until > clock_timestamp(), false),
    extract(epoch FROM bot.paused_until)::float8,
    extract(epoch FROM CASE place.kind WHEN 'rehearsal' THEN member.next_at ELSE greatest(
        member.next_at, member.gated_until, bot.next_at, bot.gated_until,
        member.calls[cardinality(member.calls) - %(most)s + 1] + interval '1 minute',
        CASE WHEN breaker.state <> 'closed' AND NOT ({may_probe}) THEN breaker.until END
    ) END)::float8,
    CASE WHEN place.closed_at IS NOT NULL THEN 'topic_closed' WHEN place.hushed_until > clock_timestamp() THEN 'hushed'
        ELSE '' END,
    (SELECT count(*) FROM conversations_turn said
     WHERE said.bot_id = turn.bot_id AND said.intent <> 'reaction'
       AND said.state = 'sent' AND said.sent_at > clock_timestamp() - interval '1 hour')
    + (SELECT count(*) FROM conversations_turn said
       WHERE said.bot_id = turn.bot_id AND said.intent <> 'reaction' AND said.state = 'sending'),
    CASE turn.trigger WHEN 'question' THEN (
        SELECT count(*) FROM conversations_message answer
        WHERE answer.chat_id = turn.chat_id AND answer.reply_to_id = turn.cause_id AND answer.bot_id IS NOT NULL
    ) ELSE 0 END,
    (SELECT count(*) FROM conversations_message later
     WHERE later.chat_id = turn.chat_id AND later.created_at > turn.due_at AND later.said_at > turn.due_at - interval '1 day'),
    (SELECT json_agg(extract(epoch FROM said.at) ORDER BY said.at DESC) FROM (
        SELECT sent_at AS at FROM conversations_turn
        WHERE chat_id = turn.chat_id AND state = 'sent' AND intent <> 'reaction'
          AND sent_at > clock_timestamp() - interval '1 minute'
        UNION ALL
        SELECT uncertain_since FROM conversations_turn
        WHERE chat_id = turn.chat_id AND state = 'uncertain' AND intent <> 'reaction'
          AND uncertain_since > clock_timestamp() - interval '1 minute'
    ) said),
    place.last_seq, place.chain, place.after_person,
    extract(epoch FROM place.spoke_at)::float8, extract(epoch FROM place.heard_at)::float8,
    extract(epoch FROM place.stirred_at)::float8,
    extract(epoch FROM clock_timestamp())::float8,
    (SELECT count(*) FROM conversations_turn used
     WHERE used.intent <> 'reaction' AND (
        used.state = 'sent' AND used.sent_at > clock_timestamp() - interval '1 minute'
        OR used.state = 'uncertain' AND used.uncertain_since > clock_timestamp() - interval '1 minute'
        OR used.state = 'sending'
     )),
    {revision}
FROM place
CROSS JOIN LATERAL (
    SELECT * FROM conversations_turn ready
    WHERE ready.chat_id = place.id AND ready.state = 'composed' AND ready.send_after <= clock_timestamp()
    ORDER BY ready.priority, ready.send_after, ready.id LIMIT %(heads)s
) turn
JOIN bots_bot bot ON bot.id = turn.bot_id
LEFT JOIN conversations_membership member ON member.chat_id = turn.chat_id AND member.bot_id = turn.bot_id
LEFT JOIN conversations_breaker breaker ON breaker.bot_id = turn.bot_id
ORDER BY place.id, turn.priority, turn.send_after, turn.id
