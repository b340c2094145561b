"""Reader: what a bot said in a chat before, for `earlier` to choose from."""

from collections.abc import Sequence
from datetime import datetime

from conversations.engine import earlier, words
from conversations.engine.earlier import Earlier
from conversations.engine.values import Ticker
from conversations.models import Message

NEWEST = 60


def of(bot_id: int, chat_id: int, now: datetime, tickers: Sequence[Ticker] = ()) -> tuple[Earlier, ...]:
    """Its newest words of the last week that are old enough to come back to. One query; other chats stay out of it."""
    said = Message.objects.filter(
        bot=bot_id, chat=chat_id, said_at__gte=now - earlier.OLD, said_at__lt=now - earlier.FRESH
    ).order_by("-said_at")
    return tuple(
        Earlier(number, text, topic, words.tickers_in(text, tickers), when)
        for number, text, topic, when in said.values_list("id", "text", "topic", "said_at")[:NEWEST]
    )
