"""How fast Telegram is called, by what Telegram saw, however many workers try."""

import time
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.conf import LazySettings
from django.db import connection
from django.db.models import F
from django.utils import timezone

from bots.models import Bot
from conversations import control
from conversations.engine import deliver, pacing
from conversations.engine import typing as signs
from conversations.models import Chat, Membership, SendAttempt, Turn
from tests import stagehands
from tests.conversations import apart
from tests.conversations.engine import linked
from tests.fakes.handles import TelegramFake

WORKERS = 8
SECONDS = 4.5
MINUTE = 60.0


def ago(**span: float) -> datetime:
    return timezone.now() - timedelta(**span)


def work() -> int:
    """What a worker does for a while: deliver whatever may go, and show who types."""
    until, done = time.monotonic() + SECONDS, 0
    while time.monotonic() < until:
        if deliver.one("tests"):
            done += 1
        else:
            signs.some()
            time.sleep(0.02)
    connection.close()
    return done


def crowded(moments: list[float], most: int, seconds: float) -> int:
    """How many windows of so many seconds hold more than `most` of these."""
    ordered = sorted(moments)
    return sum(1 for first, last in zip(ordered, ordered[most:], strict=False) if last - first < seconds)


@pytest.mark.commits
@pytest.mark.usefixtures("committed")
def test_no_window_holds_more_than_it_may_however_many_claim_at_once(
    telegram_server: TelegramFake, settings: LazySettings
) -> None:
    bots = linked.cast(telegram_server, settings, 3)
    groups = [linked.group(telegram_server, bots, f"Grup {number}") for number in range(3)]
    for chat in groups:
        for bot in bots:
            for number in range(6):
                linked.ready(chat, bot, number, reply_to=None)
            stagehands.turn_in(
                "composed", chat, bot, typing_from=ago(seconds=1), send_after=timezone.now() + timedelta(seconds=8)
            )
    # One pair has nearly used up its minute: its places come back one by one, across the second's boundary.
    full = Membership.objects.filter(chat=groups[0], bot=bots[0])
    before = [ago(seconds=57 - number * 0.5) for number in range(18)]
    full.update(calls=before)

    began = time.time()
    sent = sum(apart.at_once(*[work] * WORKERS))
    lasted = time.time() - began

    calls = telegram_server.calls()
    places = {chat.telegram_id: chat for chat in groups}
    pairs: dict[tuple[str, int], list[float]] = {}
    for call in calls:
        pairs.setdefault((call["bot"], int(call["params"]["chat_id"])), []).append(call["at"])
    pairs[bots[0].username, groups[0].telegram_id or 0][:0] = [moment.timestamp() for moment in before]
    posted = {chat: [call["at"] for call in calls if call["method"] == "sendMessage"
                     and int(call["params"]["chat_id"]) == chat] for chat in places}  # fmt: skip
    claimed = {bot.pk: [at.timestamp() for at in SendAttempt.objects.filter(turn__bot=bot).values_list(
        "started_at", flat=True)] for bot in bots}  # fmt: skip
    violations = {
        "pair": sum(crowded(moments, 1, 1 / 0.9) for pair, moments in pairs.items()
                    if pair != (bots[0].username, groups[0].telegram_id)),
        "pair, a minute": sum(crowded(moments, 18, MINUTE) for moments in pairs.values()),
        "bot": sum(crowded(moments, 25, 1.0) for moments in claimed.values()),
        "group": sum(crowded(moments, 1, 1.0) for moments in posted.values()),
    }  # fmt: skip
    possible = len(groups) * (lasted / pacing.PER_GROUP.total_seconds() + 1)
    print(
        f"\n{sent} messages, {len(calls)} calls in {lasted:.1f} s: {violations}; {sent / possible:.0%} of what may go"
    )
    assert sent > len(groups)
    assert any(call["method"] == "sendChatAction" for call in calls)
    assert violations == dict.fromkeys(violations, 0)


@pytest.mark.commits
@pytest.mark.usefixtures("committed")
def test_a_bot_calls_twenty_five_times_a_second_at_most(telegram_server: TelegramFake, settings: LazySettings) -> None:
    [bot] = linked.cast(telegram_server, settings, 1)
    for number in range(40):
        linked.ready(linked.group(telegram_server, [bot], f"Grup {number}"), bot)
    until = time.monotonic() + 20

    def drain() -> None:
        while Turn.objects.filter(state="composed").exists() and time.monotonic() < until:
            deliver.one("tests")
        connection.close()

    apart.at_once(*[drain] * WORKERS)
    claims = sorted(at.timestamp() for at in SendAttempt.objects.values_list("started_at", flat=True))
    assert len(claims) == 40
    assert all(later - sooner >= 1 / 25 - 1e-4 for sooner, later in pairwise(claims))
    assert crowded(claims, 25, 1.0 - 1e-3) == 0


# --- One by one ------------------------------------------------------------------------------------------------------
@pytest.fixture
def pair(db: None, telegram_server: TelegramFake, settings: LazySettings) -> tuple[Chat, Bot]:
    [bot] = linked.cast(telegram_server, settings, 1)
    return linked.group(telegram_server, [bot]), bot


