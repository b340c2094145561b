"""Every migration goes one step back and forward again over a database full of rows, and loses none that can stay."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from conversations import remits
from conversations.models import Chat
from monitoring.api import keys as api_keys
from monitoring.grants import Role
from monitoring.models import ApiAnswer, ApiKey, Invitation, OneTimeLink, Session
from tests import full_house, staff

OURS = ("bots", "conversations", "monitoring")
Step = tuple[str, str]


def counts() -> dict[str, int]:
    """Rows by table of ours."""
    tables = [
        name for name in connection.introspection.table_names() if name.startswith(tuple(f"{app}_" for app in OURS))
    ]
    with connection.cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - names of our own tables
            found[table] = cursor.fetchone()[0]
    return found


def go(*targets: tuple[str, str | None]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing may wait for the end of the test's transaction
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets))


def steps() -> list[Step]:
    """Our migrations, in the order in which they are applied."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
    return [(migration.app_label, migration.name) for migration, _backwards in plan if migration.app_label in OURS]


def before(step: Step) -> tuple[str, str | None]:
    earlier = [name for app, name in steps() if app == step[0] and name < step[1]]
    return (step[0], earlier[-1] if earlier else None)


def people() -> None:
    """What the house keeps of those who work in it."""
    user, now = staff.account("omer", Role.OPERATOR), timezone.now()
    later = now + timedelta(minutes=10)
    remits.limit(user, [Chat.objects.earliest("pk")], by="tests")
    OneTimeLink.objects.create(digest="0" * 64, expires_at=later)
    Invitation.objects.create(name="Selin", digest="1" * 64, expires_at=later).chats.set([Chat.objects.earliest("pk")])
    Session.objects.create(
        session_key="x" * 32, expire_date=later, account=user, visit="y" * 16, began_at=now, seen_at=now
    )
    ApiAnswer.objects.create(owner=user, caller="account", key="x", fingerprint="2" * 64, until=later)
    api_keys.make("Rapor", [ApiKey.Scope.METRICS], by=user, good_for=timedelta(days=30))


@pytest.mark.django_db
def test_every_migration_goes_back_and_forward_over_full_tables() -> None:
    full_house.furnish()
    people()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # the trail is bound at the end of a transaction
    assert [table for table, rows in counts().items() if not rows] == []
    for step in reversed(steps()):
        full = counts()
        go(before(step))
        kept = set(counts())
        go(step)
        again = counts()
        assert {table: again[table] for table in kept} == {table: full[table] for table in kept}, step
        go(before(step))
    assert counts() == {}
