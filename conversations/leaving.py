"""How a worker leaves when it is asked to (SIGTERM): it claims nothing new, finishes what is being sent, and ends.

Words that a model still owes have a while to come; then their claims go back, and whoever claims them next begins anew.
Nothing is uncertain afterwards, and nobody waits for a lease.
"""

import logging
import os
import threading
import time

from django.db import DatabaseError, connection

from conversations import presence
from conversations.engine import turns

WORDS_SECONDS = 8.0
LAST_SECONDS = 25.0
"""Longer than a send may take; who stops us gives 30."""
LOOK_EVERY = 0.5
_asked = threading.Event()
_log = logging.getLogger(__name__)


def begin() -> None:
    """Leave. Called in a signal handler, so it only tells a thread."""
    if _asked.is_set():
        return
    _asked.set()
    presence.stopping()
    threading.Thread(target=_see_out, args=(time.monotonic(),), name="leaving", daemon=True).start()


def asked() -> bool:
    return _asked.is_set()


def _see_out(since: float) -> None:
    """Where the process has ended by itself before, nothing of this happens."""
    time.sleep(WORDS_SECONDS)
    while not _is_free() and time.monotonic() < since + LAST_SECONDS:
        time.sleep(LOOK_EVERY)
    presence.end()
    logging.shutdown()
    os._exit(0)


def _is_free() -> bool:
    """Whether nothing is being sent here any more. Claims of words go back."""
    try:
        if given_back := turns.give_back(presence.owner()):
            _log.warning("%s turns were given back: their words did not come in time.", given_back)
        return not turns.is_sending(presence.owner())
    except DatabaseError as error:
        _log.warning("The database is away (%s); claims stay until their leases end.", type(error).__name__)
        return False
    finally:
        connection.close()
