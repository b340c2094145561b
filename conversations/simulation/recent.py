"""What was said in a room lately, as the duplicate check asks for it."""

from collections import deque
from datetime import datetime, timedelta

from rapidfuzz import fuzz, process

from conversations.engine import likeness

NEAR = 60
"""Similarity, 0..100, below which a text is no neighbour."""
NEIGHBOURS = 5


class Recent:
    """The messages of the last hours; the nearest of them are found without reading each in Python."""

    def __init__(self, hours: float) -> None:
        self.span = timedelta(hours=hours)
        self.times: deque[datetime] = deque()
        self.texts: deque[str] = deque()

    def add(self, text: str, at: datetime) -> None:
        self.times.append(at)
        self.texts.append(likeness.normal(text))

    def near(self, text: str, now: datetime) -> list[str]:
        while self.times and self.times[0] <= now - self.span:
            self.times.popleft()
            self.texts.popleft()
        found = process.extract(
            likeness.normal(text), self.texts, scorer=fuzz.ratio, processor=None, score_cutoff=NEAR, limit=NEIGHBOURS
        )
        return [near for near, _score, _index in found]
