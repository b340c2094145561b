"""The kill switch under full load: what was claimed before its commit is skipped, and nothing is claimed after."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bots import roster
from bots.models import Bot
from conversations import control
from conversations.engine import claims, compose, deliver, heads, settled, turns
from conversations.models import Chat, LLMCall, SendAttempt, Turn
from tests import stagehands
from tests.conversations import apart, outside
from tests.fakes.handles import OpenAIFake, eventually

pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("committed")]
State = Turn.State
WORKERS = 6


@contextmanager
def at_full_speed(step: Callable[[], object]) -> Iterator[None]:
    """Threads that take step after step while the block lasts, each on a connection of its own."""
    over = threading.Event()

    def go_on() -> None:
        try:
            while not over.is_set():
                step()
        finally:
            connection.close()

    threads = [threading.Thread(target=go_on) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


@contextmanager
def meanwhile(step: Callable[[], object]) -> Iterator[None]:
    """One step elsewhere, awaited at the end of the block."""
    thread = threading.Thread(target=lambda: apart.elsewhere(step))
    thread.start()
    yield
    thread.join()


def plenty(room: Chat, count: int = 1500) -> None:
    now = timezone.now()
    Turn.objects.bulk_create(
        Turn(
            chat=room, trigger="schedule", plan_key=f"{room.pk}:load:{number}", priority=5, seed=1,
            due_at=now, expires_at=now + timedelta(minutes=5),
        )
        for number in range(count)
    )  # fmt: skip


def composing() -> int:
    return Turn.objects.filter(state=State.COMPOSING).count()


def test_nothing_is_claimed_after_a_stop_however_fast_workers_claim() -> None:
    control.start(by="tests")
    plenty(stagehands.room(stagehands.crowd(2)))
    with at_full_speed(lambda: claims.claim_to_compose("tests")):
        eventually(lambda: composing() > WORKERS, seconds=60)
        control.stop(by="tests")
        assert composing() == 0
    assert composing() == 0
    assert set(Turn.objects.values_list("state", "reason")) == {(State.SKIPPED, "engine_stopped")}


def test_nothing_is_claimed_in_a_chat_after_its_pause_however_fast_workers_claim() -> None:
    control.start(by="tests")
    room = stagehands.room(stagehands.crowd(2))
    plenty(room)
    with at_full_speed(lambda: claims.claim_to_compose("tests")):
        eventually(lambda: composing() > WORKERS, seconds=60)
        control.set_mode(room, Chat.Mode.PAUSED, by="tests")
        assert composing() == 0
    assert composing() == 0


def waiting_rooms(count: int = 24) -> list[Bot]:
    """Rooms with a message ready to leave, each by a bot of its own."""
    cast = stagehands.crowd(count)
    for number, bot in enumerate(cast):
        stagehands.turn_in(State.COMPOSED, stagehands.room([bot], title=f"Oda {number}"), bot)
    return cast


def test_nothing_leaves_after_a_stop_however_fast_workers_send() -> None:
    control.start(by="tests")
    waiting_rooms()
    with at_full_speed(lambda: deliver.one("tests")):
        eventually(lambda: SendAttempt.objects.count() > 2, seconds=60)
        control.stop(by="tests")
        begun = SendAttempt.objects.count()
    assert SendAttempt.objects.count() == begun
    assert not Turn.objects.filter(state=State.SENDING).exists()


def test_a_bot_that_is_paused_is_not_sent_for_although_its_turn_was_chosen() -> None:
    """The pause comes between the look at the heads and the claim."""
    control.start(by="tests")
    [bot] = waiting_rooms(1)
    [[head]] = heads.ready()
    roster.pause(bot, until=timezone.now() + timedelta(hours=1), by="tests")
    known = settled.of(head.chat_id, head.revision)
    assert deliver._start(head, known, "tests") is None
    assert not SendAttempt.objects.exists()


def test_a_stop_outwaits_a_claim_that_is_slow() -> None:
    """Claims give up a lock after ten seconds; the stop has a minute."""
    control.start(by="tests")
    room = stagehands.room(stagehands.crowd(1))
    stagehands.turn(room)
    with apart.unfinished(lambda: claims.claim_to_compose("tests")):
        stop = apart.kept_waiting(lambda: control.stop(by="tests"))
    stop.result()
    assert not control.is_running()


def test_a_stop_needs_no_broker(loopback_port: int) -> None:
    control.start(by="tests")
    stopped = outside.manage("engine", "stop", "--json", REDIS_URL=f"redis://127.0.0.1:{loopback_port}")
    assert stopped.returncode == 0, stopped.stderr
    assert not control.is_running()


def test_no_rewrite_is_begun_after_a_stop(openai_server: OpenAIFake) -> None:
    """The first draft is refused; the stop came while it was written."""
    stagehands.provider(openai_server.address)
    openai_server.script(*["Kesin yükselecek, hemen alın, garanti kazanç!"] * 4)
    openai_server.latency(2.0)
    control.start(by="tests")
    stagehands.turn(stagehands.room(stagehands.troupe(2)))
    with meanwhile(lambda: compose.one("tests")):
        eventually(openai_server.requests, seconds=30)
        control.stop(by="tests")
    assert len(openai_server.requests()) == 1
    assert LLMCall.objects.count() == 1
    assert set(Turn.objects.values_list("state", "reason")) == {(State.SKIPPED, "engine_stopped")}


def test_a_release_begins_thirty_chats_a_minute_however_many_wait() -> None:
    for number in range(100):
        stagehands.room([], title=f"Oda {number}")
    Chat.objects.update(next_due=timezone.now() - timedelta(hours=1))
    control.start(by="tests")
    began = timezone.now()
    opened = [turns.open_due(began + timedelta(seconds=second)) for second in range(0, 60, 2)]
    first = Turn.objects.values("chat").distinct().count()
    assert first <= 31
    assert max(opened) <= 6


def test_no_other_provider_is_asked_after_a_stop(openai_server: OpenAIFake) -> None:
    """The first fails, late; the second would answer."""
    stagehands.provider(openai_server.address, name="birinci", model="fake-1", priority=1)
    stagehands.provider(openai_server.address, name="ikinci", model="fake-2", priority=2)
    openai_server.add_model("fake-2")
    openai_server.latency(2.0)
    openai_server.fault("chat/completions", 500, only="fake-1")
    control.start(by="tests")
    stagehands.turn(stagehands.room(stagehands.troupe(2)))
    with meanwhile(lambda: compose.one("tests")):
        eventually(openai_server.requests, seconds=30)
        control.stop(by="tests")
    assert [request["body"]["model"] for request in openai_server.requests()] == ["fake-1"]
