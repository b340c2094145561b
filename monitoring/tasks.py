"""Tasks of what people see: wake-ups that carry no state. When they run is told by `conversations.schedule`."""

from celery import shared_task

from conversations import leaving
from monitoring import counted
from monitoring.health import checkup
from monitoring.incidents import looking, outbox
from monitoring.reports import making


@shared_task(name="monitoring.count")
def count() -> None:
    """Every ten seconds: bring the counters up to what rows tell."""
    counted.count()


@shared_task(name="monitoring.examine")
def examine() -> None:
    """Every five minutes: look at the whole house, as doctor does, and keep what was found."""
    checkup.run()


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
    """Every five minutes: make the report of a day or week that is over."""
    making.make_due()
