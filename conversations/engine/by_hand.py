"""Writer: the moves that only a person makes. Who may, and why, is the affair of `conversations.decisions`."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from conversations import events
from conversations.engine import likeness
from conversations.models import Event, SendAttempt, Turn

DOUBTFUL = (Turn.State.UNCERTAIN, Turn.State.UNRESOLVED)
CONFIRMED = "confirmed"
_KEPT = (
    "chat", "bot", "trigger", "cause", "priority", "intent", "reply_to", "quoting", "mention", "topic", "length",
    "seed", "persona", "rules", "stance", "headline", "phrase", "anecdote", "memories", "candidates", "prompt",
    "verdicts", "quotes", "draft", "text", "text_sha256", "embedding", "provider", "model",
)  # fmt: skip
"""What a turn that is sent again takes over. Tokens and cost stay with the first."""


@transaction.atomic
def confirm(turn: Turn) -> bool:
    """A person says that it stands in the chat, without knowing its number. No message is written down."""
    moved = Turn.objects.filter(pk=turn.pk, state__in=DOUBTFUL).update(
        state=Turn.State.SENT, sent_at=Now(), ended_at=Now(), reason=CONFIRMED, detail=""
    )
    if moved:
        tries = SendAttempt.objects.filter(turn=turn, outcome=SendAttempt.Outcome.OPEN)
        tries.update(outcome=SendAttempt.Outcome.AMBIGUOUS, reason=CONFIRMED, ended_at=Now())
        events.publish(Event.Kind.TURN, chat=turn.chat, subject_id=turn.pk)
    return bool(moved)


@transaction.atomic
def again(turn: Turn, *, fresh: timedelta) -> Turn:
    """A new turn with the words of an old one, ready to be sent now. What the rules say of the moment still holds."""
    now = timezone.now()
    kept: dict[str, Any] = {name: getattr(turn, name) for name in _KEPT}
    made = Turn(
        **kept,
        retry_of=turn,
        plan_key=f"{turn.chat_id}:again:{turn.pk}:{turn.retries.count() + 1}",
        state=Turn.State.COMPOSED,
        due_at=now,
        send_after=now,
        typing_from=now,
        expires_at=now + fresh,
    )
    made.save(force_insert=True)
    events.publish(Event.Kind.TURN, chat=turn.chat, subject_id=made.pk)
    return made


@transaction.atomic
def reword(turn: Turn, text: str, *, fresh: timedelta) -> bool:
    """Other words for a held turn, and it goes out: a new text, hash and claim number in one move."""
    moved = Turn.objects.filter(pk=turn.pk, gen=turn.gen, state=Turn.State.HELD).update(
        state=Turn.State.COMPOSED,
        gen=F("gen") + 1,
        text=text,
        text_sha256=likeness.fingerprint(text),
        embedding=None,
        send_after=Now(),
        typing_from=Now(),
        expires_at=Now() + fresh,
    )
    if moved:
        events.publish(Event.Kind.TURN, chat=turn.chat, subject_id=turn.pk)
    return bool(moved)


def is_repeat(turn: Turn, text: str, *, within: timedelta) -> bool:
    """Whether the bot has said the same in this chat within that time, or is about to."""
    alike = Turn.objects.filter(
        chat=turn.chat_id, bot=turn.bot_id, text_sha256=likeness.fingerprint(text), created_at__gt=Now() - within
    )
    ends = [Turn.State.SKIPPED, Turn.State.FAILED]
    return alike.exclude(pk=turn.pk).exclude(state__in=ends).exclude(intent=Turn.Intent.REACTION).exists()


def under_way(turn: Turn) -> Turn | None:
    """The turn that sends this one again, unless it ended without having been said."""
    return turn.retries.exclude(state__in=[Turn.State.SKIPPED, Turn.State.FAILED]).first()
