"""What beat does, declared in code. Restored at every start; only `enabled` is left to people."""

from django.db import transaction
from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks

from bots import audit

PLAN: dict[str, tuple[int, str]] = {
    "conversations.tick": (1, "upkeep"),
    "conversations.recover": (5, "upkeep"),
    "conversations.digest": (2, "upkeep"),
    "conversations.news": (30, "upkeep"),
    "conversations.market": (30, "upkeep"),
    "conversations.forget": (3600, "upkeep"),
    "conversations.minds": (300, "upkeep"),
    "conversations.chronicle": (300, "upkeep"),
    "conversations.calm": (900, "upkeep"),
    "conversations.permitted": (3600, "upkeep"),
    "conversations.prune": (600, "upkeep"),
    "conversations.vouch": (3600, "upkeep"),
    "monitoring.count": (10, "upkeep"),
    "monitoring.examine": (300, "upkeep"),
    "monitoring.look": (15, "upkeep"),
    "monitoring.carry": (5, "upkeep"),
    "monitoring.report": (300, "upkeep"),
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
    PeriodicTask.objects.filter(name__regex=r"^(conversations|monitoring)\.").exclude(name__in=PLAN).delete()


def paused() -> list[str]:
    return list(PeriodicTask.objects.filter(name__in=PLAN, enabled=False).values_list("name", flat=True))


@transaction.atomic
def switch(task: PeriodicTask, *, enabled: bool, by: audit.Actor) -> None:
    """Pause one task or let it run again. Beat notices with its next look; `restore` leaves the choice alone."""
    PeriodicTask.objects.filter(pk=task.pk).update(enabled=enabled)
    PeriodicTasks.update_changed()
    audit.record("schedule.switch", by=by, subject=task, before={"enabled": task.enabled}, after={"enabled": enabled})
