"""Wake-ups: they carry no state, may be lost, and are never waited for; the next tick finds what a lost one meant."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

EXPIRES = 5
"""Seconds. Longer than a tick, so that a worker short of time reaches a fresh one before all of them are stale."""
_log = logging.getLogger(__name__)
QUEUES = {"compose": "compose", "deliver": "deliver", "typing": "deliver", "respond": "deliver", "inbox": "inbox"}


def compose() -> None:
    transaction.on_commit(lambda: _send("compose"), robust=True)


def deliver() -> None:
    transaction.on_commit(lambda: _send("deliver"), robust=True)


def typing() -> None:
    transaction.on_commit(lambda: _send("typing"), robust=True)


def inbox() -> None:
    transaction.on_commit(lambda: _send("inbox"), robust=True)


def respond() -> None:
    transaction.on_commit(lambda: _send("respond"), robust=True)


def _send(name: str) -> None:
    try:
        current_app.send_task(
            f"conversations.{name}", queue=QUEUES[name], expires=EXPIRES, retry=False, ignore_result=True
        )
    except (OperationalError, OSError) as error:
        _log.warning("The broker did not take a wake-up (%s); the next tick will.", type(error).__name__)
