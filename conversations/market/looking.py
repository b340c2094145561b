"""One look at one source of prices: claim, ask, keep."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from conversations import pool
from conversations.market import lines, sources, wanted
from conversations.market.port import NoPrices, Offers
from conversations.models import Chat, QuoteSource


def one() -> bool:
    """Look at the source that waits longest. False when none is due."""
    now = timezone.now()
    source = sources.claim(now)
    if source is None:
        return False
    look(source, now)
    return True


def look(source: QuoteSource, now: datetime) -> None:
    """How it went is on its row afterwards. A source whose prices nobody may use is not asked."""
    symbols = wanted.symbols() if _is_of_use(source) else []
    if not symbols:
        sources.keep(source, Offers(()), now)
        return
    try:
        sources.keep(source, _asked(source, symbols, now), now)
    except NoPrices as why:
        sources.failed(source, str(why), now)


def trial(source: QuoteSource, now: datetime) -> str:
    """Ask it as the clock would, and say in a sentence what came; nothing is written. Raises NoPrices."""
    symbols = wanted.symbols()
    if not symbols:
        raise NoPrices(_("Nobody follows a symbol yet: there is nothing to ask for."))
    offers = _asked(source, symbols, now)
    shown = ", ".join(f"{one.symbol} {one.price.normalize():f}" for one in offers.prices[:5])
    text = _("%(count)s of %(wanted)s prices: %(shown)s.") % {
        "count": len(offers.prices),
        "wanted": len(symbols),
        "shown": shown,
    }
    return " ".join([text, *offers.complaints])


def _asked(source: QuoteSource, symbols: list[str], now: datetime) -> Offers:
    line = lines.of(source)
    pool.give_back()
    offers = line.prices(symbols, now)
    if not offers.prices:
        raise NoPrices(
            offers.complaints[0] if offers.complaints else _("It knows none of the symbols that somebody follows.")
        )
    return offers


def _is_of_use(source: QuoteSource) -> bool:
    """Sample prices are for rehearsal rooms alone."""
    talking = Chat.objects.talking()
    if source.kind == QuoteSource.Kind.DEMO:
        talking = talking.filter(kind=Chat.Kind.REHEARSAL)
    return talking.exists()
