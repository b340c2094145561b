"""The time that a page looks at: how long, until when, by which clock, in which slots. Pure."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from urllib.parse import urlencode

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A length that one can choose, and how long each of its slots is."""

    key: str
    length: timedelta
    step: timedelta
    pace: float
    """Seconds: charts of this span are drawn anew no more often."""

    @property
    def slots(self) -> int:
        return round(self.length / self.step)


SPANS = {
    span.key: span
    for span in (
        Span("1h", HOUR, MINUTE, 4),
        Span("6h", 6 * HOUR, 5 * MINUTE, 15),
        Span("24h", DAY, 30 * MINUTE, 30),
        Span("7d", 7 * DAY, 3 * HOUR, 60),
        Span("30d", 30 * DAY, DAY, 300),
        Span("90d", 90 * DAY, DAY, 300),
    )
}
USUAL = "1h"
FARTHEST = timedelta(days=3650)
"""Nobody asks for what was before; and arithmetic with dates comes to no end."""


@dataclass(frozen=True, slots=True)
class Window:
    span: Span
    zone: tzinfo
    utc: bool
    edges: tuple[datetime, ...]
    """Where each slot begins, oldest first."""
    until: datetime
    """Where the last one ends: now, or a moment of the past."""
    live: bool
    """Whether it ends now, and moves on."""
    kept: tuple[tuple[str, str], ...] = ()
    """Further words of the address, which every other window takes along."""

    @property
    def since(self) -> datetime:
        return self.edges[0]

    @property
    def ends(self) -> tuple[datetime, ...]:
        """Where each slot ends."""
        return (*self.edges[1:], self.until)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def place(self, at: datetime) -> float:
        """Where a moment lies, in slots from the beginning; a slot is as wide as another, however long it is."""
        if at <= self.since:
            return 0.0
        number = min(bisect_left(self.edges, at), len(self.edges)) - 1
        if number + 1 < len(self.edges) and self.edges[number + 1] == at:
            return float(number + 1)
        begins, ends = self.edges[number], self.ends[number]
        whole = max(ends - begins, self.span.step) if number == len(self.edges) - 1 else ends - begins
        return number + min((at - begins) / whole, 1.0)

    def query(self, **changes: str) -> str:
        """This window as an address has it. A change to "" takes a word away."""
        words = {"range": self.span.key, "zone": "utc" if self.utc else "", "until": "" if self.live else _told(self)}
        return urlencode({name: value for name, value in ({**words, **dict(self.kept)} | changes).items() if value})

    def earlier(self) -> str:
        return replace(self, until=self.since, live=False).query()

    def later(self, now: datetime) -> str:
        """The window after this one; that which ends now when it is the next."""
        end = self.until + self.span.length
        return replace(self, until=end, live=end >= now).query()

    def nearer(self, number: int) -> str:
        """A shorter window that ends with a slot of this one; "" where slots are as short as can be."""
        if self.span.step == MINUTE:
            return ""
        fitting = (one for one in reversed(SPANS.values()) if one.length <= self.span.step * 2)
        return replace(self, span=next(fitting, SPANS[USUAL]), until=self.ends[number], live=False).query()


def read(asked: Mapping[str, str], now: datetime, zone: tzinfo, *, keep: tuple[str, ...] = ()) -> Window:
    """The window that an address asks for; what cannot be read counts as not asked. `zone`: the clock of the house;
    `keep`: words of the page's own."""
    span = SPANS.get(asked.get("range", ""), SPANS[USUAL])
    utc = asked.get("zone") == "utc"
    until = _moment(asked.get("until", ""), now, UTC if utc else zone)
    kept = tuple((name, asked[name]) for name in keep if asked.get(name))
    return replace(of(span, until or now, UTC if utc else zone, live=until is None, utc=utc), kept=kept)


def of(span: Span, until: datetime, zone: tzinfo, *, live: bool = True, utc: bool = False) -> Window:
    edges = tuple(_last_edges(until, span, zone))
    return Window(span, zone, utc, edges, until, live)


def _told(window: Window) -> str:
    return window.until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """A moment of the past; without a zone it is by the clock of the page."""
    try:
        found = datetime.fromisoformat(text[:32])
    except ValueError:
        return None
    if not 1970 < found.year < 9000:
        return None
    at = found if found.tzinfo else found.replace(tzinfo=zone)
    return at.astimezone(UTC) if now - FARTHEST < at < now else None


def _last_edges(until: datetime, span: Span, zone: tzinfo) -> list[datetime]:
    """The last edges before `until`, as many as the span has slots."""
    day, found = until.astimezone(zone).date(), list[datetime]()
    while len(found) < span.slots:
        found = [edge for edge in _edges(day, span.step, zone) if edge < until] + found
        day -= DAY
    return found[-span.slots :]


def _edges(day: date, step: timedelta, zone: tzinfo) -> Iterator[datetime]:
    """The edges of a day by its own clock: it may have 23 or 25 hours, and then its last slot is a short one."""
    edge, end = _midnight(day, zone), _midnight(day + DAY, zone)
    if step == DAY:
        yield edge
        return
    while edge < end:
        yield edge
        edge += step


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
