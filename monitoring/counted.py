"""Writer: what rows tell is counted once, when it is settled, so that counters outlive the rows and every process.

Each source is read from where the last count ended up to a moment before which nothing can appear any more: that at
which the oldest open transaction began. Any number may count at once; whoever comes second has nothing to do.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from bots import counting
from conversations.models import Turn
from monitoring import promises, reasons
from monitoring.models import Counted

STEP = timedelta(hours=1)
"""No more is read in one statement, however long nobody has counted."""
DELIVERY_BOUNDS = (1, 2, 5, 10, 20, 60, 120, 300)
CALL_BOUNDS = (0.5, 1, 2, 5, 10, 20, 45)
MARGIN, CALL_MARGIN = 2, 15
"""Seconds before now; a call that nobody reserves is written down only when it has ended."""
PROVIDERS = 20
"""Further ones share a label."""


def count() -> None:
    """Bring every source up to now."""
    for source in _SOURCES:
        while _one(source):
            pass


@transaction.atomic
def _one(source: str) -> bool:
    """One step of one source. Whether there is more."""
    known = Counted.objects.select_for_update(skip_locked=True, no_key=True).filter(source=source).first()
    if known is None:
        if not Counted.objects.filter(source=source).exists():
            Counted.objects.bulk_create([Counted(source=source, until=_settled(source))], ignore_conflicts=True)
        return False
    settled = _settled(source)
    until = min(settled, known.until + STEP)
    if until <= known.until:
        return False
    with connection.cursor() as cursor:
        cursor.execute(counting.grown(_SOURCES[source]), _asked(known.until, until))
    Counted.objects.filter(source=source).update(until=until)
    return until < settled


def _settled(source: str) -> datetime:
    """Whatever bears an earlier moment is committed; if it is a call, it has ended and is written down."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, {"calls": source == "calls", "margin": CALL_MARGIN if source == "calls" else MARGIN})
        found: datetime = cursor.fetchone()[0]
    return found


def _asked(after: datetime, until: datetime) -> dict[str, Any]:
    return {
        "after": after, "until": until, "reasons": list(reasons.ENDED), "answers": list(Turn.ANSWERS),
        "on_time": promises.SECONDS["delivery"], "answered": promises.SECONDS["answers"],
        "resolved": promises.SECONDS["doubts"], "providers": PROVIDERS,
        "bounds": list(map(float, DELIVERY_BOUNDS)), "names": _names(DELIVERY_BOUNDS),
        "call_bounds": list(map(float, CALL_BOUNDS)), "call_names": _names(CALL_BOUNDS),
    }  # fmt: skip


def _names(bounds: Sequence[float]) -> list[str]:
    return [*(f"{bound:g}" for bound in bounds), counting.ENDLESS]


# A transaction that has written nothing for a minute (a backup, say) will not write what bears its beginning.
_SETTLED = """
SELECT least(clock_timestamp(), (
    SELECT min(xact_start) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
        AND (backend_xid IS NOT NULL OR xact_start > clock_timestamp() - interval '1 minute')
), (SELECT min(started_at) FROM conversations_llmcall WHERE outcome = 'open' AND %(calls)s))
    - make_interval(secs => %(margin)s)
"""

