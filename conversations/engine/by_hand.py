"""Writer: the moves that only a person makes. Who may, and why, is the affair of `conversations.decisions`."""

import secrets
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from bots.models import Bot
from conversations import events
from conversations.engine import likeness, policy, switch, turns
from conversations.models import Chat, Event, Message, SendAttempt, Turn

DOUBTFUL = (Turn.State.UNCERTAIN, Turn.State.UNRESOLVED)
CONFIRMED = "confirmed"
_KEPT = (
    "chat", "bot", "trigger", "cause", "priority", "intent", "reply_to", "quoting", "mention", "topic", "length",
    "seed", "persona", "rules", "stance", "headline", "phrase", "anecdote", "memories", "candidates", "prompt",
    "verdicts", "quotes", "draft", "text", "text_sha256", "embedding", "provider", "model",
)  # fmt: skip
"""What a turn that is sent again takes over. Tokens and cost stay with the first."""
_ASKED = ("chat", "trigger", "cause", "priority", "headline")
"""What a turn that is written anew takes over."""


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
    state = Turn.State.COMPOSED
    return _opened(turn, **kept, state=state, due_at=now, send_after=now, typing_from=now, expires_at=now + fresh)


@transaction.atomic
def anew(turn: Turn, *, fresh: timedelta) -> Turn:
    """A new turn for one that never got its words: whoever it asks for begins from the start."""
    now = timezone.now()
    kept: dict[str, Any] = {name: getattr(turn, name) for name in _ASKED}
    return _opened(
        turn,
        **kept,
        bot=turn.bot if turn.trigger in Turn.NAMED else None,
        seed=secrets.randbits(62),
        due_at=now,
        expires_at=now + fresh,
    )


def _opened(turn: Turn, **fields: Any) -> Turn:
    """The turn that takes the place of `turn`: its key says which try it is."""
    made = Turn(retry_of=turn, plan_key=f"{turn.chat_id}:again:{turn.pk}:{turn.retries.count() + 1}", **fields)
    made.save(force_insert=True)
    events.publish(Event.Kind.TURN, chat=turn.chat, subject_id=made.pk)
    return made


def meant(chat: Chat, bot: Bot) -> Turn:
    """A turn of a person's words before it has any, unsaved: for the checks."""
    return Turn(chat=chat, bot=bot, trigger=Turn.Trigger.OPERATOR)


def speak(chat: Chat, bot: Bot, text: str, *, reply_to: Message | None, verdicts: list[dict[str, Any]]) -> Turn | None:
    """The words of a person who speaks through a bot, ready to be sent; in a transaction. None where nobody may talk.

    They wait for no approval: who may approve has written them.
    """
    if not switch.runs() or not turns.may_talk(chat.pk):
        return None
    rules, now = policy.current(chat), timezone.now()
    turn = Turn(
        chat=chat, bot=bot, persona_id=bot.persona_id, rules_id=rules.revision, reply_to=reply_to, verdicts=verdicts,
        trigger=Turn.Trigger.OPERATOR, priority=turns.PRIORITY[Turn.Trigger.OPERATOR], state=Turn.State.COMPOSED,
        plan_key=f"{chat.pk}:operator:{uuid4()}", seed=secrets.randbits(62), intent=_intent(reply_to),
        text=text, text_sha256=likeness.fingerprint(text), due_at=now, composed_at=now, send_after=now,
        typing_from=now, expires_at=now + timedelta(minutes=rules.answer_minutes),
    )  # fmt: skip
    turn.save(force_insert=True)
    events.publish(Event.Kind.TURN, chat=chat, subject_id=turn.pk)
    return turn


def _intent(reply_to: Message | None) -> Turn.Intent:
    if reply_to is None:
        return Turn.Intent.MESSAGE
    return Turn.Intent.REPLY if reply_to.bot_id else Turn.Intent.ANSWER


@transaction.atomic
def clear(chat: Chat, bot: Bot, *, reason: str = "taken_over") -> int:
    """What the engine had under way for a bot that a person took over, or took out, is not said. How many turns."""
    waiting = Turn.objects.filter(chat=chat, bot=bot, state__in=Turn.UNSENT).exclude(trigger=Turn.Trigger.OPERATOR)
    return waiting.update(
        state=Turn.State.SKIPPED,
        reason=reason,
        gen=F("gen") + 1,
        ended_at=Now(),
        lease_owner="",
        lease_until=None,
    )


@transaction.atomic
def unsay(chat: Chat, bot: Bot) -> int:
    """What a person who is shut out had still to say through a bot is not said. How many turns."""
    waiting = Turn.objects.filter(chat=chat, bot=bot, state__in=Turn.UNSENT, trigger=Turn.Trigger.OPERATOR)
    return waiting.update(state=Turn.State.SKIPPED, reason="cancelled", gen=F("gen") + 1, ended_at=Now())


def lasting(turn: Turn) -> timedelta:
    """How long a turn that a person lets go may wait from then on."""
    rules = policy.current(turn.chat)
    answer, chatter = timedelta(minutes=rules.answer_minutes), timedelta(seconds=rules.chatter_seconds)
    return answer if turn.answers_a_person else chatter


def approve(turn: Turn, *, hold: timedelta) -> bool:
    """A held turn goes out after `hold`. One whose time is over does not, even if nobody has dropped it yet."""
    return _let_go(turn, hold)


def reword(turn: Turn, text: str, *, hold: timedelta) -> bool:
    """Other words for a held turn, and it goes out: a new text, hash and claim number in one move."""
    words: dict[str, Any] = {"text": text, "text_sha256": likeness.fingerprint(text), "embedding": None}
    return _let_go(turn, hold, **words, gen=F("gen") + 1, typing_from=Now())


@transaction.atomic
def _let_go(turn: Turn, hold: timedelta, **fields: Any) -> bool:
    held = Turn.objects.filter(pk=turn.pk, gen=turn.gen, state=Turn.State.HELD, expires_at__gt=Now())
    lasts = lasting(turn)
    waits = min(hold, lasts / 3)
    moved = held.update(state=Turn.State.COMPOSED, send_after=Now() + waits, expires_at=Now() + lasts, **fields)
    if moved:
        events.publish(Event.Kind.TURN, chat=turn.chat, subject_id=turn.pk)
    return bool(moved)


@transaction.atomic
def take_back(turn: Turn) -> bool:
    """An approval is taken back before anybody has tried to send: the turn waits for a person again.

    The words of somebody who speaks through a bot were never approved, and keep their mark: they are not reworded.
    """
    waits = Turn.objects.filter(pk=turn.pk, gen=turn.gen, state=Turn.State.COMPOSED, sends=0, expires_at__gt=Now())
    moved = waits.exclude(trigger=Turn.Trigger.OPERATOR).update(state=Turn.State.HELD, gen=F("gen") + 1)
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
