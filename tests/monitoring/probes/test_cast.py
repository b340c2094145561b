"""Bots and groups, through the eyes of a Telegram on the loopback."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from bots import roster
from bots.models import Bot
from conversations import control, webhooks
from conversations.models import Chat, Membership
from monitoring.probes import Finding, State, cast, groups
from tests.bots import people
from tests.fakes.handles import TelegramFake
from tests.monitoring.backup.test_archive import other_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def telegram(telegram_server: TelegramFake, settings: Settings) -> TelegramFake:
    settings.TELEGRAM_API_BASE, settings.TELEGRAM_MODE = telegram_server.address, "polling"
    return telegram_server


def bot(telegram: TelegramFake, username: str = "ayse_bot", *, privacy: bool = False) -> Bot:
    enrolled = roster.enrol(people.named(username), by="manage.py")
    roster.set_token(enrolled, telegram.add_bot(username, privacy=privacy), by="manage.py")
    return Bot.objects.get(pk=enrolled.pk)


def group(telegram: TelegramFake, *members: Bot, told: str = "ayse") -> Chat:
    number = telegram.add_group("Borsa sohbeti", *(one.username for one in members))
    return control.add_group("Borsa sohbeti", telegram_id=number, members=members, disclosed_by=told, by="manage.py")


def found() -> dict[str, Finding]:
    return {finding.name: finding for finding in cast.telegram()}


def test_a_cast_in_good_order_has_a_line_for_every_bot_and_group(telegram: TelegramFake) -> None:
    group(telegram, bot(telegram), bot(telegram, "mert_bot"))
    assert {name: finding.state for name, finding in found().items()} == {
        "token @ayse_bot": State.OK,
        "token @mert_bot": State.OK,
        "updates @ayse_bot": State.OK,
        "updates @mert_bot": State.OK,
        "privacy Borsa sohbeti": State.OK,
        "disclosure Borsa sohbeti": State.OK,
    }


def test_a_revoked_token_is_seen_and_nothing_is_changed(telegram: TelegramFake) -> None:
    bot(telegram)
    telegram.revoke("ayse_bot")
    assert found()["token @ayse_bot"].state is State.FAIL
    assert "BotFather" in found()["token @ayse_bot"].remedy
    assert Bot.objects.get().token_state == Bot.Token.UNTESTED


def test_the_token_of_another_bot_is_seen(telegram: TelegramFake) -> None:
    one = bot(telegram)
    Bot.objects.filter(pk=one.pk).update(username="baska_bot")
    finding = found()["token @baska_bot"]
    assert finding.state is State.FAIL
    assert "@ayse_bot" in finding.text


def test_a_token_that_does_not_open_is_no_traceback(telegram: TelegramFake, settings: Settings) -> None:
    bot(telegram)
    settings.FIELD_KEYS = [other_key("k9")]
    assert "FIELD_KEYS" in found()["token @ayse_bot"].remedy


def test_a_telegram_that_is_away_is_told_for_every_bot(telegram: TelegramFake, settings: Settings) -> None:
    group(telegram, bot(telegram))
    settings.TELEGRAM_API_BASE = "http://127.0.0.1:1"
    assert found()["token @ayse_bot"].state is State.FAIL
    assert found()["privacy Borsa sohbeti"].state is State.FAIL


def test_a_token_that_is_marked_as_refused_but_works_is_a_warning(telegram: TelegramFake) -> None:
    one = bot(telegram)
    roster.token_refused(one)
    assert found()["token @ayse_bot"].state is State.WARN


def test_a_listener_that_only_sees_what_is_said_to_it_is_a_failure(telegram: TelegramFake) -> None:
    group(telegram, bot(telegram, privacy=True))
    finding = found()["privacy Borsa sohbeti"]
    assert finding.state is State.FAIL
    assert "/setprivacy" in finding.remedy


def test_an_administrator_sees_everything(telegram: TelegramFake) -> None:
    chat = group(telegram, bot(telegram, privacy=True))
    telegram.member(chat.telegram_id or 0, "ayse_bot", "administrator")
    assert found()["privacy Borsa sohbeti"].state is State.OK


def test_a_group_without_a_listener_is_a_failure(telegram: TelegramFake) -> None:
    chat = group(telegram, bot(telegram))
    Chat.objects.filter(pk=chat.pk).update(listener=None)
    assert found()["privacy Borsa sohbeti"].state is State.FAIL


def test_a_group_that_waits_for_its_disclosure_is_a_warning_with_the_command(telegram: TelegramFake) -> None:
    chat = group(telegram, bot(telegram), told="")
    finding = found()["disclosure Borsa sohbeti"]
    assert finding.state is State.WARN
    assert f"chat disclose {chat.pk}" in finding.remedy


def test_a_live_group_that_was_never_told_is_a_failure(telegram: TelegramFake) -> None:
    chat = group(telegram, bot(telegram), told="")
    Chat.objects.filter(pk=chat.pk).update(mode=Chat.Mode.LIVE)
    assert found()["disclosure Borsa sohbeti"].state is State.FAIL


def test_bots_without_tokens_are_fine_until_they_sit_in_a_group(telegram: TelegramFake) -> None:
    silent = roster.enrol(people.named("sessiz_bot"), by="manage.py")
    telegram.add_bot(silent.username)
    assert found()["tokens"].state is State.OK
    group(telegram, bot(telegram), silent)
    assert "@sessiz_bot" in found()["tokens"].text
    assert found()["tokens"].state is State.WARN


def test_a_webhook_that_is_missing_or_in_the_way_is_seen(telegram: TelegramFake, settings: Settings) -> None:
    one = bot(telegram)
    settings.TELEGRAM_MODE, settings.PUBLIC_URL = "webhook", "https://kulis.example"
    assert "webhook set" in found()["updates @ayse_bot"].remedy
    webhooks.register([one], by="manage.py")
    assert found()["updates @ayse_bot"].state is State.OK
    settings.TELEGRAM_MODE = "polling"
    assert "webhook delete" in found()["updates @ayse_bot"].remedy


def test_with_telegram_switched_off_nobody_is_called(telegram: TelegramFake, settings: Settings) -> None:
    bot(telegram)
    settings.TELEGRAM_MODE = "off"
    assert found()["telegram"].state is State.OK
    Chat.objects.create(
        title="Sohbet", telegram_id=-1, mode=Chat.Mode.LIVE, disclosed_at=timezone.now(), disclosed_by="ayse"
    )
    assert found()["telegram"].state is State.WARN
    assert not telegram.calls()


def test_an_observer_that_sees_nothing_more_is_told(telegram: TelegramFake) -> None:
    """Its own words it cannot see, and sight is noted once a minute."""
    speaker, observer = bot(telegram), bot(telegram, "mert_bot")
    seats = Membership.objects.filter(chat=group(telegram, speaker, observer))
    now = timezone.now()
    seats.filter(bot=observer).update(sees_bots_at=now - timedelta(minutes=30), last_said_at=now)

    def told(*, minutes_after: float) -> list[tuple[str, State]]:
        said = now - timedelta(minutes=30 - minutes_after)
        seats.filter(bot=speaker).update(last_said_at=said)
        return [(one.name, one.state) for one in groups.sights()]

    assert told(minutes_after=0.9) == [("observer", State.OK)]
    assert told(minutes_after=5) == [("observer Borsa sohbeti", State.WARN)]
    seats.filter(bot=observer).update(sees_bots_at=now - timedelta(hours=30))
    assert told(minutes_after=5) == [("observer", State.OK)]  # it has not watched for a day
