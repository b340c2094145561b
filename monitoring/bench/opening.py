"""How many queries it takes to open due turns, for a small cast and for a large one. Everything is rolled back."""

import time

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bots.models import Bot, Persona
from conversations.engine import turns
from conversations.models import Chat, Engine, Membership, Turn
from monitoring.bench.figure import Figure


def figures() -> list[Figure]:
    measured = []
    for bots, chats in ((3, 1), (200, 20)):
        with transaction.atomic():
            measured += _measure(bots, chats)
            transaction.set_rollback(True)
    return measured


def _measure(bots: int, chats: int) -> list[Figure]:
    _stage(bots, chats)
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        opened = turns.open_due(timezone.now())
    ms = (time.perf_counter() - started) * 1000
    case = f"opening due turns, {bots} bots in {chats} chats"
    return [
        Figure(f"{case}: queries", len(queries), "", "the same for any size", f"{opened} turns opened"),
        Figure(f"{case}: time", round(ms, 1), "ms"),
    ]


def _stage(bots: int, chats: int) -> None:
    """A cast that is due now, and nothing else that is."""
    Engine.objects.filter(pk=1).update(running=True)
    Chat.objects.update(mode=Chat.Mode.PAUSED)
    Turn.objects.all().delete()
    persona = Persona.objects.create(name="Ölçüm")
    cast = Bot.objects.bulk_create([Bot(username=f"bench_{number:03}_bot", persona=persona) for number in range(bots)])
    rooms = Chat.objects.bulk_create(
        [Chat(kind=Chat.Kind.REHEARSAL, mode=Chat.Mode.LIVE, title=f"Ölçüm {number}") for number in range(chats)]
    )
    Membership.objects.bulk_create([Membership(chat=rooms[i % chats], bot=bot) for i, bot in enumerate(cast)])
