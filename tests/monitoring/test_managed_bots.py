"""Bots that people make in Telegram through a bot that manages others: who is offered, who joins, who does not."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import Settings

from bots.models import AuditEntry, Bot
from bots.telegram import port
from conversations import forgetting, inbox
from conversations.models import InboundUpdate
from monitoring.founding import cast, managed
from tests import staff, stagehands
from tests.fakes.handles import TelegramFake


@pytest.fixture
def telegram(telegram_server: TelegramFake, settings: Settings) -> TelegramFake:
    settings.TELEGRAM_MODE, settings.TELEGRAM_API_BASE = "polling", telegram_server.address
    return telegram_server


@pytest.fixture
def manager(telegram: TelegramFake) -> Bot:
    token = telegram.add_bot("bas_bot", name="Baş")
    telegram.do("manages", bot="bas_bot")
    cast.hand_out(token, by="tests")
    return Bot.objects.get(username="bas_bot")


@pytest.fixture
def owner() -> Client:
    client = staff.at_the_desk()
    client.cookies.load({"kulis-language": "en"})
    return client


def make(telegram: TelegramFake, manager: Bot, username: str, name: str = "Nermin", user: str = "Ayşe") -> int:
    """A person makes a bot, and the manager is told."""
    number = telegram.do("make", manager=manager.username, username=username, name=name, user=user)["id"]
    for update in manager.telegram().updates(offset=0, timeout=0):
        inbox.store(manager, update)
    while inbox.process_one():
        pass
    return int(number)


@pytest.mark.commits
@pytest.mark.usefixtures("committed")
def test_a_page_tells_how_others_are_made_as_soon_as_a_bot_manages_bots(telegram: TelegramFake, owner: Client) -> None:
    cast.hand_out(telegram.add_bot("bas_bot"), by="tests")
    assert "Bot Management Mode" in owner.get("/setup/bots/").content.decode()
    telegram.do("manages", bot="bas_bot")
    [waits] = stagehands.bots(1)
    page = owner.post("/setup/bots/", {"look": "1"}).content.decode()
    assert f"https://t.me/newbot/bas_bot/{waits.username}?name={waits.name}" in page
    assert "None was made yet" in page


@pytest.mark.django_db
def test_a_bot_that_was_made_joins_only_when_an_owner_takes_it_in(
    telegram: TelegramFake, manager: Bot, owner: Client
) -> None:
    [waits] = stagehands.bots(1)
    number = make(telegram, manager, waits.username)
    assert [(one.telegram_id, one.name, one.maker) for one in managed.made()] == [(number, "Nermin", "Ayşe")]
    assert Bot.objects.with_token().count() == 1
    page = owner.post("/setup/bots/", {"take": str(number)}).content.decode()
    waits.refresh_from_db()
    assert (waits.telegram_id, waits.token_state) == (number, Bot.Token.HEALTHY)
    assert f"@{waits.username}" in page
    assert str(number) + ":" not in page  # no token
    assert managed.made() == []
    entry = AuditEntry.objects.get(action="bot.fetch_token")
    assert (entry.subject_name, entry.after) == ("@bas_bot", {"bot": f"@{waits.username}"})


@pytest.mark.django_db
def test_where_no_persona_waits_one_is_made_for_it_and_the_link_has_a_name_to_propose(
    telegram: TelegramFake, manager: Bot
) -> None:
    [link] = managed.links(manager)
    assert (link.name, link.address) == ("", "https://t.me/newbot/bas_bot/bas_2_bot")
    managed.take_in(make(telegram, manager, "bas_2_bot"), by="tests")
    assert Bot.objects.with_token().filter(username="bas_2_bot").exists()


@pytest.mark.django_db
def test_nobody_is_taken_in_who_was_not_made_here_or_of_whom_telegram_keeps_the_token(
    telegram: TelegramFake, manager: Bot, owner: Client
) -> None:
    for nonsense in ("5", "", "²", "9" * 40):
        answer = owner.post("/setup/bots/", {"take": nonsense})
        assert (answer.status_code, "not among those" in answer.content.decode()) == (422, True), nonsense
    number = make(telegram, manager, "gizli_bot")
    telegram.fault("getManagedBotToken", 400)
    with pytest.raises(ValidationError, match="@gizli_bot"):
        managed.take_in(number, by="tests")
    assert Bot.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("told", [None, {}, {"bot": {}}, {"bot": {"id": "7", "username": "a"}}, {"bot": {"id": 7}}, []])
def test_an_update_of_another_shape_offers_nobody(manager: Bot, told: object) -> None:
    inbox.store(manager, port.Update(9, {"update_id": 9, "managed_bot": told}))
    assert inbox.process_one()
    assert managed.made() == []


@pytest.mark.django_db
def test_who_made_a_bot_is_not_known_any_more_once_forgotten(telegram: TelegramFake, manager: Bot) -> None:
    make(telegram, manager, "bir_bot")
    maker = InboundUpdate.objects.get(kind="managed_bot").payload["managed_bot"]["user"]["id"]
    forgetting.forget_number(maker, by="tests")
    assert managed.made() == []
