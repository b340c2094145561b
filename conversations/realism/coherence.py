"""Whether replies are about what they answer: against pairs shuffled within the same chat and day. Row 22."""

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence

from conversations.engine import words
from conversations.realism import measure
from conversations.realism.measure import Found
from conversations.realism.talk import Talk
from conversations.realism.utterance import Utterance

LEAST = 30
STEM = 5
"""Letters of a word that are compared: Turkish endings come after."""
_SOME, _OTHERS = 2000, 5
"""Replies that are looked at, and strangers that each is held against."""

Weights = Mapping[str, float]


def found(of: Talk) -> dict[str, Found]:
    pairs = [(reply, parent) for reply, parent in of.replies() if reply.text and parent.text]
    dice = random.Random(7)
    chosen = dice.sample(pairs, _SOME) if len(pairs) > _SOME else pairs
    rarity = _rarity([said.text for said in of])
    days = of.days()
    told = []
    for reply, parent in chosen:
        day = days[reply.chat, of.local(reply.at).date()]
        if others := _strangers(day, (reply, parent), dice):
            told.append(_wins(reply, parent, others, rarity))
    return {"coherence": measure.mean(told, least=LEAST)}


def _wins(reply: Utterance, parent: Utterance, others: Sequence[Utterance], rarity: Weights) -> float:
    """Share of strangers to which the reply is less like than to its parent; a draw is half."""
    said = weights(reply.text, rarity)
    near = likeness(said, weights(parent.text, rarity))
    far = [likeness(said, weights(other.text, rarity)) for other in others]
    return sum((near > each) + (near == each) / 2 for each in far) / len(far)


def weights(text: str, rarity: Weights) -> dict[str, float]:
    return {stem: count * rarity.get(stem, 0.0) for stem, count in Counter(_stems(text)).items()}


def likeness(one: Weights, other: Weights) -> float:
    """Cosine of two weighted bags of stems."""
    shared = sum(weight * other[stem] for stem, weight in one.items() if stem in other)
    if not shared:
        return 0.0
    return shared / math.sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))


def _strangers(day: Sequence[Utterance], pair: tuple[Utterance, Utterance], dice: random.Random) -> list[Utterance]:
    drawn = dice.sample(day, min(len(day), _OTHERS + 2))
    ids = {each.id for each in pair}
    return [other for other in drawn if other.id not in ids and other.text][:_OTHERS]


def _stems(text: str) -> list[str]:
    return [word[:STEM] for word in words.words(text) if len(word) > 2]


def _rarity(texts: Sequence[str]) -> dict[str, float]:
    """Inverse document frequency of each stem."""
    counts = Counter(stem for text in texts for stem in set(_stems(text)))
    return {stem: math.log((1 + len(texts)) / (1 + count)) + 1 for stem, count in counts.items()}
