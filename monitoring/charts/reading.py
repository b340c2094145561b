"""Reader: series over a window, in one statement each, in time that does not grow with all that is kept.

Weeks and months are read from the chronicle of hours (`conversations.chronicle`) and, after the last hour that is
counted, from the rows; a day or less from the rows alone.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from conversations import chronicle
from conversations.models import Engine
from monitoring.charts.window import HOUR, Window

Chats = Collection[int] | None
"""The chats that count; None: all."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One number for each slot of the window."""

    bots: list[float]
    people: list[float]
    sent: list[float]
    skipped: list[float]
    failed: list[float]


@dataclass(frozen=True, slots=True)
class Calls:
    """What a provider was asked, slot by slot."""

    calls: list[float]
    failed: list[float]
    failovers: list[float]
    prompt: list[float]
    completion: list[float]
    cost: list[float]


def settled(window: Window, engine: Engine) -> datetime:
    """Until when the chronicle serve this window: they know whole hours alone."""
    known = engine.counted_until
    whole = window.span.step >= HOUR and all(edge == chronicle.whole_hour(edge) for edge in window.edges)
    if known is None or not whole:
        return window.since
    return max(min(known, chronicle.whole_hour(window.until)), window.since)


def happened(window: Window, engine: Engine, chats: Chats = None) -> Happened:
    """What was said, and what became of the turns that ended."""
    return Happened(*columns(window, rows(_HAPPENED, window, engine, chats), 5))


def called(window: Window, engine: Engine) -> dict[int, Calls]:
    """The calls that are over, by provider."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    for provider, *row in rows(_CALLED, window, engine):
        found.setdefault(provider, []).append(tuple(row))
    return {provider: Calls(*columns(window, mine, 6)) for provider, mine in found.items()}


def reasons(window: Window, engine: Engine, chats: Chats = None) -> list[tuple[str, int]]:
    """Why turns ended without a word, the commonest first."""
    return [(code, int(times)) for code, times in rows(_REASONS, window, engine, chats)]


def outcomes(window: Window, engine: Engine) -> list[tuple[int, str, int]]:
    """What became of calls: provider, code, how often; without those that were answered."""
    return [(provider, code, int(times)) for provider, code, times in rows(_OUTCOMES, window, engine)]


def tried(window: Window, engine: Engine, chats: Chats = None) -> dict[str, list[float]]:
    """Send attempts by outcome, slot by slot."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for outcome, *row in rows(_TRIED, window, engine, chats):
        found.setdefault(outcome, []).append(tuple(row))
    return {outcome: columns(window, mine, 1)[0] for outcome, mine in found.items()}


def rows(statement: str, window: Window, engine: Engine, chats: Chats = None, **more: Any) -> list[tuple[Any, ...]]:
    asked = {
        "edges": list(window.edges), "since": window.since, "until": window.until, "settled": settled(window, engine),
        "chats": None if chats is None else list(chats), "ratio": chronicle.RATIO, **more,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return list(cursor.fetchall())


def columns(window: Window, found: Sequence[Sequence[Any]], width: int) -> list[list[float]]:
    """Rows of (slot, number, ...) as one list for each number, noughts where there is no row."""
    lists = [[0.0] * len(window.edges) for _ in range(width)]
    for slot, *numbers in found:
        if slot is not None and 0 <= slot < len(window.edges):
            for column, number in zip(lists, numbers, strict=True):
                column[slot] = _plain(number)
    return lists


def _plain(number: Any) -> float:
    return float(round(number, 6)) if isinstance(number, Decimal) else float(number or 0)


MINE = "(%(chats)s::bigint[] IS NULL OR chat_id = ANY (%(chats)s::bigint[]))"
SLOT = "width_bucket(at, %(edges)s::timestamptz[]) - 1"
COUNTED = "at >= %(since)s AND at < %(settled)s"

_HAPPENED = f"""
SELECT {SLOT}, sum(bots), sum(people), sum(sent), sum(skipped), sum(failed) FROM (
    SELECT at, bots, people, sent, skipped, failed FROM conversations_chathour WHERE {COUNTED} AND {MINE}
    UNION ALL
    SELECT said_at, (bot_id IS NOT NULL)::int, (participant_id IS NOT NULL)::int, 0, 0, 0 FROM conversations_message
    WHERE said_at >= %(settled)s AND said_at < %(until)s AND {MINE}
    UNION ALL
    SELECT ended_at, 0, 0, (state = 'sent')::int, (state = 'skipped')::int, (state = 'failed')::int
    FROM conversations_turn WHERE ended_at >= %(settled)s AND ended_at < %(until)s AND {MINE}
) each GROUP BY 1
"""  # noqa: S608 - put together from the constants above
_CALLED = f"""
SELECT provider_id, {SLOT}, sum(calls), sum(failed), sum(failovers), sum(prompt), sum(completion), sum(cost) FROM (
    SELECT at, provider_id, calls, failed, failovers, prompt_tokens AS prompt, completion_tokens AS completion, cost
    FROM conversations_providerhour WHERE {COUNTED}
    UNION ALL
    SELECT started_at, provider_id, 1, (outcome <> 'ok')::int, (route > 1)::int, prompt_tokens, completion_tokens, cost
    FROM conversations_llmcall WHERE started_at >= %(settled)s AND started_at < %(until)s AND outcome <> 'open'
) each GROUP BY 1, 2
"""  # noqa: S608
_REASONS = f"""
SELECT reason, sum(times) FROM (
    SELECT key AS reason, value::int AS times FROM conversations_chathour, jsonb_each_text(reasons)
    WHERE {COUNTED} AND {MINE}
    UNION ALL
    SELECT reason, 1 FROM conversations_turn
    WHERE ended_at >= %(settled)s AND ended_at < %(until)s AND state IN ('skipped', 'failed') AND {MINE}
) each GROUP BY 1 ORDER BY 2 DESC, 1
"""  # noqa: S608
_OUTCOMES = f"""
SELECT provider_id, code, sum(times) FROM (
    SELECT provider_id, key AS code, value::int AS times FROM conversations_providerhour, jsonb_each_text(outcomes)
    WHERE {COUNTED} AND key <> 'ok'
    UNION ALL
    SELECT provider_id, outcome, 1 FROM conversations_llmcall
    WHERE started_at >= %(settled)s AND started_at < %(until)s AND outcome NOT IN ('open', 'ok')
) each GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""  # noqa: S608
_TRIED = f"""
SELECT outcome, {SLOT}, sum(times) FROM (
    SELECT at, key AS outcome, value::int AS times FROM conversations_chathour, jsonb_each_text(tried)
    WHERE {COUNTED} AND {MINE}
    UNION ALL
    SELECT started_at, outcome, 1 FROM conversations_sendattempt JOIN conversations_turn turn ON turn.id = turn_id
    WHERE started_at >= %(settled)s AND started_at < %(until)s AND {MINE}
) each GROUP BY 1, 2
"""  # noqa: S608
