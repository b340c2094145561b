"""Reader: the prices that may be stated now."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from django.utils import timezone

from conversations.engine.rulebook import Policy
from conversations.engine.values import Price
from conversations.models import Quote

OLDEST = timedelta(days=1)
"""No rule lets a price count for longer."""


def fresh(symbols: Iterable[str], now: datetime, policy: Policy, *, demo: bool, newest: int) -> tuple[Price, ...]:
    """The newest price of each symbol that is not stale, by symbol. No query while `newest`, the newest quote, stays.

    Sample prices count where `demo` allows them, and only for symbols of which there is no real one.
    """
    wanted = {symbol.upper() for symbol in symbols}
    since = now - timedelta(minutes=policy.quote_minutes)
    found: dict[str, Price] = {}
    for price in _known(newest):  # real ones first
        if price.symbol in wanted and since < price.as_of <= now and (demo or not price.demo):
            found.setdefault(price.symbol, price)
    return tuple(found[symbol] for symbol in sorted(found))


@lru_cache(maxsize=2)
def _known(newest: int) -> tuple[Price, ...]:
    """The newest real and the newest sample price of each symbol, real ones first."""
    del newest  # another newest quote means another answer
    now = timezone.now()
    rows = Quote.objects.filter(as_of__gt=now - OLDEST, as_of__lte=now)
    rows = rows.order_by("demo", "symbol", "-as_of", "-id").distinct("demo", "symbol")
    return tuple(map(_price, rows))


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
