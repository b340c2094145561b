"""Active hours as text: "09:30-13:00" every day, "1-5 09:30-13:00" on some, 1 for Monday. Pure."""

import re
from collections.abc import Iterable

from bots.sheet import EVERY_DAY, Hours

WEEK = range(7)
_DAYS = re.compile(r"([1-7](?:[-,][1-7])*)\s+(?=\d{1,2}[:.]\d\d)")


def text(hours: Hours) -> str:
    clock = f"{hours.starts:%H:%M}-{hours.ends:%H:%M}"
    return clock if hours.days == EVERY_DAY else f"{_runs(hours.days)} {clock}"


def parted(raw: str) -> tuple[int, str]:
    """The days that a text begins with, as bits, and its rest. Without days it is every day; ValueError for "5-1"."""
    found = _DAYS.match(raw.strip())
    if found is None:
        return EVERY_DAY, raw
    days = 0
    for run in found[1].split(","):
        first, _dash, last = run.partition("-")
        days |= bits(range(int(first) - 1, int(last or first)))
    if not days:
        raise ValueError(raw)
    return days, raw.strip()[found.end() :]


def bits(days: Iterable[int]) -> int:
    """Days, 0 for Monday, as bits."""
    return sum(1 << day for day in set(days))


def of(days: int) -> tuple[int, ...]:
    """The days of some bits, 0 for Monday."""
    return tuple(day for day in WEEK if days >> day & 1)


def runs(days: int) -> list[tuple[int, int]]:
    """Days in a row, as first and last."""
    found: list[tuple[int, int]] = []
    for day in of(days):
        if found and found[-1][1] == day - 1:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _runs(days: int) -> str:
    return ",".join(f"{first + 1}" if first == last else f"{first + 1}-{last + 1}" for first, last in runs(days))
