"""Reader: how long things took, as the middle one and the slow ones. A day or less is exact, from the rows; weeks and
months are read from classes, and are off by 5 % at most."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from conversations import chronicle
from conversations.models import Engine
from monitoring.charts import reading
from monitoring.charts.chart import Series, Tone, Value
from monitoring.charts.reading import COUNTED, MINE, SLOT, Chats
from monitoring.charts.window import Window
from monitoring.reasons import Words

SHARES = (0.5, 0.95, 0.99)
LABELS: tuple[Words, ...] = ("p50", "p95", "p99")
TONES: tuple[Tone, ...] = ("bots", "people", "quiet")


@dataclass(frozen=True, slots=True)
class Waits:
    """Milliseconds, at each of `SHARES`: of each slot, and of the whole window. None where nothing was measured."""

    slots: tuple[list[Value], ...]
    whole: tuple[Value, ...]
    count: int
    exact: bool

    @property
    def series(self) -> list[Series]:
        return [
            Series(str(label), label, tone, values, whole)
            for label, tone, values, whole in zip(LABELS, TONES, self.slots, self.whole, strict=True)
        ]


def to_arrive(window: Window, engine: Engine, chats: Chats = None) -> Waits:
    """From the moment a message may leave until it is sent."""
    if reading.settled(window, engine) > window.since:
        return _classed(window, reading.rows(_LATE_CLASSES, window, engine, chats))
    return exact(window, reading.rows(_LATE, window, engine, chats))


def to_answer(window: Window, engine: Engine) -> dict[int, Waits]:
    """From asking a provider until it answered, by provider."""
    classed = reading.settled(window, engine) > window.since
    rows = reading.rows(_TOOK_CLASSES if classed else _TOOK, window, engine)
    found: dict[int, list[tuple[Any, ...]]] = {}
    for provider, *row in rows:
        found.setdefault(provider, []).append(tuple(row))
    return {provider: (_classed if classed else exact)(window, mine) for provider, mine in found.items()}


def nothing(window: Window) -> Waits:
    return exact(window, [])


def exact(window: Window, found: Sequence[Sequence[Any]]) -> Waits:
    """Rows of (slot, three quantiles, count); the one without a slot is of the whole window."""
    slots: tuple[list[Value], ...] = tuple([None] * len(window.edges) for _ in SHARES)
    whole: tuple[Value, ...] = (None,) * len(SHARES)
    count = 0
    for slot, quantiles, times in found:
        if slot is None:
            whole, count = tuple(quantiles or whole), times
        elif quantiles:
            for column, value in zip(slots, quantiles, strict=True):
                column[slot] = value
    return Waits(slots, whole, count, exact=True)


def _classed(window: Window, found: Sequence[Sequence[Any]]) -> Waits:
    """Rows of (slot, class, count)."""
    of_slot: defaultdict[int, dict[int, int]] = defaultdict(dict)
    together: defaultdict[int, int] = defaultdict(int)
    for slot, number, times in found:
        of_slot[slot][number] = int(times)
        together[number] += int(times)
    slots = tuple([_quantile(of_slot.get(slot, {}), share) for slot in range(len(window.edges))] for share in SHARES)
    whole = tuple(_quantile(together, share) for share in SHARES)
    return Waits(slots, whole, sum(together.values()), exact=False)


def _quantile(classes: dict[int, int], share: float) -> Value:
    rest = share * sum(classes.values())
    for number in sorted(classes):
        rest -= classes[number]
        if rest <= 0:
            return float(round(chronicle.RATIO ** (number + 0.5)))
    return None


_QUANTILES = "percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY ms), count(ms)"
_LATE_MS = "greatest(extract(epoch FROM sent_at - send_after) * 1000, 1)"
_SENT = f"""FROM conversations_turn
    WHERE ended_at >= %(settled)s AND ended_at < %(until)s AND state = 'sent' AND send_after IS NOT NULL AND {MINE}"""
_ANSWERED = """FROM conversations_llmcall
    WHERE started_at >= %(settled)s AND started_at < %(until)s AND outcome = 'ok'"""
_CLASS = "floor(ln(greatest({ms}, 1)) / ln(%(ratio)s))::int"

_LATE = f"""
SELECT {SLOT}, {_QUANTILES} FROM (SELECT ended_at AS at, {_LATE_MS}::float8 AS ms {_SENT}) each
GROUP BY GROUPING SETS ((1), ())
"""  # noqa: S608 - put together from the constants above
_TOOK = f"""
SELECT provider_id, {SLOT}, {_QUANTILES}
FROM (SELECT provider_id, started_at AS at, latency_ms::float8 AS ms {_ANSWERED}) each
GROUP BY GROUPING SETS ((1, 2), (1))
"""  # noqa: S608
_LATE_CLASSES = f"""
SELECT {SLOT}, class, sum(times) FROM (
    SELECT at, key::int AS class, value::int AS times FROM conversations_chathour, jsonb_each_text(late)
    WHERE {COUNTED} AND {MINE}
    UNION ALL SELECT ended_at, {_CLASS.format(ms=_LATE_MS)}, 1 {_SENT}
) each GROUP BY 1, 2
"""  # noqa: S608
_TOOK_CLASSES = f"""
SELECT provider_id, {SLOT}, class, sum(times) FROM (
    SELECT provider_id, at, key::int AS class, value::int AS times
    FROM conversations_providerhour, jsonb_each_text(took) WHERE {COUNTED}
    UNION ALL SELECT provider_id, started_at, {_CLASS.format(ms="latency_ms")}, 1 {_ANSWERED}
) each GROUP BY 1, 2, 3
"""  # noqa: S608
