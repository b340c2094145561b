"""For tests that need commits which others see: nothing is rolled back, so they leave the database as they found it."""

from collections.abc import Iterator
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            _empty()


def _empty() -> None:
    ours = [model for app in ("bots", "conversations") for model in apps.get_app_config(app).get_models()]
    names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in ours)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {names} CASCADE")
    import_module("conversations.migrations.0003_first_rules").forward(apps, None)
