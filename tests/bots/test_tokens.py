"""Tokens against a Telegram that answers."""

import pytest
from django.conf import LazySettings
from django.core.exceptions import ValidationError

from bots import roster
from bots.models import AuditEntry, Bot
from bots.telegram import port
from tests.bots import people
from tests.fakes.handles import TelegramFake

pytestmark = pytest.mark.django_db


@pytest.fixture
def telegram(telegram_server: TelegramFake, settings: LazySettings) -> TelegramFake:
    settings.TELEGRAM_MODE, settings.TELEGRAM_API_BASE = "polling", telegram_server.address
    return telegram_server


@pytest.fixture
def bot() -> Bot:
    return roster.enrol(people.named("ali_hoca"), by="test")


def test_a_token_that_works_tells_who_it_is_and_what_it_sees(bot: Bot, telegram: TelegramFake) -> None:
    roster.set_token(bot, telegram.add_bot("ali_hoca", privacy=False), by="test")
    identity = roster.check_token(bot, by="test")
    bot.refresh_from_db()
    assert (bot.telegram_id, bot.token_state, bot.reads_all_messages) == (identity.id, Bot.Token.HEALTHY, True)
    assert bot.token_checked_at is not None


def test_telegram_knows_the_true_username(bot: Bot, telegram: TelegramFake) -> None:
    roster.set_token(bot, telegram.add_bot("AliHocaBot"), by="test")
    roster.check_token(bot, by="test")
    bot.refresh_from_db()
    assert bot.username == "AliHocaBot"
    assert AuditEntry.objects.get(action="bot.recognise").before["username"] == "ali_hoca"


def test_checking_again_tells_the_trail_nothing_new(bot: Bot, telegram: TelegramFake) -> None:
    roster.set_token(bot, telegram.add_bot("ali_hoca"), by="test")
    for _ in range(2):
        roster.check_token(bot, by="test")
    assert AuditEntry.objects.filter(action="bot.recognise").count() == 1


def test_a_revoked_token_is_dead_after_its_check(bot: Bot, telegram: TelegramFake) -> None:
    roster.set_token(bot, telegram.add_bot("ali_hoca"), by="test")
    telegram.revoke("ali_hoca")
    with pytest.raises(port.InvalidToken):
        roster.check_token(bot, by="test")
    bot.refresh_from_db()
    assert bot.token_state == Bot.Token.DEAD


def test_a_telegram_in_trouble_says_nothing_about_a_token(bot: Bot, telegram: TelegramFake) -> None:
    roster.set_token(bot, telegram.add_bot("ali_hoca"), by="test")
    telegram.fault("getMe", 502)
    with pytest.raises(port.Unreachable):
        roster.check_token(bot, by="test")
    bot.refresh_from_db()
    assert bot.token_state == Bot.Token.UNTESTED


def test_a_token_of_another_bot_of_the_cast_is_refused(bot: Bot, telegram: TelegramFake) -> None:
    roster.enrol(people.named("ayse_scalp"), by="test")
    token = telegram.add_bot("Ayse_Scalp")
    with pytest.raises(ValidationError, match="ayse_scalp"):
        roster.bind(bot, token, roster.whose(token), by="test")
    bot.refresh_from_db()
    assert (bot.username, bot.token_state) == ("ali_hoca", Bot.Token.MISSING)


def test_switched_off_telegram_is_asked_nothing(bot: Bot, telegram: TelegramFake, settings: LazySettings) -> None:
    settings.TELEGRAM_MODE = "off"
    with pytest.raises(port.Unreachable, match="TELEGRAM_MODE"):
        roster.whose(telegram.add_bot("ali_hoca"))
    assert telegram.see("log")["calls"] == []
