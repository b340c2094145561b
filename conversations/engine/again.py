"""The one layer that tries again: what becomes of a turn of which provably nothing arrived.

Telegram's word to wait is a gate and costs no try. Any other trouble is tried again at a moment drawn anew (full
jitter), three times at most, and only within the retry budget that all processes share. All moments are the database's.
"""

from datetime import timedelta
from random import Random

from django.db import transaction

from bots.telegram import port
from conversations import retries
from conversations.engine import clock, gating, record, turns
from conversations.models import SendAttempt, Turn

RETRIES = 3
BASE, CAP = 2.0, 30.0
"""Seconds."""


@transaction.atomic
def settle(turn: Turn, error: port.NotSent) -> None:
    if isinstance(error, port.RetryAfter):
        _gated(turn, error)
    elif (failures := _failures(turn)) > RETRIES:
        record.not_sent(turn, error, again_at=None)
    else:
        granted = turn.chat.is_rehearsal or retries.take()
        moved = record.not_sent(turn, error, again_at=clock.now() + pause(failures, Random(turn.seed + turn.sends)))
        if moved and not granted:
            _skip(turn, "retry_budget", error)


def pause(failures: int, dice: Random) -> timedelta:
    """Full jitter: anything up to a limit that doubles with each failure."""
    return timedelta(seconds=dice.uniform(0, min(CAP, BASE**failures)))


def _gated(turn: Turn, error: port.RetryAfter) -> None:
    until = gating.pause(turn, error.seconds)
    if record.not_sent(turn, error, again_at=until) and until >= turn.expires_at:
        _skip(turn, "gated", error)


def _skip(turn: Turn, reason: str, error: port.NotSent) -> None:
    turns.end(turn, Turn.State.SKIPPED, reason, came=[Turn.State.COMPOSED], detail=str(error))


def _failures(turn: Turn) -> int:
    """Of this turn, the present one included; those that only had to wait do not count."""
    missed = SendAttempt.objects.filter(turn=turn, outcome=SendAttempt.Outcome.NOT_SENT)
    return missed.exclude(reason=port.RetryAfter.reason).count() + 1
