"""What wakes the sockets of this process: one subscription to the channel layer, however many sockets there are.

The layer may vanish at any moment. Then nobody rings, and the sockets look by themselves every few seconds.
"""

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer
from django.db import DatabaseError, connection

from conversations import events
from monitoring import live

RETRY_SECONDS = 2.0
_log = logging.getLogger(__name__)


class Bell:
    """Sockets sleep on an `asyncio.Event` each; one task listens for all of them while there is any."""

    def __init__(self) -> None:
        self._sleepers: dict[asyncio.Event, frozenset[int] | None] = {}
        self._task: asyncio.Task[None] | None = None
        self._last_id: int | None = None
        """Up to where this process has looked for whom to wake."""

    @contextlib.contextmanager
    def heard(self, chats: frozenset[int] | None = None) -> Iterator[asyncio.Event]:
        """An event that is set whenever something new happened in these chats, or to the whole cast; None: anywhere."""
        woken = asyncio.Event()
        self._sleepers[woken] = chats
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen(), name="bell")
        try:
            yield woken
        finally:
            del self._sleepers[woken]
            if not self._sleepers and self._task is not None:
                self._task.cancel()

    def ring(self, touched: set[int | None] | None = None) -> None:
        """Wake who cares for what was touched; None: everybody."""
        for woken, chats in self._sleepers.items():
            if touched is None or chats is None or None in touched or not touched.isdisjoint(chats):
                woken.set()

    async def _look(self) -> set[int | None] | None:
        """Where something happened since the last look: one question for all the sockets of this process."""
        try:
            self._last_id, touched = await asyncio.to_thread(_touched, self._last_id)
        except DatabaseError:
            self._last_id = None
            return None
        return touched

    async def _listen(self) -> None:
        while True:
            try:
                await self._subscribe_and_wait(get_channel_layer())
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever is wrong with the layer, sockets go on without it
                _log.warning(
                    "The channel layer does not answer (%s); watchers look by themselves.", type(error).__name__
                )
                await asyncio.sleep(RETRY_SECONDS)

    async def _subscribe_and_wait(self, layer: Any) -> None:
        self._last_id = None  # what happened while nobody listened concerns everybody
        channel = await layer.new_channel()
        await layer.group_add(events.CAST, channel)
        try:
            while True:
                await layer.receive(channel)
                self.ring(await self._look())
        finally:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(layer.group_discard(events.CAST, channel), timeout=1)


def _touched(last_id: int | None) -> tuple[int, set[int | None] | None]:
    try:
        return live.touched(last_id)
    finally:
        connection.close()


_bells: WeakKeyDictionary[asyncio.AbstractEventLoop, Bell] = WeakKeyDictionary()


def here() -> Bell:
    """The bell of the running event loop."""
    return _bells.setdefault(asyncio.get_running_loop(), Bell())
