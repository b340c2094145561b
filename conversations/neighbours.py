"""Reader: what was said that comes closest to a draft, by letters and by meaning. Three queries, whatever was said.

By letters the trigram index of the messages finds the few that are worth a look; by meaning the vectors of the turns
of this chat are compared.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q
from django.utils import timezone
from pgvector.django import CosineDistance

from bots import casing, embedding
from conversations.models import Message, Turn

NEAREST = 12
WAITING = (*Turn.UNSENT, Turn.State.SENDING)


@dataclass(frozen=True, slots=True)
class Neighbours:
    texts: tuple[str, ...]
    """Folded texts that share many letters with the draft, and everything that waits to be sent."""
    meaning: float
    """How near the nearest text of this chat comes in meaning, -1..1."""
    nearest: str
    vector: embedding.Vector
    """The meaning of the draft itself."""


def of(draft: str, *, turn: Turn, bot_id: int, hours: float) -> Neighbours:
    """The neighbours of a draft of `bot_id` among what this chat heard and what the bot said anywhere, lately."""
    vector, since = embedding.vector(draft), timezone.now() - timedelta(hours=hours)
    others = Turn.objects.filter(chat=turn.chat_id).exclude(pk=turn.pk).exclude(text="")
    waiting = [casing.fold(text) for text in others.filter(state__in=WAITING).values_list("text", flat=True)]
    said = others.filter(Q(state__in=WAITING) | Q(state=Turn.State.SENT, sent_at__gt=since), embedding__isnull=False)
    close = said.annotate(distance=CosineDistance("embedding", vector)).order_by("distance")
    nearest = close.values_list("text", "distance").first()
    return Neighbours(
        texts=(*_alike(draft, turn.chat_id, bot_id, hours), *waiting),
        meaning=1 - nearest[1] if nearest else -1.0,
        nearest=nearest[0] if nearest else "",
        vector=vector,
    )


def _alike(draft: str, chat_id: int, bot_id: int, hours: float) -> list[str]:
    """The messages that share most trigrams; those below PostgreSQL's own threshold of 0.3 are no neighbours."""
    folded = casing.fold(draft)
    since = timezone.now() - timedelta(hours=hours)
    messages = Message.objects.filter(Q(chat=chat_id) | Q(bot=bot_id), said_at__gt=since)
    alike = messages.filter(folded__trigram_similar=folded).annotate(share=TrigramSimilarity("folded", folded))
    return list(alike.order_by("-share").values_list("folded", flat=True)[:NEAREST])
