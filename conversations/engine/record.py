"""Writer: what became of a turn, each in one transaction. The same verbs serve Telegram and rehearsal rooms."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from bots import counting, roster, vault
from bots.telegram import emoji, port
from conversations import affairs, events
from conversations.engine import course, journal, landing, moves, receipts, turns
from conversations.engine.rulebook import Policy
from conversations.models import Chat, Event, Membership, Message, Reaction, Remit, SendAttempt, Turn

_OPEN = (SendAttempt.Outcome.OPEN, SendAttempt.Outcome.AMBIGUOUS)


def said(turn: Turn, sent: port.Sent, *, rules: Policy) -> bool:
    """The message is in the chat. False when another claim holds the turn: then only attempt and message tell of it."""
    landed = landing.said(turn, sent, rules) is not None
    if not landed:
        counting.add("kulis_fenced")
    if not landed and not turn.chat.is_rehearsal:
        _late(turn, sent)
    elif turn.sends > 1:
        receipts.count(turn)
    if landed and turn.trigger == Turn.Trigger.NEWS:
        _hasten(turn, rules)
    return landed


@transaction.atomic
def _late(turn: Turn, sent: port.Sent) -> None:
    """An answer came after its claim was lost. It moves nothing, but what it tells stands in the chat is evidence."""
    message = Message.objects.filter(chat=turn.chat_id, message_id=sent.message_id, bot=turn.bot_id).first()
    if message is not None and receipts.seen(message) is None:
        receipts.count(Turn.objects.get(pk=turn.pk))
    events.publish(Event.Kind.TURN, chat=turn.chat, subject_id=turn.pk)


@transaction.atomic
def _hasten(turn: Turn, rules: Policy) -> None:
    """News stir the chat: it speaks sooner than it would have."""
    chat = Chat.objects.select_for_update(no_key=True).get(pk=turn.chat_id)
    Chat.objects.filter(pk=chat.pk).update(next_due=turns.hasten(chat, course.of(chat), rules))


@transaction.atomic
def reacted(turn: Turn, sent: port.Sent, *, rules: Policy) -> bool:
    """The emoji hangs on its message. It is no message: no row of bots grows, nobody has spoken."""
    del rules
    _attempt(turn, SendAttempt.Outcome.SENT, sent_id=sent.message_id)
    landed = Turn.objects.filter(pk=turn.pk, gen=turn.gen, state__in=moves.LANDED).update(
        state=Turn.State.SENT,
        sent_id=sent.message_id,
        sent_at=Now(),
        ended_at=Now(),
        reason="",
        lease_owner="",
        lease_until=None,
    )
    if not landed or turn.reply_to is None:
        return False
    journal.moved(turn, Turn.State.SENT, came=Turn.State.SENDING)
    hung, new = Reaction.objects.update_or_create(
        message=turn.reply_to, bot=turn.bot, defaults={"emoji": turn.text, "reacted_at": sent.date}
    )
    if new:
        affairs.reacted(hung)
    events.publish(Event.Kind.MESSAGE, chat=turn.chat, subject_id=turn.reply_to_id)
    events.publish(Event.Kind.TURN, chat=turn.chat, subject_id=turn.pk)
    return True


@transaction.atomic
def not_sent(turn: Turn, error: port.NotSent, *, again_at: datetime | None) -> bool:
    """Provably nothing arrived: the turn waits for its next try. Without a moment for one it has failed."""
    _attempt(turn, SendAttempt.Outcome.NOT_SENT, error=error)
    if again_at is None:
        return turns.end(turn, Turn.State.FAILED, error.reason, came=[Turn.State.SENDING], detail=str(error))
    return turns.move(
        turn, Turn.State.COMPOSED, came=[Turn.State.SENDING], send_after=again_at, detail=str(error)[:2000]
    )


@transaction.atomic
def rejected(turn: Turn, error: port.Rejected) -> bool:
    """Telegram's final word. A dead token, a lost membership or a moved chat is put right in the same breath."""
    _attempt(turn, SendAttempt.Outcome.REJECTED, error=error)
    if isinstance(error, port.Migrated):
        _rekey(turn.chat, error.chat_id)
        back = turns.move(turn, Turn.State.COMPOSED, came=[Turn.State.SENDING], detail=str(error)[:2000])
        events.publish(Event.Kind.CHAT, chat=turn.chat, subject_id=turn.chat_id)
        return back
    if turn.intent == Turn.Intent.REACTION and isinstance(error, port.BadRequest):
        refused = "REACTION_INVALID" in str(error)
        if refused:
            _allow_less(turn)
        reason = "reaction_refused" if refused else "reply_gone"
        return turns.end(turn, Turn.State.FAILED, reason, came=[Turn.State.SENDING], detail=str(error))
    if isinstance(error, port.ReplyGone) and turn.reply_to_id:
        return turns.move(turn, Turn.State.COMPOSED, came=[Turn.State.SENDING], reply_to=None, detail=str(error)[:2000])
    if isinstance(error, port.InvalidToken) and turn.bot:
        roster.token_refused(turn.bot)
    if isinstance(error, port.Forbidden):
        end_membership(turn.chat, turn.bot_id, reason=error.reason)
    return turns.end(turn, Turn.State.FAILED, error.reason, came=[Turn.State.SENDING], detail=str(error))


