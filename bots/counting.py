"""What happens is counted in rows, so that the numbers hold across processes, restarts and what is deleted.

A process adds up in memory, which costs next to nothing, and hands over with its signs of life. One that is killed
takes what it counted since then with it: a few seconds of numbers, never a row of the talk.
"""

import json
import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import DatabaseError, connection

Series = tuple[str, tuple[str, ...]]
"""A metric and the values of its labels. Labels are codes of ours: no name, no text, nothing that people typed."""
ENDLESS = "+Inf"
_lock = threading.Lock()
_waiting: defaultdict[Series, float] = defaultdict(float)


def add(metric: str, *labels: str, by: float = 1) -> None:
    """Count something that this process saw. Safe in any thread."""
    if by:
        with _lock:
            _waiting[metric, labels] += by


def observe(metric: str, *labels: str, seconds: float, bounds: Sequence[float]) -> None:
    """Sort a duration into its bucket: the smallest bound that it does not pass."""
    place = bisect_left(bounds, seconds)
    bucket = f"{bounds[place]:g}" if place < len(bounds) else ENDLESS
    add(metric, *labels, bucket)
    add(f"{metric}_sum", *labels, by=seconds)


def waiting() -> Mapping[Series, float]:
    """What was counted and is not in the rows yet."""
    with _lock:
        return dict(_waiting)


def hand_over() -> None:
    """Add what waits to the rows, in one statement. What the database does not take is kept for the next time."""
    with _lock:
        given = dict(_waiting)
        _waiting.clear()
    if not given:
        return
    rows = [{"metric": metric, "labels": labels, "value": value} for (metric, labels), value in given.items()]
    try:
        with connection.cursor() as cursor:
            cursor.execute(grown(_GIVEN), [json.dumps(rows)])
    except DatabaseError:
        for (metric, labels), value in given.items():
            add(metric, *labels, by=value)
        raise


def grown(counted: str) -> str:
    """SQL that adds the rows of a query (metric, labels, value) to the tallies. In one order, so that nobody waits in a
    circle."""
    return f"""
    INSERT INTO bots_tally AS known (metric, labels, value)
    SELECT metric, labels, sum(value) FROM ({counted}) counted
    GROUP BY metric, labels HAVING sum(value) > 0 ORDER BY metric, labels
    ON CONFLICT (metric, labels) DO UPDATE SET value = known.value + excluded.value
    """  # noqa: S608 - our own words


_GIVEN = """
SELECT metric, ARRAY(SELECT jsonb_array_elements_text(labels))::varchar[] AS labels, value
FROM jsonb_to_recordset(%s::jsonb) AS given(metric varchar, labels jsonb, value float8)
"""
