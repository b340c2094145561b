"""Reader: how much was said, and what became of turns, hour by hour."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncHour
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations import remits
from conversations.models import LLMCall, Message, Turn

LONGEST = timedelta(days=7)
HOUR = timedelta(hours=1)
OPEN = timedelta(days=1)
"""No turn is open for longer than this before it ends."""
State = Turn.State


def counted(asked: dict[str, Any], *, viewer: remits.Person, sees_cost: bool) -> dict[str, Any]:
    """{"since", "until", "hours": [{"hour", "bots", "people", "sent", "skipped", "failed", "cost"}]}, every hour of the
    span, the first and the last only as far as they belong to it. `asked` may name since, until and a chat.

    Raises ValidationError by field.
    """
    until = asked.get("until") or timezone.now()
    since = asked.get("since") or until - timedelta(days=1)
    if not timedelta() < until - since <= LONGEST:
        raise ValidationError({"until": _("After the beginning, by seven days at most.")})
    chat = Q(chat=asked["chat"]) if "chat" in asked else Q()
    hours: dict[datetime, dict[str, Any]] = {}
    tables: list[tuple[Any, str]] = [(Message, "said_at"), (Turn, "ended_at")]
    tables += [(LLMCall, "started_at")] if sees_cost else []
    for table, column in tables:
        found: QuerySet[Any] = table.objects.filter(chat, **{f"{column}__gte": since, f"{column}__lt": until})
        found = found.filter(pk__gte=_first(since - OPEN), pk__lt=_first(until)) if table is Turn else found
        rows = remits.within(viewer, found).order_by().annotate(hour=TruncHour(column)).values("hour")
        for row in rows.annotate(**_COUNTS[table]):
            hours.setdefault(row.pop("hour"), {}).update(row)
    empty: dict[str, Any] = dict.fromkeys(("bots", "people", "sent", "skipped", "failed"), 0)
    empty |= {"cost": Decimal(0)} if sees_cost else {}
    told = [empty | {"hour": at} | hours.get(at, {}) for at in _each(since, until)]
    return {"since": since, "until": until, "hours": told}


def _each(since: datetime, until: datetime) -> list[datetime]:
    first = timezone.localtime(since).replace(minute=0, second=0, microsecond=0)
    many = int((until - first - timedelta(microseconds=1)) / HOUR) + 1
    return [first + HOUR * number for number in range(many)]


def _first(moment: datetime) -> int:
    """Number of the first turn that was made then or later: they are numbered as they are made, so halving finds it."""
    with connection.cursor() as cursor:
        cursor.execute(_HALVED, {"moment": moment})
        return int(cursor.fetchone()[0])


_HALVED = """
WITH RECURSIVE halves (low, high) AS (
    SELECT coalesce(min(id), 0), coalesce(max(id), 0) + 1 FROM conversations_turn
    UNION ALL
    SELECT CASE WHEN made < %(moment)s THEN id + 1 ELSE low END, CASE WHEN made < %(moment)s THEN high ELSE middle END
    FROM halves, LATERAL (SELECT (low + high) / 2 AS middle) half,
    LATERAL (SELECT id, created_at AS made FROM conversations_turn WHERE id >= middle ORDER BY id LIMIT 1) found
    WHERE low < high
)
SELECT max(low) FROM halves
"""
_COUNTS: dict[Any, dict[str, Any]] = {
    Message: {"bots": Count("bot"), "people": Count("participant")},
    Turn: {
        name: Count("pk", filter=Q(state=state))
        for name, state in (("sent", State.SENT), ("skipped", State.SKIPPED), ("failed", State.FAILED))
    },
    LLMCall: {"cost": Sum("cost")},
}
