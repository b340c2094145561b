"""The world of one turn, read once."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bots import roster
from bots.models import ActiveHours, Bot, Stance
from bots.sheet import Hours
from conversations import control
from conversations.engine import claims, policy, scene
from conversations.engine import world as worlds
from conversations.models import Chat, Membership, Turn
from tests import stagehands

pytestmark = pytest.mark.django_db
State = Turn.State


@pytest.fixture
def room() -> Chat:
    return stagehands.room(stagehands.crowd(3))


def claimed(chat: Chat, **changes: Any) -> Turn:
    made = stagehands.turn(chat, **changes)
    return Turn.objects.select_related("chat", "cause__bot__persona", "cause__participant").get(pk=made.pk)


def reads(chat: Chat) -> int:
    turn = claimed(chat)
    with CaptureQueriesContext(connection) as found:
        scene.load(turn)
    return len(found)


def blocked(chat: Chat, bot: int = 0, **changes: Any) -> str:
    return scene.load(claimed(chat, **changes)).members[bot].blocked


def test_the_world_takes_as_many_queries_for_a_crowd_as_for_a_few(capsys: pytest.CaptureFixture[str]) -> None:
    cast = stagehands.crowd(8)
    few, many = stagehands.room(cast[:2]), stagehands.room(cast, title="Kalabalık")
    stagehands.message(few, "Selam.")
    for bot in Bot.objects.all():
        stagehands.message(many, f"{bot} selam der.", bot=bot)
    first, small, large = reads(few), reads(few), (reads(many), reads(many))[1]
    with capsys.disabled():
        print(f"\n  reading the world of a turn: {first} queries at first, then {small} for 2 bots, {large} for 8 bots")
    assert small == large == 2


def test_the_newest_messages_come_oldest_first_and_no_more_than_wanted(room: Chat) -> None:
    control.revise(by="tests", chat=room, history_length=5)
    now = timezone.now()
    for number in range(8):
        stagehands.message(room, f"Söz {number}", at=now - timedelta(seconds=100 - number))
    assert [said.text for said in scene.load(claimed(room)).history] == [f"Söz {n}" for n in range(3, 8)]


def test_a_message_keeps_who_said_it_and_how_often_it_was_answered(room: Chat) -> None:
    bot = Bot.objects.order_by("pk")[0]
    first = stagehands.message(room, "Soru?", at=timezone.now() - timedelta(seconds=9), mentions_other=True)
    for number in range(2):
        at = timezone.now() - timedelta(seconds=5 - number)
        stagehands.message(room, f"Yanıt {number}", bot=bot, reply_to=first, topic="Dolar", at=at)
    asked, answer, _ = scene.load(claimed(room)).history
    assert (asked.speaker, asked.human, asked.replies, asked.mentions_other) == ("Deniz", True, 2, True)
    assert (answer.speaker, answer.human, answer.bot_id, answer.topic) == (bot.name, False, bot.pk, "Dolar")


def test_a_member_comes_with_all_that_a_plan_asks_for() -> None:
    bot = stagehands.bots(1)[0]
    chat = stagehands.room([bot])
    roster.adjust(bot, by="tests", talkativeness=0.9, pace=2.0, hourly_cap=7)
    ActiveHours.objects.create(bot=bot, starts=time(9), ends=time(18))
    Membership.objects.update(weight=3, last_said_at=timezone.now())
    member = scene.load(claimed(chat)).members[0]
    assert (member.talkativeness, member.pace, member.hourly_cap, member.weight) == (0.9, 2.0, 7, 3)
    assert (member.hours, member.last_said_at is None) == ((Hours(time(9), time(18)),), False)
    assert (member.name, member.character.watchlist) == ("Nermin", ("THYAO", "GARAN"))
    assert (member.character.risk_label, member.character.horizon_label) == ("orta", "orta")
    assert [(held.topic, held.rests) for held in member.positions] == [("BIST", False)]


@pytest.mark.parametrize(("minutes", "rests"), [(5, True), (-5, False)])
def test_a_stance_in_its_cooldown_rests(minutes: int, rests: bool) -> None:
    chat = stagehands.room(stagehands.bots(1))
    Stance.objects.update(cooldown_until=timezone.now() + timedelta(minutes=minutes))
    assert scene.load(claimed(chat)).members[0].positions[0].rests is rests


def test_the_time_is_that_of_the_chat(room: Chat) -> None:
    Chat.objects.update(timezone="America/New_York")
    world = scene.load(claimed(room))
    assert world.now.utcoffset() == datetime.now(UTC).astimezone(Chat.objects.get().zone).utcoffset()


LATER = timezone.now() + timedelta(days=1)


@pytest.mark.parametrize(
    ("bot", "membership", "reason"),
    [
        ({}, {}, ""),
        ({"enabled": False}, {}, "bot_off"),
        ({"paused_until": LATER}, {}, "bot_paused"),
        ({"token": "v1.k1.YWJj", "token_state": "dead"}, {}, "token_dead"),
        ({}, {"gated_until": LATER}, "gated"),
        ({"gated_until": LATER}, {}, "gated"),
    ],
)
def test_a_member_is_kept_from_speaking(
    room: Chat, bot: dict[str, Any], membership: dict[str, Any], reason: str
) -> None:
    Bot.objects.update(**bot)
    Membership.objects.update(**membership)
    assert blocked(room) == reason


def test_a_bot_without_a_token_speaks_in_rooms_only(room: Chat) -> None:
    assert blocked(room) == ""
    assert blocked(stagehands.group(list(Bot.objects.all()))) == "no_token"


def test_who_left_or_was_retired_is_no_member(room: Chat) -> None:
    first, second, third = Bot.objects.order_by("pk")
    roster.retire(first, by="tests")
    Membership.objects.filter(bot=second).update(ended_at=timezone.now(), ended_reason="kicked")
    assert [member.bot_id for member in scene.load(claimed(room)).members] == [third.pk]


@pytest.mark.parametrize("state", [State.COMPOSING, State.HELD, State.COMPOSED, State.SENDING, State.UNCERTAIN])
def test_who_has_something_under_way_here_is_busy(room: Chat, state: str) -> None:
    stagehands.turn_in(state, room, Bot.objects.order_by("pk")[0])
    assert [blocked(room, number) for number in range(3)] == ["busy", "", ""]


def test_what_is_under_way_elsewhere_keeps_nobody_busy(room: Chat) -> None:
    other = stagehands.room(list(Bot.objects.all()), title="Öteki")
    stagehands.turn_in(State.COMPOSED, other, Bot.objects.order_by("pk")[0])
    assert blocked(room) == ""


def test_who_has_answered_a_message_does_not_answer_it_again(room: Chat) -> None:
    question = stagehands.message(room, "Ne olur?")
    stagehands.turn_in(State.SENT, room, Bot.objects.order_by("pk")[0], trigger="question", cause=question)
    assert blocked(room, trigger="question", cause=question) == "busy"
    assert blocked(room) == ""


def test_messages_of_the_last_hour_count_in_every_chat(room: Chat) -> None:
    other = stagehands.room(list(Bot.objects.all()), title="Öteki")
    bot, now = Bot.objects.order_by("pk")[0], timezone.now()
    for number, minutes in enumerate((1, 59, 61)):
        at = now - timedelta(minutes=minutes)
        stagehands.turn_in(State.SENT, other, bot, sent_at=at, chat_seq=number)
    stagehands.turn_in(State.SENDING, room, bot)
    assert [member.said_last_hour for member in scene.members(room.pk, now)] == [3, 0, 0]


# --- Rules and the moment --------------------------------------------------------------------------------------------
def test_a_chat_inherits_what_it_does_not_set(room: Chat) -> None:
    control.revise(by="tests", chat=room, scale=3.0)
    control.revise(by="tests", own_gap=7)
    here, everywhere = policy.current(room), policy.current()
    assert (here.scale, everywhere.scale) == (3.0, 1.0)
    assert (here.own_gap, everywhere.own_gap) == (7, 7)
    assert here.revision != everywhere.revision


def test_the_rules_of_many_chats_take_one_query(room: Chat, django_assert_num_queries: Any) -> None:
    other = stagehands.room([], title="Öteki")
    control.revise(by="tests", chat=other, scale=3.0)
    with django_assert_num_queries(1):
        found = policy.for_chats([room.pk, other.pk])
    assert {chat: rules.scale for chat, rules in found.items()} == {None: 1.0, room.pk: 1.0, other.pk: 3.0}


def test_a_claim_brings_the_world_along_as_the_rules_of_its_chat_want_it(room: Chat) -> None:
    """What it asks for before it knows the chat is a guess; where that was wrong, the world is read again."""
    control.start(by="tests")
    far = stagehands.room(list(Bot.objects.all()), title="Uzağı gören")
    control.revise(by="tests", chat=far, history_length=5)
    now = timezone.now()
    for chat in (room, far):
        for number in range(8):
            stagehands.message(chat, f"Söz {number}", at=now - timedelta(seconds=100 - number))
    seen: dict[int, tuple[int, int]] = {}
    for chat in (room, far):
        stagehands.turn(chat)
        turn = claims.claim_to_compose("tests")
        assert turn is not None
        with CaptureQueriesContext(connection) as asked:
            seen[turn.chat_id] = len(scene.load(turn).history), len(asked)
    assert seen == {room.pk: (8, 0), far.pk: (5, 1)}


def test_what_a_claim_brings_along_is_what_is_read_for_its_turn(room: Chat) -> None:
    control.start(by="tests")
    bot = Bot.objects.order_by("pk")[0]
    asked = stagehands.message(room, "THYAO ne olur?")
    stagehands.message(room, "Bakalım.", bot=bot, reply_to=asked)
    stagehands.turn(room, trigger=Turn.Trigger.MENTION, bot=bot, cause=asked, priority=0)
    turn = claims.claim_to_compose("tests")
    assert turn is not None
    brought, turn.world = turn.world, None
    assert brought == worlds.read(room.pk, timezone.now(), policy.current(room), turn=turn)
    assert brought.cause is not None
