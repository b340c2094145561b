"""A chart in words and numbers: its sentence for who does not see it, its table, and its file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from monitoring import export
from monitoring.charts import drawing, gaps, scale
from monitoring.charts.chart import Chart, Unit, Value


@dataclass(frozen=True, slots=True)
class Row:
    clock: str
    at: datetime
    cells: tuple[str, ...]
    gap: str
    nearer: str


def rows(chart: Chart) -> list[Row]:
    """The slots in which something happened or nothing is known, newest first."""
    holes = {slot: gap.code for gap in chart.around.gaps for slot in gaps.slots(chart.window, [gap])}
    found = []
    for number in reversed(range(len(chart.window.edges))):
        values = [one.values[number] for one in chart.all_series]
        if any(values) or number in holes:
            cells = tuple(drawing.shown(value, chart) for value in values)
            gap = drawing.gap_words(holes[number]) if number in holes else ""
            nearer = chart.window.nearer(number)
            found.append(Row(drawing.clock(chart.window, number), chart.window.edges[number], cells, gap, nearer))
    return found


def sentence(chart: Chart) -> str:
    """What the picture shows, for who hears it."""
    if chart.is_empty:
        return _("%(title)s: nothing in this time.") % {"title": chart.title}
    parts = [_part(chart, number) for number in range(len(chart.all_series))]
    return _("%(title)s, %(count)d slots: %(parts)s.") % {
        "title": chart.title, "count": len(chart.window.edges), "parts": "; ".join(filter(None, parts)),
    }  # fmt: skip


def _part(chart: Chart, number: int) -> str:
    one = chart.all_series[number]
    if not one.known:
        return ""
    if chart.kind == "bars" and one is not chart.line:
        told = {"label": one.label, "total": scale.told(one.total, chart.unit)}
        return _("%(label)s %(total)s in all") % told
    low, high = (scale.told(limit(one.known), chart.unit) for limit in (min, max))
    return _("%(label)s between %(low)s and %(high)s") % {"label": one.label, "low": low, "high": high}


def table(chart: Chart) -> Iterator[list[Any]]:
    """The heads, then every slot, oldest first: exact numbers, and nothing where nothing is known."""
    yield [_("From"), _("To"), *(_head(str(one.label), chart.unit) for one in chart.all_series)]
    window = chart.window
    for number, (since, until) in enumerate(zip(window.edges, window.ends, strict=True)):
        moments = [window.local(at).isoformat(timespec="seconds") for at in (since, until)]
        yield [*moments, *(_exact(one.values[number]) for one in chart.all_series)]


def _head(label: str, unit: Unit) -> str:
    units = {"dollars": _("US dollars"), "ms": "ms", "percent": "%", "tokens": "", "count": ""}
    return f"{label} ({units[unit]})" if units[unit] else label


def _exact(value: Value) -> Any:
    if value is None:
        return ""
    return int(value) if value == int(value) else round(value, 6)


def csv(chart: Chart) -> str:
    return export.text(table(chart))
