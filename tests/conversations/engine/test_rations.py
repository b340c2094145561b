"""Signature phrases and anecdotes are rationed in rows."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from bots.models import Bot
from conversations import control
from conversations.engine import scene, voice
from conversations.engine.values import Member
from conversations.models import Chat, Turn
from tests import stagehands
from tests.conversations.engine import paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Chat:
    control.start(by="tests")
    return stagehands.room(stagehands.crowd(2))


def said(room: Chat, *phrases: str, **changes: Any) -> Bot:
    """Sent turns of the first bot, oldest first, each with the phrase it used or none."""
    bot = Bot.objects.order_by("pk")[0]
    for number, phrase in enumerate(phrases):
        more = {"sent_id": number + 1, "chat_seq": number + 1, "phrase": phrase} | changes
        stagehands.turn_in("sent", room, bot, **more)
    return bot


def rests(room: Chat) -> bool:
    bot = Bot.objects.order_by("pk")[0]
    return next(one for one in scene.members(room.pk, timezone.now()) if one.bot_id == bot.pk).phrase_rests


@pytest.mark.parametrize(("since", "resting"), [(0, True), (8, True), (9, False), (12, False)])
def test_a_phrase_rests_for_ten_own_messages(room: Chat, since: int, resting: bool) -> None:
    said(room, "sabır işi", *[""] * since)
    assert rests(room) is resting


def test_how_long_it_rests_is_a_rule(room: Chat) -> None:
    control.revise(by="tests", phrase_every=3)
    said(room, "sabır işi", "", "")
    assert not rests(room)


def test_who_never_used_one_is_free_to(room: Chat) -> None:
    said(room, "", "")
    assert not rests(room)


def test_a_phrase_that_never_left_uses_nothing_up(room: Chat) -> None:
    bot = Bot.objects.order_by("pk")[0]
    stagehands.turn_in(Turn.State.SKIPPED, room, bot, phrase="sabır işi")
    assert not rests(room)


def test_an_anecdote_is_told_once_in_seven_days_in_a_chat(room: Chat) -> None:
    bot = said(room, "", anecdote="2001'de kantindeydim.")
    other = stagehands.room([bot], title="Öteki")
    now = timezone.now()
    assert scene.members(room.pk, now)[0].told == {"2001'de kantindeydim."}
    assert scene.members(other.pk, now)[0].told == frozenset()
    assert scene.members(room.pk, now + timedelta(days=8))[0].told == frozenset()


def test_the_world_of_a_turn_knows_what_rests(room: Chat) -> None:
    said(room, "sabır işi", anecdote="2001'de kantindeydim.")
    member = scene.members(room.pk, timezone.now())[0]
    assert (member.phrase_rests, member.told) == (True, frozenset({"2001'de kantindeydim."}))


# --- What a turn is offered ------------------------------------------------------------------------------------------
def offers(member: Member) -> set[tuple[str, str]]:
    return {voice.offer(member, Random(seed)) for seed in range(400)}


def test_a_turn_is_offered_a_phrase_or_an_anecdote_now_and_then() -> None:
    found = offers(paper.member(1, phrases=("sabır işi",), anecdotes=("Anım", "Öteki")))
    assert found == {("", ""), ("sabır işi", ""), ("", "Anım"), ("", "Öteki")}


def test_what_rests_is_not_offered() -> None:
    tired = paper.member(
        1, phrases=("sabır işi",), anecdotes=("Anım", "Öteki"), phrase_rests=True, told=frozenset({"Anım"})
    )
    assert offers(tired) == {("", ""), ("", "Öteki")}