def seat() -> Membership:
    return Membership.objects.get()


def test_a_message_that_perhaps_arrived_counts_as_sent(pair: tuple[Chat, Bot], telegram_server: TelegramFake) -> None:
    chat, bot = pair
    telegram_server.fault("sendMessage", "reset", recorded=True)
    turn = linked.ready(chat, bot)
    assert deliver.one("tests")
    turn.refresh_from_db()
    assert turn.state == Turn.State.UNCERTAIN
    assert len(seat().calls) == 1
    linked.ready(chat, bot, 1)
    Turn.objects.filter(pk=turn.pk).update(uncertain_since=ago(seconds=95))
    Membership.objects.update(next_at=F("next_at") + timedelta(seconds=30))  # as if no time had passed
    assert not deliver.one("tests")
    stagehands.breathe()
    assert deliver.one("tests")
    assert len(seat().calls) == 2


def test_the_places_of_a_minute_come_back_one_by_one(pair: tuple[Chat, Bot]) -> None:
    chat, bot = pair
    Membership.objects.update(calls=[ago(seconds=59.9 - number) for number in range(18)])
    linked.ready(chat, bot)
    assert not deliver.one("tests")
    Membership.objects.update(calls=[ago(seconds=60.1 - number) for number in range(18)])
    assert deliver.one("tests")
    assert len(seat().calls) == 18


def test_a_reaction_uses_up_the_same_places(pair: tuple[Chat, Bot], telegram_server: TelegramFake) -> None:
    chat, bot = pair
    number = telegram_server.say(chat.telegram_id or 0, "Deniz", "Merhaba")
    said = stagehands.message(chat, "Merhaba", message_id=number)
    linked.ready(chat, bot, intent=Turn.Intent.REACTION, text="👍", reply_to=said)
    assert deliver.one("tests")
    assert len(seat().calls) == 1
    linked.ready(chat, bot, 1)
    assert not deliver.one("tests")


def test_a_typing_sign_takes_its_place_and_leaves_some_to_messages(
    pair: tuple[Chat, Bot], telegram_server: TelegramFake
) -> None:
    chat, bot = pair
    later = timezone.now() + timedelta(seconds=8)
    turn = linked.ready(chat, bot, typing_from=ago(seconds=1), send_after=later)
    signs.some()
    assert (len(seat().calls), len(telegram_server.calls("sendChatAction"))) == (1, 1)
    Turn.objects.update(typing_shown_at=ago(seconds=5))
    signs.some()  # too soon after the last call
    assert len(telegram_server.calls("sendChatAction")) == 1
    stagehands.breathe()
    taken = pacing.A_MINUTE - pacing.LEFT_TO_MESSAGES
    Membership.objects.update(calls=[ago(seconds=30)] * taken)
    signs.some()
    assert len(telegram_server.calls("sendChatAction")) == 1
    Turn.objects.filter(pk=turn.pk).update(send_after=ago(seconds=1))
    assert deliver.one("tests")


def test_no_typing_sign_just_before_the_message(pair: tuple[Chat, Bot], telegram_server: TelegramFake) -> None:
    chat, bot = pair
    linked.ready(chat, bot, typing_from=ago(seconds=1), send_after=timezone.now() + timedelta(seconds=1))
    signs.some()
    assert telegram_server.calls("sendChatAction") == []


def test_a_group_sees_the_last_seconds_of_the_typing(pair: tuple[Chat, Bot], telegram_server: TelegramFake) -> None:
    chat, bot = pair
    soon = timezone.now() + signs.SHOWN
    turn = linked.ready(chat, bot, typing_from=ago(seconds=1), send_after=soon + timedelta(seconds=20))
    assert not signs.due(timezone.now()).exists()
    assert not signs.some()
    Turn.objects.filter(pk=turn.pk).update(send_after=soon)
    assert signs.due(timezone.now()).exists()
    assert signs.some()
    assert len(telegram_server.calls("sendChatAction")) == 1
    assert not signs.due(timezone.now()).exists()


def test_the_topics_of_a_forum_are_one_group(pair: tuple[Chat, Bot], telegram_server: TelegramFake) -> None:
    chat, bot = pair
    topic = stagehands.room([bot], title="Konu")
    Chat.objects.filter(pk=topic.pk).update(
        kind="telegram", telegram_id=chat.telegram_id, thread_id=7, disclosed_at=ago(days=1), disclosed_by="tests"
    )
    linked.ready(chat, bot)
    assert deliver.one("tests")
    assert [len(calls) for calls in Membership.objects.values_list("calls", flat=True)] == [1, 1]
    linked.ready(topic, bot, 1)
    assert not deliver.one("tests")


def test_a_message_in_doubt_fills_the_minute_of_its_group(pair: tuple[Chat, Bot]) -> None:
    chat, bot = pair
    control.revise(by="tests", chat_max_per_minute=1)
    stagehands.turn_in("uncertain", chat, bot, chat_seq=-1)
    linked.ready(chat, bot)
    assert not deliver.one("tests")
    Turn.objects.filter(state="uncertain").update(uncertain_since=ago(seconds=91))
    assert deliver.one("tests")
