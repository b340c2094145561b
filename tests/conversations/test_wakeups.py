"""Beat, tasks and wake-ups: they carry no state, may be lost, and never pile up."""

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from bots.models import Bot
from bots.telegram import port
from conversations import control, events, inbox, pool, schedule, standing, tasks, wake
from conversations.models import Chat, Engine, Event, InboundUpdate, Message, Turn
from tests import stagehands
from tests.fakes.handles import OpenAIFake

pytestmark = pytest.mark.django_db
State = Turn.State


# --- The schedule ----------------------------------------------------------------------------------------------------
def rows() -> dict[str, tuple[int, str, float | None, bool]]:
    return {
        task.name: (task.interval.every, task.queue, task.expire_seconds, task.enabled)
        for task in PeriodicTask.objects.select_related("interval")
    }


def test_the_schedule_is_what_the_code_says() -> None:
    schedule.restore()
    expected = {name: (seconds, queue, seconds, True) for name, (seconds, queue) in schedule.PLAN.items()}
    assert rows() == expected


def test_restoring_puts_changes_right_and_leaves_a_pause_alone() -> None:
    schedule.restore()
    PeriodicTask.objects.update(queue="elsewhere", expire_seconds=None)
    PeriodicTask.objects.filter(name="conversations.tick").update(enabled=False)
    PeriodicTask.objects.create(
        name="conversations.forgotten", task="x", interval=PeriodicTask.objects.all()[0].interval
    )
    PeriodicTask.objects.create(name="mine", task="x", interval=PeriodicTask.objects.all()[0].interval)
    schedule.restore()
    found = rows()
    assert found.pop("mine")
    assert found["conversations.tick"] == (1, "upkeep", 1, False)
    assert set(found) == set(schedule.PLAN)
    assert schedule.paused() == ["conversations.tick"]


def test_every_planned_task_and_every_wake_up_has_a_task() -> None:
    current_app.loader.import_default_modules()  # as a worker does when it starts
    known = set(current_app.tasks)
    assert set(schedule.PLAN) <= known
    assert {f"conversations.{name}" for name in wake.QUEUES} <= known


# --- Tasks -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def room(openai_server: OpenAIFake) -> Chat:
    stagehands.provider(openai_server.address)
    control.start(by="tests")
    return stagehands.room(stagehands.crowd(2))


def test_a_tick_opens_what_is_due_and_is_seen(room: Chat) -> None:
    tasks.tick()
    assert Turn.objects.count() == 1
    assert Engine.objects.get().ticked_at is not None


def test_a_tick_of_a_stopped_engine_is_seen_and_does_nothing(room: Chat) -> None:
    control.stop(by="tests")
    Chat.objects.update(next_due=timezone.now())
    tasks.tick()
    assert Engine.objects.get().ticked_at is not None
    assert not Turn.objects.exists()


def test_a_turn_goes_through_the_tasks_to_its_end(room: Chat) -> None:
    tasks.tick()
    tasks.compose()
    assert Turn.objects.get().state == State.COMPOSED
    Turn.objects.update(typing_from=timezone.now())
    tasks.typing()
    assert Event.objects.filter(kind=Event.Kind.TYPING).exists()
    Turn.objects.update(send_after=timezone.now())
    tasks.tick()
    tasks.deliver()
    assert Message.objects.get().turn == Turn.objects.get(state=State.SENT)


def test_a_task_drains_what_is_there(room: Chat) -> None:
    bots = Bot.objects.order_by("pk")
    for number, bot in enumerate(bots):
        stagehands.turn_in(State.COMPOSED, stagehands.room([bot], title=f"Oda {number}"), bot)
    tasks.deliver()
    assert Message.objects.count() == 2


def test_recovery_also_reads_what_a_lost_wake_up_left(room: Chat) -> None:
    inbox.store(Bot.objects.all()[0], port.Update(1, {"update_id": 1, "poll": {}}))
    stagehands.turn_in(State.COMPOSING, room, None, lease_until=timezone.now() - timedelta(seconds=1))
    tasks.recover()
    assert InboundUpdate.objects.get().state == "done"
    assert Turn.objects.get().state == State.PLANNED


def test_the_inbox_has_a_task_of_its_own(room: Chat) -> None:
    inbox.store(Bot.objects.all()[0], port.Update(1, {"update_id": 1, "poll": {}}))
    tasks.read_inbox()
    assert InboundUpdate.objects.get().outcome == "ignored"


# --- Wake-ups --------------------------------------------------------------------------------------------------------
def _redis(line: Any) -> Any:
    """The client under a connection of Celery, which its types do not know."""
    return line.default_channel.client


