"""For the few tests that need real commits: other threads and processes see them, and afterwards they are gone."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

_KEPT = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "conversations_engine",
    "conversations_rules",
    "conversations_revision",
}
_BEGUN = (
    "conversations_feed", "conversations_quotesource", "conversations_symbol", "monitoring_threshold",
    "monitoring_lookout",
)  # fmt: skip
"""What migrations fill and people change; it comes back as it was."""
_GUARDED = ("bots_auditentry", "bots_auditlink", "conversations_rules")
"""Append-only by trigger; whoever owns the tables may still clean up."""


@pytest.fixture(scope="session")
def _begun(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA begun")
        for table in _BEGUN:
            cursor.execute(f"CREATE TABLE begun.{table} AS TABLE {table}")
        connection.close()


@pytest.fixture
def committed(_begun: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield
        _clean()
        connection.close()


@transaction.atomic
def _clean() -> None:
    tables = set(connection.introspection.table_names()) - _KEPT
    with connection.cursor() as cursor:
        for table in _GUARDED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for table in sorted(tables):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own tables
        for table in _BEGUN:
            cursor.execute(f"INSERT INTO {table} SELECT * FROM begun.{table}")  # noqa: S608
        cursor.execute("DELETE FROM conversations_rules WHERE id > (SELECT min(id) FROM conversations_rules)")
        cursor.execute(
            "UPDATE conversations_engine"
            " SET running = false, restore_epoch = 0, ticked_at = NULL, changed_by = '', reason = ''"
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in _GUARDED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
