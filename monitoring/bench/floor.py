"""The floor under every message: one call of the model, one sendMessage, one INSERT, in a loop, and nothing else.

The same SDK, the same client, the same server; what Kulis takes beyond this is what it adds.
"""

import time
from itertools import cycle

from django.db import connection
from django.db.backends.utils import CursorWrapper

from bots.telegram.port import Telegram
from conversations.llm import adapters, port
from conversations.models import Membership, Provider, Turn

TIMES = 300
SECONDS = 30.0


def cpu_ms(times: int = TIMES) -> float:
    """Milliseconds of this process's processor for one message. The prompt is one that a turn has just carried."""
    members = Membership.objects.select_related("bot", "chat").order_by("bot_id", "chat_id")[:times]
    places = [(member.bot.telegram(), member.chat.telegram_id or 0) for member in members]
    provider = Provider.objects.get()
    voice, asked = adapters.of(provider), _prompt()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_floor (id bigserial PRIMARY KEY, text text)")
        _one(cursor, voice, provider, asked, places[0])  # connections stand before the clock is read
        before = time.process_time()
        for _, place in zip(range(times), cycle(places), strict=False):
            _one(cursor, voice, provider, asked, place)
        return (time.process_time() - before) / times * 1000


def _prompt() -> tuple[port.PromptMessage, ...]:
    turn = Turn.objects.filter(state=Turn.State.SENT).exclude(prompt=[]).order_by("-id")[0]
    return tuple(port.PromptMessage(part["role"], part["content"]) for part in turn.prompt)


def _one(
    cursor: CursorWrapper,
    voice: port.LLM,
    provider: Provider,
    asked: tuple[port.PromptMessage, ...],
    place: tuple[Telegram, int],
) -> None:
    line, chat_id = place
    deadline = time.monotonic() + SECONDS
    answer = voice.complete(port.Request(asked, port.Brief(speaker=""), provider.model, seed=0, deadline=deadline))
    line.send(chat_id=chat_id, text=answer.text, deadline=deadline)
    cursor.execute("INSERT INTO bench_floor (text) VALUES (%s)", [answer.text])
