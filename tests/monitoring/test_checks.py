"""What cannot work stops the start in one line; what may not be enough is said aloud."""

import pytest
from celery import current_app
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from pytest_django import Settings

from bots import roster
from monitoring import boot, checks
from tests import stagehands
from tests.bots import people
from tests.monitoring.backup.test_archive import other_key

pytestmark = pytest.mark.django_db
TOKEN = "500123:AAH-kanarya-jeton-kanarya-jeton-1234567"


@pytest.fixture
def _a_sealed_token() -> None:
    roster.set_token(roster.enrol(people.named("ayse_bot"), by="manage.py"), TOKEN, by="manage.py")


def codes() -> list[str]:
    found = checks.sealed_values_open(databases=["default"])
    assert all("\n" not in message.msg and TOKEN not in message.msg for message in found)
    return [str(message.id) for message in found]


@pytest.mark.usefixtures("_a_sealed_token")
def test_the_right_key_passes() -> None:
    assert codes() == []


@pytest.mark.usefixtures("_a_sealed_token")
@pytest.mark.parametrize("name", ["k1", "k9"])
def test_a_wrong_key_is_an_error_that_names_the_variable(settings: Settings, name: str) -> None:
    settings.FIELD_KEYS = [other_key(name)]
    [message] = checks.sealed_values_open(databases=["default"])
    assert message.msg.startswith("FIELD_KEYS: does not open the token of @ayse_bot")


@pytest.mark.usefixtures("_a_sealed_token")
def test_a_key_that_is_none_is_an_error(settings: Settings) -> None:
    settings.FIELD_KEYS = ["k1:nonsense"]
    assert codes() == ["kulis.E001"]


@pytest.mark.usefixtures("_a_sealed_token")
def test_migrate_stops_before_it_touches_anything(settings: Settings) -> None:
    settings.FIELD_KEYS = [other_key("k9")]
    with pytest.raises(SystemCheckError, match="FIELD_KEYS: does not open"):
        call_command("migrate", verbosity=0, skip_checks=False)


def test_the_check_is_registered_and_runs_only_with_a_database(settings: Settings) -> None:
    settings.FIELD_KEYS = ["k1:nonsense"]
    assert "kulis.E001" not in {message.id for message in run_checks()}
    assert issubclass(SystemCheckError, CommandError)


def test_a_database_without_our_tables_is_none_of_its_business() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before")
        cursor.execute("ALTER TABLE bots_bot RENAME TO not_ours")
    assert codes() == []
    with connection.cursor() as cursor:
        cursor.execute("ROLLBACK TO before")


# --- Numbers that do not fit, servers that are not set up ------------------------------------------------------------
IN_MEMORY = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


def test_more_connections_than_there_are_is_a_warning_that_names_the_variables(settings: Settings) -> None:
    assert checks.connections_fit(databases=["default"]) == []
    settings.POOL_SIZE = 100
    [message] = checks.connections_fit(databases=["default"])
    assert message.msg.startswith("POOL_SIZE: 5 processes with 100 connections each")
    assert "PROCESSES" in str(message.hint)


def test_processes_that_live_count_also_where_nobody_named_them(settings: Settings) -> None:
    settings.POOL_SIZE = 30
    assert checks.connections_fit(databases=["default"]) == []
    for _ in range(7):
        stagehands.process("writer")
    assert [message.id for message in checks.connections_fit(databases=["default"])] == ["kulis.W003"]


def test_a_channel_layer_in_memory_is_refused(settings: Settings) -> None:
    assert checks.channel_layer_is_shared() == []
    settings.CHANNEL_LAYERS = IN_MEMORY
    with pytest.raises(SystemExit, match="CHANNEL_LAYERS"):
        boot.expect_order(threads=28)
    settings.DEBUG = True
    assert checks.channel_layer_is_shared() == []


def test_only_one_visibility_timeout_is_taken(settings: Settings) -> None:
    assert checks.one_visibility_timeout() == []
    settings.CELERY_VISIBILITY_TIMEOUT = 60
    assert [message.id for message in checks.one_visibility_timeout()] == ["kulis.E004"]


def test_a_worker_that_fits_starts_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    boot.expect_order(threads=28)
    assert caplog.text == ""


def test_a_worker_says_what_is_not_enough_and_starts(caplog: pytest.LogCaptureFixture, settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "redis://:kanarya-parola@127.0.0.1:1/0"
    boot.expect_order(threads=29)
    assert "WORKER_THREADS: 29 tasks at once" in caplog.text
    assert "REDIS_URL: the broker does not answer" in caplog.text
    assert "kanarya" not in caplog.text


def test_celery_is_set_as_decided() -> None:
    """docs/decisions/0008-processes.md says why."""
    conf = current_app.conf
    assert (conf.task_acks_late, conf.task_ignore_result, conf.worker_prefetch_multiplier) == (False, True, 1)
    assert (conf.worker_pool, conf.worker_soft_shutdown_timeout) == ("threads", 25)
    assert conf.worker_cancel_long_running_tasks_on_connection_loss
    assert conf.result_backend is None
    assert {conf.broker_transport_options["visibility_timeout"], conf.visibility_timeout} == {3600}
