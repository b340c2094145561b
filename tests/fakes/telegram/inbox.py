"""The updates that wait for one bot, and the one who may fetch them."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram.refusal import conflict

UNASKED = {"chat_member", "message_reaction", "message_reaction_count"}
"""Kinds of update that come only when a bot names them."""


@dataclass(slots=True)
class Webhook:
    url: str
    secret: str
    connections: int
    last_error: str = ""
    last_error_date: int = 0


class Inbox:
    def __init__(self, first_id: int) -> None:
        self._next_id = first_id
        self._poller: asyncio.Future[None] | None = None
        self.waiting: deque[dict[str, Any]] = deque()
        self.fresh = asyncio.Event()
        self.allowed: list[str] = []
        self.webhook: Webhook | None = None

    def add(self, kind: str, what: dict[str, Any]) -> None:
        wanted = kind in self.allowed if self.allowed else kind not in UNASKED
        if not wanted:
            return
        self.waiting.append({"update_id": self._next_id, kind: what})
        self._next_id += 1
        self.fresh.set()
        if self._poller and not self._poller.done():
            self._poller.set_result(None)

    def confirm(self, offset: int) -> None:
        """Forgets what is older than `offset`; a negative one keeps that many of the newest."""
        if offset < 0:
            while len(self.waiting) > -offset:
                self.waiting.popleft()
        while offset > 0 and self.waiting and self.waiting[0]["update_id"] < offset:
            self.waiting.popleft()

    def interrupt(self, why: str) -> None:
        if self._poller and not self._poller.done():
            self._poller.set_exception(conflict(why))

    async def poll(self, *, seconds: int) -> None:
        """Returns when there is something, or after `seconds`. A second poller ends the first one's wait with 409."""
        self.interrupt("terminated by other getUpdates request; make sure that only one bot instance is running")
        if self.waiting or seconds <= 0:
            return
        self._poller = mine = asyncio.get_running_loop().create_future()
        await asyncio.wait({mine}, timeout=seconds)
        if mine.done():
            mine.result()
        mine.cancel()
