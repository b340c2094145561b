"""What beat does, declared in code. Restored at every start; only `enabled` is left to people."""

from django.db import transaction
from django_celery_beat.models import IntervalSchedule, PeriodicTask

PLAN: dict[str, tuple[int, str]] = {
    "conversations.tick": (1, "upkeep"),
    "conversations.recover": (5, "upkeep"),
}
"""Task, seconds between two runs, queue. A message expires before the next one, so ticks never pile up."""


@transaction.atomic
def restore() -> None:
    """Make the rows of beat say what the code says; a task that somebody paused stays paused."""
    for name, (seconds, queue) in PLAN.items():
        interval, _ = IntervalSchedule.objects.get_or_create(every=seconds, period=IntervalSchedule.SECONDS)
        PeriodicTask.objects.update_or_create(
            name=name,
            defaults={"task": name, "interval": interval, "queue": queue, "expire_seconds": seconds, "crontab": None},
        )
    PeriodicTask.objects.filter(name__startswith="conversations.").exclude(name__in=PLAN).delete()


def paused() -> list[str]:
    return list(PeriodicTask.objects.filter(name__in=PLAN, enabled=False).values_list("name", flat=True))
