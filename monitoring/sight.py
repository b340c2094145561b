"""Reader: how far behind the talk those are who watch it. In a group whose observer sees nothing more, doubts stay."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from conversations.engine.spans import SIGHT
from conversations.models import Chat, Membership

NOTED = timedelta(minutes=1)
"""Sight is noted once a minute: so much behind is not behind."""
Seat = tuple[int, datetime | None, datetime | None]
"""A bot, when it last saw the others, when it last said something."""


def behind(now: datetime) -> dict[Chat, float]:
    """Groups that somebody of ours has watched in the last day and does not see now, with the seconds between the last
    sight and the newest message of the cast that an observer could have seen."""
    chats = {chat.pk: chat for chat in Chat.objects.talking().filter(kind=Chat.Kind.TELEGRAM)}
    seats: dict[int, list[Seat]] = defaultdict(list)
    rows = Membership.objects.filter(chat__in=chats, ended_at=None)
    for chat, bot, seen, said in rows.values_list("chat", "bot", "sees_bots_at", "last_said_at"):
        seats[chat].append((bot, seen, said))
    found = {chats[chat]: _lag(of_chat, now - SIGHT) for chat, of_chat in seats.items()}
    return {chat: lag.total_seconds() for chat, lag in found.items() if lag > NOTED}


def _lag(seats: Iterable[Seat], since: datetime) -> timedelta:
    """Of the observer that sees best."""
    known = list(seats)
    lags = [
        max((said - seen for other, _seen, said in known if said and other != bot), default=timedelta())
        for bot, seen, _said in known
        if seen and seen > since
    ]
    return max(min(lags, default=timedelta()), timedelta())
