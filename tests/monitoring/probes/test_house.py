"""Addresses, demo mode, keys, the switch, backups."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from bots import audit, roster
from conversations import control, providers
from monitoring.probes import Finding, State, house
from tests.bots import people
from tests.monitoring.backup.test_archive import other_key

pytestmark = pytest.mark.django_db
TOKEN = "500123:AAH-kanarya-jeton-kanarya-jeton-1234567"


def by_name(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.name: finding for finding in findings}


def test_addresses_are_listed_without_their_passwords(settings: Settings) -> None:
    settings.REDIS_URL = "redis://:kanarya-parola@redis.example:6380/0"
    settings.OUTBOUND_ALLOW = ["ollama", "10.0.0.7"]
    found = by_name(house.settled())
    assert found["address REDIS_URL"].text == "redis.example:6380"
    assert found["address OUTBOUND_ALLOW"].text == "ollama, 10.0.0.7"
    assert "kanarya" not in str(found)
    assert "owner" not in found["address DATABASE_URL"].text


def test_tokens_that_would_travel_in_the_clear_are_seen(settings: Settings) -> None:
    settings.TELEGRAM_API_BASE = "http://telegram.example"
    assert by_name(house.settled())["address TELEGRAM_API_BASE"].state is State.WARN
    settings.TELEGRAM_API_BASE = "http://127.0.0.1:8081"
    assert by_name(house.settled())["address TELEGRAM_API_BASE"].state is State.OK


def test_trusted_addresses_of_providers_are_listed() -> None:
    providers.add("yerel", base_url="http://ollama:11434/v1", model="m", trusted=True, by="manage.py")
    assert by_name(house.kept())["address provider yerel"].text == "http://ollama:11434/v1"


def test_demo_mode_ends_where_others_can_reach_it(settings: Settings) -> None:
    assert house.demo().state is State.OK
    settings.DEMO = True
    assert house.demo().state is State.OK
    settings.IS_LOOPBACK = False
    assert house.demo().state is State.FAIL


def test_demo_mode_ends_where_real_tokens_are_stored(settings: Settings) -> None:
    settings.DEMO = True
    roster.set_token(roster.enrol(people.named("ayse_bot"), by="manage.py"), TOKEN, by="manage.py")
    assert house.demo().state is State.FAIL
    settings.TELEGRAM_API_BASE = "http://127.0.0.1:8081"
    assert house.demo().state is State.OK


def test_keys_that_open_everything_are_fine() -> None:
    roster.set_token(roster.enrol(people.named("ayse_bot"), by="manage.py"), TOKEN, by="manage.py")
    assert house.keys().state is State.OK


def test_a_key_that_is_gone_is_named_with_what_it_shuts(settings: Settings) -> None:
    roster.set_token(roster.enrol(people.named("ayse_bot"), by="manage.py"), TOKEN, by="manage.py")
    settings.FIELD_KEYS = [other_key("k9")]
    finding = house.keys()
    assert finding.state is State.FAIL
    assert "@ayse_bot (k1)" in finding.text


def test_a_key_that_is_no_key_is_told(settings: Settings) -> None:
    settings.FIELD_KEYS = ["k1:short"]
    finding = house.keys()
    assert finding.state is State.FAIL
    assert "FIELD_KEYS" in finding.text


def test_an_older_key_that_is_still_needed_is_counted(settings: Settings) -> None:
    roster.set_token(roster.enrol(people.named("ayse_bot"), by="manage.py"), TOKEN, by="manage.py")
    settings.FIELD_KEYS = [other_key("k2"), *settings.FIELD_KEYS]
    finding = house.keys()
    assert finding.state is State.OK
    assert "k1: 1" in finding.text


def test_the_switch_is_told_with_who_turned_it() -> None:
    assert house.engine().state is State.WARN
    control.start(by="ayse")
    assert house.engine().state is State.OK
    control.stop(by="mert", reason="bakım")
    assert "mert" in house.engine().text
    assert "bakım" in house.engine().text


def test_a_backup_is_missed_when_there_is_none_or_only_an_old_one(settings: Settings) -> None:
    assert house.backup().state is State.WARN
    with time_machine.travel(timezone.now() - timedelta(days=8)):
        audit.record("backup.take", by="manage.py")
    assert house.backup().state is State.WARN
    audit.record("backup.take", by="manage.py")
    assert house.backup().state is State.OK


def test_a_demo_needs_no_backup(settings: Settings) -> None:
    settings.DEMO = True
    assert house.backup().state is State.OK
