"""Every task may come twice, at the same instant: it does its work once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from bots.models import Bot
from bots.telegram import port
from conversations import control, inbox, tasks
from conversations.models import Chat, InboundUpdate, LLMCall, Message, SendAttempt, Turn
from tests import stagehands
from tests.conversations import apart
from tests.fakes.handles import OpenAIFake

pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("committed")]
State = Turn.State


def twice(task: Callable[[], None]) -> None:
    apart.at_once(task, task)


def test_a_task_that_comes_twice_at_once_does_its_work_once(openai_server: OpenAIFake) -> None:
    stagehands.provider(openai_server.address)
    control.start(by="tests")
    room = stagehands.room(stagehands.troupe(2))
    Chat.objects.update(next_due=timezone.now())
    twice(tasks.tick)
    assert Turn.objects.count() == 1
    twice(tasks.compose)
    turn = Turn.objects.get()
    assert (turn.state, turn.tries, LLMCall.objects.count()) == (State.COMPOSED, 1, len(openai_server.requests()))
    Turn.objects.update(send_after=timezone.now())
    twice(tasks.deliver)
    assert Turn.objects.get().state == State.SENT
    assert (Message.objects.filter(chat=room).count(), SendAttempt.objects.count()) == (1, 1)


def test_updates_are_read_once_and_leases_recovered_once() -> None:
    control.start(by="tests")
    room = stagehands.room(stagehands.troupe(1))
    inbox.store(Bot.objects.get(), port.Update(1, {"update_id": 1, "poll": {}}))
    lost = stagehands.turn_in(State.COMPOSING, room, None, lease_until=timezone.now() - timedelta(seconds=1))
    twice(tasks.recover)
    assert (InboundUpdate.objects.get().state, InboundUpdate.objects.get().tries) in {("done", 0), ("done", 1)}
    lost.refresh_from_db()
    assert (lost.state, lost.gen) == (State.PLANNED, 4)


@pytest.mark.parametrize(
    "task",
    [tasks.typing, tasks.read_inbox, tasks.digest, tasks.news, tasks.market, tasks.forget, tasks.minds, tasks.calm],
)
def test_the_others_come_twice_without_harm(task: Callable[[], None]) -> None:
    stagehands.room(stagehands.troupe(2))
    twice(task)
    assert not Turn.objects.exists()
