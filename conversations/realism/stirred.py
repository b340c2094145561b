"""How the talk answers news: livelier at once, then as before. Row 12."""

from bisect import bisect_left
from collections import defaultdict
from datetime import datetime, timedelta

from conversations.realism import measure, talk
from conversations.realism.measure import Found
from conversations.realism.talk import Talk

FIRST, FADING, OVER = 15, 30, 60
"""Minutes after news: livelier until, fading from, forgotten after."""
LEAST_NEWS, LEAST_MINUTES = 3, 30
_HOUR = 90
"""Minutes around the clock time of the news that count as the same hour."""


def found(of: Talk) -> dict[str, Found]:
    news: defaultdict[str, list[datetime]] = defaultdict(list)
    for chat, at in of.context.news:
        news[chat].append(at)
    told = [each for chat, moments in news.items() if chat in of.chats for each in _responses(of, chat, moments)]
    total = sum(baseline for _, _, baseline in told)
    first, later = sum(first for first, _, _ in told), sum(later for _, later, _ in told)
    enough = len(told) >= LEAST_NEWS
    return {
        "news_response": measure.exact(first / total if enough and total else None, len(told)),
        "news_decay": measure.exact(later / first if enough and first else None, len(told)),
    }


def _responses(of: Talk, chat: str, news: list[datetime]) -> list[tuple[float, float, float]]:
    """For each piece of news: messages a minute just after, later, and in the same hour without news."""
    times = talk.seconds(of.chats[chat])
    span = (of.chats[chat][0].at, of.chats[chat][-1].at)
    told = []
    for at in sorted(news):
        usual = _usual(times, at, sorted(news), span)
        if usual is not None and span[0] <= at and at + timedelta(minutes=OVER) <= span[1]:
            told.append((_rate(times, at, 0, FIRST), _rate(times, at, FADING, OVER), usual))
    return told


def _usual(times: list[float], at: datetime, news: list[datetime], span: tuple[datetime, datetime]) -> float | None:
    """Messages a minute around this time of the day, on every day, in minutes that no news has stirred."""
    count, minutes = 0.0, 0
    days = range((span[0] - at).days - 1, (span[1] - at).days + 2)
    for offset in (timedelta(days=day, minutes=minute) for day in days for minute in range(-_HOUR, _HOUR + 1, 5)):
        start = at + offset
        inside = span[0] <= start and start + timedelta(minutes=5) <= span[1]
        if inside and not _stirred(start, news):
            count += _rate(times, start, 0, 5) * 5
            minutes += 5
    return count / minutes if minutes >= LEAST_MINUTES else None


def _stirred(start: datetime, news: list[datetime]) -> bool:
    """Whether news came in the hour before these five minutes, or within them."""
    at = bisect_left(news, start - timedelta(minutes=OVER))
    return at < len(news) and news[at] < start + timedelta(minutes=5)


def _rate(times: list[float], at: datetime, since: int, until: int) -> float:
    first, last = (at.timestamp() + 60 * minute for minute in (since, until))
    return (bisect_left(times, last) - bisect_left(times, first)) / (until - since)
