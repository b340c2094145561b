"""A thread in every process that lives: where nobody has looked for a while, it looks, and carries what waits.

Beat asks for a look through the broker. When just those two are what is away, somebody has to notice it.
"""

import logging
import random
import threading

from django.db import Error, connection

from conversations import leaving
from monitoring.incidents import looking, outbox

EVERY = 15.0
_log = logging.getLogger(__name__)
_dice = random.SystemRandom()


def begin() -> None:
    """Keep an eye on it from now on, for as long as this process lives."""
    threading.Thread(target=_go_on, args=(threading.Event(),), name="lookout", daemon=True).start()


def _go_on(never: threading.Event) -> None:
    while not never.wait(EVERY * _dice.uniform(0.8, 1.2)) and not leaving.asked():
        step()


def step() -> bool:
    """One glance: does somebody look? Whether this one had to. A database that is away is no reason to end."""
    try:
        if not looking.late():
            return False
        looked = looking.look(older=looking.LATE)
        outbox.carry(older=outbox.LATE)
    except Error as error:
        _log.warning("The house could not be looked over: %s", type(error).__name__)
        return False
    finally:
        connection.close()
    return looked
