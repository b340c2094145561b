"""Who moves many rows at once, and who moves one row all the time: nobody waits in a circle."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from conversations import control
from conversations.engine import turns, typing
from conversations.llm import ledger, port, routes
from conversations.llm.port import Usage
from conversations.llm.tariff import Size
from conversations.models import Chat, Provider, Turn
from tests import stagehands
from tests.conversations import apart

pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("committed")]
ROUNDS = 20
LITTLE = Size(Usage(5, 5), Usage(5, 5))


@contextmanager
def no_deadlock() -> Iterator[None]:
    before = deadlocks()
    yield
    assert deadlocks() == before


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def test_calls_of_one_provider_wait_in_line() -> None:
    """What follows when they do not is seen under load alone (`manage.py bench throughput`)."""
    provider = stagehands.provider("http://127.0.0.1:9")
    turn, route = stagehands.turn(stagehands.room([])), routes.of(provider)

    def reserve() -> ledger.Ticket | ledger.Refusal:
        return ledger.reserve(turn, route, LITTLE, number=1, kept_back=0.0)

    with apart.unfinished(lambda: ledger.wait_in_line(provider.pk)):
        waiting = apart.kept_waiting(reserve)
    ticket = waiting.result(apart.PATIENCE)
    assert isinstance(ticket, ledger.Ticket)
    done = ledger.answered(ticket, port.Completion("Bekle.", "m", Usage(5, 5), None), 5)
    with apart.unfinished(lambda: ledger.wait_in_line(provider.pk)):
        waits = apart.kept_waiting(lambda: ledger.settle(ticket, done))
    waits.result(apart.PATIENCE)
    assert Provider.objects.get().under_way == 0


def test_a_stop_and_the_typing_signs_do_not_wait_for_each_other() -> None:
    control.start(by="tests")
    bots = stagehands.crowd(8)
    rooms = [stagehands.room([bot], title=bot.username) for bot in bots]
    over = threading.Event()

    def type_on() -> None:
        while not over.is_set():
            for pk in Turn.objects.filter(state="composed").values_list("pk", flat=True):
                Turn.objects.filter(pk=pk).update(typing_shown_at=None)  # one at a time: only signs take many
            typing.some()

    with no_deadlock(), meanwhile(type_on, over):
        for _round in range(ROUNDS):
            _words(rooms)
            control.stop(by="tests")
            assert not Turn.objects.filter(state__in=control.STOPPABLE).exists()
            control.start(by="tests")


def test_a_stop_that_was_ended_as_a_deadlock_begins_again() -> None:
    control.start(by="tests")
    room = stagehands.room(stagehands.crowd(1))
    first, second = (stagehands.turn(room) for _ in range(2))
    holds, goes_on = threading.Event(), threading.Event()

    def take_both() -> None:
        with transaction.atomic():
            Turn.objects.filter(pk=second.pk).update(detail="mine")
            holds.set()
            goes_on.wait(apart.PATIENCE)
            # The stop holds the first and waits for the second. Whoever has waited for longest is ended.
            Turn.objects.filter(pk=first.pk).update(detail="mine too")

    with meanwhile(take_both):
        holds.wait(apart.PATIENCE)
        stopping = apart.kept_waiting(lambda: control.stop(by="tests"))
        goes_on.set()
    stopping.result(apart.PATIENCE)
    assert not control.is_running()
    assert set(Turn.objects.values_list("state", "reason", "detail")) == {
        ("skipped", "engine_stopped", "mine"), ("skipped", "engine_stopped", "mine too"),
    }  # fmt: skip


def test_what_somebody_holds_is_put_right_the_next_time() -> None:
    room = stagehands.room(stagehands.crowd(1))
    gone = timezone.now() - timedelta(seconds=1)
    held, free = (stagehands.turn(room, due_at=gone - timedelta(seconds=1), expires_at=gone) for _ in range(2))
    with apart.unfinished(lambda: Turn.objects.select_for_update().get(pk=held.pk)):
        assert turns.recover()["expired"] == 1
    assert turns.recover()["expired"] == 1
    free.refresh_from_db()
    assert free.reason == "expired"


def _words(rooms: list[Chat]) -> None:
    now = timezone.now()
    for room in rooms:
        bot = room.members.get()
        stagehands.turn_in("composed", room, bot, typing_from=now, send_after=now + timedelta(seconds=60))


@contextmanager
def meanwhile(step: Callable[[], None], over: threading.Event | None = None) -> Iterator[None]:
    """A thread of its own takes `step`, which ends by itself or when it is `over`."""

    def run() -> None:
        try:
            step()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        if over:
            over.set()
        thread.join()
