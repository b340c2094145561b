"""When a piece of news was published, from whatever a feed calls a date. Pure."""

import calendar
import re
from datetime import UTC, datetime, timedelta
from time import struct_time
from zoneinfo import ZoneInfo

from bots import casing

ISTANBUL = ZoneInfo("Europe/Istanbul")
AHEAD = timedelta(hours=12)
"""Local times labelled as GMT lie a few hours ahead; what lies further ahead is no date."""
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)

_MONTHS = (
    "ocak", "subat", "mart", "nisan", "mayis", "haziran",
    "temmuz", "agustos", "eylul", "ekim", "kasim", "aralik",
)  # fmt: skip
_WRITTEN = re.compile(r"(\d{1,2})[ ./-]([a-z]{3,7}|\d{1,2})[ ./-](\d{4})(?:\D{1,5}(\d{1,2})[:.](\d{2}))?")


def published(parsed: struct_time | None, text: str, *, now: datetime) -> datetime | None:
    """`parsed` is the parser's reading, in UTC; `text` is what stood there, read as Istanbul time when it must be.

    None for what cannot be read. A moment somewhat ahead of `now` is taken as now.
    """
    found = _from_parser(parsed) or _turkish(text)
    if found is None or not OLDEST < found < now + AHEAD:
        return None
    return min(found, now)


def _from_parser(parsed: struct_time | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def _turkish(text: str) -> datetime | None:
    """“24 Kasım 2026 15:30” or “24.11.2026”."""
    match = _WRITTEN.search(casing.plain(text))
    if match is None:
        return None
    day, month, year, hour, minute = match.groups()
    number = int(month) if month.isdecimal() else _month(month)
    try:
        return datetime(int(year), number, int(day), int(hour or 0), int(minute or 0), tzinfo=ISTANBUL)
    except ValueError:
        return None


def _month(name: str) -> int:
    """Its number by its full name or first three letters; 0 for no month."""
    return next((number for number, month in enumerate(_MONTHS, 1) if name in (month, month[:3])), 0)
