"""What a chart says, before it is drawn: series over a window, what happened meanwhile, and where nothing is known."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from monitoring.charts.window import Window
from monitoring.reasons import Words

Value = float | None
"""None: nothing is known of this slot."""
Unit = Literal["count", "dollars", "tokens", "ms", "percent"]
Tone = Literal["bots", "people", "good", "quiet", "warn", "bad", "second", "plan"]


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    """Stable, for files and programs."""
    label: Words
    tone: Tone
    values: Sequence[Value]
    """One for each slot of the window."""
    whole: Value = None
    """Of the whole window, where that is not the sum of its slots."""

    @property
    def known(self) -> list[float]:
        return [value for value in self.values if value is not None]

    @property
    def total(self) -> float:
        return sum(self.known)


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which silence means nothing."""

    since: datetime
    until: datetime
    code: Literal["off", "away", "before"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at a moment."""

    at: datetime
    code: Literal["start", "stop", "news", "gone"]
    text: Words
    link: str = ""


@dataclass(frozen=True, slots=True)
class Zone:
    """A time of which one wants to know, as that of a market's session."""

    since: datetime
    until: datetime
    text: Words


@dataclass(frozen=True, slots=True)
class Around:
    """What a chart is drawn upon."""

    gaps: Sequence[Gap] = ()
    marks: Sequence[Mark] = ()
    zones: Sequence[Zone] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    name: str
    title: Words
    window: Window
    series: Sequence[Series]
    kind: Literal["bars", "lines"] = "bars"
    unit: Unit = "count"
    line: Series | None = None
    """A line above the bars, as what was planned."""
    estimated: bool = False
    """Whether numbers are read from classes, not from rows."""
    around: Around = field(default_factory=Around)
    note: Words = ""
    nothing: Words = ""
    """What it says when it is empty, where that need not mean that nothing happened."""

    @property
    def all_series(self) -> tuple[Series, ...]:
        return (*self.series, *((self.line,) if self.line else ()))

    @property
    def key(self) -> list[tuple[Series, Value]]:
        """Each series with what it comes to."""
        return [(one, one.whole if self.kind == "lines" or one is self.line else one.total) for one in self.all_series]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see: no value at all, or only noughts."""
        return not any(one.total for one in self.series)
