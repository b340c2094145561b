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

from conversations import events

RETRY_SECONDS = 2.0
_log = logging.getLogger(__name__)


class Bell:
    """Sockets sleep on an `asyncio.Event` each; one task listens for all of them while there is any."""

    def __init__(self) -> None:
        self._sleepers: set[asyncio.Event] = set()
        self._task: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def heard(self) -> Iterator[asyncio.Event]:
        """An event that is set whenever something new happened."""
        woken = asyncio.Event()
        self._sleepers.add(woken)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen(), name="bell")
        try:
            yield woken
        finally:
            self._sleepers.discard(woken)
            if not self._sleepers and self._task is not None:
                self._task.cancel()

    def ring(self) -> None:
        for woken in self._sleepers:
            woken.set()

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
        channel = await layer.new_channel()
        await layer.group_add(events.CAST, channel)
        try:
            while True:
                await layer.receive(channel)
                self.ring()
        finally:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(layer.group_discard(events.CAST, channel), timeout=1)


_bells: WeakKeyDictionary[asyncio.AbstractEventLoop, Bell] = WeakKeyDictionary()


def here() -> Bell:
    """The bell of the running event loop."""
    return _bells.setdefault(asyncio.get_running_loop(), Bell())
