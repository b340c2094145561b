"""Workers outlive their servers: what was lost is found again, nothing is doubled, nobody has to be started anew."""

import time
from collections.abc import Callable

import pytest
from django.utils import timezone

from bots.models import Bot
from conversations import control, presence
from conversations.llm import offline
from conversations.models import Chat, Message, Process, Provider, Turn
from tests import stagehands
from tests.conversations import outside, servers
from tests.fakes.handles import eventually

pytestmark = [pytest.mark.commits, pytest.mark.processes, pytest.mark.usefixtures("committed")]
PATIENCE = 240
"""Seconds; a busy machine is slow, only a fault takes so long."""
ROOMS = 6
ASKED = Turn.objects.filter(trigger="mention")


class Talk:
    """A room in which a bot is asked and answers."""

    def __init__(self) -> None:
        Provider.objects.create(name="çevrimdışı", kind=Provider.Kind.OFFLINE, model=offline.MODEL)
        self.room = stagehands.room(stagehands.crowd(3))
        control.start(by="tests")
        Chat.objects.update(next_due=None)  # nobody speaks of his own accord
        self.asked = 0

    def ask(self) -> None:
        """Without a wake-up: only a tick can find it."""
        self.asked += 1
        cause = stagehands.message(self.room, f"Soru {self.asked}?")
        bot = Bot.objects.order_by("pk")[self.asked % 3]
        now = timezone.now()
        stagehands.turn(self.room, trigger="mention", bot=bot, cause=cause, priority=0, due_at=now)

    def goes_on(self) -> None:
        self.ask()
        eventually(lambda: ASKED.filter(state=Turn.State.SENT).count() == self.asked, seconds=PATIENCE)


def alive(*kinds: str) -> Callable[[], bool]:
    return lambda: set(Process.objects.alive().values_list("kind", flat=True)) >= set(kinds)


def test_workers_outlive_broker_and_database_and_nothing_is_lost_or_doubled() -> None:
    talk = Talk()
    with servers.broker() as broker:
        line = servers.Line()
        where = servers.environment(broker, line)
        with outside.running(outside.WORKER, outside.BEAT, **where) as processes:
            eventually(alive("sender", "beat"), seconds=PATIENCE)
            talk.goes_on()
            for _ in range(20):
                broker.empty()
                time.sleep(0.05)
            talk.goes_on()
            broker.kill()
            _works_no_more("sender")
            broker.start()
            talk.goes_on()
            line.cut()
            talk.ask()
            time.sleep(3)
            line.mend()
            talk.goes_on()
            assert [process.poll() for process in processes] == [None, None]
    assert ASKED.count() == talk.asked
    assert Message.objects.filter(bot__isnull=False, turn__trigger="mention").count() == talk.asked


def _works_no_more(kind: str) -> None:
    """It says that it lives, and that its canary does not come."""
    one = Process.objects.get(kind=kind)
    eventually(lambda: _idle(one.pk) > 2 * presence.EVERY, seconds=PATIENCE)


def _idle(pk: int) -> float:
    one = Process.objects.get(pk=pk)
    return (one.beat_at - one.worked_at).total_seconds()
