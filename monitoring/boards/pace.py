"""Reader: what was planned, hour by hour, and what follows from it for today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Sum
from django.utils import timezone

from conversations import chronicle
from conversations.models import PlannedHour
from monitoring.charts.chart import Value
from monitoring.charts.reading import Chats
from monitoring.charts.window import HOUR, Window


@dataclass(frozen=True, slots=True)
class Plan:
    """Messages that were expected of each hour, by when the hour begins, and the limit that binds then."""

    hours: dict[datetime, float]
    limits: dict[datetime, str]

    def between(self, since: datetime, until: datetime) -> Value:
        """Messages expected of a time; None where an hour of it has no plan."""
        hour, expected = chronicle.whole_hour(since), 0.0
        while hour < until:
            if hour not in self.hours:
                return None
            part = (min(until, hour + HOUR) - max(since, hour)) / HOUR
            expected += self.hours[hour] * part
            hour += HOUR
        return round(expected, 3)

    def slots(self, window: Window) -> Sequence[Value]:
        return [self.between(since, until) for since, until in zip(window.edges, window.ends, strict=True)]

    def limit(self, now: datetime) -> str:
        return self.limits.get(chronicle.whole_hour(now), "")

    def rest_of_the_day(self, now: datetime) -> float:
        """Messages that are still expected until midnight, local time; hours without a plan bring none."""
        midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        hours = [hour for hour in self.hours if chronicle.whole_hour(now) <= hour < midnight]
        return sum(self.between(max(hour, now), hour + HOUR) or 0.0 for hour in hours)


def of(window: Window, now: datetime, chats: Chats = None) -> Plan:
    """One query."""
    first = chronicle.whole_hour(min(window.since, now - HOUR))
    rows = PlannedHour.objects.filter(at__gte=first)
    mine = rows.filter(chat=None) if chats is None else rows.filter(chat__in=chats)
    found = list(mine.order_by().values_list("at").annotate(messages=Sum("messages"), limit=Max("binding")))
    return Plan({at: messages for at, messages, _limit in found}, {at: limit for at, _messages, limit in found})
