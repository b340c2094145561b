"""Charts on a page."""

from django import template
from django.utils import formats, timezone

from monitoring.charts import drawing, scale, telling
from monitoring.charts.chart import Chart, Unit, Value
from monitoring.charts.window import SPANS, Window

register = template.Library()


@register.filter
def drawn(chart: Chart) -> drawing.Drawing:
    return drawing.of(chart)


@register.filter
def as_rows(chart: Chart) -> list[telling.Row]:
    return telling.rows(chart)


@register.filter
def sentence(chart: Chart) -> str:
    return telling.sentence(chart)


@register.filter
def measure(value: Value, unit: Unit) -> str:
    """A number with its unit; a dash where nothing is known."""
    return "–" if value is None else scale.told(value, unit)


@register.filter
def spans(window: Window) -> list[tuple[str, str, bool]]:
    """The spans that one can choose: key, address, whether it is chosen."""
    return [(key, window.query(range=key), span is window.span) for key, span in SPANS.items()]


@register.filter
def other_clock(window: Window) -> str:
    return window.query(zone="" if window.utc else "utc")


@register.filter
def later(window: Window) -> str:
    return window.later(timezone.now())


@register.filter
def live_query(window: Window) -> str:
    return window.query(until="")


@register.filter
def from_to(window: Window) -> str:
    """When a window begins and ends, by its clock."""
    since, until = (window.local(at) for at in (window.since, window.until))
    end = "H:i" if since.date() == until.date() else "j F Y H:i"
    return f"{formats.date_format(since, 'j F Y H:i')} – {formats.date_format(until, end)}"
