"""Looking over the house from a test: at any kind of trouble, at any moment."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from conversations.engine import clock
from conversations.models import Engine
from monitoring.incidents import keeping, looking
from monitoring.incidents.models import Incident, Kind, Lookout, Threshold
from monitoring.incidents.signs import Bar, Sign


def signs(kind: Kind, *, hours_on: float = 0, **changes: float) -> list[Sign]:
    """What the condition of a kind says now or later, with its usual threshold unless something else is given."""
    row = Threshold.objects.get(kind=kind)
    values = {"limit": row.limit, "minutes": row.minutes} | changes
    return looking.CONDITIONS[kind](Bar(values["limit"], values["minutes"], clock.now() + timedelta(hours=hours_on)))


def look() -> list[str]:
    """Look over everything. The kinds of what is open afterwards."""
    with connection.cursor() as cursor:  # the trail is looked at as if every entry were committed
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    Lookout.objects.update(looked_at=None)
    assert looking.look()
    return sorted(Incident.objects.filter(closed_at=None).values_list("kind", flat=True))


def later(incident: Incident, **ago: float) -> None:
    """As if it had been seen last, and had begun, so much earlier."""
    span = timedelta(**ago)
    Incident.objects.filter(pk=incident.pk).update(seen_at=incident.seen_at - span, opened_at=incident.opened_at - span)


def began(kind: Kind, subject: str = "house", **facts: object) -> Incident:
    """An incident that has just begun, as a look writes it."""
    chat = int(subject.removeprefix("chat:")) if subject.startswith("chat:") else None
    bot = int(subject.removeprefix("bot:")) if subject.startswith("bot:") else None
    row = Threshold.objects.get(kind=kind)
    keeping.settle(row, [Sign(subject, dict(facts), chat_id=chat, bot_id=bot)], clock.now())
    return Incident.objects.get(kind=kind, subject=subject)


def running(*, for_hours: float = 3) -> None:
    """The engine runs, and has done so for a while."""
    now = timezone.now()
    Engine.objects.update(running=True, changed_at=now - timedelta(hours=for_hours), ticked_at=now)
