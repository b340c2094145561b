"""Who moves many rows at once, and who moves one row all the time: nobody waits in a circle."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from conversations import control, pool
from conversations.engine import turns, typing
from conversations.llm import ledger, port, routes
from conversations.llm.port import Usage
from conversations.llm.tariff import Size
from conversations.models import Budget, Chat, Provider, Turn
from tests import stagehands
from tests.conversations import apart

pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("committed")]
THREADS = 12
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


def side_by_side(step: Callable[[int], object]) -> None:
    def run(number: int) -> None:
        try:
            for _round in range(ROUNDS):
                step(number)
        finally:
            connection.close()

    pool.give_back()
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(run, range(THREADS)))


def test_calls_of_one_provider_wait_in_line() -> None:
    provider = stagehands.provider("http://127.0.0.1:9", most_at_once=64)
    room = stagehands.room([])
    Budget.objects.create(scope=Budget.Scope.CAST, period=Budget.Period.DAY, dollars=Decimal(1000))
    waiting = [stagehands.turn(room) for _ in range(THREADS)]
    route = routes.of(provider)

    def call(number: int) -> None:
        ticket = ledger.reserve(waiting[number], route, LITTLE, number=1, kept_back=0.0)
        assert isinstance(ticket, ledger.Ticket)
        ledger.settle(ticket, ledger.answered(ticket, port.Completion("Bekle.", "m", Usage(5, 5), None), 5))

    with no_deadlock():
        side_by_side(call)
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

    with no_deadlock(), apart_from(type_on, over):
        for _round in range(ROUNDS):
            _words(rooms)
            control.stop(by="tests")
            assert not Turn.objects.filter(state__in=control.STOPPABLE).exists()
            control.start(by="tests")


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
def apart_from(step: Callable[[], None], over: threading.Event) -> Iterator[None]:
    def run() -> None:
        try:
            step()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.1)
    try:
        yield
    finally:
        over.set()
        thread.join()
