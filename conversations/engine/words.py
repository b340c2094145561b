"""Reading Turkish chat: whole words with their suffixes, questions, moods. Pure."""

import re
from collections.abc import Iterable
from functools import lru_cache

from bots import casing

_WORD = re.compile(r"[^\W_]+")
# The endings that Turkish hangs on a noun: plural, possession, case, -ki, -li, -ci, and their chains.
_ENDING = re.compile(
    r"(?:l[ae]r)?(?:[iu]m[iu]z|[iu]n[iu]z|[iu]m|[iu]n|s[iu]|[iu])?"
    r"(?:[dt][ae]n|[dt][ae]ki(?:l[ae]r)?|[dt][ae]|n[iu]n|[iu]n|n[ae]|y[ae]|[ae]|n[iu]|y[iu]|[iu]|yl[ae]|l[ae]"
    r"|c[ae]|c[iu]|l[iu]|s[iu]z)?(?:ki|l[ae]r)?(?:d[iu]r|y[iu][mz]|yd[iu][mkn]?|ym[iu]s|ys[ae])?"
)
_QUESTION = re.compile(
    r"\?|\b(?:ne|neden|niye|nasıl|kim|kaç|hangi|nerede|nereye|neresi)\b|\bm[ıiuü](?:s[ıiuü]n(?:[ıiuü]z)?|y[ıiuü]z|y[ıiuü]m)?\b"
)
_OPINION = re.compile(r"ne düşün|ne dersin|ne diyorsun|sizce|sence|fikr[ie]|görüş|yorumunuz|yorumun\b|ne olur\b")
_LOW = re.compile(
    r"\b(?:zarar\w*|battı\w*|batık\w*|üzgün\w*|korku\w*|korkuyor\w*|panik\w*|stres\w*|moralim\w*|kaybett\w*|pişman\w*)"
)
# Forms of one word that nearly always are another: "altında" is "under", hardly ever "in gold".
_OTHERS = frozenset({"altinda", "altindan", "altindaki", "altindakiler", "altinci"})
_COMMON = frozenset({"ve", "ile", "bir", "hisse", "hisseleri", "piyasa", "piyasalar", "genel"})


def fold(text: str) -> str:
    return casing.fold(text)


def words(text: str) -> list[str]:
    """Words without case and Turkish marks; what follows an apostrophe is a suffix and stands alone."""
    return _WORD.findall(casing.plain(text))


def speaks_of(text: str, topic: str) -> bool:
    """Whether a word of `text` is a word of `topic`, alone or with Turkish endings."""
    return _times(words(text), topic) > 0


@lru_cache(maxsize=4096)
def stems(topic: str) -> tuple[str, ...]:
    found = tuple(word for word in words(topic) if len(word) > 1 and word not in _COMMON)
    return found or tuple(words(topic))


def hits(text: str, topics: Iterable[str]) -> tuple[str, ...]:
    """The topics that `text` speaks of, the one with most words first."""
    times = {topic: _times(words(text), topic) for topic in topics}
    return tuple(sorted((topic for topic in times if times[topic]), key=lambda topic: -times[topic]))


def is_question(text: str) -> bool:
    return bool(_QUESTION.search(fold(text)))


def asks_opinion(text: str) -> bool:
    return bool(_OPINION.search(fold(text)))


def is_low(text: str) -> bool:
    """Somebody in a bad mood."""
    return bool(_LOW.search(fold(text)))


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


def _times(said: list[str], topic: str) -> int:
    return sum(any(is_form(word, stem) for stem in stems(topic)) for word in said)


def is_form(word: str, stem: str) -> bool:
    """Whether `word` is `stem` with Turkish endings; both plain."""
    if word == stem:
        return True
    if len(stem) < 3 or word in _OTHERS or not word.startswith(stem):
        return False
    return bool(_ENDING.fullmatch(word, len(stem)))
