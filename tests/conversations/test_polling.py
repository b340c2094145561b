"""One poller for the whole cast: what it fetched is stored before it says so to Telegram."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from bots import roster
from bots.models import Bot
from conversations import inbox, polling
from conversations.models import Chat, Engine, InboundUpdate, Reaction
from tests import stagehands
from tests.conversations import apart
from tests.fakes.handles import TelegramFake, eventually


@pytest.fixture
def group(telegram_server: TelegramFake, settings: Settings) -> Chat:
    """A group with two bots that see everything."""
    settings.TELEGRAM_MODE, settings.TELEGRAM_API_BASE = "polling", telegram_server.address
    cast = stagehands.crowd(2)
    for bot in cast:
        roster.set_token(bot, telegram_server.add_bot(bot.username, privacy=False), by="tests")
    number = telegram_server.add_group("Piyasa", *(bot.username for bot in cast))
    for bot in cast:
        assert polling.ask(bot.pk, wait=0) == 0.0
    InboundUpdate.objects.all().delete()
    return stagehands.group(cast, number)


def first() -> Bot:
    return Bot.objects.order_by("pk")[0]


def texts() -> list[str]:
    return [row.payload["message"]["text"] for row in InboundUpdate.objects.order_by("update_id")]


@pytest.mark.django_db
def test_what_was_written_is_stored_and_then_forgotten_by_telegram(group: Chat, telegram_server: TelegramFake) -> None:
    for text in ("Bir", "İki"):
        telegram_server.say(group.telegram_id or 0, "Deniz", text)
    assert polling.ask(first().pk, wait=0) == 0.0
    assert texts() == ["Bir", "İki"]
    newest = InboundUpdate.objects.latest("update_id").update_id
    assert first().update_offset == newest + 1
    polling.ask(first().pk, wait=0)
    assert telegram_server.bot(first().username)["waiting"] == 0
    assert InboundUpdate.objects.count() == 2


@pytest.mark.django_db
def test_until_everything_is_stored_telegram_keeps_it(group: Chat, telegram_server: TelegramFake) -> None:
    telegram_server.say(group.telegram_id or 0, "Deniz", "Bir")
    before = first().update_offset
    polling.ask(first().pk, wait=0)
    Bot.objects.update(update_offset=before)
    assert telegram_server.bot(first().username)["waiting"] == 1
    polling.ask(first().pk, wait=0)
    assert InboundUpdate.objects.count() == 1


@pytest.mark.django_db
def test_emoji_of_people_reach_an_administrator_and_are_kept_and_taken_away(
    group: Chat, telegram_server: TelegramFake
) -> None:
    number = telegram_server.say(group.telegram_id or 0, "Deniz", "Selam")
    telegram_server.react(group.telegram_id or 0, number, "Ada", "🔥")
    assert heard() == []  # whoever is no administrator is not told
    telegram_server.member(group.telegram_id or 0, first().username, "administrator")
    telegram_server.react(group.telegram_id or 0, number, "Ada", "👍")
    assert heard() == [("Ada", "👍")]
    telegram_server.react(group.telegram_id or 0, number, "Ada")
    assert heard() == []


def heard() -> list[tuple[str, str]]:
    """Who has which emoji on a message, after everything that waits was fetched and read."""
    polling.ask(first().pk, wait=0)
    while inbox.process_one():
        pass
    return [(str(one.participant), one.emoji) for one in Reaction.objects.all()]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("how", "more", "rest"),
    [(409, {}, 30.0), (429, {"retry_after": 7}, 7.0), (500, {}, 5.0), ("garbage", {}, 5.0), ("reset", {}, 5.0)],
)
def test_trouble_is_a_pause(
    group: Chat, telegram_server: TelegramFake, how: str | int, more: dict[str, Any], rest: float
) -> None:
    telegram_server.fault("getUpdates", how, **more)
    assert polling.ask(first().pk, wait=0) == rest


@pytest.mark.django_db
def test_a_revoked_token_ends_the_asking_and_is_marked(group: Chat, telegram_server: TelegramFake) -> None:
    telegram_server.revoke(first().username)
    assert polling.ask(first().pk, wait=0) is None
    assert first().token_state == Bot.Token.DEAD
    assert polling.ask(first().pk, wait=0) is None
    assert len(telegram_server.calls("getUpdates")) == 3


@pytest.mark.django_db
def test_a_token_that_does_not_open_is_a_pause(group: Chat, settings: Settings) -> None:
    settings.FIELD_KEYS = ["k2:" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="]
    assert polling.ask(first().pk, wait=0) == 5.0


@pytest.mark.django_db
@pytest.mark.parametrize("changes", [{"enabled": False}, {"token": "", "token_state": "missing"}])
def test_a_bot_that_is_off_or_has_no_token_is_not_asked_for(group: Chat, changes: dict[str, Any]) -> None:
    Bot.objects.update(**changes)
    assert polling.ask(first().pk, wait=0) is None


# --- The one poller --------------------------------------------------------------------------------------------------
@pytest.mark.commits
def test_one_round_asks_for_every_bot_and_frees_the_place(
    committed: None, group: Chat, telegram_server: TelegramFake
) -> None:
    telegram_server.say(group.telegram_id or 0, "Deniz", "Selam")
    polling.run(threading.Event(), once=True)
    assert texts() == ["Selam", "Selam"]
    assert Engine.objects.get().listener == ""


@pytest.fixture
def living(committed: None) -> Iterator[str]:
    """A poller elsewhere that shows that it lives."""
    until = timezone.now() + timedelta(seconds=20)
    Engine.objects.update(listener="somebody:1", listener_until=until)
    longer = until + polling.LEASE
    sign_of_life = threading.Timer(1, lambda: apart.elsewhere(lambda: Engine.objects.update(listener_until=longer)))
    sign_of_life.start()
    yield "somebody:1"
    sign_of_life.join()


@pytest.mark.commits
def test_a_second_poller_is_refused_while_the_first_is_alive(living: str) -> None:
    with pytest.raises(CommandError, match=rf"polls for this cast already \({living}\)"):
        call_command("listen", "--once")
    assert Engine.objects.get().listener == living


@pytest.mark.commits
@pytest.mark.parametrize("left", [-1, 2])
def test_the_place_of_a_poller_that_died_is_taken_over_once_its_lease_is_past(left: int, committed: None) -> None:
    Engine.objects.update(listener="somebody:1", listener_until=timezone.now() + timedelta(seconds=left))
    polling.run(threading.Event(), once=True)
    assert Engine.objects.get().listener == ""


@pytest.mark.commits
def test_whoever_waits_for_the_place_of_another_may_be_told_to_stop(committed: None) -> None:
    soon = timezone.now() + timedelta(seconds=30)
    Engine.objects.update(listener="somebody:1", listener_until=soon)
    stop = threading.Event()
    stop.set()
    polling.run(stop)
    assert Engine.objects.get().listener == "somebody:1"


@pytest.mark.commits
def test_it_polls_until_it_is_told_to_stop(committed: None, group: Chat, telegram_server: TelegramFake) -> None:
    Engine.objects.update(listener="", listener_until=None)
    stop = threading.Event()
    running = threading.Thread(target=lambda: apart.elsewhere(lambda: polling.run(stop)))
    running.start()
    telegram_server.say(group.telegram_id or 0, "Deniz", "Bir")
    eventually(lambda: InboundUpdate.objects.count() == 2)
    telegram_server.say(group.telegram_id or 0, "Deniz", "İki")
    eventually(lambda: InboundUpdate.objects.count() == 4)
    stop.set()
    telegram_server.say(group.telegram_id or 0, "Deniz", "Üç")
    running.join(10)
    assert not running.is_alive()
    assert Engine.objects.get().listener == ""
