"""Whether this process can do its work: database, schema, keys.

Not Telegram, not models: an outage there is no reason to take the pages away.
"""

from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from bots import vault
from conversations import pool
from monitoring import checks


def problem() -> str:
    """What is missing, in one line; empty when ready. Gives its connection back."""
    try:
        return _database() or _schema() or _keys()
    except DatabaseError as error:
        return f"database: {type(error).__name__}"
    finally:
        pool.give_back()


def unfit() -> str:
    """What in the settings cannot work, in one line; empty when they fit together. Asks no server."""
    found = [*checks.channel_layer_is_shared(), *checks.one_visibility_timeout()]
    return " ".join(str(message.msg) for message in found if message.is_serious()) or _keys()


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return "" if cursor.fetchone() == (1,) else "database: nonsense"


def _schema() -> str:
    missing = _known_migrations() - set(MigrationRecorder(connection).applied_migrations())
    return f"database: {len(missing)} migrations to run (manage.py migrate)" if missing else ""


def _keys() -> str:
    try:
        vault.current_key()
    except ImproperlyConfigured as broken:
        return str(broken)
    return "" if settings.SECRET_KEY else "SECRET_KEY is not set."


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    """Every migration in the code; it does not change while a process lives."""
    return frozenset(MigrationLoader(None).disk_migrations)
