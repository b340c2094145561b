"""Time for those who died: leases run out and proof comes due at once instead of after a minute.

Only what nobody can write to any more is aged, and only so far that the promises stay what they are: a lease of a dead
process, a deadline that has passed. Living processes keep every second of theirs.
"""

import threading
import time
from collections.abc import Callable
from typing import Self

from django.db import DatabaseError, connection

from conversations.engine import spans
from tests.fakes.handles import TelegramFake


class Clockwork:
    """Looks twice a second; `lives` says whether a process could still write."""

    def __init__(self, telegram: TelegramFake, lives: Callable[[int], bool], *, canaries: bool = True) -> None:
        self._telegram, self.lives, self._canaries = telegram, lives, canaries
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._due: dict[int, float] = {}
        self.lapsed = self.aged = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(0.5):
            try:
                self.look()
            except DatabaseError:
                connection.close()
        connection.close()

    def look(self) -> None:
        self.lapsed += self._lapse()
        aged = self._age()
        self.aged += len(aged)
        if self._canaries:
            self._sing(aged)

    def _sing(self, aged: list[int]) -> None:
        """Somebody writes there a little later: seen by the observer, it proves what was said before, and what not."""
        now = time.monotonic()
        for telegram_id in [place for place, due in self._due.items() if due <= now]:
            del self._due[telegram_id]
            self._telegram.say(telegram_id, "Deniz", "Ben buradayım")
        self._due |= dict.fromkeys(aged, now + 2.5)

    def _lapse(self) -> int:
        """The leases of the dead end now."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, gen, split_part(lease_owner, ':', 2)::int FROM conversations_turn"
                " WHERE state IN ('sending', 'composing') AND lease_until > clock_timestamp()"
            )
            dead = [(turn, gen) for turn, gen, pid in cursor.fetchall() if not self.lives(pid)]
            for turn, gen in dead:
                cursor.execute(
                    "UPDATE conversations_turn SET lease_until = clock_timestamp()"
                    " WHERE id = %s AND gen = %s AND state IN ('sending', 'composing')",
                    [turn, gen],
                )
        return len(dead)

    def _age(self) -> list[int]:
        """What is uncertain was claimed so long ago that any message from now on proves what became of it."""
        with connection.cursor() as cursor:
            cursor.execute(
                """
                WITH old AS (
                    UPDATE conversations_sendattempt attempt
                    SET started_at = clock_timestamp() - %(ago)s * interval '1 s'
                    FROM conversations_turn turn
                    WHERE turn.id = attempt.turn_id AND turn.gen = attempt.gen AND turn.state = 'uncertain'
                      AND attempt.started_at > clock_timestamp() - %(ago)s * interval '1 s'
                    RETURNING turn.chat_id
                )
                SELECT DISTINCT chat.telegram_id FROM old JOIN conversations_chat chat ON chat.id = old.chat_id
                """,
                {"ago": (spans.WRITE + spans.LATE).total_seconds() - 1},
            )
            return [int(telegram_id) for (telegram_id,) in cursor.fetchall()]
