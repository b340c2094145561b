"""Reading Turkish chat: whole words with their suffixes, questions, moods. Pure."""

import re
from collections.abc import Iterable
from functools import lru_cache

from bots import casing
from conversations.engine import forms, naming, sentiment
from conversations.engine.values import Ticker

_QUESTION = re.compile(
    r"\?|\b(?:ne|neden|niye|nasıl|kim|kaç|hangi|nerede|nereye|neresi)\b|\bm[ıiuü](?:s[ıiuü]n(?:[ıiuü]z)?|y[ıiuü]z|y[ıiuü]m)?\b"
)
_OPINION = re.compile(r"ne düşün|ne dersin|ne diyorsun|sizce|sence|fikr[ie]|görüş|yorumunuz|yorumun\b|ne olur\b")
_LOW = re.compile(
    r"\b(?:zarar\w*|battı\w*|batık\w*|üzgün\w*|korku\w*|korkuyor\w*|panik\w*|stres\w*|moralim\w*|kaybett\w*|pişman\w*)"
)


def fold(text: str) -> str:
    return casing.fold(text)


def words(text: str) -> list[str]:
    """Words without case and Turkish marks; what follows an apostrophe of any kind is a suffix and stands alone."""
    return list(forms.split(text))


def speaks_of(text: str, topic: str) -> bool:
    """Whether a word of `text` is a word of `topic`, alone or with Turkish endings."""
    return _times(forms.split(text), topic) > 0


def hits(text: str, topics: Iterable[str], tickers: Iterable[Ticker] = ()) -> tuple[str, ...]:
    """The topics that `text` speaks of, the one with most words first.

    With `tickers`, a topic that is one of them is found by all its names: USDTRY by "dolar".
    """
    return _hits(text, tuple(topics), naming.table(tickers))


@lru_cache(maxsize=8192)
def _hits(text: str, topics: tuple[str, ...], table: naming.Table) -> tuple[str, ...]:
    times = {topic: _spoken(text, topic, table) for topic in topics}
    return tuple(sorted((topic for topic in times if times[topic]), key=lambda topic: -times[topic]))


def _spoken(text: str, topic: str, table: naming.Table) -> int:
    code = table.codes.get(forms.split(topic), "")
    named = naming.named(text, table).count(code) if code else 0
    # Codes are words of every day now and then, and the table knows which; "Altın" is more than its own code.
    return named if code == topic else max(named, _times(forms.split(text), topic))


def tickers_in(text: str, tickers: Iterable[Ticker]) -> tuple[str, ...]:
    """Codes of the tickers that `text` names, by code or by another name, in the order of the text. None but these."""
    return tuple(dict.fromkeys(naming.named(text, naming.table(tickers))))


def code_of(name: str, tickers: Iterable[Ticker]) -> str:
    """The code of what somebody calls `name`, or nothing."""
    return naming.table(tickers).codes.get(forms.split(name), "")


@lru_cache(maxsize=4096)
def is_question(text: str) -> bool:
    return bool(_QUESTION.search(fold(text)))


@lru_cache(maxsize=4096)
def asks_opinion(text: str) -> bool:
    return bool(_OPINION.search(fold(text)))


@lru_cache(maxsize=4096)
def is_low(text: str) -> bool:
    """Somebody in a bad mood, and not one who denies it: "panik yok"."""
    return bool(_LOW.search(fold(text))) and sentiment.mood(text) < 0


def addressed(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Usernames among `names` that `text` mentions with an @, in the order of the text."""
    wanted = {name.lower(): name for name in names}
    return tuple(dict.fromkeys(wanted[tag] for tag in tags(text) if tag in wanted))


def tags(text: str) -> list[str]:
    return [tag.lower() for tag in re.findall(r"(?<![\w@])@([A-Za-z][A-Za-z0-9_]{3,31})", text)]


def called(text: str, name: str) -> bool:
    """Whether a message calls somebody by first name: at its start, or set off by a comma or question mark."""
    first = next(iter(words(name)), "")
    if len(first) < 2:
        return False
    said = casing.plain(text)
    return bool(
        re.match(rf"{re.escape(first)}\b[\s,:!]", said) or re.search(rf",\s*{re.escape(first)}\s*[?!.]*$", said)
    )


def _times(said: tuple[str, ...], topic: str) -> int:
    starts = forms.places(said)
    found = {
        at
        for stem in forms.stems(topic)
        for at in starts.get(stem[:2], ())
        if forms.is_form(said[at], stem) and not forms.means_under(said, at)
    }
    return len(found)
