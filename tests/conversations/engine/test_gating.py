"""The silence that Telegram asks for, by what Telegram saw: nobody calls before the time is over."""

import time
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.conf import LazySettings
from django.utils import timezone

from bots import gate, roster
from bots.models import Bot
from bots.telegram import port
from conversations.engine import clock, deliver, gating
from conversations.engine import typing as signs
from conversations.models import Breaker, Chat, Membership, SendAttempt, Turn
from tests import stagehands
from tests.conversations import apart
from tests.conversations.engine import linked
from tests.fakes.handles import TelegramFake

database = pytest.mark.django_db
State = Turn.State


@pytest.fixture
def pair(db: None, telegram_server: TelegramFake, settings: LazySettings) -> tuple[Chat, Bot]:
    bots = linked.cast(telegram_server, settings, 2)
    return linked.group(telegram_server, bots), bots[0]


def soon(**span: float) -> datetime:
    return timezone.now() + timedelta(**span)


def state(turn: Turn) -> tuple[str, str]:
    turn.refresh_from_db()
    return turn.state, turn.reason


def gated(bot: Bot, chat: Chat) -> datetime:
    until = Membership.objects.get(bot=bot, chat=chat).gated_until
    assert until is not None
    return until


@pytest.mark.parametrize("seconds", [0.5, 7, 300, 5 * 86_400])
def test_a_gate_is_as_long_as_telegram_says_and_a_second_longer_at_most(pair: tuple[Chat, Bot], seconds: float) -> None:
    chat, bot = pair
    before = clock.now()
    until = gating.pause(linked.ready(chat, bot), seconds)
    after = clock.now()
    assert before + timedelta(seconds=seconds) <= until <= after + timedelta(seconds=seconds + 1)
    assert until == gated(bot, chat)


@pytest.mark.parametrize("seconds", [1e12, 1e300])
def test_an_absurd_gate_is_ten_years_long(pair: tuple[Chat, Bot], seconds: float) -> None:
    chat, bot = pair
    assert gating.pause(linked.ready(chat, bot), seconds) > soon(days=3649)


def test_a_longer_gate_is_never_made_shorter(pair: tuple[Chat, Bot]) -> None:
    chat, bot = pair
    turn = linked.ready(chat, bot)
    long = gating.pause(turn, 600)
    gating.pause(turn, 5)
    assert gated(bot, chat) == long
    gate.hold(bot, 600)
    gate.hold(bot, 5)
    bot.refresh_from_db()
    assert bot.gated_until is not None
    assert bot.gated_until > soon(seconds=590)


def test_three_chats_within_ten_seconds_gate_the_bot_and_two_do_not(
    pair: tuple[Chat, Bot], telegram_server: TelegramFake
) -> None:
    _chat, bot = pair
    chats = [linked.group(telegram_server, [bot], f"Grup {number}") for number in range(4)]
    for number, chat in enumerate(chats[:3]):
        gating.pause(linked.ready(chat, bot), 30 + number)
        if number == 0:
            Membership.objects.filter(chat=chat).update(gated_at=soon(seconds=-11))
    bot.refresh_from_db()
    assert bot.gated_until is None
    until = gating.pause(linked.ready(chats[3], bot), 5)
    bot.refresh_from_db()
    assert bot.gated_until == until == gated(bot, chats[2])


def test_in_a_forum_all_topics_of_the_group_are_gated(pair: tuple[Chat, Bot]) -> None:
    chat, bot = pair
    topic = stagehands.room([bot], title="Konu")
    Chat.objects.filter(pk=topic.pk).update(
        kind="telegram", telegram_id=chat.telegram_id, thread_id=7, disclosed_at=timezone.now(), disclosed_by="tests"
    )
    gating.pause(linked.ready(chat, bot), 60)
    assert gated(bot, topic) == gated(bot, chat)


# --- What waits behind a gate ----------------------------------------------------------------------------------------
def test_a_turn_whose_gate_outlives_it_is_skipped_at_once(
    pair: tuple[Chat, Bot], telegram_server: TelegramFake
) -> None:
    chat, bot = pair
    telegram_server.fault("sendMessage", 429, retry_after=3600)
    turn = linked.ready(chat, bot)
    assert deliver.one("tests")
    assert state(turn) == (State.SKIPPED, "gated")
    assert SendAttempt.objects.get().retry_after == 3600


