"""What a bot said earlier is read from its messages: in this chat, within a week, not just now."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from bots.models import Bot
from conversations.engine import earlier, own_words
from conversations.engine.values import Ticker
from conversations.models import Chat, Message
from tests import stagehands

pytestmark = pytest.mark.django_db
TICKERS = (Ticker("THYAO", ("thy",)),)


@pytest.fixture
def room() -> Chat:
    return stagehands.room(stagehands.bots(2))


def say(chat: Chat, text: str, *, hours: float, bot: Bot, topic: str = "") -> Message:
    message = stagehands.message(chat, text, bot=bot)
    Message.objects.filter(pk=message.pk).update(said_at=timezone.now() - timedelta(hours=hours), topic=topic)
    return message


def test_only_its_own_words_of_this_chat_and_this_week_come_back(
    room: Chat, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    me, other = Bot.objects.order_by("pk")
    elsewhere = stagehands.room([me], title="Başka oda")
    kept = say(room, "THY'yi sabırla izlerim.", hours=20, bot=me, topic="Havacılık")
    for text, hours, bot, chat in (
        ("Az önce.", 1, me, room),
        ("Çok eski.", 200, me, room),
        ("Onun sözü.", 20, other, room),
        ("Başka yerde.", 20, me, elsewhere),
    ):
        say(chat, text, hours=hours, bot=bot)
    stagehands.message(room, "Bir insan sözü.")
    now: datetime = timezone.now()
    with django_assert_num_queries(1):
        found = own_words.of(me.pk, room.pk, now, TICKERS)
    assert [(said.message_id, said.topic, said.symbols) for said in found] == [(kept.pk, "Havacılık", ("THYAO",))]
    assert earlier.best(found, "", ["THYAO"], now, 3) == found


def test_a_talkative_bot_is_read_no_further_than_needed(room: Chat) -> None:
    me = Bot.objects.earliest("pk")
    for number in range(own_words.NEWEST + 5):
        say(room, f"Söz {number}.", hours=3 + number, bot=me)
    assert len(own_words.of(me.pk, room.pk, timezone.now())) == own_words.NEWEST