def waiting(queue: str) -> int:
    with current_app.connection_for_read() as line:
        return int(_redis(line).llen(queue))


def emptied(queue: str) -> None:
    with current_app.connection_for_write() as line:
        _redis(line).delete(queue)


@pytest.mark.parametrize("name", wake.QUEUES)
def test_a_wake_up_is_a_message_without_content(name: str, django_capture_on_commit_callbacks: object) -> None:
    queue = wake.QUEUES[name]
    emptied(queue)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # pytest-django ships no type for it
        getattr(wake, name)()
        assert waiting(queue) == 0
    assert waiting(queue) == 1
    emptied(queue)


@pytest.mark.processes
def test_a_broker_that_is_away_stops_nobody(loopback_port: int) -> None:
    """In a process of its own: the connections of this one are meant to last."""
    woken = subprocess.run(
        [sys.executable, "-c", "import django; django.setup(); from conversations import wake; wake._send('compose')"],
        env={**os.environ, "REDIS_URL": f"redis://127.0.0.1:{loopback_port}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "The broker did not take a wake-up" in woken.stderr


# --- Events ----------------------------------------------------------------------------------------------------------
def test_an_event_belongs_into_the_transaction_of_its_change() -> None:
    room = stagehands.room([])
    before = Event.objects.latest("id").pk
    events.publish(Event.Kind.CHAT, chat=room, subject_id=7)
    event = Event.objects.latest("id")
    assert (event.pk > before, event.kind, event.chat, event.subject_id) == (True, "chat", room, 7)


def test_old_events_go_from_the_oldest_on_in_batches() -> None:
    now, day = timezone.now(), timedelta(days=1)
    ages = [9, 8, 7, 2, 8, 1]  # an old moment among new ones stays: what is left has no holes
    numbers = []
    for age in ages:
        events.publish(Event.Kind.CHAT, subject_id=age)
        numbers.append(Event.objects.latest("id").pk)
        Event.objects.filter(pk=numbers[-1]).update(at=now - age * day)
    assert [events.prune(now - 5 * day, batch=2) for _time in range(3)] == [2, 1, 0]
    assert list(Event.objects.order_by("id").values_list("pk", flat=True)) == numbers[3:]
    assert events.prune(now + day) == 3
    assert events.prune(now) == 0


# --- The connection --------------------------------------------------------------------------------------------------
def test_inside_a_transaction_a_connection_stays() -> None:
    pool.give_back()
    assert Engine.objects.exists()


# --- How the engine stands -------------------------------------------------------------------------------------------
def test_how_the_engine_stands_is_told_in_numbers(room: Chat) -> None:
    bot = Bot.objects.all()[0]
    stagehands.group([], disclosed=False)
    stagehands.turn(room, due_at=timezone.now() - timedelta(seconds=40))
    stagehands.turn_in(State.SENT, room, bot, chat_seq=1)
    stagehands.turn_in(State.SENT, room, bot, chat_seq=2, sent_at=timezone.now() - timedelta(seconds=70))
    state = standing.now()
    assert (state["running"], state["bots"], state["chats"], state["scale"]) == (True, 2, 1, 1.0)
    assert state["turns"] == {name: {"planned": 1, "sent": 2}.get(name, 0) for name in State.values}
    assert (state["messages_last_minute"], state["changed_by"]) == (1, "tests")
    assert 40 <= state["oldest_due_seconds"] < 60


def test_turns_that_are_over_are_counted_for_a_day_and_open_ones_for_ever(room: Chat) -> None:
    bot = Bot.objects.all()[0]
    long_ago = timezone.now() - timedelta(days=2)
    for place, state in enumerate((State.SENT, State.UNRESOLVED, State.HELD), start=1):
        old = stagehands.turn_in(state, room, bot, chat_seq=place)
        Turn.objects.filter(pk=old.pk).update(created_at=long_ago)
    stagehands.turn_in(State.SKIPPED, room, bot)
    found = {name: count for name, count in standing.now()["turns"].items() if count}
    assert found == {"unresolved": 1, "held": 1, "skipped": 1}


def test_an_idle_engine_has_nothing_overdue() -> None:
    assert standing.now()["oldest_due_seconds"] == 0.0


def test_watchers_are_woken_at_once_and_what_comes_right_after_it_together() -> None:
    bell = events._Bell()
    assert bell.pull(("cast", "chat-1"))
    assert bell.answered() == ["cast", "chat-1"]
    assert [bell.pull(("cast", "chat-2")), bell.pull(("cast", "chat-3"))] == [False, False]
    assert bell.answered() == ["cast", "chat-2", "chat-3"]
    assert bell.answered() == []
    assert bell.pull(("cast",))  # nobody has come meanwhile, so the next one calls again
