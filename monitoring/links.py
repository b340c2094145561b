"""Reader: whether the links of a story hold, message by message: from what was said back to what brought it about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from conversations.engine import policy
from conversations.models import InboundUpdate, LLMCall, Message, Turn


@dataclass(frozen=True, slots=True)
class Broken:
    message: int
    turn: int | None
    link: str
    """message, turn, cause, attempt, call: the one that leads nowhere."""


def broken(most: int, now: datetime) -> tuple[int, list[Broken]]:
    """The newest `most` messages with a trace: how many were looked at, and what does not hold. Five queries.

    Whoever looks at messages from before updates and evidence were dropped (`prompt_days`) finds them gone.
    """
    since = now - timedelta(days=policy.current().prompt_days)
    newest = Message.objects.filter(trace__isnull=False, said_at__gt=since).order_by("-said_at", "-id")
    said = list(newest.select_related("chat").only("id", "bot", "trace", "chat__kind")[:most])
    turns = list(
        Turn.objects.filter(message__in=[message.pk for message in said])
        .select_related("cause")
        .only(
            "id",
            "uuid",
            "trace",
            "message",
            "trigger",
            "intent",
            "reason",
            "draft",
            "prompt",
            "retry_of",
            "cause__trace",
        )
    )
    traces = {message.trace for message in said} | {turn.traced for turn in turns}
    brought = set(InboundUpdate.objects.filter(trace__in=traces).values_list("trace", flat=True))
    called = set(LLMCall.objects.filter(turn__in=turns).values_list("turn_id", flat=True))
    tried: set[int | None] = set(
        Turn.objects.filter(pk__in=[turn.pk for turn in turns], attempts__isnull=False).values_list("pk", flat=True)
    )
    by_message = {turn.message_id: turn for turn in turns}
    found = [broken for message in said for broken in _of_message(message, by_message.get(message.pk), brought)]
    found += [broken for turn in turns for broken in _of_turn(turn, brought, called, tried)]
    return len(said), found


def _of_message(message: Message, turn: Turn | None, brought: set[UUID | None]) -> Sequence[Broken]:
    """A bot's message leads to its turn; what else is said leads to the update that brought it."""
    if turn is not None:
        return [] if message.trace == turn.traced else [Broken(message.pk, turn.pk, "message")]
    known = message.chat.is_rehearsal or message.trace in brought
    return [] if known else [Broken(message.pk, None, "message")]


def _of_turn(turn: Turn, brought: set[UUID | None], called: set[int], tried: set[int | None]) -> Sequence[Broken]:
    missing = []
    begun_by_cause = turn.cause is None or turn.cause.trace is None or turn.retry_of_id is not None
    if turn.answers_a_person and not begun_by_cause and turn.traced not in brought | {turn.cause and turn.cause.trace}:
        missing.append("cause")
    if turn.pk not in tried and turn.reason != "confirmed":
        missing.append("attempt")
    if turn.prompt and turn.pk not in called and turn.retry_of_id is None:
        missing.append("call")
    return [Broken(turn.message_id or 0, turn.pk, link) for link in missing]
