"""The day: when people can answer, and how the talk spreads over the hours. Rows 10 and 11."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from conversations.realism import measure
from conversations.realism.measure import Found
from conversations.realism.talk import Talk

LEAST_SAID = 50
"""Of a speaker, before the hours in which it was silent mean anything."""
_STEP = 15
"""Minutes between the moments at which active hours are looked at."""


def found(of: Talk, profile: Sequence[float]) -> dict[str, Found]:
    return {
        "attentive_hours": measure.mean(_attentive(of), least=3),
        "circadian_fit": circadian_fit([of.local(said.at) for said in of], profile),
    }


def circadian_fit(moments: Sequence[datetime], profile: Sequence[float]) -> Found:
    if len(moments) < 200 or max(moments) - min(moments) < timedelta(hours=20):
        return Found(None, None, len(moments))
    counts = np.bincount([moment.hour for moment in moments], minlength=24) / len(moments)
    return measure.exact(divergence(list(counts), profile), len(moments))


def divergence(one: Sequence[float], other: Sequence[float]) -> float:
    """Jensen-Shannon divergence of two distributions in bits: 0 the same, 1 nothing in common."""
    p, q = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    middle = (p + q) / 2

    def half(share: np.typing.NDArray[np.float64]) -> float:
        there = share > 0
        return float(np.sum(share[there] * np.log2(share[there] / middle[there]))) / 2

    return half(p) + half(q)


def _attentive(of: Talk) -> list[float]:
    """Hours a day of each speaker: by the active hours of the cast, else by the hours in which each was ever heard."""
    spoken = Counter(said.speaker for said in of if said.is_bot or not of.has_bots)
    if of.context.awake and of.has_bots:
        return [_known(of, speaker) for speaker in spoken]
    heard: defaultdict[str, set[int]] = defaultdict(set)
    for said in of:
        heard[said.speaker].add(of.local(said.at).hour)
    return [float(len(heard[speaker])) for speaker, times in spoken.items() if times >= LEAST_SAID]


def _known(of: Talk, speaker: str) -> float:
    day = datetime(2024, 1, 1, tzinfo=of.context.zone)
    moments = [day + timedelta(minutes=_STEP * step) for step in range(24 * 60 // _STEP)]
    return sum(bool(of.context.awake and of.context.awake(speaker, moment)) for moment in moments) * _STEP / 60
