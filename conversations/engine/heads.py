"""Reader: the turns that could be sent now, with all that gates and limits ask about them, in one statement."""

import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from django.db import connection

from conversations import breakers, revision, statement
from conversations.engine import pacing
from conversations.engine.course import Course
from conversations.models import Turn

CHATS = 8
"""Chats that are looked at together."""
HEADS = 8
LASTS = 0.5
"""Seconds for which what was seen of several chats is acted upon."""
_SQL = statement.beside(__file__).replace("{revision}", revision.SELECT).replace("{may_probe}", breakers.MAY_PROBE)


@dataclass(frozen=True, slots=True)
class Head:
    """One turn that waits to be sent, as it stands at `now` on the database's clock."""

    id: int
    gen: int
    chat_id: int
    bot_id: int
    trigger: str
    intent: str
    priority: int
    due_at: datetime
    expires_at: datetime
    plays_here: bool
    taken: bool
    """A person speaks through the bot."""
    paused_until: datetime | None
    gate: datetime | None
    """No call of this bot here before: pacing, what Telegram asked for, the rest of its breaker."""
    quiet: str
    """Why nobody may speak in the chat now, or nothing."""
    said_last_hour: int
    answers: int
    """Of the cast, to the question that it answers."""
    since: int
    """Messages in the chat since it was due."""
    minute: tuple[datetime, ...]
    """When the chat's messages of the last minute were sent, perhaps or for sure, newest first."""
    last_seq: int
    course: Course
    now: datetime
    used: int
    """Messages of the whole cast in the last minute."""
    revision: int

    @property
    def is_chatter(self) -> bool:
        return self.trigger in Turn.CHATTER

    @property
    def is_reaction(self) -> bool:
        return self.intent == Turn.Intent.REACTION


def ready(besides: Sequence[int] = ()) -> list[list[Head]]:
    """The heads of some chats, the most urgent first within each, without the chats `besides` and those in which
    something is being sent.

    People's answers come before chatter; among equals the draw keeps workers from crowding at one chat.
    """
    asked = {"chats": CHATS, "heads": HEADS, "most": pacing.A_MINUTE, "besides": list(besides)}
    with connection.cursor() as cursor:
        statement.run(cursor, _SQL, asked)
        found = [_head(*row) for row in cursor.fetchall()]
    chats = [list(of_chat) for _, of_chat in groupby(found, key=lambda head: head.chat_id)]
    return sorted(chats, key=lambda heads: (heads[0].priority, random.random()))


@contextmanager
def apart() -> Iterator[list[list[Head]]]:
    """What is `ready`, for one thread of this process alone while the look lasts: the others would come too late."""
    until = time.monotonic() + LASTS
    found = _reserve(ready(_reserved()), until)
    try:
        yield found
    finally:
        _free(found, until)


_lock = threading.Lock()
"""Never held while the database is asked: who waits for it may hold the connection that the asker waits for."""
_in_sight: dict[int, float] = {}
"""The chats that threads of this process look at, each until its moment on the monotonic clock."""


def _reserved() -> list[int]:
    now = time.monotonic()
    with _lock:
        return [chat for chat, until in _in_sight.items() if until > now]


def _reserve(found: list[list[Head]], until: float) -> list[list[Head]]:
    """Those that nobody else has seen in the meantime."""
    now = time.monotonic()
    with _lock:
        mine = [heads for heads in found if _in_sight.get(heads[0].chat_id, 0.0) <= now]
        _in_sight.update((heads[0].chat_id, until) for heads in mine)
    return mine


def _free(found: list[list[Head]], until: float) -> None:
    with _lock:
        for heads in found:
            if _in_sight.get(heads[0].chat_id) == until:
                del _in_sight[heads[0].chat_id]


def _head(*row: Any) -> Head:
    number, gen, chat, bot, trigger, intent, priority, due, expires, *standing = row
    plays_here, taken, paused, gate, quiet, said_last_hour, answers, since, minute, *course = standing
    last_seq, chain, after_person, spoke, heard, stirred, now, used, settled = course
    return Head(
        number,
        gen,
        chat,
        bot,
        trigger,
        intent,
        priority,
        _moment(due),
        _moment(expires),
        plays_here,
        taken,
        paused and _moment(paused),
        gate and _moment(gate),
        quiet,
        said_last_hour,
        answers,
        since,
        tuple(map(_moment, minute or ())),
        last_seq,
        Course(chain, after_person, spoke and _moment(spoke), heard and _moment(heard), stirred and _moment(stirred)),
        _moment(now),
        used,
        settled,
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
