"""How a chart is drawn: paths over 1000 by 100 units that are stretched to the plot, and the rest in percent. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import formats
from django.utils.translation import gettext as _

from monitoring.charts import scale
from monitoring.charts.chart import Chart, Series, Value
from monitoring.charts.window import DAY, HOUR, Window

WIDE, HIGH = 1000.0, 100.0
TOP, PLOT, BOTTOM = 20, 140, 22
"""In pixels: room for marks, the plot, the clock."""
FILL = 0.76
"""Share of a slot that its bar takes."""


@dataclass(frozen=True, slots=True)
class Path:
    tone: str
    kind: str
    """bar, line or band."""
    d: str


@dataclass(frozen=True, slots=True)
class Level:
    y: float
    """Pixels from the top."""
    text: str


@dataclass(frozen=True, slots=True)
class Tick:
    """`x` in percent."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Stripe:
    """A time that is drawn behind everything; in percent."""

    x: float
    width: float
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Pin:
    x: float
    code: str
    text: str
    link: str


@dataclass(frozen=True, slots=True)
class Reach:
    """What is told of a slot under the pointer, and where a click leads."""

    x: float
    width: float
    text: str
    nearer: str


@dataclass(frozen=True, slots=True)
class Drawing:
    paths: tuple[Path, ...]
    levels: tuple[Level, ...]
    ticks: tuple[Tick, ...]
    stripes: tuple[Stripe, ...]
    pins: tuple[Pin, ...]
    reaches: tuple[Reach, ...]
    top: int = TOP
    plot: int = PLOT
    height: int = TOP + PLOT + BOTTOM

    @property
    def floor(self) -> int:
        return self.top + self.plot


def of(chart: Chart) -> Drawing:
    steps = scale.levels(_most(chart), whole=chart.unit in {"count", "tokens"})
    most = steps[-1]
    return Drawing(
        paths=tuple(_paths(chart, most)),
        levels=tuple(Level(round(TOP + PLOT * (1 - one / most), 1), scale.level(one, chart.unit)) for one in steps),
        ticks=tuple(_ticks(chart.window)),
        stripes=tuple(_stripes(chart)),
        pins=tuple(_pins(chart)),
        reaches=tuple(_reaches(chart)),
    )


def _most(chart: Chart) -> float:
    lines = [value for one in chart.all_series for value in one.known]
    if chart.kind == "lines":
        return max(lines, default=0.0)
    sums = [sum(filter(None, slot)) for slot in zip(*(one.values for one in chart.series), strict=True)]
    return max([*sums, *(chart.line.known if chart.line else [])], default=0.0)


def _paths(chart: Chart, most: float) -> Iterator[Path]:
    if chart.kind == "bars":
        yield from _bars(chart.series, most)
    else:
        if len(chart.series) > 1:
            yield Path(chart.series[0].tone, "band", _band(chart.series[0].values, chart.series[1].values, most))
        yield from (Path(one.tone, "line", _line(one.values, most)) for one in chart.series)
    if chart.line:
        yield Path(chart.line.tone, "line", _line(chart.line.values, most))


def _bars(stacked: Sequence[Series], most: float) -> Iterator[Path]:
    """One path for each series, each upon those before it."""
    slots = max(len(stacked[0].values), 1) if stacked else 1
    wide, below = WIDE / slots, [0.0] * slots
    for one in stacked:
        pieces = []
        for number, value in enumerate(one.values):
            if value:
                x, height = wide * (number + (1 - FILL) / 2), HIGH * value / most
                y = HIGH - HIGH * below[number] / most - height
                pieces.append(f"M{x:.2f} {y:.2f}h{wide * FILL:.2f}v{height:.2f}h-{wide * FILL:.2f}z")
                below[number] += value
        yield Path(one.tone, "bar", "".join(pieces))


