"""What there is to say: each chat has a few turns ready at any time, each with words that nobody else uses."""

import threading
from collections import Counter
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any, Self

from django.db import DatabaseError, connection
from django.db.models import Count
from django.utils import timezone

from conversations.engine import likeness
from conversations.models import Chat, Turn
from tests.chaos.stage import Stage

AHEAD = 3
"""Turns that wait in a chat."""
WAITING = (Turn.State.PLANNED, Turn.State.COMPOSING, Turn.State.COMPOSED)


class Feeder:
    """Tops every chat up twice a second, until `most` turns were opened or it is told to stop.

    `worded` is the share of turns that come with their words; the others are planned, and the writers word them.
    """

    def __init__(
        self,
        stage: Stage,
        dice: Random,
        *,
        most: int = 1_000_000,
        worded: float = 0.8,
        every: float = 0.5,
        **changes: Any,
    ) -> None:
        self._stage, self._dice, self._most, self._worded, self._every = stage, dice, most, worded, every
        self._changes = changes
        self._numbers = count(1)
        self.opened = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._feed, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    @property
    def is_done(self) -> bool:
        return self.opened >= self._most

    def _feed(self) -> None:
        while not self.is_done and not self._over.wait(self._every):
            try:
                self.top_up()
            except DatabaseError:
                connection.close()  # it was killed; the next look finds it again
        connection.close()

    def top_up(self) -> None:
        waiting = Turn.objects.filter(chat__in=self._stage.chats, state__in=WAITING)
        ready = Counter(dict(waiting.values_list("chat").annotate(count=Count("pk"))))
        wanted = [chat for chat in self._stage.chats for _ in range(AHEAD - ready[chat.pk])]
        new = [self.turn(chat) for chat in wanted[: self._most - self.opened]]
        Turn.objects.bulk_create(new)
        self.opened += len(new)

    def turn(self, chat: Chat, **changes: Any) -> Turn:
        number, now = next(self._numbers), timezone.now()
        values: dict[str, Any] = {
            "chat": chat,
            "trigger": Turn.Trigger.SCHEDULE,
            "plan_key": f"{chat.pk}:chaos:{number}",
            "priority": 5,
            "due_at": now,
            "expires_at": now + timedelta(minutes=10),
            "seed": self._dice.getrandbits(62),
        }
        if self._dice.random() < self._worded:
            text = words(chat, number)
            values |= {
                "state": Turn.State.COMPOSED,
                "bot": self._dice.choice(self._stage.speakers[chat.pk]),
                "intent": Turn.Intent.MESSAGE,
                "text": text,
                "text_sha256": likeness.fingerprint(text),
                "send_after": now,
                "typing_from": now,
            }
        return Turn(**(values | self._changes | changes))


def words(chat: Chat, number: int) -> str:
    """Words that tell which turn they belong to."""
    return f"{chat.pk} numaralı grupta söylenen {number} numaralı söz budur."


WORDS = (
    "deniz kapı defter çınar rüzgâr fener köprü saat bakır toprak kuyu bulut iskele harman pencere kilim çeşme yelken "
    "tarla sofra mutfak tren kumaş ayna merdiven bahçe nehir gemi çarşı kandil zeytin buğday taş ipek duvar kervan "
    "ocak sandık mektup orman bekliyor dönüyor susuyor uzuyor parlıyor soğuyor taşıyor eskiyor açılıyor yoruluyor"
)


def script(count: int) -> list[str]:
    """What the provider answers: no two alike in letters or in meaning."""
    dice, words = Random(count), WORDS.split(" ")
    return [" ".join(dice.sample(words, 10)).capitalize() for _ in range(count)]
