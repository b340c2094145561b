"""Tickers by the names that people give them. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from conversations.engine import forms
from conversations.engine.values import Ticker

_ALSO_WORDS = frozenset(
    {
        "mavi",
        "logo",
        "link",
        "kent",
        "arena",
        "konya",
        "odas",
        "desa",
        "penta",
        "fener",
        "esen",
        "deva",
        "bera",
        "forte",
    }
)
"""Codes that are words of every day too: those count in capitals alone, and not where everything is shouted."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Tickers as they are looked up."""

    codes: dict[tuple[str, ...], str]
    """By every name, in words."""
    starts: dict[str, list[tuple[str, ...]]]
    """Names by their first two letters, the longest first."""


class Same:
    """Tickers by identity: comparing two tables name by name would cost more than reading the text."""

    def __init__(self, tickers: tuple[Ticker, ...]) -> None:
        self.tickers = tickers

    def __hash__(self) -> int:
        return id(self.tickers)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.tickers is self.tickers


def table(tickers: Iterable[Ticker]) -> Table:
    return _indexed(Same(tuple(tickers)))


@lru_cache(maxsize=8)
def _indexed(same: Same) -> Table:
    codes: dict[tuple[str, ...], str] = {}
    for ticker in same.tickers:
        for name in (ticker.code, *ticker.names):
            if called := forms.split(name):
                codes.setdefault(called, ticker.code)
    starts: dict[str, list[tuple[str, ...]]] = {}
    for called in sorted(codes, key=len, reverse=True):
        starts.setdefault(called[0][:2], []).append(called)
    return Table(codes, starts)


@lru_cache(maxsize=1024)
def named(text: str, table: Table) -> tuple[str, ...]:
    """The code of every ticker named, as often and in the order as it is."""
    said, found, at = forms.split(text), [], 0
    while at < len(said):
        called = next((name for name in table.starts.get(said[at][:2], ()) if _stands(said, at, name)), ())
        if called and _is_meant(text, called, table.codes[called]):
            found.append(table.codes[called])
        at += len(called) or 1
    return tuple(found)


def _stands(said: Sequence[str], at: int, name: tuple[str, ...]) -> bool:
    last = at + len(name) - 1
    if last >= len(said) or tuple(said[at:last]) != name[:-1] or not forms.is_form(said[last], name[-1]):
        return False
    return not forms.means_under(said, last)


def _is_meant(text: str, called: tuple[str, ...], code: str) -> bool:
    """A code that is also a word of every day is meant only in capitals."""
    if called[0] not in _ALSO_WORDS or called != forms.split(code):
        return True
    return not text.isupper() and bool(re.search(rf"\b{re.escape(code)}\b", text))
