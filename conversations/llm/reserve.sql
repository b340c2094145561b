-- Reserve one call before it is made: in every budget that applies, in the quotas of the provider, among its calls at
-- once. All or nothing. Locks are taken in one order everywhere: call, place in the queue, budgets by number, provider.
-- The queue is there because PostgreSQL ends as a deadlock what locks a row, waits for nobody, and writes the row while
-- others queue for it: calls of one provider wait in line before they touch its row.
WITH queue AS MATERIALIZED (
    SELECT pg_advisory_xact_lock(%(queue)s, %(provider)s)
), moment AS MATERIALIZED (
    SELECT turn.id AS turn_id, coalesce(turn.chat_id, %(chat)s::bigint) AS chat_id,
        coalesce(turn.bot_id, %(bot)s::bigint) AS bot_id, coalesce(turn.tries, 1) AS tries, turn.lease_until,
        (statement_timestamp() AT TIME ZONE %(zone)s)::date AS today
    FROM queue LEFT JOIN conversations_turn turn ON turn.id = %(turn)s
), purse AS MATERIALIZED (
    SELECT budget.* FROM conversations_budget budget, moment
    WHERE budget.enabled AND (
        budget.scope = 'cast' OR budget.chat_id = moment.chat_id OR budget.bot_id = moment.bot_id
        OR budget.provider_id = %(provider)s
    )
    ORDER BY budget.id FOR NO KEY UPDATE OF budget
), counted AS MATERIALIZED (
    SELECT purse.id, purse.dollars, purse.tokens, begins.since,
        purse.held_cost + CASE WHEN purse.since >= begins.since THEN purse.spent_cost ELSE 0 END AS cost,
        purse.held_tokens + CASE WHEN purse.since >= begins.since THEN purse.spent_tokens ELSE 0 END AS used
    FROM purse, moment, LATERAL (
        SELECT CASE purse.period WHEN 'day' THEN moment.today ELSE date_trunc('month', moment.today)::date END AS since
    ) begins
), short AS MATERIALIZED (
    SELECT min(id) AS id FROM counted
    WHERE (%(cost)s > 0 AND cost + %(cost)s > dollars * %(share)s)
       OR (%(tokens)s > 0 AND used + %(tokens)s > tokens * %(share)s)
), lane AS MATERIALIZED (
    SELECT * FROM conversations_provider WHERE id = %(provider)s AND (SELECT count(*) FROM counted) >= 0
    FOR NO KEY UPDATE
), seen AS MATERIALIZED (
    SELECT lane.*, clock_timestamp() AS now FROM lane
), rolled AS MATERIALIZED (
    SELECT seen.*, step.slot AS slot_now,
        array_fill(0::bigint, ARRAY[step.moved]) || seen.slot_requests[1:%(slots)s - step.moved] AS requests,
        array_fill(0::bigint, ARRAY[step.moved]) || seen.slot_tokens[1:%(slots)s - step.moved] AS read,
        CASE WHEN seen.day = moment.today THEN seen.day_requests ELSE 0 END AS requests_today,
        CASE WHEN seen.day = moment.today THEN seen.day_tokens ELSE 0 END AS tokens_today,
        CASE WHEN seen.left_requests_until > seen.now THEN seen.left_requests ELSE seen.told_requests END AS requests_left,
        CASE WHEN seen.left_tokens_until > seen.now THEN seen.left_tokens ELSE seen.told_tokens END AS tokens_left,
        moment.today
    FROM moment, seen, LATERAL (
        SELECT greatest(clock.slot, seen.slot) AS slot,
            least(greatest(clock.slot - seen.slot, 0), %(slots)s)::int AS moved
        FROM (SELECT floor(extract(epoch FROM seen.now) / %(slot_seconds)s)::bigint AS slot) clock
    ) step
), verdict AS MATERIALIZED (
    SELECT CASE
        WHEN NOT rolled.enabled THEN 'off'
        WHEN breaker.until > now AND NOT %(probing)s THEN 'rests'
        WHEN breaker.until IS NOT NULL AND NOT %(probing)s THEN 'probe'
        WHEN resting_until > now THEN 'told_to_wait'
        WHEN under_way >= greatest(floor(least(width, most_at_once)), 1) THEN 'busy'
        WHEN (SELECT sum(n) FROM unnest(requests) n) + 1 > requests_per_minute THEN 'requests_per_minute'
        WHEN (SELECT sum(n) FROM unnest(read) n) + %(likely)s > tokens_per_minute THEN 'tokens_per_minute'
        WHEN requests_today + 1 > requests_per_day THEN 'requests_per_day'
        WHEN tokens_today + %(likely)s > tokens_per_day THEN 'tokens_per_day'
        WHEN requests_left < 1 OR tokens_left < %(likely)s THEN 'told_to_wait'
        WHEN (SELECT id FROM short) IS NOT NULL THEN 'budget'
        ELSE ''
    END AS why
    FROM rolled LEFT JOIN conversations_breaker breaker
        ON breaker.provider_id = rolled.id AND breaker.model = rolled.model AND breaker.state <> 'closed'
), held AS (
    UPDATE conversations_budget budget SET
        spent_cost = CASE WHEN budget.since >= counted.since THEN budget.spent_cost ELSE 0 END,
        spent_tokens = CASE WHEN budget.since >= counted.since THEN budget.spent_tokens ELSE 0 END,
        since = counted.since, held_cost = budget.held_cost + %(cost)s, held_tokens = budget.held_tokens + %(tokens)s
    FROM counted, verdict WHERE budget.id = counted.id AND verdict.why = ''
), taken AS (
    UPDATE conversations_provider provider SET
        under_way = provider.under_way + 1, slot = rolled.slot_now,
        slot_requests = ARRAY[rolled.requests[1] + 1] || rolled.requests[2:],
        slot_tokens = ARRAY[rolled.read[1] + %(likely)s] || rolled.read[2:],
        day = rolled.today, day_requests = rolled.requests_today + 1, day_tokens = rolled.tokens_today + %(likely)s,
        left_requests = rolled.requests_left - 1,
        left_requests_until = CASE WHEN rolled.left_requests_until > rolled.now THEN rolled.left_requests_until
            WHEN rolled.told_requests IS NOT NULL THEN rolled.now + interval '1 minute' END,
        left_tokens = rolled.tokens_left - %(likely)s,
        left_tokens_until = CASE WHEN rolled.left_tokens_until > rolled.now THEN rolled.left_tokens_until
            WHEN rolled.told_tokens IS NOT NULL THEN rolled.now + interval '1 minute' END
    FROM rolled, verdict WHERE provider.id = rolled.id AND verdict.why = ''
), noted AS (
    -- What is asked stands on the turn before anybody is asked: a worker that dies leaves it there.
    UPDATE conversations_turn turn SET prompt = %(prompt)s, memories = %(memories)s
    FROM verdict WHERE %(notes)s AND turn.id = %(turn)s AND turn.gen = %(gen)s AND verdict.why = ''
), call AS (
    INSERT INTO conversations_llmcall (
        purpose, turn_id, chat_id, bot_id, provider_id, model, route, retry, outcome, detail, prompt_tokens, completion_tokens,
        cached_tokens, estimated, prompt_price, cached_price, completion_price, cost, reserved_cost, reserved_tokens,
        budgets, until, latency_ms, started_at
    )
    SELECT %(purpose)s, moment.turn_id, moment.chat_id, moment.bot_id, %(provider)s, %(model)s, %(route)s,
        greatest(moment.tries - 1, 0), 'open', '', 0, 0, 0, false, %(prompt_price)s, %(cached_price)s,
        %(completion_price)s, 0, %(cost)s, %(tokens)s, ARRAY(SELECT id FROM counted ORDER BY id),
        greatest(coalesce(moment.lease_until, clock_timestamp()), clock_timestamp() + %(patience)s::interval), 0, clock_timestamp()
    FROM moment, verdict WHERE verdict.why = ''
    RETURNING id
)
SELECT (SELECT id FROM call), (SELECT why FROM verdict), (SELECT id FROM short)
