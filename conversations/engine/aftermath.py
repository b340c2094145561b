"""What messages that really left change in minds: moods, relationships, memories that were used, stances that rest.

In batches, a moment after the fact, so that the way to the chat stays short. Each turn counts once: it is marked in the
transaction that works it out.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from bots import memory
from bots.models import Stance
from conversations import affairs, revision
from conversations.engine import positions, settled
from conversations.models import Turn

MOST = 200


@transaction.atomic
def digest() -> bool:
    """Work out the oldest messages that nobody has worked out yet. False when there are none."""
    waiting = Turn.objects.filter(state=Turn.State.SENT, digested=False).order_by("pk")
    chosen = list(waiting.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)[:MOST])
    if not chosen:
        return False
    Turn.objects.filter(pk__in=chosen).update(digested=True)
    # A reaction is no message, and what is in minds of a message that somebody has deleted stays as it is.
    turns = list(
        Turn.objects.filter(pk__in=chosen, message__isnull=False)
        .select_related("message__reply_to", "chat")
        .defer(*Turn.HEAVY)
        .order_by("sent_at", "pk")
    )
    affairs.spoke([turn.message for turn in turns if turn.message])
    memory.used(number for turn in turns for number in turn.memories)
    _rest(turns)
    return True


def _rest(turns: Sequence[Turn]) -> None:
    """The stances that the final texts voice, planned or not, are not brought up again for a while."""
    at = revision.current()
    voiced: dict[int, set[int]] = {}
    for turn in turns:
        known = settled.of(turn.chat_id, at)
        speaker = known.member(turn.bot_id)
        used = positions.used(turn.text, speaker.positions, planned=turn.stance_id) if speaker else ()
        voiced.setdefault(known.policy.stance_cooldown_minutes, set()).update(used)
    for minutes, stances in voiced.items():
        if minutes and stances:
            Stance.objects.filter(pk__in=stances).update(cooldown_until=Now() + timedelta(minutes=minutes))
