"""What becomes of turns of which nobody knows whether they arrived: seen in the chat, provably absent, or left to a
person. Any number of these may run at once: each decision is one conditional UPDATE, and only proof sends again.

Absence is proven by an observer: another bot of the chat that is known to see what the cast says there and holds a
message that Telegram dated well after the last moment at which ours can have been written. Telegram brings the messages
of one chat in their order, so ours would have come before. What was brought and is not read yet proves nothing.
"""

from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from bots import counting
from conversations.engine import moves, receipts, spans, turns
from conversations.models import InboundUpdate, Membership, SendAttempt, Turn

ABSENT = "absent"
NO_PROOF = "no_proof"
NEWEST = 200
"""Updates of an observer that are looked through for a later message."""
_Outcome = SendAttempt.Outcome
_PASSED_ON = (Turn.State.SENDING, Turn.State.UNCERTAIN, Turn.State.SENT, Turn.State.UNRESOLVED)


def decide() -> dict[str, int]:
    """Look at every uncertain turn once. How many arrived, go out again, came too late, and were given up."""
    counts = {"arrived": 0, "again": 0, "too_late": 0, "unresolved": 0}
    doubtful = Turn.objects.filter(state=Turn.State.UNCERTAIN).select_related("chat")
    for turn in doubtful.defer("prompt", "candidates", "verdicts", "draft").order_by("pk"):
        if outcome := _decide(turn):
            counts[outcome] += 1
            counting.add("kulis_doubts_settled", outcome)
    return counts


def _decide(turn: Turn) -> str:
    if message := receipts.match(turn):
        return "arrived" if receipts.receipt(turn, message) else ""
    if is_absent(turn):
        return _undelivered(turn)
    late = Turn.objects.filter(pk=turn.pk, expires_at__lt=Now() - spans.PROOF).exists()
    return "unresolved" if late and give_up(turn) else ""


def is_absent(turn: Turn) -> bool:
    """Whether it is proven that nothing of the turn's last try arrived."""
    tried = _last_try(turn)
    if tried is None:
        return False
    if tried.outcome in {_Outcome.NOT_SENT, _Outcome.REJECTED}:
        return True  # its own worker has learned so, too late to move the turn
    seats = Membership.objects.filter(
        chat=turn.chat_id,
        ended_at=None,
        bot__enabled=True,
        bot__retired_at=None,
        sees_bots_since__lte=tried.started_at,
        sees_bots_at__gte=tried.started_at - spans.SIGHT,
    )
    return any(_holds_later(turn, tried, bot_id) for bot_id in _bots(seats.exclude(bot=turn.bot_id)))


def _bots(seats: Any) -> list[int]:
    return list(seats.values_list("bot_id", flat=True))


def _last_try(turn: Turn) -> SendAttempt | None:
    return turn.attempts.order_by("-gen").first()


def _holds_later(turn: Turn, tried: SendAttempt, observer: int) -> bool:
    """Whether an observer holds a message of the same chat from after the last moment of a try, and has read all."""
    updates = InboundUpdate.objects.filter(bot=observer)
    later = tried.started_at + spans.WRITE + spans.LATE
    newest = updates.filter(received_at__gt=later, received_at__lt=tried.started_at + spans.SIGHT)
    found = any(_dates(update, turn.chat.telegram_id, later) for update in newest.order_by("-update_id")[:NEWEST])
    # Asked after the other: whatever Telegram brought before it was stored before it.
    unread = updates.exclude(state=InboundUpdate.State.DONE).filter(received_at__gte=tried.started_at - spans.EARLY)
    return found and not unread.exists()


def _dates(update: InboundUpdate, chat_id: int | None, later: datetime) -> bool:
    message = update.payload.get("message") or {}
    if chat_id is None or message.get("chat", {}).get("id") != chat_id:
        return False
    return datetime.fromtimestamp(message["date"], UTC) > later


@transaction.atomic
def _undelivered(turn: Turn) -> str:
    """Proven absent: sent again while it is fresh and the chat has not moved on, else dropped."""
    fresh = Turn.objects.filter(pk=turn.pk, expires_at__gt=Now()).exists() and not _moved_on(turn)
    if fresh:
        done = turns.move(
            turn, Turn.State.COMPOSED, came=[Turn.State.UNCERTAIN], reason="", send_after=Now(), uncertain_since=None
        )
    else:
        done = turns.end(turn, Turn.State.SKIPPED, moves.ABSENT, came=[Turn.State.UNCERTAIN])
    if not done:
        return ""
    _close(turn, _Outcome.NOT_SENT, ABSENT)
    return "again" if fresh else "too_late"


def _moved_on(turn: Turn) -> bool:
    return Turn.objects.filter(chat=turn.chat_id, chat_seq__gt=turn.chat_seq, state__in=_PASSED_ON).exists()


@transaction.atomic
def give_up(turn: Turn, *, reason: str = NO_PROOF, detail: str = "") -> bool:
    """No proof either way: left to a person. Later evidence may still make it sent; no machine sends it again."""
    fields = {"reason": reason, "detail": detail[:2000], "ended_at": Now()}
    done = turns.move(turn, Turn.State.UNRESOLVED, came=[Turn.State.UNCERTAIN], **fields)
    if done:
        _close(turn, _Outcome.AMBIGUOUS, reason)
    return done


def _close(turn: Turn, outcome: SendAttempt.Outcome, reason: str) -> None:
    """The last try of a turn, if nothing is known of it yet."""
    tried = _last_try(turn)
    if tried and tried.outcome in {_Outcome.OPEN, _Outcome.AMBIGUOUS}:
        known = SendAttempt.objects.filter(pk=tried.pk, outcome=tried.outcome)
        known.update(outcome=outcome, reason=reason, ended_at=Now())
