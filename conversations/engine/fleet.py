"""What the cast as a whole must not do: push one symbol in one direction, or speak of thin papers. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from conversations.engine import sentiment, words
from conversations.engine.rulebook import Policy
from conversations.engine.values import Ticker, Verdict


@dataclass(frozen=True, slots=True)
class Leaning:
    """One message of the cast about one symbol."""

    symbol: str
    direction: int
    """-1 falls, 1 rises."""


def leanings(text: str, tickers: Sequence[Ticker]) -> tuple[Leaning, ...]:
    """What a text expects of the symbols that it names, where it expects anything."""
    codes = words.tickers_in(text, tickers)
    found = ((code, sentiment.lean(text, code) or _by_name(text, code, tickers)) for code in codes)
    return tuple(Leaning(code, direction) for code, direction in found if direction)


def _by_name(text: str, code: str, tickers: Sequence[Ticker]) -> int:
    names = next((ticker.names for ticker in tickers if ticker.code == code), ())
    return next((direction for name in names if (direction := sentiment.lean(text, name))), 0)


def judge(text: str, said: Sequence[Leaning], rules: Policy, tickers: Sequence[Ticker]) -> tuple[Verdict, ...]:
    """`said`: what the cast expected of the same symbols lately, in all chats together."""
    verdicts = [
        Verdict("guard", "thin_symbol", passed=False, detail=ticker.code)
        for code in words.tickers_in(text, tickers)
        for ticker in tickers
        if ticker.code == code and ticker.thin
    ]
    return (*verdicts, *(verdict for one in leanings(text, tickers) if (verdict := _crowded(one, said, rules))))


def _crowded(one: Leaning, said: Sequence[Leaning], rules: Policy) -> Verdict | None:
    """Refused where this message would make one direction more than its share of enough messages."""
    of_symbol = [other.direction for other in said if other.symbol == one.symbol]
    same, total = of_symbol.count(one.direction) + 1, len(of_symbol) + 1
    if total < rules.fleet_messages or same / total <= rules.fleet_share:
        return None
    return Verdict("guard", "fleet", passed=False, detail=f"{one.symbol}: {same}/{total}")
