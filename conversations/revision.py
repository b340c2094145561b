"""Reader: the revision of all that people alone change. Another revision means that something is not as it was.

Triggers count it up in the transaction of the change (`conversations.models.revision`), so no writer can forget to.
"""

from django.db import connection

SELECT = "(SELECT string_agg(number::text, '.' ORDER BY id) FROM conversations_revision)"
"""For statements that bring it along."""


def current() -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {SELECT}")
        return str(cursor.fetchone()[0])
