-- Write a call down that nobody had to reserve: the offline voice, which is free, and what was tried out by hand.
WITH queue AS MATERIALIZED (
    SELECT pg_advisory_xact_lock(%(queue)s, %(provider)s)
), purse AS MATERIALIZED (
    SELECT budget.*, (statement_timestamp() AT TIME ZONE %(zone)s)::date AS today FROM conversations_budget budget, queue
    WHERE %(cost)s > 0 AND budget.enabled AND (
        budget.scope = 'cast' OR budget.chat_id = %(chat)s OR budget.bot_id = %(bot)s
        OR budget.provider_id = %(provider)s
    )
    ORDER BY budget.id FOR NO KEY UPDATE OF budget
), begun AS MATERIALIZED (
    SELECT id, CASE period WHEN 'day' THEN today ELSE date_trunc('month', today)::date END AS since FROM purse
), paid AS (
    UPDATE conversations_budget budget SET
        spent_cost = CASE WHEN budget.since >= begun.since THEN budget.spent_cost ELSE 0 END + %(cost)s,
        spent_tokens = CASE WHEN budget.since >= begun.since THEN budget.spent_tokens ELSE 0 END + %(prompt)s + %(completion)s,
        since = begun.since
    FROM begun WHERE budget.id = begun.id
    RETURNING budget.id
), call AS (
    INSERT INTO conversations_llmcall (
        purpose, turn_id, chat_id, bot_id, provider_id, model, route, retry, outcome, detail, prompt_tokens, completion_tokens,
        cached_tokens, estimated, prompt_price, cached_price, completion_price, cost, reserved_cost, reserved_tokens,
        budgets, until, latency_ms, started_at
    ) VALUES (
        %(purpose)s, %(turn)s, %(chat)s, %(bot)s, %(provider)s, %(model)s, %(route)s, %(retry)s, %(outcome)s, %(detail)s, %(prompt)s,
        %(completion)s, %(cached)s, %(estimated)s, %(prompt_price)s, %(cached_price)s, %(completion_price)s, %(cost)s,
        0, 0, ARRAY(SELECT id FROM paid), NULL, %(ms)s, %(started)s
    )
)
UPDATE conversations_provider SET failures = 0, resting_until = NULL, last_error = '', last_ok_at = clock_timestamp()
WHERE id = %(provider)s AND %(outcome)s = 'ok' AND EXISTS (SELECT 1 FROM queue)
  AND (failures > 0 OR last_ok_at IS NULL OR last_ok_at < clock_timestamp() - interval '5 seconds')
