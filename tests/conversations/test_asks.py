"""Nobody can make the cast burn money: questions beyond a limit are noted, not answered."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from bots.models import Bot
from conversations import asks, control, hearing
from conversations.engine import deliver
from conversations.models import Chat, LLMCall, Message, Turn
from tests import stagehands

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Chat:
    control.start(by="tests")
    return stagehands.room(stagehands.crowd(2))


def rule(**changes: Any) -> None:
    control.revise(by="tests", **changes)


def asked(chat: Chat, number: int = 0, *, who: int = 501) -> str:
    bot = Bot.objects.order_by("pk")[0]
    person = stagehands.person(f"Kişi {who}", who)
    message = stagehands.message(chat, f"@{bot.username} bu {number} ne olur?", participant=person)
    hearing.heard(message)
    return Turn.objects.filter(cause=message).exclude(text=asks.NOTICE).get().reason


@pytest.mark.parametrize("name", ["asks_per_person", "asks_per_person_day", "asks_per_chat", "asks_per_chat_day"])
def test_beyond_each_limit_a_question_is_noted_and_not_answered(room: Chat, name: str) -> None:
    rule(**{name: 2})
    assert [asked(room, number) for number in range(4)] == ["", "", "quota", "quota"]
    assert Message.objects.count() == 4
    assert not LLMCall.objects.exists()


def test_the_limit_of_one_person_is_not_anothers(room: Chat) -> None:
    rule(asks_per_person=1)
    assert [asked(room, who=who) for who in (501, 502, 501)] == ["", "", "quota"]
    rule(asks_per_chat=2)
    assert asked(room, who=503) == "quota"


def test_after_ten_minutes_one_may_ask_again(room: Chat) -> None:
    rule(asks_per_person=1)
    assert [asked(room), asked(room)] == ["", "quota"]
    Turn.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    assert asked(room) == ""
    rule(asks_per_person=1, asks_per_person_day=2)
    Turn.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    assert asked(room) == "quota"


def test_the_person_is_told_once(room: Chat) -> None:
    rule(asks_per_person=1, answer_minutes=3)
    for number in range(4):
        asked(room, number)
    notice = Turn.objects.get(text=asks.NOTICE)
    assert notice.expires_at - timezone.now() == pytest.approx(timedelta(minutes=3), abs=timedelta(seconds=20))
    assert (notice.state, notice.bot, notice.intent) == (Turn.State.COMPOSED, Bot.objects.order_by("pk")[0], "answer")
    Turn.objects.filter(pk=notice.pk).update(send_after=timezone.now() - timedelta(seconds=1))
    assert deliver.one("tests")
    assert Message.objects.filter(text=asks.NOTICE, bot=notice.bot).count() == 1


def test_a_question_to_everybody_beyond_the_limit_is_left_alone(room: Chat) -> None:
    rule(asks_per_person=1)
    asked(room)
    message = stagehands.message(room, "Sizce ne olur?")
    hearing.heard(message)
    assert set(Turn.objects.filter(cause=message).values_list("reason", flat=True)) == {"quota"}
    assert not Turn.objects.filter(text=asks.NOTICE).exists()
