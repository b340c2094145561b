"""Messages by their words, in time that does not grow with all that was ever said."""

from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import QuerySet

from bots import casing
from conversations.models import Message

NEWEST = 20_000
"""So many are read one after another before the index is asked: a common word is among them, a rare one is not."""


def newest(words: Iterable[str], *, most: int, rows: "QuerySet[Message]") -> list[int]:
    """Numbers of the newest `most` of these rows that hold all these words (as of `casing.plain`), newest first."""
    fitting = rows
    for word in words:
        fitting = fitting.filter(folded__regex=casing.spelled(word))
    edge = rows.order_by("-said_at").values_list("said_at", flat=True)[NEWEST : NEWEST + 1]
    oldest = next(iter(edge), None)
    if oldest is None:
        return _picked(fitting, most)
    near = _picked(fitting.filter(said_at__gt=oldest), most)
    return near if len(near) >= most else _by_index(fitting, most)


def _by_index(fitting: "QuerySet[Message]", most: int) -> list[int]:
    """Few fit, so the index of letters finds them all at once; the planner, which cannot know that, is told so."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_seqscan = off")
        found = _picked(fitting, most)
        cursor.execute("SET LOCAL enable_indexscan TO DEFAULT; SET LOCAL enable_seqscan TO DEFAULT")
    return found


def _picked(rows: "QuerySet[Message]", most: int) -> list[int]:
    return list(rows.order_by("-said_at", "-pk").values_list("pk", flat=True)[:most])
