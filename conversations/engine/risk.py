"""How much care a text asks of whoever approves it. Pure: a text and its origin in, a level with its grounds out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from conversations.engine import contradiction, fleet, guard, words
from conversations.engine.values import Ticker


class Level(StrEnum):
    """The riskiest first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


DIRECTION, PRICE, PERSON, NEWS, DOUBT, SYMBOL = "direction", "price", "person", "news", "doubt", "symbol"
HIGH = frozenset({DIRECTION, PRICE, PERSON, NEWS, DOUBT})
IN_DOUBT = frozenset({contradiction.UNCLEAR, "stance"})
"""Rules of the guard that speak where it could not tell by itself."""


@dataclass(frozen=True, slots=True)
class Risk:
    level: Level
    grounds: tuple[str, ...]
    symbols: tuple[str, ...]

    @property
    def rank(self) -> int:
        return list(Level).index(self.level)


def weigh(
    text: str, *, tickers: Sequence[Ticker], answers_a_person: bool, from_news: bool, rules: Iterable[str] = ()
) -> Risk:
    """`rules`: names of the guard's verdicts on this very text."""
    symbols = words.tickers_in(text, tickers)
    found = {
        DIRECTION: bool(symbols and fleet.leanings(text, tickers)),
        PRICE: bool(symbols and guard.FIGURE.finds(text)),
        PERSON: answers_a_person,
        NEWS: from_news,
        DOUBT: not IN_DOUBT.isdisjoint(rules),
        SYMBOL: bool(symbols),
    }
    grounds = tuple(name for name, holds in found.items() if holds)
    level = Level.HIGH if HIGH.intersection(grounds) else Level.MEDIUM if symbols else Level.LOW
    return Risk(level, grounds, symbols)
