"""A wrong key stops the start in one line."""

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from pytest_django import Settings

from bots import roster
from monitoring import checks
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
