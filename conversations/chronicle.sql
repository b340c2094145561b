-- What each hour of each chat and of each provider came to, in one statement. Done again, it changes nothing but what is
-- different now; an hour in which nothing is left loses its row.
WITH said AS (
    SELECT date_trunc('hour', said_at, 'UTC') AS at, chat_id, count(bot_id) AS bots, count(participant_id) AS people
    FROM conversations_message WHERE said_at >= %(since)s AND said_at < %(until)s GROUP BY 1, 2
), over AS (
    SELECT date_trunc('hour', ended_at, 'UTC') AS at, chat_id, state, reason,
        floor(ln(greatest(extract(epoch FROM sent_at - send_after) * 1000, 1)) / ln(%(ratio)s))::int AS late
    FROM conversations_turn
    WHERE ended_at >= %(since)s AND ended_at < %(until)s AND state IN ('sent', 'skipped', 'failed')
), ended AS (
    SELECT at, chat_id, count(*) FILTER (WHERE state = 'sent') AS sent,
        count(*) FILTER (WHERE state = 'skipped') AS skipped, count(*) FILTER (WHERE state = 'failed') AS failed
    FROM over GROUP BY 1, 2
), why AS (
    SELECT at, chat_id, jsonb_object_agg(reason, times) AS reasons FROM (
        SELECT at, chat_id, reason, count(*) AS times FROM over WHERE state <> 'sent' GROUP BY 1, 2, 3
    ) each GROUP BY 1, 2
), lateness AS (
    SELECT at, chat_id, jsonb_object_agg(late, times) AS late FROM (
        SELECT at, chat_id, late, count(*) AS times FROM over WHERE state = 'sent' AND late IS NOT NULL GROUP BY 1, 2, 3
    ) each GROUP BY 1, 2
), tries AS (
    SELECT at, chat_id, jsonb_object_agg(outcome, times) AS tried FROM (
        SELECT date_trunc('hour', started_at, 'UTC') AS at, chat_id, outcome, count(*) AS times
        FROM conversations_sendattempt JOIN conversations_turn turn ON turn.id = turn_id
        WHERE started_at >= %(since)s AND started_at < %(until)s GROUP BY 1, 2, 3
    ) each GROUP BY 1, 2
), fresh AS (
    SELECT at, chat_id, coalesce(bots, 0) AS bots, coalesce(people, 0) AS people, coalesce(sent, 0) AS sent,
        coalesce(skipped, 0) AS skipped, coalesce(failed, 0) AS failed, coalesce(reasons, '{}') AS reasons,
        coalesce(late, '{}') AS late, coalesce(tried, '{}') AS tried
    FROM said FULL JOIN ended USING (at, chat_id) FULL JOIN why USING (at, chat_id)
    FULL JOIN lateness USING (at, chat_id) FULL JOIN tries USING (at, chat_id)
), gone AS (
    DELETE FROM conversations_chathour known WHERE at >= %(since)s AND at < %(until)s
    AND NOT EXISTS (SELECT FROM fresh WHERE fresh.at = known.at AND fresh.chat_id = known.chat_id)
), kept AS (
    INSERT INTO conversations_chathour AS known (at, chat_id, bots, people, sent, skipped, failed, reasons, late, tried)
    SELECT at, chat_id, bots, people, sent, skipped, failed, reasons, late, tried FROM fresh ORDER BY at, chat_id
    ON CONFLICT (at, chat_id) DO UPDATE SET bots = excluded.bots, people = excluded.people, sent = excluded.sent,
        skipped = excluded.skipped, failed = excluded.failed, reasons = excluded.reasons, late = excluded.late,
        tried = excluded.tried
    WHERE (known.bots, known.people, known.sent, known.skipped, known.failed, known.reasons, known.late, known.tried)
        IS DISTINCT FROM (excluded.bots, excluded.people, excluded.sent, excluded.skipped, excluded.failed,
            excluded.reasons, excluded.late, excluded.tried)
), asked AS (
    SELECT date_trunc('hour', started_at, 'UTC') AS at, provider_id, outcome, route, prompt_tokens, completion_tokens,
        cost, floor(ln(greatest(latency_ms, 1)) / ln(%(ratio)s))::int AS took
    FROM conversations_llmcall WHERE started_at >= %(since)s AND started_at < %(until)s AND outcome <> 'open'
), sums AS (
    SELECT at, provider_id, count(*) AS calls, count(*) FILTER (WHERE outcome <> 'ok') AS failed,
        count(*) FILTER (WHERE route > 1) AS failovers, sum(prompt_tokens) AS prompt_tokens,
        sum(completion_tokens) AS completion_tokens, sum(cost) AS cost
    FROM asked GROUP BY 1, 2
), answers AS (
    SELECT at, provider_id, jsonb_object_agg(outcome, times) AS outcomes FROM (
        SELECT at, provider_id, outcome, count(*) AS times FROM asked GROUP BY 1, 2, 3
    ) each GROUP BY 1, 2
), waits AS (
    SELECT at, provider_id, jsonb_object_agg(took, times) AS took FROM (
        SELECT at, provider_id, took, count(*) AS times FROM asked WHERE outcome = 'ok' GROUP BY 1, 2, 3
    ) each GROUP BY 1, 2
), calls AS (
    SELECT at, provider_id, calls, failed, failovers, prompt_tokens, completion_tokens, cost, outcomes,
        coalesce(took, '{}') AS took
    FROM sums JOIN answers USING (at, provider_id) LEFT JOIN waits USING (at, provider_id)
), dropped AS (
    DELETE FROM conversations_providerhour known WHERE at >= %(since)s AND at < %(until)s
    AND NOT EXISTS (SELECT FROM calls WHERE calls.at = known.at AND calls.provider_id = known.provider_id)
)
INSERT INTO conversations_providerhour AS known (
    at, provider_id, calls, failed, failovers, prompt_tokens, completion_tokens, cost, outcomes, took
)
SELECT at, provider_id, calls, failed, failovers, prompt_tokens, completion_tokens, cost, outcomes, took
FROM calls ORDER BY at, provider_id
ON CONFLICT (at, provider_id) DO UPDATE SET calls = excluded.calls, failed = excluded.failed,
    failovers = excluded.failovers, prompt_tokens = excluded.prompt_tokens,
    completion_tokens = excluded.completion_tokens, cost = excluded.cost, outcomes = excluded.outcomes,
    took = excluded.took
WHERE (known.calls, known.failed, known.failovers, known.prompt_tokens, known.completion_tokens, known.cost,
    known.outcomes, known.took) IS DISTINCT FROM (excluded.calls, excluded.failed, excluded.failovers,
    excluded.prompt_tokens, excluded.completion_tokens, excluded.cost, excluded.outcomes, excluded.took)
