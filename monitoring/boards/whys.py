"""Why nothing came of turns, and why bots were passed over: codes as words, with how often."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.db.models import QuerySet

from conversations.models import Turn
from monitoring import reasons
from monitoring.reasons import Words

MOST, LOOKED_AT = 10, 200


@dataclass(frozen=True, slots=True)
class Why:
    code: str
    words: Words
    times: int
    share: float
    """0..100, against the commonest."""
    kind: Literal["ended", "blocked", "call"]
    """Where its meaning is explained."""


def of(counts: Iterable[tuple[str, int]]) -> list[Why]:
    """Why turns ended, the commonest first."""
    found = list(counts)[:MOST]
    most = max((times for _code, times in found), default=1)
    return [Why(code, reasons.ended(code), times, round(100 * times / most, 1), "ended") for code, times in found]


def violations(counts: Iterable[tuple[str, int]]) -> list[Why]:
    """What the guard stopped."""
    return of(pair for pair in counts if is_rule(pair[0]))


def calls(counts: Iterable[tuple[str, int]]) -> list[Why]:
    """What became of calls that were not answered."""
    found = list(counts)[:MOST]
    most = max((times for _code, times in found), default=1)
    return [Why(code, reasons.call(code), times, round(100 * times / most, 1), "call") for code, times in found]


def passed_over(turns: QuerySet[Turn]) -> list[Why]:
    """Why candidates did not speak, in the newest of these turns that still have their evidence."""
    found: Counter[str] = Counter()
    for candidates in turns.values_list("candidates", flat=True)[:LOOKED_AT]:
        found.update(one["blocked"] for one in candidates if one.get("blocked"))
    most = max(found.values(), default=1)
    return [
        Why(code, reasons.blocked(code), times, round(100 * times / most, 1), "blocked")
        for code, times in found.most_common(MOST)
    ]


def is_rule(code: str) -> bool:
    """Whether the guard ended it."""
    return code.startswith("guard:")
