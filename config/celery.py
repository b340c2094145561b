"""The Celery application. Tasks live in the apps; the schedule is declared in `conversations.schedule`."""

import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("kulis")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.beat_init.connect
def _restore_schedule(**_kwargs: Any) -> None:
    """Beat starts with the schedule of the code, whatever became of its rows."""
    from conversations import schedule  # the models are loaded only now

    schedule.restore()
