"""Geometry of the talk of the last hour, as bars for a server-rendered SVG. Pure: counts in, numbers out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

WIDTH, HEIGHT = 720, 168
LEFT, BOTTOM, TOP = 28, 22, 10
GAP = 3
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
    minute: Minute
    x: float
    width: float
    bots_y: float
    bots_height: float
    people_y: float
    people_height: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A line or a label: `position` along its axis."""

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
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    top: int = TOP
    floor: int = HEIGHT - BOTTOM

    @property
    def plot(self) -> int:
        """Height of the area in which bars stand."""
        return self.floor - self.top

def of(minutes: Sequence[Minute]) -> Chart:
    top = next((step for step in _STEPS if step >= max((m.total for m in minutes), default=0)), _STEPS[-1])
    slot = (WIDTH - LEFT) / max(len(minutes), 1)
    scale = (HEIGHT - BOTTOM - TOP) / top
    return Chart(
        bars=tuple(_bar(minute, LEFT + slot * at, slot - GAP, scale) for at, minute in enumerate(minutes)),
        levels=tuple(Mark(HEIGHT - BOTTOM - scale * level, str(level)) for level in (0, top // 2, top)),
        hours=tuple(
            Mark(LEFT + slot * (at + 0.5), f"{minute.at:%H:%M}")
            for at, minute in enumerate(minutes)
            if minute.at.minute % 10 == 0
        ),
        gaps=tuple(_gaps(minutes, slot)),
    )


def _bar(minute: Minute, x: float, width: float, scale: float) -> Bar:
    floor = HEIGHT - BOTTOM
    bots, people = minute.bots * scale, minute.people * scale
    return Bar(minute, round(x + GAP / 2, 2), round(width, 2), floor - bots, bots, floor - bots - people, people)


def _gaps(minutes: Sequence[Minute], slot: float) -> list[Zone]:
    """Runs of minutes in which the engine was off."""
    zones: list[Zone] = []
    for at, minute in enumerate(minutes):
        if not minute.off:
            continue
        x = LEFT + slot * at
        if zones and abs(zones[-1].x + zones[-1].width - x) < 0.01:
            zones[-1] = Zone(zones[-1].x, zones[-1].width + slot)
        else:
            zones.append(Zone(x, slot))
    return zones
