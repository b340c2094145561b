"""When Borsa Istanbul trades: weekends, public holidays, half days. Pure; the days are in holidays.txt.

Hours of the equity market: orders are collected from 09:40, trading runs from 10:00 to 18:00 (12:30 on half days), and
the closing session ends ten minutes later (borsaistanbul.com, "Pay Piyasası İşlem Saatleri"; half days: Anadolu
Agency, 11.5.2021). Beyond the years of the file only weekends and the holidays of fixed date are known.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

Kind = Literal["open", "half_day", "before", "after", "holiday", "weekend"]

ISTANBUL = ZoneInfo("Europe/Istanbul")
COLLECTS, OPENS, CLOSES, CLOSES_EARLY = time(9, 40), time(10, 0), time(18, 0), time(12, 30)
CLOSING_SESSION = timedelta(minutes=10)

_FILE = Path(__file__).with_name("holidays.txt")


@dataclass(frozen=True, slots=True)
class Session:
    """What the exchange is doing; `half_day` is open, but not for long."""

    kind: Kind
    words: str
    """Turkish, as the prompt says it."""

    @property
    def is_open(self) -> bool:
        return self.kind in ("open", "half_day")


@dataclass(frozen=True, slots=True)
class Holiday:
    day: date
    half: bool
    source: str
    """`law` for days of fixed date, a year for its published list, `computed` until that list is out."""
    name: str


def session(local: datetime) -> Session:
    """What the exchange is doing at an aware moment, whatever its time zone."""
    now = local.astimezone(ISTANBUL)
    if now.weekday() >= 5:
        return Session("weekend", "hafta sonu, borsa kapalı")
    kept = holiday(now.date())
    if kept and not kept.half:
        return Session("holiday", f"{kept.name}, borsa kapalı")
    half = f", bugün yarım gün ({kept.name})" if kept else ""
    if now.time() < OPENS:
        return Session("before", _before(now.time()) + half)
    closing = now.replace(hour=0, minute=0, second=0, microsecond=0) + _since_midnight(_closes(kept))
    if now >= closing:
        return Session("after", ("kapanış seansı" if now < closing + CLOSING_SESSION else "borsa kapandı") + half)
    return Session("half_day" if kept else "open", f"borsa açık, kapanışa {_length(closing - now)}{half}")


def is_market_day(day: date) -> bool:
    """Whether there is any trading on a day, half days included."""
    kept = holiday(day)
    return day.weekday() < 5 and (kept is None or kept.half)


def opens(day: date) -> time | None:
    return OPENS if is_market_day(day) else None


def closes(day: date) -> time | None:
    return _closes(holiday(day)) if is_market_day(day) else None


def holiday(day: date) -> Holiday | None:
    """The holiday of a weekday; beyond the known years those of fixed date alone."""
    if day.year in known_years():
        return holidays().get(day)
    fixed = _fixed().get((day.month, day.day))
    return Holiday(day, fixed.half, fixed.source, fixed.name) if fixed else None


def known_until() -> date:
    """The last day that the file knows all about."""
    return date(max(known_years()), 12, 31)


@cache
def known_years() -> frozenset[int]:
    return frozenset(day.year for day in holidays())


@cache
def holidays() -> dict[date, Holiday]:
    """Every kept day, by date. Raises ValueError when the file cannot be read."""
    lines = (line for line in _FILE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return {kept.day: kept for kept in map(_parsed, lines)}


def _parsed(line: str) -> Holiday:
    day, kind, source, name = line.split(maxsplit=3)
    if kind not in ("closed", "half"):
        raise ValueError(f"{_FILE.name}: {kind!r} is neither closed nor half: {line}")
    return Holiday(date.fromisoformat(day), kind == "half", source, name)


@cache
def _fixed() -> dict[tuple[int, int], Holiday]:
    return {(day.month, day.day): kept for day, kept in holidays().items() if kept.source == "law"}


def _closes(kept: Holiday | None) -> time:
    return CLOSES_EARLY if kept else CLOSES


def _before(clock: time) -> str:
    return "borsa 10:00'da açılacak" if clock < COLLECTS else "açılış seansı, borsa 10:00'da açılıyor"


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute)


def _length(span: timedelta) -> str:
    """A span in whole minutes, the one that has begun included."""
    hours, minutes = divmod(-(-int(span.total_seconds()) // 60), 60)
    parts = [f"{hours} saat" if hours else "", f"{minutes} dakika" if minutes else ""]
    return " ".join(filter(None, parts)) or "1 dakika"
