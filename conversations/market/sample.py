"""Sample prices for rehearsal rooms: a walk seeded by symbol and day, alike on every machine, always marked. Pure."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from random import Random

from conversations.market.port import Offer, Offers

SOURCE = "örnek veri"
STEP = timedelta(minutes=5)
_DAY = timedelta(days=1)
_STEPS = _DAY // STEP
_CALM = 0.0009
"""How far one step goes, as a share of the price."""
_LEVELS = """
puan XU100 11000 XU030 12000 XBANK 15000 XUSIN 14000 XUTEK 20000 SPX 6500 NDX 24000 DJI 46000 DAX 24000 DXY 99
TRY USDTRY 42 EURTRY 48 GBPTRY 55 CHFTRY 52 JPYTRY 0.27 USDTTRY 42 XAUTRY 5500 XAGTRY 68
USD EURUSD 1.15 GBPUSD 1.3 XAUUSD 4000 XAGUSD 50 XPTUSD 1500 XPDUSD 1400 BRENT 65 WTI 60 NATGAS 4 COPPER 5 WHEAT 5.5
USD BTCUSDT 100000 ETHUSDT 3500 BNBUSDT 950 SOLUSDT 160 XRPUSDT 2.3 ADAUSDT 0.6 AVAXUSDT 18 DOGEUSDT 0.17 LTCUSDT 95
USD DOTUSDT 3 LINKUSDT 15 TRXUSDT 0.3
JPY USDJPY 152
"""
"""Currency, then symbols with the order of their size: a number far off would look like a mistake. For every other
symbol a level is drawn, in the currency of its source."""
_BY_SYMBOL = {
    symbol: (currency, float(level))
    for currency, *pairs in map(str.split, _LEVELS.strip().splitlines())
    for symbol, level in zip(pairs[::2], pairs[1::2], strict=True)
}


class Sample:
    """The adapter: it knows every symbol, and calls nobody."""

    def prices(self, symbols: Sequence[str], now: datetime) -> Offers:
        return Offers(tuple(offer(symbol, now) for symbol in symbols))


def offer(symbol: str, now: datetime) -> Offer:
    moment = now.astimezone(UTC)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    step = (moment - midnight) // STEP
    opened = _level(symbol, midnight.toordinal())
    price = opened * math.exp(_walk(symbol, midnight.toordinal())[step])
    return Offer(
        symbol=symbol,
        price=Decimal(f"{price:.{2 if price >= 10 else 4}f}"),
        change=round((price / opened - 1) * 100, 2),
        as_of=midnight + step * STEP,
        currency=_BY_SYMBOL[symbol][0] if symbol in _BY_SYMBOL else "",
    )


@lru_cache(maxsize=1024)
def _walk(symbol: str, day: int) -> tuple[float, ...]:
    """The way of one day in logarithms: from the level of its morning to that of the next, by drawn steps."""
    dice = Random(f"{symbol}:{day}")
    steps = [dice.gauss(0, _CALM) for _step in range(_STEPS)]
    drift = (math.log(_level(symbol, day + 1) / _level(symbol, day)) - math.fsum(steps)) / _STEPS
    way = [0.0]
    for step in steps:
        way.append(way[-1] + step + drift)
    return tuple(way[:_STEPS])


@lru_cache(maxsize=2048)
def _level(symbol: str, day: int) -> float:
    """The price of a morning: a level of its own, and slow waves of its own around it."""
    dice = Random(symbol)
    drawn = 10 * 40 ** dice.random()
    level = _BY_SYMBOL[symbol][1] if symbol in _BY_SYMBOL else drawn
    waves = [(dice.uniform(9, 120), dice.uniform(0, math.tau), dice.uniform(0.01, 0.05)) for _wave in range(4)]
    return level * math.exp(math.fsum(size * math.sin(math.tau * day / days + at) for days, at, size in waves))
