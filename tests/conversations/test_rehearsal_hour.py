"""A stretch of rehearsal as it is read: the demo cast in its room, the whole path of each turn, a guest who asks.

Once with the offline voice, once with the adapter of a real provider pointed at a server of this machine.
"""

import itertools
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from conversations import control, demo, rehearsal
from conversations.engine import compose, deliver, turns
from conversations.models import Chat, LLMCall, Message, Provider, Turn
from tests import stagehands
from tests.fakes.handles import OpenAIFake

pytestmark = pytest.mark.django_db
State = Turn.State
TURNS = 40
HURRY: dict[str, Any] = {"own_gap": 0, "chat_max_per_minute": 1000, "max_per_minute": 1000, "typing_at_once": 10}
"""A stretch of hours is played in seconds; nothing else is different."""


@pytest.fixture
def room(db: None) -> Chat:
    staged = demo.stage(by="tests")
    assert staged is not None
    control.revise(by="tests", **HURRY)
    control.revise(by="tests", chat=staged, own_gap=0, quiet_minutes=0)
    return staged


def step(room: Chat) -> None:
    """What is due is opened, worded and said, as if its typing time had passed."""
    if not Turn.objects.filter(state=State.PLANNED).exists():
        Chat.objects.filter(pk=room.pk).update(next_due=timezone.now())
        turns.open_due(timezone.now())
    assert compose.one("tests")
    Turn.objects.filter(state=State.COMPOSED).update(send_after=timezone.now() - timedelta(seconds=1))
    room.memberships.update(next_at=None)
    deliver.one("tests")


def read(room: Chat) -> tuple[list[Message], Message]:
    """The talk, and what the guest asked in its middle, by name."""
    for number in range(TURNS):
        if number == TURNS // 2:
            called = room.members.order_by("pk")[1]
            words = f"@{called.username} sen altın için ne düşünüyorsun?"
            asked = rehearsal.say(room, participant=stagehands.person(), text=words)
        step(room)
    return list(Message.objects.filter(chat=room, bot__isnull=False).order_by("pk")), asked


@pytest.mark.parametrize("voice", ["offline", "provider"])
def test_a_rehearsal_reads_like_a_talk(voice: str, room: Chat, openai_server: OpenAIFake) -> None:
    if voice == "provider":
        Provider.objects.all().delete()
        stagehands.provider(openai_server.address)
    said, asked = read(room)
    ended = Counter((turn.state, turn.reason) for turn in Turn.objects.filter(chat=room))
    assert ended[State.SENT, ""] >= 0.85 * TURNS, ended
    assert set(LLMCall.objects.values_list("outcome", flat=True)) == {"ok"}
    texts = [message.folded for message in said]
    assert len(set(texts)) == len(texts)
    assert sum(one.bot_id == other.bot_id for one, other in itertools.pairwise(said)) <= 3
    assert len({message.bot_id for message in said}) >= 5
    assert 0.1 <= sum(message.reply_to_id is not None for message in said) / len(said) <= 0.8
    answers = {message.bot_id for message in said if message.reply_to_id == asked.pk}
    assert answers == {room.members.order_by("pk")[1].pk}
