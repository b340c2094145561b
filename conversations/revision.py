"""Reader: the revision of all that people alone change. Another revision means that something is not as it was.

Triggers count it up in the transaction of the change (`conversations.models.revision`), so no writer can forget to.
Each of the sixteen rows only grows, and every commit that changes something makes one of them grow, so their sum grows
with every such commit.
"""

from django.db import connection

SELECT = "(SELECT sum(number)::bigint FROM conversations_revision)"
"""For statements that bring it along."""


def current() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {SELECT}")
        return int(cursor.fetchone()[0])
