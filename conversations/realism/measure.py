"""A measured number with the interval in which it is uncertain. Resampling is seeded: the same talk, the same card."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.float64]
RESAMPLES = 200
_Z = 1.96
_SEED = 20


@dataclass(frozen=True, slots=True)
class Found:
    value: float | None
    """None: not enough to tell."""
    interval: tuple[float, float] | None = None
    """95 %, where one can be told."""
    count: int = 0
    """On how many observations it rests."""


def exact(value: float | None, count: int) -> Found:
    return Found(value, None, count)


def share(hits: int, of: int, *, least: int) -> Found:
    """A proportion with Wilson's interval."""
    if of < max(least, 1):
        return Found(None, None, of)
    p, spread = hits / of, 1 + _Z**2 / of
    middle, reach = p + _Z**2 / (2 * of), _Z * math.sqrt(p * (1 - p) / of + _Z**2 / (4 * of**2))
    return Found(p, (max(0.0, (middle - reach) / spread), min(1.0, (middle + reach) / spread)), of)


def statistic(values: Sequence[float] | Numbers, of: Callable[[Numbers], float], *, least: int) -> Found:
    """Any statistic of independent values, with its bootstrap interval."""
    numbers = np.asarray(values, dtype=float)
    if len(numbers) < max(least, 2):
        return Found(None, None, len(numbers))
    dice = np.random.default_rng(_SEED)
    drawn = [of(numbers[dice.integers(0, len(numbers), len(numbers))]) for _ in range(RESAMPLES)]
    low, high = np.percentile(drawn, (2.5, 97.5))
    return Found(float(of(numbers)), (float(low), float(high)), len(numbers))


def mean(values: Sequence[float] | Numbers, *, least: int) -> Found:
    return statistic(values, lambda numbers: float(numbers.mean()), least=least)


def median(values: Sequence[float] | Numbers, *, least: int) -> Found:
    return statistic(values, lambda numbers: float(np.median(numbers)), least=least)
