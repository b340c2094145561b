"""Sample news for rehearsal rooms that have no feed: always marked, the same on every machine. Pure."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from conversations.news.parse import Entry

SOURCE = "örnek haber"
EVERY = timedelta(minutes=30)

_FILE = Path(__file__).with_name("sample.txt")
_DAY = timedelta(days=1)


def entry(now: datetime) -> Entry:
    """The sample headline of this half hour. A day brings each line at most once, in an order of its own."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    slot = (now - day) // EVERY
    order = Random(f"{SOURCE}:{day:%Y-%m-%d}").sample(lines(), k=_DAY // EVERY)
    link = f"https://ornek.invalid/{day:%Y-%m-%d}/{slot}"  # a name that can lead nowhere (RFC 2606)
    return Entry(order[slot], "", link, day + slot * EVERY)


@cache
def lines() -> tuple[str, ...]:
    text = _FILE.read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))
