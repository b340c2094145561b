import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection


@pytest.mark.django_db
def test_the_tests_run_on_a_migrated_postgresql_18_of_their_own() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000, current_database()")
        version, database = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM django_migrations")
        (migrations,) = cursor.fetchone()
    assert version == 18
    assert database.startswith("test_kulis")
    assert migrations > 20


@pytest.mark.django_db
def test_the_tests_have_no_more_rights_than_the_application() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)


def test_each_testing_process_has_a_valkey() -> None:
    cache.set("who", settings.REDIS_URL)
    assert cache.get("who") == settings.REDIS_URL
