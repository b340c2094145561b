"""What planning costs, for small casts and large ones: opening due turns, and one plan. Everything is rolled back."""

import time
from collections.abc import Callable, Sequence
from random import Random

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bots.models import Bot, Persona
from conversations.engine import plan, scene, turns
from conversations.models import Chat, Engine, Membership, Turn
from monitoring.bench.figure import Figure

SIZES = ((3, 1), (200, 20), (2_000, 200), (10_000, 1_000))
"""Bots and chats."""


def figures(sizes: Sequence[tuple[int, int]] = SIZES) -> list[Figure]:
    measured = []
    for bots, chats in sizes:
        with transaction.atomic():
            measured += _measure(bots, chats)
            transaction.set_rollback(True)
    return measured


def _measure(bots: int, chats: int) -> list[Figure]:
    _stage(bots, chats)
    case = f"{bots:,} bots in {chats:,} chats"
    opened = _figures(f"opening due turns, {case}", lambda: f"{turns.open_due(timezone.now())} turns opened")
    _plan()  # what only people change is read now and kept
    return [
        *opened,
        *_figures(f"planning one turn, {case}", _plan),
    ]


def _figures(case: str, step: Callable[[], str]) -> list[Figure]:
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        note = step()
    ms = (time.perf_counter() - started) * 1000
    return [
        Figure(f"{case}: queries", len(queries), "", "the same for any size", note),
        Figure(f"{case}: time", round(ms, 1), "ms"),
    ]


def _plan() -> str:
    """Read the world of the first turn and choose."""
    turn = Turn.objects.select_related("chat", "cause__bot__persona", "cause__participant").order_by("pk")[0]
    chosen = plan.choose(scene.load(turn), Random(turn.seed))
    return f"{len(chosen.candidates)} candidates"


def _stage(bots: int, chats: int) -> None:
    """A cast that is due now, and nothing else that is."""
    Engine.objects.filter(pk=1).update(running=True)
    Chat.objects.update(mode=Chat.Mode.PAUSED)
    Turn.objects.all().delete()
    persona = Persona.objects.create(name="Ölçüm")
    cast = Bot.objects.bulk_create([Bot(username=f"bench_{number:05}_bot", persona=persona) for number in range(bots)])
    rooms = Chat.objects.bulk_create(
        [Chat(kind=Chat.Kind.REHEARSAL, mode=Chat.Mode.LIVE, title=f"Ölçüm {number}") for number in range(chats)]
    )
    Membership.objects.bulk_create([Membership(chat=rooms[i % chats], bot=bot) for i, bot in enumerate(cast)])
