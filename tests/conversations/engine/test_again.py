"""Trying again: one layer, three times at most, within a budget that all share; and a line that keeps failing rests."""

from datetime import timedelta
from random import Random

import pytest
from django.conf import LazySettings
from django.utils import timezone

from bots.models import Bot
from conversations import retries
from conversations.engine import again, deliver, policy, scene
from conversations.engine import world as worlds
from conversations.models import Breaker, Chat, Retry, SendAttempt, Turn
from tests import stagehands
from tests.architecture import source
from tests.conversations.engine import linked
from tests.fakes.handles import TelegramFake

State = Turn.State


@pytest.fixture
def pair(db: None, telegram_server: TelegramFake, settings: LazySettings, loopback_port: int) -> tuple[Chat, Bot]:
    """A bot whose Telegram refuses every connection."""
    bots = linked.cast(telegram_server, settings, 1)
    chat = linked.group(telegram_server, bots)
    settings.TELEGRAM_API_BASE = f"http://127.0.0.1:{loopback_port}"
    return chat, bots[0]


def deliver_now() -> bool:
    """As if every pause were over."""
    stagehands.breathe()
    Turn.objects.filter(state=State.COMPOSED).update(send_after=timezone.now() - timedelta(seconds=1))
    return deliver.one("tests")


def state(turn: Turn) -> tuple[str, str]:
    turn.refresh_from_db()
    return turn.state, turn.reason


def test_what_never_left_is_tried_three_times_more_and_then_fails(pair: tuple[Chat, Bot]) -> None:
    turn = linked.ready(*pair)
    for _try in range(4):
        assert state(turn)[0] == State.COMPOSED
        assert deliver_now()
    assert state(turn) == (State.FAILED, "unreachable")
    assert (SendAttempt.objects.count(), Retry.objects.count()) == (4, 3)


def test_when_everything_fails_the_load_grows_by_a_tenth(pair: tuple[Chat, Bot]) -> None:
    chat, bot = pair
    turns = [linked.ready(chat, bot, number) for number in range(10)]
    for _try in range(100):
        Breaker.objects.exclude(state=Breaker.State.CLOSED).update(until=timezone.now())
        if not deliver_now():
            break
    ends = [state(turn) for turn in turns]
    assert SendAttempt.objects.count() == len(turns) + retries.ALWAYS
    assert ends.count((State.SKIPPED, "retry_budget")) + ends.count((State.FAILED, "unreachable")) == len(turns)


@pytest.mark.parametrize(("failures", "most"), [(1, 2), (2, 4), (3, 8), (9, 30)])
def test_the_pause_is_drawn_from_nothing_to_a_doubling_limit(failures: int, most: int) -> None:
    drawn = [again.pause(failures, Random(seed)).total_seconds() for seed in range(300)]
    assert 0 <= min(drawn) < most / 20
    assert most * 0.9 < max(drawn) <= most


def test_a_line_that_failed_five_times_in_a_row_rests_and_its_bot_is_passed_over(pair: tuple[Chat, Bot]) -> None:
    chat, bot = pair
    for number in range(6):
        linked.ready(chat, bot, number)
    calls = sum(deliver_now() for _try in range(12))
    assert calls == 5
    breaker = Breaker.objects.get()
    assert (breaker.bot, breaker.state, breaker.reason) == (bot, Breaker.State.OPEN, "unreachable")
    assert [member.blocked for member in scene.members(chat.pk, timezone.now())] == ["breaker_open"]
    assert Turn.objects.filter(state=State.COMPOSED).exists()


def test_a_rehearsal_needs_no_line_and_knows_no_breaker(pair: tuple[Chat, Bot]) -> None:
    room = stagehands.room([pair[1]])
    Breaker.objects.create(bot=pair[1], state="open", openings=1, until=timezone.now() + timedelta(seconds=30))
    turn = linked.ready(room, pair[1])
    assert deliver_now()
    assert state(turn)[0] == State.SENT
    assert worlds.read(room.pk, timezone.now(), policy.current()).members[pair[1].pk].rests_until is None
    assert Breaker.objects.get().state == Breaker.State.OPEN


def test_after_its_rest_one_message_tries_the_line_and_closes_the_breaker(
    pair: tuple[Chat, Bot], telegram_server: TelegramFake, settings: LazySettings
) -> None:
    chat, bot = pair
    other = linked.group(telegram_server, [bot], "Öteki")
    Breaker.objects.create(bot=bot, state="open", openings=1, until=timezone.now() - timedelta(seconds=1))
    for number, place in enumerate((chat, other)):
        linked.ready(place, bot, number)
    probing = deliver._claim("tests")
    assert probing is not None
    assert probing.probe == 1
    assert not deliver_now()
    Turn.objects.filter(pk=probing.pk).update(state=State.COMPOSED, lease_owner="", lease_until=None)
    Breaker.objects.update(until=timezone.now() - timedelta(seconds=1))
    settings.TELEGRAM_API_BASE = telegram_server.address
    assert deliver_now()
    assert Breaker.objects.get().state == Breaker.State.CLOSED
    assert deliver_now()


def test_a_refusal_is_an_answer_and_closes_the_breaker_too(
    pair: tuple[Chat, Bot], telegram_server: TelegramFake, settings: LazySettings
) -> None:
    settings.TELEGRAM_API_BASE = telegram_server.address
    Breaker.objects.create(bot=pair[1], state="open", openings=3, until=timezone.now() - timedelta(seconds=1))
    telegram_server.fault("sendMessage", 400)
    linked.ready(*pair)
    assert deliver_now()
    assert Breaker.objects.get().state == Breaker.State.CLOSED


def test_no_library_below_tries_again_by_itself() -> None:
    """Every client of ours is told so, or has no such thing: httpx transports without retries, openai with none."""
    retrying = {
        (where, keyword.arg, getattr(keyword.value, "value", None))
        for where, call in source.calls()
        for keyword in call.keywords
        if keyword.arg in {"retries", "max_retries", "retry", "autoretry_for", "retry_backoff"}
    }
    assert {value for _where, _name, value in retrying} <= {0}
    assert ("conversations/llm/openai_api.py", "max_retries", 0) in retrying
    assert not [where for where, node in source.nodes() if getattr(node, "module", None) in {"tenacity", "backoff"}]
