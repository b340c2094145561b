"""Who speaks how much: in a living group a few carry the talk. Rows 5 and 6."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from conversations.realism import measure
from conversations.realism.measure import Found
from conversations.realism.talk import Talk
from conversations.realism.utterance import Utterance

LEAST_SPEAKERS, LEAST_SAID = 5, 40
"""Of a chat and day, to say how equal it was."""


def found(of: Talk) -> dict[str, Found]:
    counts = [_counts(said, of_bots=of.has_bots) for said in of.days().values()]
    told = [each for each in counts if len(each) >= LEAST_SPEAKERS and sum(each) >= LEAST_SAID]
    return {
        "participation_gini": _mean([gini(each) for each in told]),
        "top_decile": _mean([top_decile(each) for each in told]),
    }


def gini(counts: Sequence[int]) -> float:
    """0: everybody says the same amount; towards 1: one says it all."""
    ordered = np.sort(np.asarray(counts, dtype=float))
    n = len(ordered)
    return float(2 * np.sum(np.arange(1, n + 1) * ordered) / (n * ordered.sum()) - (n + 1) / n)


def top_decile(counts: Sequence[int]) -> float:
    """What the most active tenth said; of a part of a speaker, that part."""
    ordered = sorted(counts, reverse=True)
    tenth = len(ordered) / 10
    whole = int(tenth)
    return (sum(ordered[:whole]) + (tenth - whole) * ordered[whole]) / sum(ordered)


def _counts(said: Sequence[Utterance], *, of_bots: bool) -> list[int]:
    """Messages of each bot; in a group without bots, of everybody."""
    return list(Counter(each.speaker for each in said if each.is_bot or not of_bots).values())


def _mean(values: list[float]) -> Found:
    return Found(values[0], None, 1) if len(values) == 1 else measure.mean(values, least=1)
