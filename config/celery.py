"""The Celery application. Tasks live in the apps; the schedule is declared in `conversations.tasks`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("kulis")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
