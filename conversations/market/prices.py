"""Reader: the prices that may be stated now."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet

from conversations.engine.rulebook import Policy
from conversations.engine.values import Price
from conversations.models import Quote


def fresh(symbols: Iterable[str], now: datetime, policy: Policy, *, demo: bool) -> tuple[Price, ...]:
    """The newest price of each symbol that is not stale, by symbol. One query.

    Sample prices count where `demo` allows them, and only for symbols of which there is no real one.
    """
    wanted = {symbol.upper() for symbol in symbols}
    if not wanted:
        return ()
    rows = Quote.objects.filter(
        symbol__in=wanted, as_of__gt=now - timedelta(minutes=policy.quote_minutes), as_of__lte=now
    )
    return tuple(_price(row) for row in _newest(rows if demo else rows.filter(demo=False)))


def _newest(rows: "QuerySet[Quote]") -> "QuerySet[Quote]":
    return rows.order_by("symbol", "demo", "-as_of", "-id").distinct("symbol")


def _price(row: Quote) -> Price:
    return Price(
        symbol=row.symbol,
        price=row.price.normalize() if row.price % 1 else row.price.quantize(row.price.to_integral_value()),
        currency=row.currency,
        change=row.change,
        source=row.source,
        as_of=row.as_of,
        demo=row.demo,
    )
