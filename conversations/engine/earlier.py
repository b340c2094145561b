"""Which of its own earlier words a bot may come back to. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bots import casing
from conversations.engine import words

FRESH = timedelta(hours=2)
"""What was said since then is still in the chat: nobody refers back to it."""
OLD = timedelta(days=7)
WEEK_HOURS = 168.0
LEAST = 0.5


@dataclass(frozen=True, slots=True)
class Earlier:
    """Something that the speaker said in this chat."""

    message_id: int
    text: str
    topic: str
    symbols: tuple[str, ...]
    said_at: datetime


def best(
    candidates: Iterable[Earlier], topic: str, symbols: Iterable[str], now: datetime, count: int
) -> tuple[Earlier, ...]:
    """The `count` that fit the talk best, the best first."""
    shared = frozenset(symbols)
    scored = [(score(said, topic, shared, now), said.said_at, said) for said in candidates]
    fitting = sorted((entry for entry in scored if entry[0] > LEAST), key=lambda entry: entry[:2], reverse=True)
    return tuple(said for _, _, said in fitting[: max(count, 0)])


def score(said: Earlier, topic: str, symbols: frozenset[str], now: datetime) -> float:
    """3 for the same topic and 2 for each shared symbol, fading over a week to half; nothing outside 2 h .. 7 days."""
    age = now - said.said_at
    if not FRESH < age <= OLD:
        return 0.0
    fits = 3 * _same(said, topic) + 2 * len(symbols.intersection(said.symbols))
    return fits * max(LEAST, 1 - age.total_seconds() / 3600 / WEEK_HOURS)


def _same(said: Earlier, topic: str) -> bool:
    if not topic:
        return False
    return casing.plain(said.topic) == casing.plain(topic) or words.speaks_of(said.text, topic)
