"""Reader: the turns that wait for a person, and those that went wrong lately. What each asks for is in `remedies`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from conversations import remits
from conversations.models import Turn

LATELY = timedelta(days=1)
REMEMBERED = timedelta(days=7)
"""How long a turn that nobody could resolve is shown before it is left in the past."""
MOST = 50
_EVIDENCE = ("prompt", "candidates", "verdicts", "draft", "embedding")


@dataclass(frozen=True, slots=True)
class Attention:
    held: Sequence[Turn]
    doubtful: Sequence[Turn]
    copied: Sequence[Turn]
    failed: Sequence[Turn]

    @property
    def empty(self) -> bool:
        return not (self.held or self.doubtful or self.copied or self.failed)


def of(now: datetime, viewer: remits.Person = None) -> Attention:
    """The newest of each kind in the viewer's chats. Four queries."""
    kinds = (_held(), doubtful(now), _copied(now), _failed(now))
    return Attention(*(_shown(remits.within(viewer, kind)) for kind in kinds))


def waiting(now: datetime) -> QuerySet[Turn]:
    """Turns that wait for somebody's decision."""
    return _held() | doubtful(now)


def _held() -> QuerySet[Turn]:
    return Turn.objects.filter(state=Turn.State.HELD)


def doubtful(now: datetime) -> QuerySet[Turn]:
    """Perhaps delivered, or never resolved, and not sent again by anybody."""
    ended = [Turn.State.SKIPPED, Turn.State.FAILED]
    again = Turn.objects.filter(retry_of=OuterRef("pk")).exclude(state__in=ended)
    open_end = Q(state=Turn.State.UNRESOLVED, ended_at__gt=now - REMEMBERED)
    return Turn.objects.filter(Q(state=Turn.State.UNCERTAIN) | open_end).filter(~Exists(again))


def _copied(now: datetime) -> QuerySet[Turn]:
    return Turn.objects.filter(state=Turn.State.SENT, sent_at__gt=now - LATELY, copies__gt=0)


def _failed(now: datetime) -> QuerySet[Turn]:
    """An emoji that found no place is nobody's worry."""
    failed = Turn.objects.filter(state=Turn.State.FAILED, ended_at__gt=now - LATELY)
    return failed.exclude(intent=Turn.Intent.REACTION)


def _shown(turns: QuerySet[Turn]) -> list[Turn]:
    return list(turns.select_related("bot__persona", "chat").defer(*_EVIDENCE).order_by("-id")[:MOST])
