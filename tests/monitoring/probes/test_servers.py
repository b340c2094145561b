"""The two servers: away, not ready, badly set up, or as they should be."""

import pytest
import redis
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from monitoring.probes import State, servers

pytestmark = pytest.mark.django_db


def test_a_database_that_is_ready_is_fine() -> None:
    assert [(finding.name, finding.state) for finding in servers.database()] == [
        ("database", State.OK),
        ("connections", State.OK),
    ]


def test_a_database_that_is_away_is_one_finding_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    [finding] = servers.database()
    assert finding.state is State.FAIL
    assert "Connection refused" in finding.text
    assert "\n" not in finding.text
    assert "DATABASE_URL" in finding.remedy


def test_a_missing_migration_is_named() -> None:
    MigrationRecorder(connection).record_unapplied("conversations", "0043_a_name_may_go")
    [finding] = servers.database()
    assert finding.state is State.FAIL
    assert "conversations.0043_a_name_may_go" in finding.text
    assert "manage.py migrate" in finding.remedy


def test_more_connections_than_the_server_has_are_seen(settings: Settings) -> None:
    settings.POOL_SIZE = 100
    assert servers.database()[1].state is State.WARN


def test_the_broker_is_fine_when_it_keeps_everything() -> None:
    assert [finding.state for finding in servers.broker()] == [State.OK]


def test_a_broker_that_is_away_is_told_without_its_password(settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "redis://:kanarya-parola@127.0.0.1:1/0"
    [finding] = servers.broker()
    assert finding.state is State.FAIL
    assert "kanarya" not in finding.text


def test_a_broker_that_throws_messages_away_is_seen(settings: Settings) -> None:
    line = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    line.config_set("maxmemory-policy", "allkeys-lru")
    try:
        [finding] = servers.broker()
    finally:
        line.config_set("maxmemory-policy", "noeviction")
        line.close()
    assert finding.state is State.WARN
    assert "noeviction" in finding.remedy