def test_others_that_it_outlives_are_skipped_and_those_that_outlive_it_wait(pair: tuple[Chat, Bot]) -> None:
    chat, bot = pair
    short, long = linked.ready(chat, bot), linked.ready(chat, bot, 1, expires_at=soon(hours=2))
    elsewhere = linked.ready(stagehands.room([bot]), bot, 2)
    gating.pause(short, 3600)
    assert gating.drop_outlived() == 1
    assert state(short) == (State.SKIPPED, "gated")
    assert {state(long)[0], state(elsewhere)[0]} == {State.COMPOSED}


def test_a_turn_that_its_breaker_outlives_is_skipped_too(pair: tuple[Chat, Bot]) -> None:
    chat, bot = pair
    turn = linked.ready(chat, bot, expires_at=soon(seconds=20))
    Breaker.objects.create(bot=bot, state="open", openings=1, until=soon(seconds=30))
    assert gating.drop_outlived() == 1
    assert state(turn) == (State.SKIPPED, "breaker_open")


def test_after_the_gate_the_message_arrives(pair: tuple[Chat, Bot], telegram_server: TelegramFake) -> None:
    chat, bot = pair
    telegram_server.fault("sendMessage", 429, retry_after=5)
    turn = linked.ready(chat, bot)
    assert deliver.one("tests")
    assert not deliver.one("tests")
    assert state(turn)[0] == State.COMPOSED
    stagehands.breathe()
    Turn.objects.update(send_after=soon(seconds=-1))
    assert deliver.one("tests")
    assert state(turn)[0] == State.SENT
    assert len(telegram_server.posted(chat.telegram_id)) == 1


# --- Calls of every kind ---------------------------------------------------------------------------------------------
def test_a_typing_sign_that_comes_too_soon_gates_the_message_too(
    pair: tuple[Chat, Bot], telegram_server: TelegramFake
) -> None:
    chat, bot = pair
    telegram_server.fault("sendChatAction", 429, retry_after=40)
    linked.ready(chat, bot, typing_from=soon(seconds=-1), send_after=soon(seconds=8))
    signs.some()
    assert gated(bot, chat) > soon(seconds=35)


def test_a_reaction_that_comes_too_soon_gates_the_pair(pair: tuple[Chat, Bot], telegram_server: TelegramFake) -> None:
    chat, bot = pair
    number = telegram_server.say(chat.telegram_id or 0, "Deniz", "Merhaba")
    said = stagehands.message(chat, "Merhaba", message_id=number)
    telegram_server.fault("setMessageReaction", 429, retry_after=40)
    linked.ready(chat, bot, intent=Turn.Intent.REACTION, text="👍", reply_to=said)
    assert deliver.one("tests")
    assert gated(bot, chat) > soon(seconds=35)


def test_a_service_call_that_comes_too_soon_gates_the_bot_and_the_next_is_not_made(
    pair: tuple[Chat, Bot], telegram_server: TelegramFake
) -> None:
    chat, bot = pair
    telegram_server.fault("getMe", 429, retry_after=30)
    for _time in range(2):
        with pytest.raises(port.RetryAfter) as refusal:
            roster.check_token(bot, by="tests")
    assert 25 < refusal.value.seconds <= 30
    assert len(telegram_server.calls("getMe")) == 1
    linked.ready(chat, bot)
    assert not deliver.one("tests")


# --- A storm ---------------------------------------------------------------------------------------------------------
@pytest.mark.commits
@pytest.mark.usefixtures("committed")
def test_in_a_storm_nobody_calls_before_the_time(telegram_server: TelegramFake, settings: LazySettings) -> None:
    bots = linked.cast(telegram_server, settings, 2)
    groups = [linked.group(telegram_server, bots, f"Grup {number}") for number in range(2)]
    for chat in groups:
        for number, bot in enumerate(bots * 3):
            linked.ready(chat, bot, number, typing_from=soon(seconds=-1), expires_at=soon(minutes=10))
    telegram_server.fault("*", 429, retry_after=2, times=-1)
    until = time.monotonic() + 5

    def work() -> None:
        while time.monotonic() < until:
            deliver.one("tests")
            signs.some()
            time.sleep(0.05)

    apart.at_once(*[work] * 8)
    moments: dict[tuple[str, str], list[float]] = {}
    for call in telegram_server.calls():
        moments.setdefault((call["bot"], call["params"]["chat_id"]), []).append(call["at"])
    early = [later - sooner for calls in moments.values() for sooner, later in pairwise(calls) if later - sooner < 2]
    print(f"\n{sum(map(len, moments.values()))} calls in a storm of 5 s, {len(early)} before their time")
    assert len(moments) == 4
    assert any(len(calls) > 1 for calls in moments.values())
    assert early == []
    assert set(Turn.objects.values_list("state", flat=True)) == {State.COMPOSED}
    assert not Breaker.objects.exists()
