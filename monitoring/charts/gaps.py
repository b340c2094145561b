"""Where a chart has gaps: while the engine was off, Kulis was away, or had not begun. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime

from monitoring.charts.chart import Gap, Value
from monitoring.charts.window import Window


def within(window: Window, gaps: Iterable[Gap]) -> list[Gap]:
    """The gaps as far as they lie in the window, oldest first."""
    cut = [Gap(max(gap.since, window.since), min(gap.until, window.until), gap.code) for gap in gaps]
    return sorted((gap for gap in cut if gap.since < gap.until), key=lambda gap: gap.since)


def slots(window: Window, gaps: Sequence[Gap]) -> frozenset[int]:
    """The slots that lie wholly in gaps."""
    found: set[int] = set()
    for since, until in _joined(gaps):
        first, last = bisect_left(window.edges, since), bisect_right(window.ends, until)
        found.update(range(first, last))
    return frozenset(found)


def blank(values: Sequence[float], holes: frozenset[int]) -> list[Value]:
    """A nought in a gap says nothing; what did happen there is told all the same."""
    return [None if number in holes and not value else value for number, value in enumerate(values)]


def _joined(gaps: Sequence[Gap]) -> list[tuple[datetime, datetime]]:
    runs: list[tuple[datetime, datetime]] = []
    for gap in sorted(gaps, key=lambda gap: gap.since):
        if runs and gap.since <= runs[-1][1]:
            runs[-1] = (runs[-1][0], max(runs[-1][1], gap.until))
        else:
            runs.append((gap.since, gap.until))
    return runs
