"""Geometry of a day's expected messages, as it is and as it would be, for a server-rendered SVG."""

from dataclasses import dataclass

from conversations.foresight import Effect

WIDTH, HEIGHT, TOP, FLOOR = 100, 132, 12, 112
"""Across in percent, down in pixels."""
FILL = 0.68
_STEPS = (1, 2, 4, 10, 20, 40, 60, 100, 200, 400, 600, 1000, 2000, 4000, 10_000, 20_000, 40_000, 100_000)


@dataclass(frozen=True, slots=True)
class Bar:
    hour: str
    before: float
    """Messages."""
    after: float
    limit: str
    x: float
    width: float
    before_y: float
    after_y: float
    after_height: float


@dataclass(frozen=True, slots=True)
class Level:
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    bars: tuple[Bar, ...]
    levels: tuple[Level, ...]
    height: int = HEIGHT
    floor: int = FLOOR

    @classmethod
    def of(cls, effect: Effect) -> "Picture":
        before, after = effect.before.outlook.hours, effect.after.outlook.hours
        most = max((hour.messages for hour in (*before, *after)), default=0.0)
        top = next((step for step in _STEPS if step >= most), max(most, 1.0))
        slot, scale = WIDTH / len(after), (FLOOR - TOP) / top
        bars = tuple(
            Bar(
                hour=f"{then.at:02d}",
                before=was.messages,
                after=then.messages,
                limit=then.limit,
                x=round(slot * then.at + slot * (1 - FILL) / 2, 2),
                width=round(slot * FILL, 2),
                before_y=round(FLOOR - was.messages * scale, 2),
                after_y=round(FLOOR - then.messages * scale, 2),
                after_height=round(then.messages * scale, 2),
            )
            for was, then in zip(before, after, strict=True)
        )
        marks = (0, top / 2, top)
        return cls(bars, tuple(Level(round(FLOOR - scale * mark, 2), f"{mark:g}") for mark in marks))
