"""Work for a measurement: every group always has turns that wait, opened ahead of the workers."""

import threading
from collections import Counter

from django.db import connection
from django.utils import timezone

from conversations.engine import turns
from conversations.models import Chat, Turn

WAITING = 3
"""Turns under way in one group, from planned to sent."""
EVERY = 0.25
"""Seconds between two looks."""


class Feeder(threading.Thread):
    """Opens a turn wherever fewer than WAITING are under way. Ends when asked to."""

    def __init__(self) -> None:
        super().__init__(name="feeder", daemon=True)
        self._over = threading.Event()
        self._chats = list(Chat.objects.order_by("pk"))
        self._number = Turn.objects.count()

    def run(self) -> None:
        try:
            while not self._over.wait(EVERY):
                self._feed()
        finally:
            connection.close()

    def end(self) -> None:
        self._over.set()
        self.join()

    def _feed(self) -> None:
        under_way = Counter(Turn.objects.open().values_list("chat", flat=True))
        now = timezone.now()
        opened = [
            turns.unplanned(chat, seed=self._next(), now=now)
            for chat in self._chats
            for _ in range(WAITING - under_way[chat.pk])
        ]
        Turn.objects.bulk_create(opened)

    def _next(self) -> int:
        self._number += 1
        return self._number
