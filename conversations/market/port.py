"""What Kulis asks of a source of prices, and how it can fail: the port. Adapters are reached through `lines`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol


class NoPrices(Exception):
    """No price can be had; the text is a sentence for staff."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What the fields are called. A point leads into an object: `data.last`."""

    symbol: str
    price: str
    change: str = ""
    """Empty: not told."""
    time: str = ""
    """Empty: the moment of the look."""


@dataclass(frozen=True, slots=True)
class Offer:
    symbol: str
    price: Decimal
    change: float | None
    """Percent since the day before."""
    as_of: datetime
    currency: str = ""
    """Empty: that of the source."""


@dataclass(frozen=True, slots=True)
class Offers:
    prices: tuple[Offer, ...]
    complaints: tuple[str, ...] = ()
    """What was left out and why, a sentence each, the first few."""


class MarketSource(Protocol):
    def prices(self, symbols: Sequence[str], now: datetime) -> Offers:
        """What the source knows of these symbols. Raises NoPrices."""
