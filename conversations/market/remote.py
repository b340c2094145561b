"""The adapters that call somebody: one file with all symbols, or one address per symbol."""

import time
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from conversations import fetching
from conversations.market import reading
from conversations.market.port import Columns, NoPrices, Offer, Offers

SECONDS = 20.0
MOST_CALLS = 40
PLACE = "{symbol}"


class File:
    """One CSV or JSON file."""

    def __init__(self, url: str, columns: Columns, *, secret: str = "") -> None:
        self._url, self._columns, self._secret = url, columns, secret

    def prices(self, symbols: Sequence[str], now: datetime) -> Offers:
        try:
            found = fetching.get(self._url, headers={"accept": "text/csv, application/json"}, secret=self._secret)
        except fetching.Unreachable as why:
            raise NoPrices(str(why)) from None
        return reading.table(found.body, self._columns, set(symbols), now)


class PerSymbol:
    """One JSON object for each symbol. It ends when its time is up, or when the first calls all fail."""

    def __init__(self, url: str, columns: Columns, *, secret: str = "") -> None:
        self._url, self._columns, self._secret = url, columns, secret

    def prices(self, symbols: Sequence[str], now: datetime) -> Offers:
        until = time.monotonic() + SECONDS
        found: list[Offer] = []
        complaints: list[str] = []
        for symbol in symbols[:MOST_CALLS]:
            left = until - time.monotonic()
            if left <= 0 or (len(complaints) > 2 and not found):
                break
            try:
                found.append(self._one(symbol, now, seconds=left))
            except NoPrices as why:
                complaints.append(str(why))
        if complaints and not found:
            raise NoPrices(complaints[0])
        return Offers(tuple(found), tuple(complaints[: reading.MOST_COMPLAINTS]))

    def _one(self, symbol: str, now: datetime, *, seconds: float) -> Offer:
        address = self._url.replace(PLACE, quote(symbol, safe=""))
        try:
            found = fetching.get(address, headers={"accept": "application/json"}, secret=self._secret, seconds=seconds)
        except fetching.Unreachable as why:
            raise NoPrices(f"{symbol}: {why}") from None
        return reading.single(symbol, found.body, self._columns, now)
