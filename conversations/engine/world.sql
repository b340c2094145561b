-- What moves in the world of one turn, in one statement. Moments are seconds since 1970.
WITH present AS MATERIALIZED (
    SELECT m.bot_id, m.last_said_at, m.gated_until, b.gated_until AS bot_gated_until, b.paused_until,
        coalesce(m.taken_until > clock_timestamp(), false) AS taken,
        CASE WHEN c.kind = 'telegram' AND breaker.state <> 'closed' THEN breaker.until END AS rests_until
    FROM conversations_membership m
    JOIN bots_bot b ON b.id = m.bot_id
    JOIN conversations_chat c ON c.id = m.chat_id
    LEFT JOIN conversations_breaker breaker ON breaker.bot_id = m.bot_id
    WHERE m.chat_id = {chat} AND m.ended_at IS NULL AND b.retired_at IS NULL
), newest AS MATERIALIZED (
    SELECT m.* FROM conversations_message m
    WHERE m.chat_id = {chat} AND m.text <> ''
    ORDER BY m.said_at DESC, m.id DESC
    LIMIT %(length)s
), heard AS (
    SELECT n.said_at, n.id, n.id = {cause} AS asks, json_build_array(
        n.id, coalesce(p.name, person.name, ''), n.text, extract(epoch FROM n.said_at), n.bot_id, n.participant_id,
        n.reply_to_id,
        (SELECT count(*) FROM conversations_message r WHERE r.reply_to_id = n.id),
        n.topic, n.mentions_other,
        ARRAY(SELECT r.bot_id FROM conversations_reaction r WHERE r.message_id = n.id AND r.bot_id IS NOT NULL)
    ) AS line
    FROM (
        SELECT * FROM newest
        UNION ALL
        SELECT * FROM conversations_message c
        WHERE c.id = {cause} AND c.text <> '' AND NOT EXISTS (SELECT 1 FROM newest WHERE newest.id = c.id)
    ) n
    LEFT JOIN bots_bot b ON b.id = n.bot_id
    LEFT JOIN bots_persona p ON p.id = b.persona_id
    LEFT JOIN conversations_participant person ON person.id = n.participant_id
)
SELECT
    (SELECT json_agg(line ORDER BY said_at, id) FROM heard WHERE id IN (SELECT id FROM newest)),
    (SELECT line FROM heard WHERE asks),
    (SELECT json_agg(json_build_array(
        present.bot_id,
        extract(epoch FROM last_said_at),
        extract(epoch FROM greatest(gated_until, bot_gated_until)),
        extract(epoch FROM paused_until),
        extract(epoch FROM rests_until),
        (SELECT count(*) FROM conversations_turn t
         WHERE t.bot_id = present.bot_id AND t.state = 'sent' AND t.sent_at > %(now)s - interval '1 hour'
           AND t.intent <> 'reaction')
        + (SELECT count(*) FROM conversations_turn t
           WHERE t.bot_id = present.bot_id AND t.state = 'sending' AND t.intent <> 'reaction'),
        EXISTS (SELECT 1 FROM (
            SELECT t.phrase FROM conversations_turn t
            WHERE t.bot_id = present.bot_id AND t.state = ANY(%(said)s) AND t.intent <> 'reaction'
            ORDER BY t.id DESC LIMIT %(phrase_rest)s
        ) lately WHERE lately.phrase <> ''),
        (SELECT json_build_array(f.mood, f.energy, f.confidence, f.stress, f.excitement, f.curiosity, f.warmth)
         FROM bots_mood f WHERE f.bot_id = present.bot_id),
        ARRAY(SELECT s.id FROM bots_stance s WHERE s.bot_id = present.bot_id AND s.cooldown_until > %(now)s),
        taken
    )) FROM present),
    ARRAY(
        SELECT t.bot_id FROM conversations_turn t
        WHERE t.chat_id = {chat} AND t.state = ANY(%(open)s) AND t.bot_id IS NOT NULL AND t.id IS DISTINCT FROM {turn}
        UNION
        SELECT t.bot_id FROM conversations_turn t
        WHERE t.cause_id = {cause} AND t.chat_id = {chat} AND t.state = 'sent' AND t.bot_id IS NOT NULL
          AND t.id IS DISTINCT FROM {turn}
    ),
    (SELECT json_agg(json_build_array(
        r.bot_id, r.other_id, r.person_id, r.trust, r.respect, r.affection, r.familiarity, r.conflict, r.interactions
     ))
     FROM bots_relationship r
     WHERE r.bot_id IN (SELECT bot_id FROM present)
       AND (r.other_id IN (SELECT bot_id FROM present)
            OR r.person_id IN (SELECT participant_id FROM newest)
            OR r.person_id = (SELECT participant_id FROM conversations_message WHERE id = {cause}))),
    (SELECT json_agg(json_build_array(t.bot_id, t.anecdote)) FROM conversations_turn t
     WHERE t.chat_id = {chat} AND t.anecdote <> '' AND t.state = ANY(%(said)s) AND t.created_at > %(told_since)s),
    ARRAY(
        SELECT h.id FROM conversations_headline h
        WHERE {wants_news} AND h.published_at > %(news_since)s AND (
            SELECT bool_or(t.chat_id = {chat}) OR count(*) >= %(news_per_cast)s
            FROM conversations_turn t WHERE t.headline_id = h.id AND t.state = ANY(%(counting)s)
        )
    ),
    (SELECT concat(max(id), '/', count(*)) FROM conversations_headline WHERE published_at > %(news_since)s),
    (SELECT max(id) FROM conversations_quote)
