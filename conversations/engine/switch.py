"""The switch as a claim sees it."""

from django.db import connection


def runs() -> bool:
    """Whether the engine runs, held true until this transaction ends: `control.stop` waits for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM conversations_engine WHERE id = 1 AND running FOR KEY SHARE")
        return cursor.fetchone() is not None
