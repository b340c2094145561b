"""Who turned out to be right: what bots expected of a symbol, held against its price a while later.

Only prices of one and the same source are compared, and only fresh ones; where there is none, nobody is right or wrong.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from bots import feelings
from bots.models.mind import MoodChange
from conversations import symbols
from conversations.engine import fleet
from conversations.engine.rulebook import Policy
from conversations.models import Chat, Message, Quote

AFTER = timedelta(hours=1)
LOOKED_BACK = timedelta(minutes=20)
CLEAR = 0.003
"""A price that moved less, as a share of itself, proves nothing."""
PROVED = ("proved_right", "proved_wrong")


@dataclass(frozen=True, slots=True)
class View:
    bot_id: int
    symbol: str
    direction: int
    said_at: datetime
    rehearsed: bool
    """Said in a rehearsal room, where sample prices count."""


def judge(rules: Policy, now: datetime) -> int:
    """Tell each bot how its newest view came out, once. Returns how many were told."""
    views = _views(now - AFTER)
    quotes = _quotes({view.symbol for view in views}, now - AFTER - LOOKED_BACK - _fresh(rules), now)
    told: set[int] = set()
    for view in views:
        change = _change(view, quotes[view.symbol], rules, now)
        if view.bot_id not in told and abs(change) >= CLEAR:
            told.add(view.bot_id)
            event = PROVED[0] if change * view.direction > 0 else PROVED[1]
            feelings.felt([view.bot_id], event, at=now, about=f"{view.symbol} {change:+.1%}")
    return len(told)


def _views(until: datetime) -> list[View]:
    """What was expected up to that moment by bots that were not told yet, the newest of each first."""
    told = MoodChange.objects.filter(
        bot=OuterRef("bot"), event__in=PROVED, happened_at__gte=OuterRef("said_at") + AFTER
    )
    said = Message.objects.filter(bot__isnull=False, said_at__gt=until - LOOKED_BACK, said_at__lte=until)
    rows = said.exclude(Exists(told)).order_by("bot_id", "-said_at")
    known = symbols.table()
    return [
        View(bot_id or 0, leaning.symbol, leaning.direction, said_at, kind == Chat.Kind.REHEARSAL)
        for bot_id, text, said_at, kind in rows.values_list("bot_id", "text", "said_at", "chat__kind")
        for leaning in fleet.leanings(text, known)
    ]


def _quotes(codes: Iterable[str], since: datetime, until: datetime) -> Mapping[str, Sequence[Quote]]:
    """The prices of these symbols, newest first and real ones before sample ones."""
    found: defaultdict[str, list[Quote]] = defaultdict(list)
    rows = Quote.objects.filter(symbol__in=list(codes), as_of__gt=since, as_of__lte=until)
    for quote in rows.order_by("demo", "-as_of", "-id"):
        found[quote.symbol].append(quote)
    return found


def _change(view: View, quotes: Sequence[Quote], rules: Policy, now: datetime) -> float:
    """By which share of itself the price has moved since it was spoken of; 0 where that cannot be told."""
    then = _newest(quotes, view.said_at, rules, demo=view.rehearsed)
    if then is None:
        return 0.0
    alike = [quote for quote in quotes if quote.source == then.source and quote.currency == then.currency]
    later = _newest(alike, now, rules, demo=view.rehearsed)
    return float(later.price / then.price) - 1 if later else 0.0


def _newest(quotes: Sequence[Quote], at: datetime, rules: Policy, *, demo: bool) -> Quote | None:
    fresh = (quote for quote in quotes if at - _fresh(rules) < quote.as_of <= at and (demo or not quote.demo))
    return next(fresh, None)


def _fresh(rules: Policy) -> timedelta:
    return timedelta(minutes=rules.quote_minutes)
