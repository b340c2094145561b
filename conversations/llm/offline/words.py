"""Whole Turkish words in running text: folding, stems with their suffixes, sentences."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from conversations.llm.offline import turkish

_WORD = re.compile(r"[^\W_]+")
# Tickers are ASCII: BIST is bist, not bıst.
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
# The consonant at the end of a stem may soften before its suffix: grafik, grafiği.
_SOFTENED = {"k": "[kğ]", "p": "[pb]", "ç": "[çc]", "t": "[td]"}
# Plural, possessive, case, person: as many as a noun in a chat carries.
_ENDINGS = (
    r"(?:l[ae]r)?(?:[ıiuü][mn](?:[ıiuü]z)?|s?[ıiuü])?"
    r"(?:n?[dt][ae](?:n|ki(?:ler)?)?|[yn]?[ıiuü]|[yn]?[ae]|n?[ıiuü]n|y?l[ae])?(?:y?[ıiuü]m)?"
)


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """The words in lower case; kept, because the same lines of a chat are looked at again and again."""
    return tuple(_WORD.findall(turkish.lower(_CAPITALS.sub(lambda found: found[0].lower(), text))))


def sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE_END.split(text.strip()) if part]


def plain(text: str) -> str:
    """Words only, in lower case: what is left when two texts are compared."""
    return " ".join(words(text))


def mentions(text: str, stems: Iterable[str]) -> list[str]:
    """The stems that the text speaks of, as whole words with or without suffixes."""
    spoken = plain(text)
    return [stem for stem in stems if _pattern(stem).search(spoken)]


@cache
def _pattern(stem: str) -> re.Pattern[str]:
    folded = plain(stem)
    last = folded[-1]
    body = re.escape(folded[:-1]) + _SOFTENED.get(last, re.escape(last))
    # Very short words and tickers take a suffix only after an apostrophe, which has become a space.
    ending = "" if len(folded) < 3 else _ENDINGS
    return re.compile(rf"\b{body}{ending}\b")
