"""A task that a worker sends to itself through the broker: what arrives proves the whole way, what does not is seen."""

import logging
import os

from celery import current_app
from kombu import Exchange, Queue
from kombu.exceptions import OperationalError

from conversations import presence

FRESH = 30
"""Seconds; a canary that waited longer dies on the way."""
_log = logging.getLogger(__name__)


def name(host: str = "", pid: int = 0) -> str:
    return f"canary-{host or presence.host()}-{pid or os.getpid()}"


def queue(host: str = "", pid: int = 0) -> Queue:
    """A queue of this process alone, gone when nobody consumes it any more."""
    own = name(host, pid)
    return Queue(own, Exchange(own, type="direct", auto_delete=True), routing_key=own, auto_delete=True)


def send() -> None:
    try:
        current_app.send_task("conversations.canary", queue=name(), expires=FRESH, retry=False, ignore_result=True)
    except (OperationalError, OSError) as error:
        _log.warning("The broker did not take the canary (%s).", type(error).__name__)


def forget(host: str, pid: int) -> None:
    """Take away the queue of a process that was killed."""
    try:
        with current_app.connection_for_write() as line:
            queue(host, pid)(line.default_channel).delete()
    except (OperationalError, OSError) as error:
        _log.warning("The broker did not drop a canary's queue (%s).", type(error).__name__)
