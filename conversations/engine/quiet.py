"""Writer: quiet in one chat, because somebody there asked for it or because nobody may write there.

What waited to be said is skipped with the reason; a claim that is under way finds the chat changed and lets go.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from conversations import events
from conversations.engine import policy
from conversations.models import Chat, Event, Turn

HUSHED, CLOSED = "hushed", "topic_closed"


@transaction.atomic
def hush(chat: Chat) -> datetime:
    """Nobody of the cast speaks here for as long as the rules say. When it ends."""
    until = timezone.now() + timedelta(minutes=policy.current(chat).hush_minutes)
    _set(chat, reason=HUSHED, hushed_until=until)
    return until


@transaction.atomic
def lift(chat: Chat) -> bool:
    """The quiet that somebody asked for is over. False when there was none."""
    was_quiet = Chat.objects.filter(pk=chat.pk, hushed_until__gt=Now()).exists()
    if was_quiet:
        _set(chat, hushed_until=None)
    return was_quiet


@transaction.atomic
def close(chat: Chat, *, at: datetime) -> None:
    _set(chat, reason=CLOSED, closed_at=at)


@transaction.atomic
def reopen(chat: Chat) -> None:
    _set(chat, closed_at=None)


def _set(chat: Chat, *, reason: str = "", **moments: datetime | None) -> None:
    locked = Chat.objects.select_for_update(no_key=True).get(pk=chat.pk)
    Chat.objects.filter(pk=locked.pk).update(**moments)
    if reason:
        Turn.objects.filter(chat=locked, state__in=Turn.UNSENT).update(
            state=Turn.State.SKIPPED,
            reason=reason,
            gen=F("gen") + 1,
            lease_owner="",
            lease_until=None,
            ended_at=timezone.now(),
        )
        events.publish(Event.Kind.TURN, chat=locked)
    events.publish(Event.Kind.CHAT, chat=locked, subject_id=locked.pk)
