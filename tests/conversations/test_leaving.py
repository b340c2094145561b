"""Workers that are asked to stop: what is being sent arrives and is known, words go back, nobody waits for a lease."""

import signal
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from bots import roster
from conversations import control, presence, wake
from conversations.engine import turns
from conversations.models import Process, Provider, SendAttempt, Turn
from tests import stagehands
from tests.conversations import outside
from tests.conversations.outside import SENDER, WRITER
from tests.fakes.handles import OpenAIFake, TelegramFake, eventually

pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("committed")]
State = Turn.State
PATIENCE = 120
"""Seconds; a busy machine is slow, only a fault takes so long."""
GRACE = 30


def works(kind: str) -> bool:
    return Process.objects.alive().filter(kind=kind, stopping=False).exists()


def ticking(check: Callable[[], object]) -> object:
    """Wake the workers as ticks do, again and again, until the check holds: one that just begins may miss the first."""

    def tick() -> object:
        for name in ("deliver", "compose"):
            wake._send(name)
        time.sleep(0.3)
        return check()

    return eventually(tick, seconds=PATIENCE)


def leave(process: outside.Process) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(timeout=GRACE + PATIENCE)


@pytest.mark.processes
def test_rolling_restarts_leave_nothing_uncertain(telegram_server: TelegramFake) -> None:
    """Every answer of Telegram takes a second, and every worker is stopped in the middle of one."""
    telegram_server.fault("sendMessage", "drip", times=100, pause=0.003)
    cast = stagehands.crowd(3)
    for number, bot in enumerate(cast):
        roster.set_token(bot, telegram_server.add_bot(bot.username), by="tests")
        group = telegram_server.add_group(f"Grup {number}", bot.username)
        chat = stagehands.group([bot], telegram_id=group, title=f"Grup {number}")
        late = timezone.now() + timedelta(minutes=5)
        stagehands.turn_in(State.COMPOSED, chat, bot, text=f"Sakinim {number}.", expires_at=late)
    control.start(by="tests")
    where = {"TELEGRAM_API_BASE": telegram_server.address, "TELEGRAM_MODE": "webhook", "WORKER_THREADS": "2"}
    codes = []
    while Turn.objects.filter(state__in=Turn.OPEN).exists():
        with outside.running(SENDER, **where) as [sender]:
            eventually(lambda: works("sender"), seconds=PATIENCE)
            ticking(SendAttempt.objects.filter(outcome=SendAttempt.Outcome.OPEN).exists)
            codes.append(leave(sender))
        assert not Turn.objects.filter(state__in=[State.SENDING, State.UNCERTAIN]).exists()
    assert set(Turn.objects.values_list("state", "reason")) == {(State.SENT, "")}
    assert len(codes) > 1
    assert set(codes) == {0}
    assert sorted(said["text"] for said in telegram_server.posted(by_bots=True)) == [
        f"Sakinim {number}." for number in range(3)
    ]
    assert not Process.objects.exists()


@pytest.mark.processes
def test_words_that_do_not_come_in_time_are_given_back(openai_server: OpenAIFake) -> None:
    stagehands.provider(openai_server.address, timeout=40)
    openai_server.latency(40)
    control.start(by="tests")
    turn = stagehands.turn(stagehands.room(stagehands.troupe(2)))
    with outside.running(WRITER) as [writer]:
        eventually(lambda: works("writer"), seconds=PATIENCE)
        ticking(openai_server.requests)
        assert leave(writer) == 0
    turn.refresh_from_db()
    assert (turn.state, turn.tries, turn.bot, turn.lease_until) == (State.PLANNED, 0, None, None)


@pytest.mark.processes
def test_a_worker_says_aloud_that_its_numbers_do_not_fit() -> None:
    said = outside.said(WRITER, until="POOL_SIZE: 5 processes", POOL_SIZE="100", WORKER_THREADS="64")
    assert "POOL_SIZE: 5 processes with 100 connections" in said
    assert "max_connections" in said


def test_only_what_the_leaving_process_holds_goes_back() -> None:
    room = stagehands.room([])
    mine = stagehands.turn_in(State.COMPOSING, room, None, lease_owner=f"{presence.owner()}1")
    other = stagehands.turn_in(State.COMPOSING, room, None, lease_owner="öteki:1:1")
    assert turns.give_back(presence.owner()) == 1
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.state, mine.gen, other.state) == (State.PLANNED, 4, State.COMPOSING)


def test_what_comes_after_a_claim_went_back_changes_nothing() -> None:
    room = stagehands.room([])
    late = stagehands.turn_in(State.COMPOSING, room, None, lease_owner=f"{presence.owner()}1")
    turns.give_back(presence.owner())
    assert not turns.end(late, State.SKIPPED, "late", came=[State.COMPOSING])
    assert turns.is_withdrawn(late)
    assert Provider.objects.count() == 0
