"""Quiet in a chat is asked for at every step: opening, writing, sending."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from bots.models import Bot
from conversations import control
from conversations.engine import claims, deliver, heads, quiet, settled, turns
from conversations.models import Chat, Turn
from tests import stagehands

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Chat:
    control.start(by="tests")
    return stagehands.room(stagehands.crowd(1))


def soon() -> dict[str, Any]:
    return {"hushed_until": timezone.now() + timedelta(minutes=5)}


def shut() -> dict[str, Any]:
    return {"closed_at": timezone.now()}


@pytest.mark.parametrize("silence", [soon, shut])
def test_nothing_opens_and_nothing_is_written_while_it_lasts(room: Chat, silence: Any) -> None:
    planned = stagehands.turn(room)
    Chat.objects.update(**silence(), next_due=timezone.now())
    assert turns.open_due(timezone.now()) == 0
    assert claims.claim_to_compose("tests") is None
    Chat.objects.update(hushed_until=None, closed_at=None)
    assert claims.claim_to_compose("tests") == planned
    assert turns.open_due(timezone.now()) == 1


@pytest.mark.parametrize(("silence", "reason"), [(soon, "hushed"), (shut, "topic_closed")])
def test_what_is_composed_all_the_same_is_skipped_at_the_gate(room: Chat, silence: Any, reason: str) -> None:
    turn = stagehands.turn_in("composed", room, Bot.objects.get(), trigger="mention", chat_seq=None)
    Chat.objects.update(**silence())
    assert not deliver.one("tests")
    turn.refresh_from_db()
    assert (turn.state, turn.reason) == ("skipped", reason)


@pytest.mark.parametrize("silence", [soon, shut])
def test_a_claim_that_saw_the_chat_talking_still_comes_too_late(room: Chat, silence: Any) -> None:
    stagehands.turn_in("composed", room, Bot.objects.get(), chat_seq=None)
    [[head]] = heads.ready()
    known = settled.of(head.chat_id, head.revision)
    Chat.objects.update(**silence())
    assert claims.claim_to_send(head, known, "tests", lease=timedelta(seconds=60)) is None


def test_quiet_skips_what_waits_and_ends_by_itself(room: Chat) -> None:
    for state in ("planned", "composing", "composed"):
        stagehands.turn_in(state, room, Bot.objects.get() if state == "composed" else None, chat_seq=None)
    until = quiet.hush(room)
    assert set(Turn.objects.values_list("state", "reason", "gen")) == {("skipped", "hushed", 4)}
    Chat.objects.update(hushed_until=until - timedelta(hours=2))
    assert Chat.objects.talking().get() == room
    assert not quiet.lift(room)
