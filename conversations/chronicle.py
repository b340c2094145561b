"""Writer: what each hour came to, and what the rules let expect of the hours of today. Upkeep calls it; it may be
called at any time, by several at once, and does the same again.

Messages arrive late, turns end late and calls are settled late, so the last day is counted anew each time.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Min
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from conversations import foresight
from conversations.engine import outlook, policy
from conversations.models import Chat, Engine, LLMCall, Message, Outage, PlannedHour, Turn

HOUR = timedelta(hours=1)
AGAIN = timedelta(hours=26)
"""How far back what is counted already is counted anew: Telegram keeps what it could not deliver for a day."""
STEP = timedelta(days=1)
RATIO = 1.1
"""Between two classes of milliseconds: a quantile that is read from classes is off by 5 % at most."""
PLANS_KEPT = timedelta(days=92)
OUTAGES_KEPT = timedelta(days=180)
_LOCK = 7_411_902


def fill(now: datetime, *, going_on: Callable[[], bool] = lambda: True) -> None:
    """Count every hour that is over and was not counted, and those of the last day again."""
    last = whole_hour(now)
    since = _begins(last)
    while since < last and going_on():
        until = min(since + STEP, last)
        _count(since, until)
        since = until


def whole_hour(at: datetime) -> datetime:
    """The beginning of the hour in which a moment lies, by the clock of UTC."""
    return at.replace(minute=0, second=0, microsecond=0)


def _begins(last: datetime) -> datetime:
    known = Engine.objects.values_list("counted_until", flat=True).get(pk=1)
    if known is None:
        return min(_oldest(), last - AGAIN)
    return min(known, last - AGAIN)


def _oldest() -> datetime:
    """The first hour of which there is anything to count."""
    found = [
        Message.objects.aggregate(at=Min("said_at"))["at"],
        Turn.objects.filter(ended_at__isnull=False).aggregate(at=Min("ended_at"))["at"],
        LLMCall.objects.aggregate(at=Min("started_at"))["at"],
    ]
    return whole_hour(min(filter(None, found), default=timezone.now()))


@transaction.atomic
def _count(since: datetime, until: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(_statement(), {"since": since, "until": until, "ratio": RATIO})
    # Each step begins where the one before ended, so all hours before its end are counted by then.
    Engine.objects.filter(pk=1).update(counted_until=Greatest(Coalesce(F("counted_until"), until), until))


@cache
def _statement() -> str:
    return Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


# --- What is expected ------------------------------------------------------------------------------------------------
@transaction.atomic
def plan(now: datetime) -> None:
    """Write down what the rules let expect of today's hours, from the present one on; what was expected of those before
    stays as it was."""
    today = timezone.localdate(now)
    chats = list(Chat.objects.talking())
    rules = policy.for_chats(chat.pk for chat in chats)
    places = foresight.places(chats, now)
    whole = outlook.of(places, rules, today)
    rows = [_planned(today, hour, None, hour.messages) for hour in whole.hours]
    alone = {place.chat_id: outlook.of([place], rules, today).hours for place in places}
    for at, hour in enumerate(whole.hours):
        together = sum(hours[at].messages for hours in alone.values())
        share = hour.messages / together if together else 0.0
        rows += [_planned(today, hours[at], chat, hours[at].messages * share) for chat, hours in alone.items()]
    ahead = [row for row in rows if row.at >= whole_hour(now)]
    PlannedHour.objects.filter(at__gte=whole_hour(now)).delete()
    told: Any = {"update_conflicts": True, "unique_fields": ["at", "chat"], "update_fields": ["messages", "binding"]}
    PlannedHour.objects.bulk_create(ahead, **told)
    PlannedHour.objects.filter(at__lt=now - PLANS_KEPT).delete()


def _planned(day: date, hour: outlook.Hour, chat: int | None, messages: float) -> PlannedHour:
    at = datetime.combine(day, time(hour.at), timezone.get_default_timezone())
    return PlannedHour(at=at, chat_id=chat, messages=round(messages, 3), binding=hour.limit)


# --- What was away ---------------------------------------------------------------------------------------------------
SILENCE = timedelta(seconds=30)
"""A clock that ticks every second and did not for so long was away."""


def ticked(now: datetime) -> None:
    """The clock ticks. That it did not for a while is written down when it ticks again."""
    before = Engine.objects.values_list("ticked_at", flat=True).get(pk=1)
    Engine.objects.filter(pk=1).update(ticked_at=now)
    if before is not None and now - before > SILENCE:
        away(Outage.What.CLOCK, before, now)


def away(what: str, since: datetime, until: datetime | None = None) -> None:
    """Something was away; to be told twice changes nothing."""
    Outage.objects.bulk_create([Outage(what=what, since=since, until=until)], ignore_conflicts=True)


def prune(now: datetime) -> None:
    Outage.objects.filter(since__lt=now - OUTAGES_KEPT).delete()
