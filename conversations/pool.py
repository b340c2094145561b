"""No connection is held while a network call waits."""

from django.db import connection


def give_back() -> None:
    """Hand this thread's connection back to the pool. Inside a transaction it has to stay."""
    if not connection.in_atomic_block:
        connection.close()
