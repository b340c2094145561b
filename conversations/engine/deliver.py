"""From a composed turn to the chat: claim its head, hand it over once, record what came of it."""

import time
from collections.abc import Callable, Collection
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from bots import traces, vault
from bots.telegram import port
from conversations import breakers, pool, rehearsal
from conversations.engine import again, claims, gates, heads, journal, record, settled, spans, turns
from conversations.engine.heads import Head
from conversations.engine.settled import Settled
from conversations.models import Turn

GATE_KEEPS_PLACE = timedelta(seconds=15)
"""A longer gate loses its place at the head of the chat."""


def one(owner: str) -> bool:
    """Claim and deliver the head of one chat. False when nothing may be sent now."""
    turn = _claim(owner)
    if turn is None:
        return False
    _deliver(turn)
    return True


def some(owner: str, *, going_on: Callable[[], bool] = lambda: True) -> bool:
    """Look once and deliver what may go, chat by chat, while the look is fresh. False when nothing may be sent now.

    What the claims themselves do not ask (caps of an hour) may be one look old: so each bot speaks once in a look.
    """
    looked, spoke = time.monotonic(), set[int | None]()
    with heads.apart() as chats:
        for waiting in chats:
            if spoke and (time.monotonic() - looked > heads.LASTS or not going_on()):
                break
            turn = _claim_of(waiting, owner, besides=spoke)
            if turn is not None:
                spoke.add(turn.bot_id)
                _deliver(turn)
    return bool(spoke)


def _deliver(turn: Turn) -> None:
    place = {"msg_id": turn.pk, "gen": turn.gen, "chat": turn.chat_id, "bot": turn.bot_id}
    with traces.follow(turn.traced, **place), traces.span("turn.send"):
        trouble = _hand_over(turn)
        if not turn.chat.is_rehearsal and turn.bot_id and not isinstance(trouble, vault.VaultError):
            _note(breakers.of_bot(turn.bot_id), breakers.Leave(turn.probe), trouble)


def _hand_over(turn: Turn) -> port.TelegramError | vault.VaultError | None:
    """Send it once and record what came of it: nothing, or the trouble."""
    rules = settled.of(turn.chat_id, turn.revision or 0).policy
    try:
        sent = _send(turn)
    except port.NotSent as error:
        again.settle(turn, error)
        return error
    except port.Rejected as error:
        record.rejected(turn, error)
        return error
    except port.Ambiguous as error:
        record.ambiguous(turn, error)
        return error
    except vault.VaultError as error:
        record.unopened(turn, error)
        return error
    keep = record.reacted if turn.intent == Turn.Intent.REACTION else record.said
    keep(turn, sent, rules=rules)
    return None


def _note(line: breakers.Line, leave: breakers.Leave, trouble: Exception | None) -> None:
    """What the call means for the breaker of the bot. A refusal and a 429 are answers."""
    if isinstance(trouble, port.Unreachable | port.Ambiguous):
        breakers.failed(line, reason=trouble.reason, leave=leave)
    else:
        breakers.answered(line, leave)


def _send(turn: Turn) -> port.Sent:
    """The one write. No transaction is open and no connection is held while it waits."""
    if turn.intent == Turn.Intent.REACTION:
        return _hang(turn)
    if turn.chat.is_rehearsal:
        return rehearsal.carry()
    assert turn.bot is not None and turn.chat.telegram_id is not None  # noqa: S101, PT018 - constraints of the row
    line = turn.bot.telegram()
    pool.give_back()
    return line.send(
        chat_id=turn.chat.telegram_id,
        text=turn.text,
        reply_to=_number(turn) if turn.quoting else None,
        thread_id=turn.chat.thread_id,
        deadline=turn.write_by,
    )


def _hang(turn: Turn) -> port.Sent:
    """An emoji on a message. Asked for twice, it hangs there once."""
    number = _number(turn)
    if number is None:
        raise port.ReplyGone("The message it reacts to is gone.")
    if not turn.chat.is_rehearsal:
        assert turn.bot is not None and turn.chat.telegram_id is not None  # noqa: S101, PT018 - constraints of the row
        line = turn.bot.telegram()
        pool.give_back()
        try:
            line.react(chat_id=turn.chat.telegram_id, message_id=number, emoji=turn.text)
        except port.Ambiguous as error:  # to ask again does no harm
            raise port.Unreachable(str(error), status=error.status) from error
    return port.Sent(message_id=number, date=timezone.now())


def _number(turn: Turn) -> int | None:
    """What Telegram calls the message to reply to. One from before the group moved has no number any more."""
    return turn.reply_number if turn.reply_number and turn.reply_number > 0 else None


def _claim(owner: str) -> Turn | None:
    """Take one head that may go now; those whose moment has passed are skipped on the way."""
    for waiting in heads.ready():
        if turn := _claim_of(waiting, owner):
            return turn
    return None


def _claim_of(waiting: list[Head], owner: str, *, besides: Collection[int | None] = ()) -> Turn | None:
    """The head of one chat, unless it belongs to one of the bots `besides`."""
    known = settled.of(waiting[0].chat_id, waiting[0].revision)
    head = _head(waiting, known)
    return _start(head, known, owner) if head and head.bot_id not in besides else None


def _head(waiting: list[Head], known: Settled) -> Head | None:
    """The first turn of a chat that may go now. A short gate keeps the others waiting, a long one is passed by."""
    for head in waiting:
        if reason := gates.passed(head, known):
            _drop(head, known, reason)
            continue
        gate = gates.opens(head, known)
        if gate <= head.now:
            return head
        if gate - head.now <= GATE_KEEPS_PLACE:
            return None
    return None


def _drop(head: Head, known: Settled, reason: str) -> None:
    turn = Turn(pk=head.id, gen=head.gen, chat=known.chat)
    turns.end(turn, Turn.State.SKIPPED, reason, came=[Turn.State.COMPOSED])


def _start(head: Head, known: Settled, owner: str) -> Turn | None:
    """Claim a head. A race that the database settles against us means "not now".

    The clock of the write is read before the claim: whatever keeps the worker after it is part of the time it has.
    """
    try:
        if not gates.nears_limit(head, known):
            return _claimed(head, known, owner)
        with transaction.atomic():
            if gates.minute_is_full(known.everywhere.max_per_minute):
                return None
            return _claimed(head, known, owner)
    except IntegrityError:
        return None


def _claimed(head: Head, known: Settled, owner: str) -> Turn | None:
    write_by = time.monotonic() + spans.WRITE.total_seconds()
    turn = claims.claim_to_send(head, known, owner, lease=spans.LEASE)
    if turn is not None:
        turn.write_by = write_by
        journal.moved(turn, Turn.State.SENDING, came=Turn.State.COMPOSED)
    return turn
