"""Figures with a source: what of a text's numbers the prices of the prompt cover. Pure."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from conversations.engine import words
from conversations.engine.values import Price, Ticker

_NUMBER = re.compile(r"(?<![\w.,])[%+-]{0,2}(\d+(?:[.,]\d+)*)(\s+bin(?:\s+(\d{1,3}))?\b)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_UNITS = re.compile(r"^\s*(?:tl|₺|lira\w*|dolar\w*|usd|\$|euro\w*|avro\w*|eur|€|puan\w*)\b|^\s*[₺$€%]", re.IGNORECASE)
_BEFORE = re.compile(r"(?:[₺$€%]|yüzde)\s*$", re.IGNORECASE)
SOURCED = " · "
"""What stands in the place of a number that has a source, for the search of those that have none."""


def without_sourced(text: str, prices: Sequence[Price], tickers: Sequence[Ticker] = (), *, quoted: str = "") -> str:
    """The text without the numbers that the prices state, each rounded as far as it is written out.

    `quoted` is news that the text brings up: what stands there word for word has its source too.
    """
    known, cited = _known(text, prices, tickers), {match.group(0).strip() for match in _NUMBER.finditer(quoted)}
    parts, at = [], 0
    for match in _NUMBER.finditer(text):
        value, places = _value(match)
        sourced = value is not None and any(_rounds_to(number, value, places) for number in known)
        if not sourced and match.group(0).strip() not in cited:
            continue
        unit = _UNITS.match(text[match.end() :])
        before = _BEFORE.sub("", text[at : match.start()])
        parts += [before, SOURCED]
        at = match.end() + (unit.end() if unit else 0)
    return "".join([*parts, text[at:]])


def _known(text: str, prices: Sequence[Price], tickers: Sequence[Ticker]) -> list[Decimal]:
    """The figures that a text may state: of the symbols that it names, or of all where it names none of them."""
    named = set(words.tickers_in(text, tickers))
    meant = [price for price in prices if price.symbol in named] or list(prices)
    changes = [Decimal(str(abs(price.change))) for price in meant if price.change is not None]
    return [*(price.price for price in meant), *changes]


def _value(match: re.Match[str]) -> tuple[Decimal | None, int]:
    """The number as written, and its decimal places; "10 bin 250" is 10250."""
    digits = match.group(1)
    digits = (digits.replace(".", "") if _THOUSANDS.fullmatch(digits) else digits).replace(",", ".")
    try:
        value = Decimal(digits)
    except InvalidOperation:  # 1.2.3: no number
        return None, 0
    if match.group(2):
        return value * 1000 + Decimal(match.group(3) or 0), 0
    return value, len(digits.partition(".")[2])


def _rounds_to(number: Decimal, written: Decimal, places: int) -> bool:
    return abs(number - written) <= Decimal(5).scaleb(-places - 1)
