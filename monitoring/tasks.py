"""Tasks of what people see: wake-ups that carry no state. When they run is told by `conversations.schedule`."""

from celery import shared_task

from monitoring import counted
from monitoring.health import checkup


@shared_task(name="monitoring.count")
def count() -> None:
    """Every ten seconds: bring the counters up to what rows tell."""
    counted.count()


@shared_task(name="monitoring.examine")
def examine() -> None:
    """Every five minutes: look at the whole house, as doctor does, and keep what was found."""
    checkup.run()
