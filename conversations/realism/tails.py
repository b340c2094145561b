"""Which curve the gaps follow, once the rhythm of the day is taken out. Row 3."""

import math
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from conversations.realism.measure import Numbers

_SQRT2 = math.sqrt(2)
_FLOOR = 0.02
"""No hour is slower than this share of the mean one: a silent hour must not make a gap vanish."""


def hourly(hours: Sequence[int]) -> Numbers:
    """How much faster than on average the talk runs in each of the 24 hours."""
    counts = np.bincount(np.asarray(hours, dtype=np.intp), minlength=24).astype(float)
    total = counts.sum()
    return np.maximum(counts / total * 24, _FLOOR) if total else np.ones(24)


def clock(local: datetime, rates: Numbers) -> float:
    """Hours on a clock that runs as fast as the talk does at that time of the day."""
    hour = local.hour + local.minute / 60 + local.second / 3600 + local.microsecond / 3.6e9
    whole = int(hour)
    return float(local.toordinal() * rates.sum() + rates[:whole].sum() + (hour - whole) * rates[whole])


def advantage(gaps: Numbers) -> float:
    """KS distance of the exponential less that of the better heavy-tailed curve. Above 0: the heavy tail wins."""
    return exponential(gaps) - min(lognormal(gaps), loglogistic(gaps))


def exponential(gaps: Numbers) -> float:
    ordered = np.sort(gaps)
    return _distance(1 - np.exp(-ordered / ordered.mean()))


def lognormal(gaps: Numbers) -> float:
    logs = np.sort(np.log(gaps))
    scaled = (logs - logs.mean()) / (logs.std() * _SQRT2 or 1.0)
    return _distance(np.array([0.5 * (1 + math.erf(each)) for each in scaled]))


def loglogistic(gaps: Numbers) -> float:
    logs = np.sort(np.log(gaps))
    scale = logs.std() * math.sqrt(3) / math.pi or 1.0
    return _distance(1 / (1 + np.exp(-(logs - logs.mean()) / scale)))


def _distance(expected: Numbers) -> float:
    """Kolmogorov-Smirnov: the largest step between the ordered sample and the curve at its points."""
    steps = np.arange(len(expected) + 1) / len(expected)
    return float(max(np.abs(steps[1:] - expected).max(), np.abs(expected - steps[:-1]).max()))
