from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from bots import roster
from conversations import control
from conversations.models import Chat, Engine, Membership, Provider, Turn
from monitoring import reasons, room, screens
from tests import stagehands

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat() -> Chat:
    """A room in which everything is in order."""
    stagehands.provider("http://127.0.0.1:1/v1")
    control.start(by="tests")
    return stagehands.room()


def test_a_room_in_order_talks_and_says_when_next(chat: Chat) -> None:
    found = room.situation(chat)
    assert found.code == "talks"
    assert found.next_due == chat.next_due


def test_a_stopped_engine_is_named(chat: Chat) -> None:
    control.stop(by="tests")
    assert room.situation(chat).code == "engine_stopped"


def test_a_planner_without_sign_of_life_is_named(chat: Chat) -> None:
    Engine.objects.update(changed_at=timezone.now() - timedelta(minutes=1), ticked_at=None)
    assert room.situation(chat).code == "no_ticks"
    Engine.objects.update(ticked_at=timezone.now())
    assert room.situation(chat).code == "talks"


def test_a_room_without_provider_is_named(chat: Chat) -> None:
    Provider.objects.update(enabled=False)
    assert room.situation(chat).code == "no_provider"


def test_an_empty_room_is_named(chat: Chat) -> None:
    assert room.situation(stagehands.room([], title="Boş")).code == "no_members"


@pytest.mark.parametrize("mode", [Chat.Mode.PAUSED, Chat.Mode.DISABLED])
def test_a_silenced_room_is_named(chat: Chat, mode: Chat.Mode) -> None:
    control.set_mode(chat, mode, by="tests")
    assert room.situation(Chat.objects.get(pk=chat.pk)).code == mode


def test_an_undisclosed_group_is_named(chat: Chat) -> None:
    assert room.situation(stagehands.group([], disclosed=False)).code == "undisclosed"


def test_every_silence_has_words() -> None:
    codes = {"engine_stopped", "no_ticks", "paused", "disabled", "undisclosed", "no_members", "no_provider"}
    codes |= {"hushed", "topic_closed", "quiet_hours"}
    assert set(reasons.SILENCE) == codes


def test_players_who_may_speak_come_first(chat: Chat) -> None:
    first = room.players(chat, own_gap=60)[0].membership.bot
    roster.pause(first, until=timezone.now() + timedelta(hours=1), by="tests")
    players = room.players(chat, own_gap=60)
    assert [player.blocked for player in players] == ["", "", "bot_paused"]
    assert players[-1].membership.bot == first


def test_a_player_rests_after_speaking(chat: Chat) -> None:
    now = timezone.now()
    spoke, long_ago, _never = Membership.objects.filter(chat=chat)
    Membership.objects.filter(pk=spoke.pk).update(last_said_at=now)
    Membership.objects.filter(pk=long_ago.pk).update(last_said_at=now - timedelta(minutes=5))
    rests = {player.membership.pk: player.rests_until for player in room.players(chat, own_gap=120)}
    assert rests[spoke.pk] == now + timedelta(seconds=120)
    assert [until for until in rests.values() if until] == [rests[spoke.pk]]


@pytest.mark.parametrize("gap", [30, 300])
def test_how_long_it_rests_is_a_rule_of_the_chat(chat: Chat, gap: int) -> None:
    control.revise(by="tests", chat=chat, own_gap=gap)
    now = timezone.now()
    Membership.objects.filter(chat=chat).update(last_said_at=now)
    rests = {player.rests_until for player in screens.behind(chat)["players"]}
    assert rests == {now + timedelta(seconds=gap)}


def test_backstage_shows_what_did_not_become_a_message(chat: Chat) -> None:
    waiting = stagehands.turn(chat)
    skipped = stagehands.turn(chat, state=Turn.State.SKIPPED, reason="expired")
    stagehands.turn(
        chat, state=Turn.State.SENT, bot=chat.members.all()[0], text="x", text_sha256="0", send_after=timezone.now(),
        chat_seq=1, sent_id=1, sent_at=timezone.now(),
    )  # fmt: skip
    assert [told.turn for told in room.backstage(chat)] == [skipped, waiting]


def test_what_happened_several_times_running_is_told_once(chat: Chat) -> None:
    for reason in ("expired", "expired", "no_candidate", "expired"):
        stagehands.turn(chat, state=Turn.State.SKIPPED, reason=reason)
    told = [(told.turn.reason, told.times) for told in room.backstage(chat)]
    assert told == [("expired", 1), ("no_candidate", 1), ("expired", 2)]


def test_what_lies_behind_costs_seven_queries(chat: Chat, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(3):
        stagehands.turn(chat, bot=chat.members.all()[0])
        failed = {"state": Turn.State.FAILED, "reason": "crashed", "ended_at": timezone.now()}
        stagehands.turn(chat, bot=chat.members.all()[0], **failed)
    with django_assert_num_queries(7):
        render_to_string("stage/_behind.html", screens.behind(chat) | {"may_decide": True})


def test_the_list_of_chats_carries_the_newest_words(
    chat: Chat, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    stagehands.message(chat, "eski", at=timezone.now() - timedelta(minutes=1))
    stagehands.message(chat, "yeni", bot=chat.members.all()[0])
    stagehands.group([])
    with django_assert_num_queries(2):
        found = {item.chat.title: item.last and (item.last.speaker, item.last.text) for item in room.listed()}
    assert found == {"Prova odası": (chat.members.all()[0].name, "yeni"), "Piyasa": None}