def _allow_less(turn: Turn) -> None:
    """The chat does not take this emoji: nobody of the cast tries it there again."""
    chat = Chat.objects.select_for_update(no_key=True).get(pk=turn.chat_id)
    known = sorted(emoji.ALLOWED) if chat.reactions is None else chat.reactions
    Chat.objects.filter(pk=chat.pk).update(reactions=[one for one in known if one != turn.text])


@transaction.atomic
def ambiguous(turn: Turn, error: port.Ambiguous) -> bool:
    """Nobody knows whether it arrived. It is shown as such, and no machine sends it again without proof."""
    _attempt(turn, SendAttempt.Outcome.AMBIGUOUS, error=error)
    counting.add("kulis_doubts", error.reason)
    return turns.move(
        turn,
        Turn.State.UNCERTAIN,
        came=[Turn.State.SENDING],
        reason=error.reason,
        detail=str(error)[:2000],
        uncertain_since=Now(),
    )


@transaction.atomic
def unopened(turn: Turn, error: vault.VaultError) -> bool:
    """The token does not open with the keys at hand: nothing was sent, and a person has to act."""
    SendAttempt.objects.filter(turn=turn, gen=turn.gen, outcome__in=_OPEN).update(
        outcome=SendAttempt.Outcome.NOT_SENT, ended_at=Now(), reason="token_sealed", detail=str(error)
    )
    return turns.end(turn, Turn.State.FAILED, "token_sealed", came=[Turn.State.SENDING], detail=str(error))


@transaction.atomic
def follow_migration(chat: Chat, telegram_id: int) -> None:
    """A group became a supergroup: same chat, new number. What staff chose or opened under either number goes on."""
    opened = Chat.objects.filter(telegram_id=telegram_id).exclude(pk=chat.pk).first()
    if opened is not None and not _is_noted(opened) and _is_noted(chat):
        _step_aside(chat)
        Message.objects.filter(chat=chat).update(chat=opened)
        _drop(chat, opened)
        chat = opened
    else:
        _rekey(chat, telegram_id)
    events.publish(Event.Kind.CHAT, chat=chat, subject_id=chat.pk)


def _is_noted(chat: Chat) -> bool:
    """Nobody has decided anything of it: an update alone made it."""
    return chat.mode == Chat.Mode.DISABLED and chat.disclosed_at is None and not chat.topics


def _rekey(chat: Chat, telegram_id: int) -> None:
    """Give a chat its new number, once."""
    Chat.objects.select_for_update(no_key=True).get(pk=chat.pk)
    if Chat.objects.filter(pk=chat.pk, telegram_id=telegram_id).exists():
        return
    # What comes from the new place says nothing of what was sent to the old one.
    Membership.objects.filter(chat=chat).update(sees_bots_since=None, sees_bots_at=None)
    _step_aside(chat)
    # What the supergroup may have been noted as, by an update that came before the news: what was said there stays.
    noted = Chat.objects.filter(telegram_id=telegram_id, mode=Chat.Mode.DISABLED, disclosed_at=None).exclude(pk=chat.pk)
    Message.objects.filter(chat__in=noted).update(chat=chat)
    for one in list(noted):
        _drop(one, chat)
    Chat.objects.filter(pk=chat.pk).update(telegram_id=telegram_id)


def _drop(chat: Chat, into: Chat) -> None:
    """Take a chat's row away. Whoever is limited to it is limited to the other from now on."""
    for remit in Remit.objects.filter(chats=chat):
        remit.chats.add(into)
    chat.delete()


def _step_aside(chat: Chat) -> None:
    """A supergroup counts its messages anew: those of before give way to its numbers."""
    Message.objects.filter(chat=chat, message_id__gt=0).update(message_id=-F("message_id"))


def end_membership(chat: Chat, bot_id: int | None, *, reason: str) -> None:
    """The bot plays here no more; what it still had to say here is skipped."""
    Membership.objects.filter(chat=chat, bot=bot_id, ended_at=None).update(ended_at=timezone.now(), ended_reason=reason)
    Turn.objects.filter(chat=chat, bot=bot_id, state__in=Turn.UNSENT).update(
        state=Turn.State.SKIPPED, reason="not_a_member", gen=F("gen") + 1, ended_at=Now()
    )


def _attempt(
    turn: Turn, outcome: SendAttempt.Outcome, *, error: port.TelegramError | None = None, sent_id: int | None = None
) -> None:
    """Close the try of a claim. What is known to have arrived stays so, whatever its worker believes."""
    known = SendAttempt.objects.filter(turn=turn, gen=turn.gen)
    (known if sent_id is not None else known.filter(outcome__in=_OPEN)).update(
        outcome=outcome,
        sent_id=sent_id,
        ended_at=Now(),
        reason=error.reason if error else "",
        detail=str(error)[:2000] if error else "",
        status=error.status if error else None,
        retry_after=error.seconds if isinstance(error, port.RetryAfter) else None,
    )
