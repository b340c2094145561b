"""Geometry of the talk of the last hour, as bars for a server-rendered SVG. Pure: counts in, numbers out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

HEIGHT, TOP, BOTTOM = 176, 18, 22
"""In pixels: of the whole, above the highest bar, below the floor."""
FILL = 0.72
"""Share of a minute's slot that its bar takes."""
_STEPS = (4, 8, 12, 20, 40, 60, 100, 200, 400, 1000, 2000, 4000, 10_000)


@dataclass(frozen=True, slots=True)
class Minute:
    at: datetime
    bots: int
    people: int
    off: bool = False
    """The engine was off for this whole minute: silence is a gap, not a zero."""

    @property
    def total(self) -> int:
        return self.bots + self.people


@dataclass(frozen=True, slots=True)
class Bar:
    """`x` and `width` in percent of the chart, the rest in pixels from its top."""

    minute: Minute
    x: float
    width: float
    bots_y: float
    bots_height: float
    people_y: float
    people_height: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A label and where it stands: pixels from the top, or percent from the left."""

    position: float
    label: str


@dataclass(frozen=True, slots=True)
class Zone:
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Chart:
    bars: tuple[Bar, ...]
    levels: tuple[Mark, ...]
    hours: tuple[Mark, ...]
    gaps: tuple[Zone, ...]
    height: int = HEIGHT
    top: int = TOP
    floor: int = HEIGHT - BOTTOM

    @property
    def plot(self) -> int:
        """Height of the area in which bars stand."""
        return self.floor - self.top


def of(minutes: Sequence[Minute]) -> Chart:
    top = next((step for step in _STEPS if step >= max((m.total for m in minutes), default=0)), _STEPS[-1])
    slot = 100 / max(len(minutes), 1)
    scale = (HEIGHT - BOTTOM - TOP) / top
    return Chart(
        bars=tuple(_bar(minute, slot * at, slot, scale) for at, minute in enumerate(minutes)),
        levels=tuple(Mark(HEIGHT - BOTTOM - scale * level, str(level)) for level in (0, top // 2, top)),
        hours=tuple(
            Mark(round(slot * (at + 0.5), 2), f"{minute.at:%H:%M}")
            for at, minute in enumerate(minutes)
            if minute.at.minute % 10 == 0 and 2 < at < len(minutes) - 2
        ),
        gaps=tuple(_gaps(minutes, slot)),
    )


def _bar(minute: Minute, x: float, slot: float, scale: float) -> Bar:
    floor = HEIGHT - BOTTOM
    bots, people = round(minute.bots * scale, 1), round(minute.people * scale, 1)
    middle = x + slot * (1 - FILL) / 2
    return Bar(minute, round(middle, 3), round(slot * FILL, 3), floor - bots, bots, floor - bots - people, people)


def _gaps(minutes: Sequence[Minute], slot: float) -> list[Zone]:
    """Runs of minutes in which the engine was off."""
    zones: list[Zone] = []
    for at, minute in enumerate(minutes):
        if not minute.off:
            continue
        x = slot * at
        if zones and abs(zones[-1].x + zones[-1].width - x) < 0.01:
            zones[-1] = Zone(zones[-1].x, zones[-1].width + slot)
        else:
            zones.append(Zone(x, slot))
    return zones
