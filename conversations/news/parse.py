"""RSS and Atom to headlines: bytes in, values out, whatever the feed's age, encoding or manners. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import feedparser  # type: ignore[import-untyped]

from bots import casing
from conversations.news import dates, plain

MOST_ENTRIES = 50
LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_LINK = 300, 600, 500
_TRACKING = re.compile(r"utm_|fbclid$|gclid$|yclid$")
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)


class NoFeed(ValueError):
    """What came is no RSS or Atom."""


@dataclass(frozen=True, slots=True)
class Entry:
    title: str
    summary: str
    link: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What a feed held."""

    entries: tuple[Entry, ...]
    """Newest first, each link and each title once."""
    undated: int = 0
    """Left out because nobody knows when they were published."""


def feed(body: bytes, *, content_type: str, address: str, now: datetime) -> Found:
    """Raises NoFeed. Nothing is fetched: the parser is given bytes, never an address."""
    if _ENTITY.search(body):
        raise NoFeed  # no feed needs entities of its own, and they can unfold to any size
    parsed = feedparser.parse(
        BytesIO(body), response_headers={"content-type": content_type, "content-location": address}
    )
    if not parsed.get("version") and not parsed.entries:
        raise NoFeed
    dated = [_entry(dict(raw), now) for raw in parsed.entries[: MOST_ENTRIES * 2]]
    entries = sorted((entry for entry in dated if isinstance(entry, Entry)), key=lambda one: one.published_at)
    return Found(tuple(_once(reversed(entries)))[:MOST_ENTRIES], undated=dated.count("undated"))


def _entry(raw: dict[str, Any], now: datetime) -> Entry | str:
    """The entry, or why there is none."""
    title, link = plain.text(raw.get("title", ""), longest=LONGEST_TITLE), _link(raw.get("link", ""))
    if not title or not link:
        return "empty"
    moment = _moment(raw, now)
    if moment is None:
        return "undated"
    summary = plain.text(raw.get("summary", ""), longest=LONGEST_SUMMARY)
    return Entry(title, "" if summary == title else summary, link, moment)


def _moment(raw: dict[str, Any], now: datetime) -> datetime | None:
    for name in ("published", "updated", "created"):
        text = raw.get(name) or ""
        if moment := dates.published(raw.get(f"{name}_parsed"), str(text), now=now):
            return moment
    return None


def _link(address: str) -> str:
    """The address without what only counts visitors; empty when it is none."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True)]
    kept = urlencode([pair for pair in query if not _TRACKING.match(pair[0])])
    found = urlunsplit((parts.scheme, parts.netloc, parts.path, kept, ""))
    return found if parts.scheme in ("http", "https") and parts.hostname and len(found) <= LONGEST_LINK else ""


def _once(entries: Iterator[Entry]) -> Iterator[Entry]:
    seen: set[str] = set()
    for entry in entries:
        marks = {entry.link, casing.fold(entry.title)}
        if not marks & seen:
            yield entry
        seen |= marks
