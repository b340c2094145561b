"""Has this been said before? Exact and near duplicates, by letters. Pure."""

import re
from collections.abc import Iterable

from rapidfuzz import fuzz

from conversations.engine import words
from conversations.engine.values import Verdict

_NOISE = re.compile(r"[\W_]+")
SHORT = 12
"""Below so many letters only an exact repeat counts: "günaydın" may be said by two."""


def normal(text: str) -> str:
    """The text as comparison sees it: folded, letters and digits alone."""
    return _NOISE.sub(" ", words.fold(text)).strip()


def judge(draft: str, said: Iterable[str], *, threshold: float) -> Verdict:
    """`threshold` is the similarity, 0..1, from which two texts count as the same."""
    new = normal(draft)
    for old in map(normal, said):
        if new == old:
            return Verdict("likeness", "duplicate", passed=False, detail=old[:200])
        if min(len(new), len(old)) >= SHORT and fuzz.ratio(new, old) / 100 > threshold:
            return Verdict("likeness", "near_duplicate", passed=False, detail=old[:200])
    return Verdict("likeness", "new", passed=True)
