"""When a generated bot is awake, and how much it talks compared with the others."""

import math
from datetime import time
from random import Random

from bots.sheet import Hours

# Minutes after midnight; an end beyond 24 hours crosses it. About twelve attentive hours a day.
_DAYS = {
    "early": ((390, 720), (795, 1080), (1170, 1275)),
    "office": ((510, 750), (810, 1095), (1200, 1395)),
    "even": ((570, 870), (960, 1380),),
    "late": ((690, 930), (1080, 1560)),
    "night": ((780, 960), (1200, 1740)),
}  # fmt: skip
_OF_KIND = {
    "elder": ("early", "early", "even"),
    "adult": ("office", "office", "even", "late"),
    "artisan": ("early", "even", "late"),
    "young": ("late", "night", "even"),
    "student": ("late", "even", "night"),
}
_DAY = 24 * 60


def hours(kind: str, dice: Random) -> tuple[Hours, ...]:
    """The day of somebody of this kind, moved by up to half an hour."""
    shift = 15 * dice.randint(-2, 2)
    ranges = _DAYS[dice.choice(_OF_KIND[kind])]
    return tuple(Hours(_clock(start + shift), _clock(end + shift + 15 * dice.randint(-1, 1))) for start, end in ranges)


def talkativeness(rank: int) -> float:
    """Few talk much, many talk little: Zipf's law over the ranks of the cast."""
    return round(math.pow(rank, -0.85), 3)


def _clock(minutes: int) -> time:
    return time(*divmod(minutes % _DAY, 60))
