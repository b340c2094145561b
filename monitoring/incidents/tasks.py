"""Tasks: wake-ups that carry no state. Doubled, late or lost, they change nothing (`looking`, `outbox`, `making`)."""

from datetime import timedelta

from celery import shared_task

from conversations import leaving
from conversations.engine import clock
from monitoring.incidents import keeping, looking, outbox
from monitoring.reports import making

KEPT, NOTICES_KEPT = timedelta(days=400), timedelta(days=30)


@shared_task(name="monitoring.look")
def look() -> None:
    """Every fifteen seconds: is something wrong?"""
    looking.look()


@shared_task(name="monitoring.carry")
def carry() -> None:
    """Every five seconds: send the notices that wait."""
    outbox.carry(going_on=lambda: not leaving.asked())


@shared_task(name="monitoring.report")
def report() -> None:
    """Every five minutes: make the report of a day or week that is over; drop what was kept for long enough."""
    making.make_due()
    now = clock.now()
    keeping.prune(now - KEPT)
    outbox.prune(now - NOTICES_KEPT)
