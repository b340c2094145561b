"""Writer: what was seen in a chat, as proof that a turn has arrived there.

A receipt is a message of the cast that another of its bots saw. It belongs to the turn of that bot and chat with the
same words which was being handed over when Telegram dated it; older messages with the same words prove nothing.
"""

from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Greatest, Now

from bots import counting
from bots.models import Bot
from conversations import events
from conversations.engine import course, journal, likeness, moves, pace, policy, spans, turns
from conversations.engine.rulebook import Policy
from conversations.models import Chat, Event, Membership, Message, SendAttempt, Turn

SEEN = "receipt"
_Outcome = SendAttempt.Outcome
_FRESH_SIGHT = timedelta(minutes=1)


def sees(chat: Chat, observer: Bot, author: Bot, at: datetime) -> None:
    """Telegram brings `observer` what other bots say here: noted once a minute. After a long silence it counts anew."""
    if observer.pk == author.pk:
        return
    seats = Membership.objects.filter(chat=chat, bot=observer, ended_at=None)
    stale = Q(sees_bots_at=None) | Q(sees_bots_at__lt=at - _FRESH_SIGHT)
    unbroken = Q(sees_bots_since__isnull=False, sees_bots_at__gte=at - spans.SIGHT)
    seats.filter(stale).update(
        sees_bots_since=Case(When(unbroken, then=F("sees_bots_since")), default=Value(at)),
        sees_bots_at=Greatest(F("sees_bots_at"), Value(at)),
    )


def lost_sight(chat: Chat, observer: Bot) -> None:
    """What it may see here has changed: it has to show anew that it sees the others."""
    Membership.objects.filter(chat=chat, bot=observer).update(sees_bots_since=None, sees_bots_at=None)


def seen(message: Message) -> Turn | None:
    """The turn that a message of the cast proves to have arrived; a second copy of one is counted."""
    if message.bot_id is None:
        return None
    alike = Turn.objects.filter(
        chat=message.chat_id, bot=message.bot_id, text_sha256=likeness.fingerprint(message.text)
    ).exclude(intent=Turn.Intent.REACTION)
    waiting = alike.filter(state__in=moves.EVIDENCE, chat_seq__isnull=False).select_related("chat")
    for turn in waiting:
        if _tries(turn, message) and receipt(turn, message):
            return turn
    around = (message.said_at - spans.PROOF, message.said_at + spans.PROOF)
    for turn in alike.filter(state=Turn.State.SENT, sent_at__range=around).exclude(sent_id=message.message_id):
        count(turn)
    return None


def whose(message: Message) -> Turn | None:
    """The turn that a message of the cast came of, also while the answer of Telegram to it is still on its way."""
    if known := Turn.objects.filter(message=message).first():
        return known
    sending = Turn.objects.filter(chat=message.chat_id, state=Turn.State.SENDING, bot=message.bot_id)
    print_ = likeness.fingerprint(message.text)
    return next((turn for turn in sending if turn.text_sha256 == print_ and _tries(turn, message).exists()), None)


@transaction.atomic
def receipt(turn: Turn, message: Message, *, reason: str = SEEN) -> bool:
    """Somebody of ours saw the message in the chat: a turn whose answer was lost has arrived after all."""
    chat = Chat.objects.select_for_update(no_key=True).get(pk=turn.chat_id)
    arrived = Turn.objects.filter(pk=turn.pk, state__in=moves.EVIDENCE, chat_seq__isnull=False).update(
        state=Turn.State.SENT,
        sent_id=message.message_id,
        message=message,
        sent_at=message.said_at,
        ended_at=Now(),
        reason=reason,
    )
    if not arrived:
        return False
    tried = _tries(turn, message).exclude(outcome=_Outcome.SENT).order_by("-gen").values_list("pk", flat=True)[:1]
    SendAttempt.objects.filter(pk__in=list(tried)).update(
        outcome=_Outcome.SENT, sent_id=message.message_id, reason=reason, ended_at=Now()
    )
    Message.objects.filter(pk=message.pk).update(trace=turn.traced)
    journal.moved(turn, Turn.State.SENT, reason=reason)
    run_on(chat, turn, message, policy.current(chat))
    events.publish(Event.Kind.TURN, chat=turn.chat, subject_id=turn.pk)
    return True


@transaction.atomic
def count(turn: Turn) -> int:
    """How often a turn stands in its chat beyond once, by all that was seen; watchers hear of a new copy."""
    prints = [likeness.fingerprint(text) for text in _around(turn).values_list("text", flat=True)]
    copies = max(0, prints.count(turn.text_sha256) - 1)
    if Turn.objects.filter(pk=turn.pk, copies__lt=copies).update(copies=copies):
        counting.add("kulis_duplicates", "by_hand" if turn.retry_of_id else "unasked")
        events.publish(Event.Kind.TURN, chat=turn.chat, subject_id=turn.pk)
    return copies


def match(turn: Turn) -> Message | None:
    """What is on file of a turn that may have arrived."""
    for message in _around(turn).filter(turn__isnull=True).order_by("said_at"):
        if likeness.fingerprint(message.text) == turn.text_sha256:
            return message
    return None


def run_on(chat: Chat, turn: Turn, message: Message, rules: Policy) -> None:
    """The row of bot messages in the chat grows, or begins anew with news or after a silence."""
    news = turn.trigger == Turn.Trigger.NEWS
    rest = pace.rest(rules, chat.tempo)
    now = course.bot_spoke(course.of(chat), message.said_at, news=news, rest=rest)
    next_due = turns.hasten(chat, now, rules) if news else chat.next_due
    Chat.objects.filter(pk=chat.pk).update(**asdict(now), next_due=next_due)
    Membership.objects.filter(chat=turn.chat_id, bot=turn.bot_id).update(last_said_at=message.said_at)


def _tries(turn: Turn, message: Message) -> QuerySet[SendAttempt]:
    """The tries of a turn under way when Telegram dated a message."""
    began = (message.said_at - spans.WRITE - spans.LATE, message.said_at + spans.EARLY)
    return SendAttempt.objects.filter(turn=turn, started_at__range=began)


def _around(turn: Turn) -> QuerySet[Message]:
    """What the bot said in the chat while a try of the turn was under way."""
    when = Q(pk=None)
    for started in turn.attempts.values_list("started_at", flat=True):
        when |= Q(said_at__range=(started - spans.EARLY, started + spans.WRITE + spans.LATE))
    return Message.objects.filter(when, chat=turn.chat_id, bot=turn.bot_id)
