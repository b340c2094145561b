"""What a persona may be written with and had better not: said while somebody types, and no reason to refuse."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from bots.exchange import screening
from bots.exchange.parse import shown
from conversations import symbols
from conversations.engine import words
from conversations.engine.values import Ticker
from conversations.exchange import reasons

SAID = (*screening.PROSE, *(name for name in screening.LISTS if name != "watchlist"))
"""Traits that find their way into what is said."""


def trait(name: str, value: object, tickers: Sequence[Ticker]) -> list[str]:
    """What is to be said of a trait of a persona."""
    texts = [str(item) for item in value] if isinstance(value, list) else [str(value)]
    if name == "watchlist":
        return list(_unknown(texts, tickers))
    return [problem for text in texts for problem in said(text)] if name in SAID else []


def said(text: str) -> Iterator[str]:
    """What the guard would say of a text."""
    if text and (found := reasons.wrong_with(text)):
        yield _("The guard would stop “%(text)s”: it %(why)s.") % {"text": shown(text), "why": ", ".join(found)}


def symbol(code: str, tickers: Sequence[Ticker]) -> Iterator[str]:
    return _unknown([code], tickers)


def table() -> tuple[Ticker, ...]:
    return symbols.table()


def _unknown(codes: Sequence[str], tickers: Sequence[Ticker]) -> Iterator[str]:
    for code in codes:
        if code and not words.code_of(code, tickers):
            yield _("Kulis knows no symbol “%(code)s”: it is taken for a plain word.") % {"code": shown(code)}
