"""Active hours as a week of cells, an hour each, and back. Pure.

A cell that nobody touches keeps its minutes, so 09:30 stays 09:30.
"""

from collections.abc import Iterable, Sequence
from datetime import time

from bots import daytime
from bots.exchange.parse import clock
from bots.sheet import EVERY_DAY, Hours

Cell = tuple[int, int]
"""Day, 0 for Monday, and hour."""
DAY, WEEK = 24 * 60, 7 * 24 * 60
EVERY: frozenset[Cell] = frozenset((day, hour) for day in range(7) for hour in range(24))


def cells(texts: Sequence[str]) -> frozenset[Cell]:
    """The hours of the week of which at least half is awake. No hours at all mean always."""
    minutes = _minutes(texts)
    return frozenset(cell for cell in EVERY if sum(minutes[_span(cell)]) >= 30)


def partly(texts: Sequence[str]) -> frozenset[Cell]:
    """Those that begin or end in between; the one minute that belongs to an end does not count."""
    minutes = _minutes(texts)
    return frozenset(cell for cell in EVERY if 1 < sum(minutes[_span(cell)]) < 60)


def texts(before: Sequence[str], chosen: Iterable[Cell]) -> list[str]:
    """Hours in which the chosen cells are awake; what was not touched stays to the minute."""
    wanted, was = frozenset(chosen), cells(before)
    if wanted == was:
        return list(before)
    minutes = _minutes(before)
    for cell in wanted - was:
        minutes[_span(cell)] = [True] * 60
    for cell in was - wanted:
        minutes[_span(cell)] = [False] * 60
    for cell in was - wanted:
        _trim(minutes, cell, wanted)
    return _texts(minutes)


def added(before: Sequence[str], more: Hours) -> list[str]:
    """The same with one range more."""
    if not before:
        return []
    minutes = _minutes(before)
    _fill(minutes, more)
    return _texts(minutes)


def awake_hours(texts: Sequence[str]) -> float:
    """Hours a week."""
    return sum(_minutes(texts)) / 60


def _span(cell: Cell) -> slice:
    start = cell[0] * DAY + cell[1] * 60
    return slice(start, start + 60)


def _minutes(texts: Sequence[str]) -> list[bool]:
    """Every minute of the week, and whether it is awake."""
    minutes = [not texts] * WEEK
    for hours in clock.hours(list(texts)).value:
        _fill(minutes, hours)
    return minutes


def _fill(minutes: list[bool], hours: Hours) -> None:
    starts, ends = _minute(hours.starts), _minute(hours.ends)
    length = (ends - starts) % DAY + 1
    for day in daytime.of(hours.days):
        for minute in range(day * DAY + starts, day * DAY + starts + length):
            minutes[minute % WEEK] = True


def _trim(minutes: list[bool], cell: Cell, wanted: frozenset[Cell]) -> None:
    """What is left of a range in the cells beside one that was cleared goes with it."""
    span = _span(cell)
    for beside, step in ((span.stop, 1), (span.start - 1, -1)):
        minute = beside % WEEK
        while minutes[minute] and (minute // DAY, minute % DAY // 60) not in wanted:
            minutes[minute] = False
            minute = (minute + step) % WEEK


def _texts(minutes: list[bool]) -> list[str]:
    if all(minutes):
        return []
    days: dict[tuple[int, int], int] = {}
    for start, length in _runs(minutes):
        for day, first, last in _pieces(start, length):
            days[first, last] = days.get((first, last), 0) | 1 << day
    ranges = sorted(
        (Hours(_clock(first), _clock(last), bits) for (first, last), bits in days.items()),
        key=lambda one: (one.starts, one.days),
    )
    return [daytime.text(one) for one in ranges]


def _runs(minutes: list[bool]) -> list[tuple[int, int]]:
    """Where an awake time begins in the week, and its minutes. A single minute is what is left of an end: none."""
    begins = [minute for minute in range(WEEK) if minutes[minute] and not minutes[minute - 1]]
    found = []
    for start in begins:
        length = 1
        while minutes[(start + length) % WEEK]:
            length += 1
        if length > 1:
            found.append((start, length))
    return found


def _pieces(start: int, length: int) -> list[tuple[int, int, int]]:
    """Day, first and last minute. A range of less than a day may cross midnight; a longer one is cut there."""
    day, first = divmod(start, DAY)
    if length < DAY:
        return [(day, first, _rounded(first + length - 1) % DAY)]
    pieces = []
    while length > 0:
        part = min(DAY - first, length)
        last = first + part - 1
        pieces.append((day % 7, first, last if last == DAY - 1 else _rounded(last)))
        day, first, length = day + 1, 0, length - part
    return [piece for piece in pieces if piece[1] != piece[2]]


def _rounded(last: int) -> int:
    """Both ends belong to a range: until 17:59 is what people call until 18:00."""
    return last + 1 if last % 30 == 29 and last != DAY - 1 else last


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _clock(minute: int) -> time:
    return time(*divmod(minute, 60))


WEEKDAYS, WEEKEND = daytime.bits(range(5)), daytime.bits((5, 6))
CHOICES = (EVERY_DAY, WEEKDAYS, WEEKEND, *(1 << day for day in range(7)))
"""The days that exact times can be given for."""
