"""What a bot said earlier is read from its messages: in this chat, within a week, not just now."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from bots.models import Bot
from conversations import statement
from conversations.engine import mind
from conversations.engine.values import Plan, Ticker
from conversations.models import Chat, Message
from tests import stagehands
from tests.conversations.engine import paper

pytestmark = pytest.mark.django_db
TICKERS = (Ticker("THYAO", ("thy",)),)


@pytest.fixture
def room() -> Chat:
    return stagehands.room(stagehands.bots(2))


def say(chat: Chat, text: str, *, hours: float, bot: Bot, topic: str = "") -> Message:
    message = stagehands.message(chat, text, bot=bot)
    Message.objects.filter(pk=message.pk).update(said_at=timezone.now() - timedelta(hours=hours), topic=topic)
    return message


def remembered(chat: Chat, bot: Bot, topic: str, **rules: Any) -> mind.Mind:
    speaker = paper.member(bot.pk)
    world = paper.scene(chat_id=chat.pk, now=timezone.now(), tickers=TICKERS, policy=paper.policy(**rules))
    plan = Plan(speaker, "message", None, "", topic, "short", None, ())
    rider = mind.asking(world, plan)
    with connection.cursor() as cursor:
        statement.run(cursor, f"SELECT {rider.columns}", rider.asked)
        return mind.found(world, plan, *cursor.fetchone())


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
    with django_assert_num_queries(1):
        assert remembered(room, me, "THYAO").earlier == (kept.text,)


def test_a_talkative_bot_is_read_no_further_than_needed(room: Chat) -> None:
    me = Bot.objects.earliest("pk")
    for number in range(mind.NEWEST + 1):
        say(room, f"THYAO için {number}. söz.", hours=3 + number, bot=me, topic="BIST")
    found = remembered(room, me, "BIST", own_words=mind.NEWEST + 5).earlier
    assert (len(found), f"THYAO için {mind.NEWEST}. söz." in found) == (mind.NEWEST, False)


def test_what_it_said_within_a_day_is_counted(room: Chat) -> None:
    me = Bot.objects.earliest("pk")
    for hours in (1, 20, 30):
        say(room, "Söz.", hours=hours, bot=me)
    assert remembered(room, me, "BIST").said_today == 2
