"""The one way to tell watchers that something happened.

An event is a row; the channel layer only says "something new", after commit. Ids are drawn under one advisory lock that
is held until the commit, so they grow in commit order and `id > last_id` misses nothing. Writers call `publish` last.
"""

import asyncio
import logging
import threading
from datetime import datetime
from functools import cache

from channels.layers import get_channel_layer
from django.db import connection, transaction

from conversations.models import Chat, Event

CAST = "cast"
TOGETHER = 0.05
"""Seconds between two wakings of one process."""
_LOCK = 7_341_001
_log = logging.getLogger(__name__)


def group(chat_id: int) -> str:
    return f"chat-{chat_id}"


def publish(kind: Event.Kind, *, chat: Chat | None = None, subject_id: int | None = None) -> None:
    """Add one event to the transaction of the change that it tells of. Raises outside a transaction."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("events.publish belongs into the transaction of the change.")
    asked = {"kind": kind.value, "chat": chat.pk if chat else None, "subject": subject_id}
    with connection.cursor() as cursor:
        cursor.execute(_ONE, asked)
    woken(chat)


def told(moved: str) -> str:
    """SQL that writes one event for each row of `moved` (kind, chat_id, subject_id), for statements that make a change
    and tell of it at once. The lock comes after the change that it tells of."""
    return f"""
    INSERT INTO conversations_event (id, kind, chat_id, subject_id, at)
    SELECT nextval('kulis_event_id'), moved.kind, moved.chat_id, moved.subject_id, clock_timestamp()
    FROM {moved} moved
    CROSS JOIN LATERAL (SELECT pg_advisory_xact_lock({_LOCK} + 0 * coalesce(moved.subject_id, 0))) held
    """  # noqa: S608 - our own words


_ONE = told("(VALUES (%(kind)s, %(chat)s::bigint, %(subject)s::bigint)) AS")
_ONE = _ONE.replace("AS moved", "AS moved (kind, chat_id, subject_id)")


def prune(before: datetime, *, batch: int = 5000) -> int:
    """Drop a batch of events from before that moment, from the oldest on. How many; 0 when none is left.

    Nobody waits for it. A page that had seen less than what is gone loads anew (`monitoring.live.can_resume`).
    """
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST, {"before": before, "batch": batch})
        return int(cursor.rowcount)


_OLDEST = """
DELETE FROM conversations_event WHERE id IN (
    SELECT id FROM conversations_event
    WHERE id < coalesce(
        (SELECT min(id) FROM conversations_event WHERE at >= %(before)s),
        (SELECT max(id) + 1 FROM conversations_event)
    )
    ORDER BY id LIMIT %(batch)s
)
"""


def woken(chat: Chat | None) -> None:
    """Wake the watchers once the change is committed: for statements that have written their event themselves."""
    groups = (CAST, group(chat.pk)) if chat else (CAST,)
    transaction.on_commit(lambda: _wake(groups), robust=True)


def _wake(groups: tuple[str, ...]) -> None:
    """Tell the channel layer without waiting for it: watchers also look on their own every few seconds."""
    if _bell.pull(groups):
        _loop().call_soon_threadsafe(_ring)


def _ring() -> None:
    """At once for the first, and what comes right after it together: a talk is told of no oftener than anybody sees."""
    names = _bell.answered()
    for name in names:
        asyncio.ensure_future(_send(name)).add_done_callback(_note_failure)
    if names:
        _loop().call_later(TOGETHER, _ring)


class _Bell:
    """Groups that are to be woken. Threads pull it, the loop answers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: set[str] = set()
        self._answered = False

    def pull(self, groups: tuple[str, ...]) -> bool:
        """Whether somebody has to be called to answer."""
        with self._lock:
            self._waiting.update(groups)
            called, self._answered = not self._answered, True
            return called

    def answered(self) -> list[str]:
        """Whom to wake. Where it is nobody, the next who pulls calls again."""
        with self._lock:
            names = sorted(self._waiting)
            self._waiting.clear()
            self._answered = bool(names)
            return names


_bell = _Bell()


async def _send(name: str) -> None:
    layer = get_channel_layer()
    if layer is not None:
        await asyncio.wait_for(layer.group_send(name, {"type": "live.wake"}), timeout=2)


def _note_failure(done: "asyncio.Future[None]") -> None:
    if error := done.exception():
        _log.warning("Watchers were not woken (%s); they will look by themselves.", type(error).__name__)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """One event loop in a thread of its own, so that the connection to the channel layer is kept."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="wake", daemon=True).start()
    return loop
