"""What comes closest to a draft: by letters through the index, by meaning through the vectors."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from bots import embedding
from bots.models import Bot
from conversations import control, neighbours
from conversations.models import Chat, Message, Turn
from conversations.neighbours import Neighbours
from tests import stagehands

pytestmark = pytest.mark.django_db
State = Turn.State
DRAFT = "Temettü sezonu yaklaşıyor, heyecan var."


@pytest.fixture
def room() -> Chat:
    control.start(by="tests")
    return stagehands.room(stagehands.crowd(2))


def near(chat: Chat, draft: str = DRAFT, **changes: Any) -> Neighbours:
    bot = Bot.objects.order_by("pk")[0]
    turn = stagehands.turn_in(State.COMPOSING, chat, bot, **changes)
    return neighbours.of(draft, turn=turn, bot_id=bot.pk, hours=12)


def spoke(chat: Chat, text: str, state: str = State.SENT, **changes: Any) -> Turn:
    number = Turn.objects.count() + 1
    sent = {"sent_id": number, "chat_seq": number} if state == State.SENT else {}
    bot = Bot.objects.order_by("pk")[1]
    return stagehands.turn_in(state, chat, bot, text=text, embedding=embedding.vector(text), **(sent | changes))


def test_messages_that_share_many_letters_are_neighbours(room: Chat) -> None:
    stagehands.message(room, "TEMETTÜ sezonu yaklaştı, heyecan var")
    stagehands.message(room, "Kur bu ara yatay.")
    assert near(room).texts == ("temettü sezonu yaklaştı, heyecan var",)


def test_what_the_speaker_said_elsewhere_counts_and_what_others_said_there_does_not(room: Chat) -> None:
    speaker, other = Bot.objects.order_by("pk")
    elsewhere = stagehands.room([speaker, other], title="Öteki")
    stagehands.message(elsewhere, DRAFT, bot=speaker)
    stagehands.message(elsewhere, f"{DRAFT} Bence de.", bot=other)
    assert len(near(room).texts) == 1


def test_what_was_said_too_long_ago_is_forgotten(room: Chat) -> None:
    stagehands.message(room, DRAFT, at=timezone.now() - timedelta(hours=13))
    assert near(room).texts == ()


def test_what_waits_to_be_sent_is_a_neighbour_whatever_its_letters(room: Chat) -> None:
    spoke(room, "Bambaşka bir söz.", State.COMPOSED)
    assert near(room).texts == ("bambaşka bir söz.",)


def test_the_nearest_in_meaning_is_found_among_the_turns_of_the_chat(room: Chat) -> None:
    spoke(room, "Kâr payı dönemi geliyor, çok heyecanlıyım.")
    spoke(room, "Kedim bugün hiç uyumadı.")
    found = near(room)
    assert found.nearest == "Kâr payı dönemi geliyor, çok heyecanlıyım."
    assert 0.3 < found.meaning < 1
    assert len(json.loads(found.vector)) == 512


def test_an_empty_chat_has_no_neighbours(room: Chat) -> None:
    found = near(room)
    assert (found.texts, found.nearest, found.meaning) == ((), "", -1.0)


def test_it_takes_one_statement_however_much_was_said(room: Chat, django_assert_num_queries: Any) -> None:
    for number in range(30):
        stagehands.message(room, f"{DRAFT} {number}")
        spoke(room, f"Söz {number}")
    turn = stagehands.turn_in(State.COMPOSING, room, Bot.objects.order_by("pk")[0])
    with django_assert_num_queries(1):
        found = neighbours.of(DRAFT, turn=turn, bot_id=turn.bot_id or 0, hours=12)
    assert len(found.texts) == neighbours.NEAREST


def test_the_letters_are_looked_up_in_the_index(room: Chat) -> None:
    texts = [f"söz numarası {number} ve {number * 7919 % 1009} ile devam" for number in range(3000)]
    person, now = stagehands.person(), timezone.now()
    Message.objects.bulk_create(
        Message(chat=room, message_id=n, participant=person, text=text, folded=text, said_at=now)
        for n, text in enumerate(texts)
    )
    alike = Message.objects.filter(folded__trigram_similar="temettü sezonu yaklaşıyor heyecan var")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE conversations_message")
        cursor.execute("SET LOCAL enable_seqscan = off")  # so few rows would be read through
    assert "message_alike" in alike.order_by().explain()
