"""From a row to the adapter that speaks for it."""

from bots import vault
from conversations.market import remote, sample
from conversations.market.port import Columns, MarketSource, NoPrices
from conversations.models import QuoteSource


def of(source: QuoteSource) -> MarketSource:
    """Raises NoPrices when its key does not open."""
    columns = Columns(source.symbol_field, source.price_field, source.change_field, source.time_field)
    if source.kind == QuoteSource.Kind.DEMO:
        return sample.Sample()
    if source.kind == QuoteSource.Kind.FEED:
        return remote.File(source.url, columns, secret=_secret(source))
    return remote.PerSymbol(source.url, columns, secret=_secret(source))


def _secret(source: QuoteSource) -> str:
    try:
        return vault.open(source.api_key, place=source.place("api_key")) if source.api_key else ""
    except vault.VaultError as shut:
        raise NoPrices(str(shut)) from None
