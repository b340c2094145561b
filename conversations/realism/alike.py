"""Messages that say the same again. Row 15.

Two sets of trigrams with a Jaccard similarity above `SAME` share at least `_SHARED` of the rarest few of each; so only
these are looked up (prefix filtering), and a day of many thousand messages takes seconds.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import chain

from conversations.engine import likeness
from conversations.realism import measure
from conversations.realism.measure import Found
from conversations.realism.talk import Talk
from conversations.realism.utterance import Utterance

SAME = 0.8
WITHIN = 24 * 3600.0
_SHARED = 3


def found(of: Talk) -> dict[str, Found]:
    flags = [flag for said in of.chats.values() for flag in repeats(said)]
    return {"near_duplicates": measure.share(sum(flags), len(flags), least=30)}


def repeats(said: Sequence[Utterance]) -> list[bool]:
    """For each message of one chat long enough to compare: whether something like it was said in the 24 h before."""
    kept = [(each.at.timestamp(), likeness.normal(each.text)) for each in said]
    kept = [(at, text) for at, text in kept if len(text) >= likeness.SHORT]
    trigrams = [_trigrams(text) for _, text in kept]
    commonness = Counter(trigram for each in trigrams for trigram in each)
    heard = _Heard()
    return [
        heard.again(at, text, sorted(each, key=lambda t: (commonness[t], t)))
        for (at, text), each in zip(kept, trigrams, strict=True)
    ]


def jaccard(one: str, other: str) -> float:
    first, second = (_trigrams(likeness.normal(text)) for text in (one, other))
    return len(first & second) / len(first | second)


class _Heard:
    """What was said so far, found by its rarest trigrams."""

    def __init__(self) -> None:
        self.exact: dict[str, float] = {}
        self.said: list[tuple[float, frozenset[str]]] = []
        self.by_trigram: defaultdict[str, list[int]] = defaultdict(list)

    def again(self, at: float, text: str, ordered: list[str]) -> bool:
        """`ordered`: the trigrams of `text`, rarest first."""
        last = self.exact.get(text)
        self.exact[text] = at
        if last is not None and at - last <= WITHIN:
            return True
        prefix = ordered[: len(ordered) - math.ceil(SAME * len(ordered)) + _SHARED]
        trigrams = frozenset(ordered)
        alike = any(self._alike(number, at, trigrams) for number in self._near(prefix))
        for trigram in prefix:
            self.by_trigram[trigram].append(len(self.said))
        self.said.append((at, trigrams))
        return alike

    def _near(self, prefix: list[str]) -> list[int]:
        there = (self.by_trigram[trigram] for trigram in prefix if trigram in self.by_trigram)
        return [number for number, shared in Counter(chain.from_iterable(there)).items() if shared >= _SHARED]

    def _alike(self, number: int, at: float, trigrams: frozenset[str]) -> bool:
        when, other = self.said[number]
        if at - when > WITHIN or not SAME <= len(other) / len(trigrams) <= 1 / SAME:
            return False
        shared = len(trigrams & other)
        return shared / (len(trigrams) + len(other) - shared) > SAME


def _trigrams(text: str) -> frozenset[str]:
    padded = f"  {text} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))
