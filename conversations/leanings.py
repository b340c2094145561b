"""Reader: what the cast expected of symbols lately, in all its chats together. One query, and none for most drafts."""

from datetime import timedelta
from functools import lru_cache, reduce
from operator import or_

from django.db.models import Q
from django.utils import timezone

from bots import casing
from conversations.engine import fleet
from conversations.engine.fleet import Leaning
from conversations.engine.rulebook import Policy
from conversations.engine.values import Ticker
from conversations.models import Message

MOST = 300
_of_text = lru_cache(maxsize=8192)(fleet.leanings)
"""The same texts are asked for with every draft of the next hours."""


def lately(draft: str, rules: Policy, tickers: tuple[Ticker, ...]) -> tuple[Leaning, ...]:
    """What bots said of the symbols that `draft` leans on; nothing where it leans on none."""
    codes = {leaning.symbol for leaning in fleet.leanings(draft, tickers)}
    meant = tuple(ticker for ticker in tickers if ticker.code in codes)
    if not meant:
        return ()
    names = [casing.fold(name) for ticker in meant for name in (ticker.code, *ticker.names)]
    since = timezone.now() - timedelta(hours=rules.fleet_hours)
    said = Message.objects.filter(bot__isnull=False, said_at__gt=since)
    said = said.filter(reduce(or_, (Q(folded__contains=name) for name in names)))
    texts = said.order_by("-said_at").values_list("text", flat=True)[:MOST]
    return tuple(leaning for text in texts for leaning in _of_text(text, meant))
