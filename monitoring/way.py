"""Reader: the way of one turn in time, from what brought it about to who saw it in the chat."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from bots.models import AuditEntry, Memory
from conversations.models import InboundUpdate, LLMCall, SendAttempt, Turn
from monitoring import reasons
from monitoring.reasons import Words

AT_ONCE = timedelta(seconds=1)
RECEIPT = "receipt"
WORDS: dict[str, Words] = {
    "said": _("A person wrote"),
    "brought": _("Telegram brought the message"),
    "read": _("The message was read"),
    "opened": _("Opened"),
    "due": _("Due"),
    "composing": _("Writing began"),
    "called": _("Asked for words"),
    "answered": _("The words came"),
    "composed": _("Writing ended"),
    "typing": _("Began to type"),
    "ready": _("Could be sent from here"),
    "tried": _("Handed over"),
    "gated": _("Handed over, after it waited for its place in the chat and for what Telegram allows"),
    "told": _("The answer to it"),
    "sent": _("Sent"),
    "seen": _("Another bot of the cast saw it in the chat"),
    "learned": _("A memory was written"),
    "decided": _("A person acted"),
    "ended": _("Ended"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A moment in the life of the turn; `waited` since the one before."""

    name: str
    at: datetime
    waited: timedelta | None = None
    detail: str = ""
    """Who, how or why: names, numbers and reason codes in words."""
    reason: str = ""
    """The code behind the detail, for programs."""

    @property
    def words(self) -> Words:
        return WORDS[self.name]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The rows that tell of a turn beside its own."""

    updates: Sequence[InboundUpdate]
    calls: Sequence[LLMCall]
    attempts: Sequence[SendAttempt]
    entries: Sequence[AuditEntry]
    learned: Sequence[Memory]

    @property
    def receipts(self) -> list[InboundUpdate]:
        return [update for update in self.updates if update.outcome == RECEIPT]

    @property
    def arrivals(self) -> list[InboundUpdate]:
        return [update for update in self.updates if update.outcome != RECEIPT]


def evidence(turn: Turn) -> Evidence:
    """Five queries, whatever the turn went through."""
    heard = [number for number in (turn.cause_id, turn.reply_to_id, turn.message_id) if number]
    return Evidence(
        updates=list(InboundUpdate.objects.filter(trace=turn.traced).select_related("bot__persona").order_by("pk")),
        calls=list(turn.calls.select_related("provider").order_by("pk")),
        attempts=list(turn.attempts.order_by("gen")),
        entries=list(
            AuditEntry.objects.filter(subject_kind="conversations.turn", subject_id=str(turn.pk)).order_by("pk")
        ),
        learned=list(Memory.objects.filter(bot=turn.bot_id, message_id__in=heard).order_by("pk")),
    )


def of(turn: Turn, known: Evidence) -> tuple[Step, ...]:
    """Every moment that is known, in their order in time."""
    steps = [*_began(turn, known), *_worded(turn, known), *_sent(turn, known.attempts), *_after(turn, known)]
    steps.sort(key=lambda step: step.at)
    before = [None, *steps]
    return tuple(
        replace(step, waited=step.at - last.at if last else None) for last, step in zip(before, steps, strict=False)
    )


def _began(turn: Turn, known: Evidence) -> Iterator[Step]:
    if turn.answers_a_person and turn.cause:
        yield Step("said", turn.cause.said_at, detail=turn.cause.speaker)
    for update in known.arrivals:
        yield Step("brought", update.received_at, detail=update.bot.name)
        if update.done_at:
            yield Step("read", update.done_at)
    if abs(turn.created_at - turn.due_at) > AT_ONCE:
        yield Step("opened", turn.created_at)
    yield Step("due", turn.due_at)


def _worded(turn: Turn, known: Evidence) -> Iterator[Step]:
    if turn.composing_at:
        yield Step("composing", turn.composing_at)
    for call in known.calls:
        yield Step("called", call.started_at, detail=call.provider.name)
        if call.latency_ms or call.outcome != "open":
            told = "" if call.outcome == "ok" else str(reasons.ended(call.outcome))
            yield Step(
                "answered", call.started_at + timedelta(milliseconds=call.latency_ms), detail=told, reason=call.outcome
            )
    moments = (("composed", turn.composed_at), ("typing", turn.typing_from), ("ready", turn.send_after))
    yield from (Step(name, at) for name, at in moments if at)


def _sent(turn: Turn, attempts: Sequence[SendAttempt]) -> Iterator[Step]:
    """Each try, and whether it stood at the gates before; what Telegram asked for is told by the try before."""
    free = turn.send_after if len(attempts) == 1 else turn.composed_at
    asked = ""
    for attempt in attempts:
        gated = free is not None and attempt.started_at - free > AT_ONCE
        yield Step("gated" if gated else "tried", attempt.started_at, detail=asked if gated else "")
        if attempt.ended_at:
            why = attempt.reason or attempt.outcome
            yield Step("told", attempt.ended_at, detail=str(attempt.get_outcome_display()), reason=why)
        free, asked = attempt.ended_at, f"429, {attempt.retry_after:g} s" if attempt.retry_after else ""


def _after(turn: Turn, known: Evidence) -> Iterator[Step]:
    if turn.sent_at:
        yield Step("sent", turn.sent_at, detail=str(turn.sent_id or ""))
    elif turn.ended_at:
        yield Step("ended", turn.ended_at, reason=turn.reason)
    yield from (Step("seen", update.received_at, detail=update.bot.name) for update in known.receipts)
    yield from (Step("learned", memory.created_at, detail=memory.text[:120]) for memory in known.learned)
    yield from (Step("decided", entry.at, detail=f"{entry.actor_name}: {entry.action}") for entry in known.entries)
