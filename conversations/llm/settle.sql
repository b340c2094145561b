-- Settle a call: what it cost goes where it was reserved, and the provider is known better. Once, however often asked;
-- only a call that was given up for dead may still tell what became of it.
WITH call AS MATERIALIZED (
    SELECT * FROM conversations_llmcall
    WHERE id = %(call)s AND outcome = ANY(%(from)s)
    FOR NO KEY UPDATE
), queue AS MATERIALIZED (
    SELECT pg_advisory_xact_lock(%(queue)s, provider_id::int) FROM call
), purse AS MATERIALIZED (
    SELECT budget.*, (statement_timestamp() AT TIME ZONE %(zone)s)::date AS today
    FROM conversations_budget budget, call, queue
    WHERE budget.id = ANY(call.budgets)
    ORDER BY budget.id FOR NO KEY UPDATE OF budget
), begun AS MATERIALIZED (
    SELECT id, today, CASE period WHEN 'day' THEN today ELSE date_trunc('month', today)::date END AS since FROM purse
), paid AS (
    UPDATE conversations_budget budget SET
        held_cost = budget.held_cost - CASE call.outcome WHEN 'open' THEN call.reserved_cost ELSE 0 END,
        held_tokens = budget.held_tokens - CASE call.outcome WHEN 'open' THEN call.reserved_tokens ELSE 0 END,
        spent_cost = CASE WHEN budget.since >= begun.since THEN budget.spent_cost ELSE 0 END + %(cost)s,
        spent_tokens = CASE WHEN budget.since >= begun.since THEN budget.spent_tokens ELSE 0 END + %(tokens)s,
        since = begun.since
    FROM call, begun WHERE budget.id = begun.id
    RETURNING budget.id, budget.warned_on IS DISTINCT FROM begun.today
        AND (budget.spent_cost >= budget.dollars * %(tight)s OR budget.spent_tokens >= budget.tokens * %(tight)s) AS tight
), alone AS MATERIALIZED (
    -- Where another call ran beside it, nobody knows which of them the provider counted first: no word of it is the last.
    SELECT NOT EXISTS (
        SELECT 1 FROM conversations_llmcall beside
        WHERE beside.provider_id = call.provider_id AND beside.id <> call.id
          AND beside.started_at > call.started_at - interval '90 seconds'
          AND beside.started_at + beside.latency_ms * interval '1 ms' + interval '1 second' > call.started_at
    ) AS yes FROM call
), noted AS (
    UPDATE conversations_llmcall noted SET
        outcome = %(outcome)s, detail = %(detail)s, model = coalesce(%(model)s, noted.model),
        prompt_tokens = %(prompt)s, completion_tokens = %(completion)s, cached_tokens = %(cached)s,
        estimated = %(estimated)s, cost = %(cost)s, latency_ms = %(ms)s
    FROM call WHERE noted.id = call.id
), known AS (
    UPDATE conversations_provider provider SET
        under_way = greatest(provider.under_way - CASE call.outcome WHEN 'open' THEN 1 ELSE 0 END, 0),
        day_tokens = greatest(provider.day_tokens + %(correction)s, 0),
        width = CASE
            WHEN %(ok)s THEN least(provider.width + %(growth)s, provider.most_at_once)
            WHEN %(narrow)s AND (provider.narrowed_at IS NULL OR call.started_at >= provider.narrowed_at)
                THEN greatest(least(coalesce(provider.width, provider.most_at_once), provider.most_at_once) / 2, 1)
            ELSE provider.width END,
        narrowed_at = CASE
            WHEN %(narrow)s AND (provider.narrowed_at IS NULL OR call.started_at >= provider.narrowed_at)
                THEN clock_timestamp()
            ELSE provider.narrowed_at END,
        told_requests = coalesce(%(told_requests)s, provider.told_requests),
        left_requests = CASE
            WHEN %(told_requests)s::bigint IS NULL THEN provider.left_requests
            WHEN provider.under_way <= 1 AND (SELECT yes FROM alone) THEN %(left_requests)s
            WHEN provider.left_requests_until > clock_timestamp() THEN least(provider.left_requests, %(left_requests)s)
            ELSE %(left_requests)s - provider.under_way + 1 END,
        left_requests_until = CASE
            WHEN %(told_requests)s::bigint IS NULL THEN provider.left_requests_until
            WHEN provider.under_way <= 1 AND (SELECT yes FROM alone) THEN clock_timestamp() + %(requests_reset)s::interval
            ELSE greatest(provider.left_requests_until, clock_timestamp() + %(requests_reset)s::interval) END,
        told_tokens = coalesce(%(told_tokens)s, provider.told_tokens),
        left_tokens = CASE
            WHEN %(told_tokens)s::bigint IS NULL THEN provider.left_tokens
            WHEN provider.under_way <= 1 AND (SELECT yes FROM alone) THEN %(left_tokens)s
            WHEN provider.left_tokens_until > clock_timestamp() THEN least(provider.left_tokens, %(left_tokens)s)
            ELSE %(left_tokens)s - (provider.under_way - 1) * %(likely)s END,
        left_tokens_until = CASE
            WHEN %(told_tokens)s::bigint IS NULL THEN provider.left_tokens_until
            WHEN provider.under_way <= 1 AND (SELECT yes FROM alone) THEN clock_timestamp() + %(tokens_reset)s::interval
            ELSE greatest(provider.left_tokens_until, clock_timestamp() + %(tokens_reset)s::interval) END,
        failures = CASE WHEN %(ok)s THEN 0 WHEN %(blamed)s THEN least(provider.failures + 1, %(most_counted)s)
            ELSE provider.failures END,
        resting_until = CASE
            WHEN %(ok)s THEN NULL
            WHEN %(wait)s::interval IS NOT NULL THEN clock_timestamp() + %(wait)s::interval
            ELSE provider.resting_until END,
        last_error = CASE WHEN %(ok)s THEN '' ELSE coalesce(nullif(%(detail)s, ''), provider.last_error) END,
        last_ok_at = CASE WHEN %(ok)s THEN clock_timestamp() ELSE provider.last_ok_at END
    FROM call, queue WHERE provider.id = call.provider_id AND (SELECT count(*) FROM paid) >= 0
)
SELECT (SELECT array_agg(id) FROM paid WHERE tight)
