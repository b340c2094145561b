"""The demo: an empty system gets a cast, a room, a voice and a running engine; a used one is left alone."""

import io
import json
from typing import Any

import pytest
from django.core.management import call_command

from bots.models import Bot
from conversations import control
from conversations.engine import compose, policy, turns
from conversations.models import Chat, Provider, Turn
from tests import stagehands

pytestmark = pytest.mark.django_db


def staged(*words: str) -> str:
    out = io.StringIO()
    call_command("demo", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def facts() -> dict[str, Any]:
    return dict(json.loads(staged("--json")))


def test_an_empty_system_is_ready_to_talk(facts: dict[str, Any]) -> None:
    room = Chat.objects.get()
    assert facts == {"staged": True, "room": room.pk}
    assert room.members.count() == Bot.objects.count() >= 6
    assert (room.is_rehearsal, room.mode, control.is_running()) == (True, Chat.Mode.LIVE, True)
    assert [provider.is_offline for provider in Provider.objects.all()] == [True]
    assert policy.current(room).base_delay < policy.current().base_delay


def test_its_first_turn_has_words(facts: dict[str, Any]) -> None:
    room = Chat.objects.get()
    assert room.next_due is not None
    turns.open_due(room.next_due)
    Turn.objects.update(due_at=room.created_at)
    assert compose.one("tests")
    assert Turn.objects.get().state == Turn.State.COMPOSED


def test_it_talks_for_an_hour_and_still_answers_those_who_ask(facts: dict[str, Any]) -> None:
    room = Chat.objects.get()
    chatter = 3600 / policy.current(room).base_delay
    assert sum(bot.hourly_cap for bot in room.members.all()) > chatter


def test_a_second_time_changes_nothing(facts: dict[str, Any]) -> None:
    assert json.loads(staged("--json")) == {"staged": False, "room": None}
    assert Chat.objects.count() == 1


def test_a_system_in_use_is_left_alone() -> None:
    stagehands.crowd(1)
    assert "already" in staged()
    assert not Chat.objects.exists()
    assert not control.is_running()
