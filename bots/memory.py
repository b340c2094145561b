"""What a bot remembers: kept once, found by meaning, counted when used.

Nearness is computed over all memories of the one bot, so an answer is exact. There is no index by meaning on purpose:
one over every bot looks at its nearest rows first, and most of those belong to somebody else.
"""

import re
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Case, F, FloatField, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Extract, Greatest, Now
from pgvector.django import CosineDistance

from bots import casing, embedding
from bots.models import Bot, Memory

SAME = 0.95
"""From this cosine on, two texts are the same memory."""
NUDGE = 0.05
"""What is told again matters a little more."""
MOST = 20
FADES = 30 * 86400.0
"""Seconds after which a memory has lost half of its freshness."""
RESTS = 3600.0
"""Seconds after which a memory that was brought up has regained half of its appeal."""


def remember(bot: Bot, kind: Memory.Kind, text: str, *, importance: float = 0.5) -> Memory:
    """Keep `text`. Told before, in these words or nearly, the older memory stays and matters more."""
    clean = " ".join(text.split())
    vector = embedding.vector(clean)
    with transaction.atomic():
        memory, new = _like(bot, clean, vector), False
        if memory is None:
            fresh = {"kind": kind, "importance": importance, "embedding": vector}
            memory, new = Memory.objects.get_or_create(bot=bot, text=clean, defaults=fresh)
        if not new:
            memory.importance = min(1.0, max(memory.importance, importance) + NUDGE)
            memory.save(update_fields=["importance"])
    return memory


def recall(bot: Bot, query: str, limit: int) -> list[Memory]:
    """At most `limit` memories (and never more than 20) that fit `query`: near in meaning first, then what matters and
    is fresh; what was brought up a moment ago waits."""
    nearness = 1.0 - CosineDistance("embedding", embedding.vector(query))
    fitness = 0.7 * nearness + 0.2 * F("importance") + 0.1 * _waned("created_at", FADES)
    fitness -= 0.2 * _waned("last_used_at", RESTS)
    memories = Memory.objects.filter(bot=bot).annotate(fitness=fitness).order_by("-fitness", "use_count", "id")
    return list(memories.defer("embedding")[: min(limit, MOST)])


def used(memory_ids: Iterable[int]) -> None:
    """Count that these were brought up."""
    Memory.objects.filter(pk__in=list(memory_ids)).update(use_count=F("use_count") + 1, last_used_at=Now())


def _like(bot: Bot, text: str, vector: embedding.Vector) -> Memory | None:
    """The memory that says the same. The model hears a full stop as a difference, so words are compared as well."""
    own = Memory.objects.filter(bot=bot)
    told = [pk for pk, known in own.values_list("pk", "text") if _words(known) == _words(text)]
    close = (
        own.annotate(distance=CosineDistance("embedding", vector))
        .filter(distance__lt=1 - SAME)
        .order_by("distance", "id")
    )
    return own.filter(pk__in=told).first() or close.first()


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", casing.fold(text))


def _waned(moment: str, half: float) -> Combinable:
    """1 at `moment`, a half after `half` seconds, then ever less; 0 where there is no such moment."""
    seconds = Cast(Extract(Now() - F(moment), "epoch"), FloatField())
    return Case(When(**{moment: None}, then=0.0), default=half / (half + Greatest(seconds, 0.0)))
