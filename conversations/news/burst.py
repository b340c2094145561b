"""News wakes chats: each that a fresh headline fits may begin to talk of it, within the caps and by the rules."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from conversations.engine import policy, turns
from conversations.engine.rulebook import Policy
from conversations.models import Chat, Headline
from conversations.news import fit


def spread(headlines: Sequence[Headline], now: datetime) -> int:
    """Open a turn in the chats that take one of these new headlines up, at most one in each. Returns how many.

    Which chats come first is drawn anew with each round of news.
    """
    if not headlines:
        return 0
    chats = list(Chat.objects.talking().prefetch_related("feeds").order_by("pk"))
    Random(headlines[0].pk).shuffle(chats)
    rules = policy.for_chats(chat.pk for chat in chats)
    used: Counter[int] = Counter()
    for chat in chats:
        here = rules[chat.pk]
        left = [one for one in headlines if used[one.pk] < here.news_per_cast]
        taken = next((one for one in left if _takes_up(chat, one, here, now)), None)
        if taken and turns.open_news(chat, taken, now):
            used[taken.pk] += 1
    return used.total()


def _takes_up(chat: Chat, headline: Headline, rules: Policy, now: datetime) -> bool:
    if not fit.is_for(headline, chat, {feed.pk for feed in chat.feeds.all()}):
        return False
    if headline.published_at <= now - timedelta(minutes=rules.news_minutes):
        return False
    drawn = Random(f"{chat.pk}:{headline.pk}").random()
    return drawn < rules.news_probability and fit.fits(fit.news(headline), chat.topics)