def _runs(values: Sequence[Value]) -> Iterator[list[int]]:
    """Slots in a row of which something is known."""
    run: list[int] = []
    for number, value in enumerate(values):
        if value is not None:
            run.append(number)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _points(values: Sequence[Value], run: Sequence[int], most: float) -> list[str]:
    """The middle of each slot; one alone is as wide as its slot, so that it is seen."""
    wide = WIDE / len(values)
    known = [(number, values[number] or 0.0) for number in run]
    at = [(wide * (number + 0.5), HIGH - HIGH * value / most) for number, value in known]
    if len(at) == 1:
        (x, y) = at[0]
        at = [(x - wide * FILL / 2, y), (x + wide * FILL / 2, y)]
    return [f"{x:.2f} {y:.2f}" for x, y in at]


def _line(values: Sequence[Value], most: float) -> str:
    return "".join("M" + "L".join(_points(values, run, most)) for run in _runs(values))


def _band(low: Sequence[Value], high: Sequence[Value], most: float) -> str:
    """The area between two lines, where both are known."""
    both = [value if high[number] is not None else None for number, value in enumerate(low)]
    return "".join(
        "M" + "L".join([*_points(low, run, most), *reversed(_points(high, run, most))]) + "z" for run in _runs(both)
    )


def _percent(window: Window, slots: float) -> float:
    return round(100 * slots / len(window.edges), 3)


def _ticks(window: Window) -> Iterator[Tick]:
    """About six moments, each under the beginning of its slot; none so near an edge that it would be cut."""
    every = max(len(window.edges) // 6, 1)
    first = next((number for number, edge in enumerate(window.edges) if _is_round(window, number, every)), 0)
    for number in range(first, len(window.edges), every):
        x = _percent(window, number + (0.5 if window.span.step == DAY else 0.0))
        if 4 <= x <= 96:
            yield Tick(x, clock(window, number, short=True))


def _is_round(window: Window, number: int, every: int) -> bool:
    """Whether a slot begins at a moment that one would count from."""
    local, step = window.local(window.edges[number]), window.span.step
    if step == DAY:
        return True
    if step >= 3 * HOUR:
        return local.hour == 0
    minutes = int((every * step).total_seconds() // 60)
    return (local.hour * 60 + local.minute) % minutes == 0


def clock(window: Window, number: int, *, short: bool = False) -> str:
    """When a slot begins, by the clock of the window."""
    local = window.local(window.edges[number])
    if window.span.step == DAY:
        return formats.date_format(local, "j M" if short else "j F Y")
    if window.span.step >= 3 * HOUR:
        return formats.date_format(local, "D j" if short else "j M H:i")
    return formats.date_format(local, "H:i" if short or window.span.length < DAY else "j M H:i")


def _stripes(chart: Chart) -> Iterator[Stripe]:
    window = chart.window
    behind = [("zone", zone.since, zone.until, str(zone.text)) for zone in chart.around.zones]
    behind += [(f"gap is-{gap.code}", gap.since, gap.until, gap_words(gap.code)) for gap in chart.around.gaps]
    for code, since, until, text in behind:
        x, end = (_percent(window, window.place(at)) for at in (since, until))
        if end > x:
            yield Stripe(x, round(end - x, 3), code, text)


def gap_words(code: str) -> str:
    words = {"off": _("The engine was off"), "away": _("Kulis was not running"), "before": _("Before Kulis began")}
    return words[code]


def _pins(chart: Chart) -> Iterator[Pin]:
    for mark in chart.around.marks:
        text = f"{formats.date_format(chart.window.local(mark.at), 'j M H:i')} · {mark.text}"
        yield Pin(_percent(chart.window, chart.window.place(mark.at)), mark.code, text, mark.link)


def _reaches(chart: Chart) -> Iterator[Reach]:
    window, wide = chart.window, 100 / len(chart.window.edges)
    for number in range(len(window.edges)):
        told = [f"{one.label}: {shown(one.values[number], chart)}" for one in chart.all_series]
        text = " · ".join([clock(window, number), *told])
        yield Reach(round(wide * number, 3), round(wide, 3), text, window.nearer(number))


def shown(value: Value, chart: Chart) -> str:
    return "–" if value is None else scale.told(value, chart.unit)
