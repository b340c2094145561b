"""When messages come: bursts and pauses rather than a steady drip. Rows 1 to 4."""

from itertools import pairwise

import numpy as np

from conversations.realism import measure, tails, talk
from conversations.realism.measure import Found, Numbers
from conversations.realism.talk import Talk

LEAST = 50
PAUSE = 300.0
"""Seconds; a longer gap ends a burst."""


def found(of: Talk) -> dict[str, Found]:
    gaps = [np.diff(talk.seconds(said)) for said in of.chats.values() if len(said) > 2]
    bursts = [size for each in gaps for size in burst_sizes(each)]
    together = np.concatenate(gaps) if gaps else np.zeros(0)
    return {
        "burstiness": measure.statistic(together, burstiness, least=LEAST) if len(gaps) < 2 else _weighted(gaps),
        "memory": measure.exact(_memory(gaps), len(together)),
        "gap_tail": _tail(of, len(together)),
        "burst_size": measure.median(bursts, least=10),
        "burst_spread": measure.statistic(bursts, _variation, least=20),
    }


def burstiness(gaps: Numbers) -> float:
    """-1 a clock, 0 a Poisson process, towards 1 ever burstier."""
    spread, mean = float(gaps.std()), float(gaps.mean())
    return (spread - mean) / (spread + mean) if spread + mean else 0.0


def memory(gaps: Numbers) -> float | None:
    """Correlation of each gap with the next. None: all gaps are the same."""
    before, after = gaps[:-1], gaps[1:]
    if len(before) < 2 or not before.std() or not after.std():
        return None
    return float(np.corrcoef(before, after)[0, 1])


def burst_sizes(gaps: Numbers) -> list[int]:
    """Messages in each run of gaps that are no pause."""
    ends = np.concatenate(([-1], np.flatnonzero(gaps > PAUSE), [len(gaps)]))
    return [int(size) for size in np.diff(ends) if size > 1]


def _weighted(gaps: list[Numbers]) -> Found:
    """Chats differ in tempo, which is no burstiness: each for itself, then their mean by messages."""
    enough = [each for each in gaps if len(each) >= LEAST]
    if not enough:
        return Found(None, None, sum(map(len, gaps)))
    parts = [measure.statistic(each, burstiness, least=LEAST) for each in enough]
    weights = [part.count for part in parts]
    value = float(np.average([part.value or 0.0 for part in parts], weights=weights))
    reach = [(part.interval[1] - part.interval[0]) / 2 if part.interval else 0.0 for part in parts]
    error = float(np.sqrt(np.sum((np.array(reach) * np.array(weights)) ** 2)) / sum(weights))
    return Found(value, (value - error, value + error), sum(weights))


def _memory(gaps: list[Numbers]) -> float | None:
    told = [(found, len(each)) for each in gaps if len(each) >= LEAST and (found := memory(each)) is not None]
    return float(np.average([m for m, _ in told], weights=[n for _, n in told])) if told else None


def _variation(sizes: Numbers) -> float:
    return float(sizes.std() / sizes.mean())


def _tail(of: Talk, count: int) -> Found:
    """Gaps in the relative clock of the chat's own day, each chat at its own tempo."""
    rates = tails.hourly([of.local(said.at).hour for said in of])
    scaled = [_relative(of, chat, rates) for chat in of.chats]
    kept = np.concatenate(scaled) if scaled else np.zeros(0)
    return measure.exact(tails.advantage(kept) if len(kept) >= LEAST else None, count)


def _relative(of: Talk, chat: str, rates: Numbers) -> Numbers:
    said = of.chats[chat]
    clock = [tails.clock(of.local(each.at), rates) for each in said]
    gaps = np.array([later - earlier for earlier, later in pairwise(clock)])
    gaps = gaps[gaps > 0]
    return gaps / gaps.mean() if len(gaps) >= LEAST else np.zeros(0)
