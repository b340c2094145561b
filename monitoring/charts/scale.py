"""The upright axis of a chart: round levels, and numbers as people read them. Pure but for the language."""

import math

from django.utils import formats
from django.utils.translation import gettext as _

from monitoring.charts.chart import Unit

LEVELS = 4
"""At most, above the floor."""
_ROUND = (1, 2, 2.5, 5, 10)


def levels(most: float, *, whole: bool) -> tuple[float, ...]:
    """From 0 to a round number that is not below `most`. `whole`: for what is counted, no level lies between."""
    if most <= 0:
        return (0.0, 1.0)
    step = _step(most / LEVELS)
    if whole:
        step = max(math.ceil(step), 1)
    count = max(math.ceil(round(most / step, 9)), 1)
    return tuple(round(step * number, 12) for number in range(count + 1))


def _step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in _ROUND if factor * power >= least * 0.999999)


def told(value: float, unit: Unit) -> str:
    """A number with its unit, as short as it stays true enough to read."""
    if unit == "dollars":
        return f"${_number(value, _digits(value))}"
    if unit == "ms":
        return _time(value)
    if unit == "percent":
        return _("%(number)s %%") % {"number": _number(value, 1 if value % 1 else 0)}
    return _short(value)


def level(value: float, unit: Unit) -> str:
    """A level of the axis: it is round, and told to its last digit."""
    if unit == "dollars" and 0 < value < 1:
        return f"${_number(value, max(len(f'{value:.6f}'.rstrip('0').partition('.')[2]), 2))}"
    return told(value, unit)


def _digits(dollars: float) -> int:
    """Cents; small amounts to four digits, without noughts that say nothing."""
    if dollars >= 100 or not dollars:
        return 0
    if dollars >= 1:
        return 2
    told = f"{dollars:.4f}".rstrip("0")
    return max(len(told.partition(".")[2]), 2)


def _short(value: float) -> str:
    for size, word in ((1_000_000, _("%(number)s M")), (10_000, _("%(number)s k"))):
        if value >= size:
            number = value / (1_000_000 if size == 1_000_000 else 1000)
            return word % {"number": _number(number, 0 if number >= 100 or number == int(number) else 1)}
    return _number(value, 0 if value == int(value) else 1)


def _time(milliseconds: float) -> str:
    if milliseconds < 1000:
        return _("%(number)s ms") % {"number": _number(milliseconds, 0)}
    seconds = milliseconds / 1000
    if seconds < 120:
        return _("%(number)s s") % {"number": _number(seconds, 1 if seconds < 10 else 0)}
    return _("%(number)s min") % {"number": _number(seconds / 60, 0)}


def _number(value: float, digits: int) -> str:
    return formats.number_format(round(value, digits), decimal_pos=digits, force_grouping=True)
