"""Registering webhooks: a result per bot, and never towards an address that Telegram cannot call."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from bots import roster
from bots.models import AuditEntry, Bot
from tests.bots import people
from tests.fakes.handles import TelegramFake

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(telegram_server: TelegramFake, settings: Settings) -> list[Bot]:
    """Two bots with tokens and one without, on a Telegram of this machine."""
    settings.TELEGRAM_API_BASE, settings.TELEGRAM_MODE = telegram_server.address, "webhook"
    settings.PUBLIC_URL = "https://kulis.example"
    bots = [roster.enrol(people.named(name), by="manage.py") for name in ("ayse_bot", "mert_bot", "sessiz_bot")]
    for bot in bots[:2]:
        roster.set_token(bot, telegram_server.add_bot(bot.username), by="manage.py")
    return list(Bot.objects.order_by("username"))


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("webhook", *words, stdout=out)
    return out.getvalue()


def answer(*words: str) -> list[dict[str, Any]]:
    return list(json.loads(run(*words, "--json"))["bots"])


def test_each_bot_gets_an_address_and_a_secret_of_its_own(cast: list[Bot], telegram_server: TelegramFake) -> None:
    told = answer("set")
    assert [(one["bot"], one["ok"]) for one in told] == [("ayse_bot", True), ("mert_bot", True)]
    sent = [call["params"] for call in telegram_server.calls("setWebhook")]
    expected = {(f"https://kulis.example/telegram/{bot.webhook_id}/", bot.webhook_secret()) for bot in cast[:2]}
    assert {(one["url"], one["secret_token"]) for one in sent} == expected
    assert AuditEntry.objects.filter(action="bot.webhook_set").count() == 2


def test_info_tells_where_updates_go_and_how_many_wait(cast: list[Bot], telegram_server: TelegramFake) -> None:
    run("set")
    said = run("info", "--bot", "ayse_bot")
    assert str(cast[0].webhook_id) in said
    assert "mert_bot" not in said


def test_a_webhook_that_leads_elsewhere_is_no_good(cast: list[Bot], settings: Settings) -> None:
    run("set", "--all")
    settings.PUBLIC_URL = "https://other.example"
    with pytest.raises(CommandError, match="2 of 2 bots"):
        run("info")


def test_delete_takes_them_back(cast: list[Bot], telegram_server: TelegramFake, settings: Settings) -> None:
    run("set")
    settings.TELEGRAM_MODE = "polling"
    assert all(one["ok"] for one in answer("delete"))
    assert len(telegram_server.calls("deleteWebhook")) == 2


def test_one_dead_token_fails_alone_and_the_command_with_it(cast: list[Bot], telegram_server: TelegramFake) -> None:
    telegram_server.revoke("mert_bot")
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 of 2 bots"):
        call_command("webhook", "set", stdout=out)
    assert "✓ @ayse_bot" in out.getvalue()
    assert "✗ @mert_bot" in out.getvalue()


def test_a_bot_without_a_token_is_named(cast: list[Bot]) -> None:
    with pytest.raises(CommandError, match="1 of 1 bots"):
        run("set", "--bot", "sessiz_bot")


def test_an_unknown_bot_is_named(cast: list[Bot]) -> None:
    with pytest.raises(CommandError, match="no bot named nobody_bot"):
        run("set", "--bot", "nobody_bot")


@pytest.mark.parametrize(
    ("name", "value", "verb"),
    [("TELEGRAM_MODE", "off", "info"), ("TELEGRAM_MODE", "off", "set"), ("TELEGRAM_MODE", "polling", "set")],
)
def test_a_mode_that_does_not_fit_is_refused(
    cast: list[Bot], settings: Settings, telegram_server: TelegramFake, name: str, value: str, verb: str
) -> None:
    setattr(settings, name, value)
    with pytest.raises(CommandError, match="TELEGRAM_MODE"):
        run(verb)
    assert not telegram_server.calls()


def test_the_real_telegram_is_never_told_a_plain_address(cast: list[Bot], settings: Settings) -> None:
    settings.TELEGRAM_API_BASE, settings.PUBLIC_URL = "https://api.telegram.org", "http://localhost:8000"
    with pytest.raises(CommandError, match="PUBLIC_URL"):
        run("set")


def test_a_cast_without_tokens_has_nothing_to_register(settings: Settings) -> None:
    settings.TELEGRAM_MODE = "webhook"
    with pytest.raises(CommandError, match="No bot has a token"):
        run("set")


def test_the_commands_of_people_are_listed_in_both_languages(cast: list[Bot], telegram_server: TelegramFake) -> None:
    run("set", "--bot", "ayse_bot")
    listed = telegram_server.bot("ayse_bot")["commands"]
    assert [one["command"] for one in listed["tr"]] == ["gizlilik", "unut", "sus", "konus", "yardim"]
    assert [one["command"] for one in listed[""]] == ["privacy", "forget", "quiet", "talk", "help"]


def test_a_webhook_counts_although_its_commands_were_not_listed(cast: list[Bot], telegram_server: TelegramFake) -> None:
    telegram_server.fault("setMyCommands", 400)
    [told] = answer("set", "--bot", "ayse_bot")
    assert told["ok"]
    assert "commands" in told["text"] or "Komut" in told["text"]
