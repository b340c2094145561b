"""What a bot remembers: found by meaning, counted when used.

Nearness is computed over all memories of the one bot, so an answer is exact. There is no index by meaning on purpose:
one over every bot looks at its nearest rows first, and most of those belong to somebody else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from bots import embedding
from bots.models import Bot, Memory

MOST = 20
FADES = 30 * 86400.0
"""Seconds after which a memory has lost half of its freshness."""
RESTS = 3600.0
"""Seconds after which a memory that was brought up has regained half of its appeal."""


QUERY = "%(query)s::vector"
OWN = "bots_memory WHERE bot_id = %(bot)s"
RANKED = f"""(
    SELECT json_agg(json_build_array(best.id, best.text) ORDER BY best.fitness DESC, best.use_count, best.id)
    FROM (
        SELECT id, text, use_count,
            0.7 * coalesce(1 - (embedding <=> {{query}}), 0) + 0.2 * importance
            + 0.1 * {FADES} / ({FADES} + greatest(extract(epoch FROM statement_timestamp() - created_at), 0))
            - CASE WHEN last_used_at IS NULL THEN 0 ELSE
                0.2 * {RESTS} / ({RESTS} + greatest(extract(epoch FROM statement_timestamp() - last_used_at), 0))
            END AS fitness
        FROM {{source}}
        ORDER BY fitness DESC, use_count, id
        LIMIT %(memories)s
    ) best
)"""  # noqa: S608 - our own words
"""The memories of `source` that fit: near in meaning to the vector `query` first, then what matters and is fresh; what
was brought up a moment ago waits. As a value for any statement."""
RECALL = RANKED.replace("{source}", OWN)
"""The same of all memories of %(bot)s."""


@dataclass(frozen=True, slots=True)
class Recalled:
    id: int
    text: str


def recall(bot: Bot, query: str, limit: int) -> list[Recalled]:
    """At most `limit` memories (and never more than 20) that fit `query`. One statement."""
    asked: dict[str, Any] = {
        "bot": bot.pk,
        "query": embedding.literal(query),
        "memories": most(limit),
    }
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {RECALL.format(query=QUERY)}", asked)
        return recalled(cursor.fetchone()[0])


def most(limit: int) -> int:
    return min(limit, MOST)


def recalled(found: list[tuple[int, str]] | None) -> list[Recalled]:
    """What RECALL gave."""
    return [Recalled(number, text) for number, text in found or ()]


def used(memory_ids: Iterable[int]) -> None:
    """Count that these were brought up."""
    Memory.objects.filter(pk__in=list(memory_ids)).update(use_count=F("use_count") + 1, last_used_at=Now())
