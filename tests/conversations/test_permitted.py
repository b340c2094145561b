"""Which emoji a group allows is asked of Telegram, by whoever of the cast can ask."""

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from bots import roster
from bots.models import Bot
from conversations import permitted, tasks
from conversations.models import Chat
from tests import stagehands
from tests.fakes.handles import TelegramFake

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(telegram_server: TelegramFake, settings: Settings) -> list[Bot]:
    settings.TELEGRAM_API_BASE, settings.TELEGRAM_MODE = telegram_server.address, "polling"
    bots = stagehands.crowd(2)
    for bot in bots:
        roster.set_token(bot, telegram_server.add_bot(bot.username), by="tests")
    return list(Bot.objects.order_by("pk"))


def group(telegram_server: TelegramFake, cast: list[Bot], allowed: list[str] | None) -> Chat:
    number = telegram_server.add_group("Piyasa", *(bot.username for bot in cast), reactions=allowed)
    return stagehands.group(cast, number)


def known(chat: Chat) -> list[str] | None:
    chat.refresh_from_db()
    return chat.reactions


def test_each_group_keeps_what_it_allows(telegram_server: TelegramFake, cast: list[Bot]) -> None:
    few, none, every = (group(telegram_server, cast, allowed) for allowed in (["👍", "🔥"], [], None))
    Chat.objects.filter(pk=every.pk).update(reactions=["👍"])
    tasks.ask_what_is_permitted()
    assert (known(few), known(none), known(every)) == (["👍", "🔥"], [], None)


def test_the_listener_asks_and_where_it_cannot_another_does(telegram_server: TelegramFake, cast: list[Bot]) -> None:
    first, second = cast
    chat = group(telegram_server, cast, ["👍"])
    Chat.objects.filter(pk=chat.pk).update(listener=second)
    assert permitted.refresh() == 1
    Bot.objects.filter(pk=second.pk).update(token_state=Bot.Token.DEAD)
    assert permitted.refresh() == 1
    assert [call["bot"] for call in telegram_server.calls("getChat")] == [second.username, first.username]


def test_what_cannot_be_asked_stays_as_it_was(telegram_server: TelegramFake, cast: list[Bot]) -> None:
    chat = group(telegram_server, cast, ["👍"])
    Chat.objects.filter(pk=chat.pk).update(reactions=["🔥"])
    telegram_server.fault("getChat", 403)
    assert permitted.refresh() == 0
    assert known(chat) == ["🔥"]


def test_rooms_and_undisclosed_groups_are_not_asked_about(telegram_server: TelegramFake, cast: list[Bot]) -> None:
    stagehands.room(cast)
    stagehands.group(cast, -1009, disclosed=False)
    assert permitted.refresh() == 0
    assert telegram_server.calls("getChat") == []


def test_many_groups_are_no_more_queries(
    telegram_server: TelegramFake, cast: list[Bot], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _group in range(3):
        group(telegram_server, cast, None)
    with django_assert_num_queries(2 + 2):  # groups, members, and the frame of the transaction
        assert permitted.refresh() == 3