_TURNS = """
WITH ended AS (
    SELECT state, reason, gen, sent_at, ended_at, due_at, send_after, sends, uncertain_since, composed_at,
        CASE WHEN trigger = ANY(%(answers)s) THEN 'answer' WHEN trigger = 'operator' THEN 'person' ELSE 'chatter' END
            AS purpose,
        reason IN ('gated', 'breaker_open', 'retry_budget') AS held_back
    FROM conversations_turn WHERE ended_at > %(after)s AND ended_at <= %(until)s
), promised AS (
    SELECT 'delivery' AS promise, state <> 'sent' OR sent_at > send_after + make_interval(secs => %(on_time)s) AS missed
    FROM ended WHERE send_after IS NOT NULL AND reason <> 'confirmed'
        AND (state IN ('sent', 'failed', 'unresolved') OR held_back OR (state = 'skipped' AND sends > 0))
    UNION ALL
    SELECT 'answers', state <> 'sent' OR sent_at > due_at + make_interval(secs => %(answered)s)
    FROM ended WHERE purpose = 'answer' AND reason <> 'confirmed'
        AND (state IN ('sent', 'failed', 'unresolved') OR held_back OR reason IN ('expired', 'shed'))
    UNION ALL
    SELECT 'words', reason LIKE 'llm\\_%%' FROM ended WHERE composed_at IS NOT NULL OR reason LIKE 'llm\\_%%'
    UNION ALL
    SELECT 'doubts', state = 'unresolved' OR ended_at > uncertain_since + make_interval(secs => %(resolved)s)
    FROM ended WHERE uncertain_since IS NOT NULL
), took AS (
    SELECT 'kulis_delivery_seconds' AS metric, purpose, extract(epoch FROM sent_at - send_after)::float8 AS seconds
    FROM ended WHERE state = 'sent' AND send_after IS NOT NULL AND reason <> 'confirmed'
    UNION ALL
    SELECT 'kulis_answer_seconds', purpose, extract(epoch FROM sent_at - due_at)::float8
    FROM ended WHERE state = 'sent' AND purpose = 'answer' AND reason <> 'confirmed'
)
SELECT 'kulis_turns_ended' AS metric, ARRAY[
    state, CASE WHEN reason = '' OR reason = ANY(%(reasons)s) THEN reason ELSE 'other' END
]::varchar[] AS labels, 1::float8 AS value FROM ended
UNION ALL SELECT 'kulis_claims', ARRAY[]::varchar[], gen FROM ended
UNION ALL SELECT 'kulis_promises', ARRAY[promise]::varchar[], 1 FROM promised
UNION ALL SELECT 'kulis_promises_missed', ARRAY[promise]::varchar[], 1 FROM promised WHERE missed
UNION ALL SELECT metric, ARRAY[
    purpose, (%(names)s::varchar[])[1 + width_bucket(seconds, %(bounds)s::float8[])]
]::varchar[], 1 FROM took
UNION ALL SELECT metric || '_sum', ARRAY[purpose]::varchar[], greatest(seconds, 0) FROM took
"""

_CALLS = """
WITH called AS (
    SELECT outcome, prompt_tokens, completion_tokens, cached_tokens, cost, latency_ms / 1000.0::float8 AS seconds,
        CASE WHEN provider_id IN (SELECT id FROM conversations_provider ORDER BY id LIMIT %(providers)s)
            THEN provider_id::varchar ELSE 'other' END AS provider
    FROM conversations_llmcall WHERE started_at > %(after)s AND started_at <= %(until)s
)
SELECT 'kulis_model_calls' AS metric, ARRAY[provider, outcome]::varchar[] AS labels, 1::float8 AS value FROM called
UNION ALL SELECT 'kulis_model_tokens', ARRAY[provider, 'prompt']::varchar[], prompt_tokens FROM called
UNION ALL SELECT 'kulis_model_tokens', ARRAY[provider, 'cached']::varchar[], cached_tokens FROM called
UNION ALL SELECT 'kulis_model_tokens', ARRAY[provider, 'completion']::varchar[], completion_tokens FROM called
UNION ALL SELECT 'kulis_model_dollars', ARRAY[provider]::varchar[], cost FROM called
UNION ALL SELECT 'kulis_model_seconds', ARRAY[
    provider, (%(call_names)s::varchar[])[1 + width_bucket(seconds, %(call_bounds)s::float8[])]
]::varchar[], 1 FROM called
UNION ALL SELECT 'kulis_model_seconds_sum', ARRAY[provider]::varchar[], seconds FROM called
"""
_SOURCES = {"turns": _TURNS, "calls": _CALLS}
