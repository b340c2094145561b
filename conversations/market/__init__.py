"""Prices for the cast: from a source that is named, fresh, or not at all."""

from conversations.market.port import Columns, MarketSource, NoPrices, Offer, Offers
from conversations.market.prices import fresh

__all__ = ["Columns", "MarketSource", "NoPrices", "Offer", "Offers", "fresh"]
