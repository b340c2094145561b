"""Has this been said before? Exact and near duplicates, by letters and by meaning. Pure."""

import hashlib
import re
from collections.abc import Iterable

from rapidfuzz import fuzz

from conversations.engine import words
from conversations.engine.values import Verdict

_NOISE = re.compile(r"[\W_]+")
SHORT = 12
"""Below so many letters only an exact repeat counts: "günaydın" may be said by two."""
SAYS_SOMETHING = 30
"""Below so many letters a text says too little to be compared by meaning."""


def normal(text: str) -> str:
    """The text as comparison sees it: folded, letters and digits alone."""
    return _NOISE.sub(" ", words.fold(text)).strip()


def fingerprint(text: str) -> str:
    """The same for texts that differ only in case, white space, punctuation and signs; signs alone are told apart."""
    return hashlib.sha256((normal(text) or " ".join(text.split())).encode()).hexdigest()


def judge(draft: str, said: Iterable[str], *, threshold: float) -> Verdict:
    """`threshold` is the similarity, 0..1, from which two texts count as the same."""
    new = normal(draft)
    for old in map(normal, said):
        if new == old:
            return Verdict("likeness", "duplicate", passed=False, detail=old[:200])
        if min(len(new), len(old)) >= SHORT and fuzz.ratio(new, old) / 100 > threshold:
            return Verdict("likeness", "near_duplicate", passed=False, detail=old[:200])
    return Verdict("likeness", "new", passed=True)


def judge_meaning(nearest: str, similarity: float, *, threshold: float) -> Verdict:
    """Whether a text says what another said, in other words. `similarity` and `threshold`: cosine, -1..1."""
    if similarity > threshold:
        return Verdict("likeness", "same_meaning", passed=False, detail=nearest[:200])
    return Verdict("likeness", "new", passed=True)
