"""The secret that Telegram sends back: it follows from the address, so a wrong one is known without a look-up."""

import re
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from bots import webhooks
from bots.models import Bot

ADDRESS = UUID("11111111-2222-3333-4444-555555555555")


@pytest.mark.parametrize("version", [0, 1, 7, 99_999_999])
def test_a_secret_tells_its_version_to_whoever_made_it(version: int) -> None:
    assert webhooks.version(ADDRESS, webhooks.secret(ADDRESS, version)) == version


def test_telegram_takes_it_as_a_secret_token() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,256}", webhooks.secret(ADDRESS, 3))


def test_it_is_good_for_one_address_and_one_version() -> None:
    secret = webhooks.secret(ADDRESS, 1)
    assert webhooks.version(uuid4(), secret) is None
    assert webhooks.version(ADDRESS, secret.replace("1-", "2-", 1)) is None


def test_another_key_makes_another_secret(settings: Settings) -> None:
    secret = webhooks.secret(ADDRESS, 1)
    settings.FIELD_KEYS = ["k2:" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="]
    assert webhooks.version(ADDRESS, secret) is None


@pytest.mark.parametrize("given", ["", "-", "1", "1-", "x-1", "١-1", "-1-1", "1.0-1", " 1-1", "999999999-1", "1-é"])
def test_what_is_no_secret_has_no_version(given: str) -> None:
    assert webhooks.version(ADDRESS, given) is None


def test_a_bot_has_the_secret_of_its_address() -> None:
    bot = Bot(webhook_id=ADDRESS, webhook_version=4)
    assert webhooks.version(ADDRESS, bot.webhook_secret()) == 4
