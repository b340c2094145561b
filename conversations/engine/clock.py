"""The clock of the database: the one that leases, gates and windows are compared on."""

from datetime import datetime

from django.db import connection


def now() -> datetime:
    """This very moment, also within a transaction that began earlier."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment
