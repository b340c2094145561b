"""Reader: every bot, and what became of its turns of the last day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from bots.models import Bot
from conversations import remits
from conversations.models import Turn
from monitoring.studio import cast

LATELY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    bot: Bot
    sent: int
    skipped: int
    failed: int
    share: float
    """0..100, against the one that said most."""


def listed(asked: str, now: datetime, viewer: remits.Person) -> list[Line]:
    """Those that fit what is asked for, who said most first. Two queries."""
    lately, mine = Turn.objects.filter(ended_at__gt=now - LATELY, bot__isnull=False), remits.ids(viewer)
    ended = lately if mine is None else lately.filter(chat__in=mine)
    states = {state: Count("pk", filter=Q(state=state)) for state in ("sent", "skipped", "failed")}
    rows: Iterable[Any] = ended.order_by().values_list("bot").annotate(**states)
    counts: dict[int, tuple[int, int, int]] = {bot: (sent, skipped, failed) for bot, sent, skipped, failed in rows}
    most = max((sent for sent, *_rest in counts.values()), default=0) or 1
    lines = []
    for bot in cast.listed(asked, viewer):
        sent, skipped, failed = counts.get(bot.pk, (0, 0, 0))
        lines.append(Line(bot, sent, skipped, failed, round(100 * sent / most, 1)))
    return sorted(lines, key=lambda line: -line.sent)
