"""From a composed turn to the chat: claim its head, hand it over once, record what came of it."""

import time
from collections import Counter
from datetime import datetime, timedelta
from random import Random

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Subquery
from django.db.models.functions import Now
from django.utils import timezone

from bots import vault
from bots.models import Bot
from bots.telegram import port
from conversations import events, pool, rehearsal
from conversations.engine import clock, gates, policy, record, switch, turns
from conversations.models import Chat, Event, Membership, Message, SendAttempt, Turn

WRITE_SECONDS = 20.0
LEASE = timedelta(seconds=60)
GATE_KEEPS_PLACE = timedelta(seconds=15)
"""A longer gate loses its place at the head of the chat."""
PER_BOT_AND_CHAT = timedelta(seconds=1 / 0.9)
PER_BOT = timedelta(seconds=1 / 25)
PER_GROUP = timedelta(seconds=1)
TYPING_SHOWN = timedelta(seconds=4.5)
HEADS = 8
Stale = list[tuple[Turn, str]]
"""Turns whose moment has passed, with why."""


def one(owner: str) -> bool:
    """Claim and deliver the head of one chat. False when nothing may be sent now."""
    turn = _claim(owner)
    if turn is None:
        return False
    rules = policy.current(turn.chat)
    try:
        sent = _send(turn)
    except port.NotSent as error:
        record.not_sent(turn, error, again_at=_again_at(turn, error))
    except port.Rejected as error:
        record.rejected(turn, error)
    except port.Ambiguous as error:
        record.ambiguous(turn, error)
    except vault.VaultError as error:
        record.unopened(turn, error)
    else:
        keep = record.reacted if turn.intent == Turn.Intent.REACTION else record.said
        keep(turn, sent, rules=rules)
    return True


def _send(turn: Turn) -> port.Sent:
    """The one write. No transaction is open and no connection is held while it waits."""
    deadline = time.monotonic() + WRITE_SECONDS
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
        reply_to=_number(turn.reply_to) if turn.quoting else None,
        thread_id=turn.chat.thread_id,
        deadline=deadline,
    )


def _hang(turn: Turn) -> port.Sent:
    """An emoji on a message. Asked for twice, it hangs there once."""
    number = _number(turn.reply_to)
    if turn.reply_to is None or number is None:
        raise port.ReplyGone("The message it reacts to is gone.")
    if not turn.chat.is_rehearsal:
        assert turn.bot is not None and turn.chat.telegram_id is not None  # noqa: S101, PT018 - constraints of the row
        line = turn.bot.telegram()
        pool.give_back()
        line.react(chat_id=turn.chat.telegram_id, message_id=number, emoji=turn.text)
    return port.Sent(message_id=number, date=timezone.now())


def _number(message: Message | None) -> int | None:
    """What Telegram calls the message to reply to. One from before the group moved has no number any more."""
    return message.message_id if message and message.message_id > 0 else None


def _claim(owner: str) -> Turn | None:
    """Take one head; a race that the database settles against us means "not now"."""
    try:
        with transaction.atomic():
            return _take_head(owner)
    except IntegrityError:
        return None


def _take_head(owner: str) -> Turn | None:
    if not switch.runs() or gates.minute_is_full():
        return None
    now = clock.now()
    ready = Turn.objects.filter(chat=OuterRef("pk"), state=Turn.State.COMPOSED, send_after__lte=now)
    sending = Turn.objects.filter(chat=OuterRef("pk"), state=Turn.State.SENDING)
    chats = (
        Chat.objects.talking()
        .filter(Exists(ready), ~Exists(sending))
        .exclude(next_at__gt=now)
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .order_by(Subquery(ready.order_by("priority").values("priority")[:1]), "?")[:HEADS]
    )
    stale: Stale = []
    claimed = next((turn for chat in chats if (turn := _claim_in(chat, now, owner, stale))), None)
    # Ending a turn publishes, and publishing comes last: its lock must not be held while rows are still waited for.
    for turn, reason in stale:
        turns.end(turn, Turn.State.SKIPPED, reason, came=[Turn.State.COMPOSED])
    return claimed


def _claim_in(chat: Chat, now: datetime, owner: str, stale: Stale) -> Turn | None:
    head = _head(chat, now, stale)
    return _start(head, chat, now, owner) if head else None


def _head(chat: Chat, now: datetime, stale: Stale) -> Turn | None:
    """The first turn that may go now. A short gate keeps the others waiting, a long one is passed by."""
    waiting = Turn.objects.filter(chat=chat, state=Turn.State.COMPOSED, send_after__lte=now)
    waiting = waiting.select_related("bot", "chat")
    rules = policy.current(chat)
    for turn in waiting.order_by("priority", "send_after", "id")[:HEADS]:
        if reason := gates.passed(turn, chat, rules, now):
            stale.append((turn, reason))
            continue
        gate = gates.opens(turn, chat, rules, now)
        if gate <= now:
            return turn
        if gate - now <= GATE_KEEPS_PLACE:
            return None
    return None


def _start(turn: Turn, chat: Chat, now: datetime, owner: str) -> Turn | None:
    """Give the head its place in the chat, its lease, and the pacing it uses up. None when somebody just ended it."""
    started = Turn.objects.filter(pk=turn.pk, gen=turn.gen, state=Turn.State.COMPOSED).update(
        state=Turn.State.SENDING,
        gen=F("gen") + 1,
        sends=F("sends") + 1,
        lease_owner=owner,
        lease_until=Now() + LEASE,
        chat_seq=chat.last_seq + 1,
    )
    if not started:
        return None
    _take_pacing(turn, chat, now)
    claimed = Turn.objects.select_related("chat", "bot", "reply_to").get(pk=turn.pk)
    SendAttempt.objects.create(turn=claimed, gen=claimed.gen, started_at=now)
    return claimed


def _take_pacing(turn: Turn, chat: Chat, now: datetime) -> None:
    Membership.objects.filter(chat=chat, bot=turn.bot).update(next_at=now + PER_BOT_AND_CHAT)
    if turn.bot_id and not chat.is_rehearsal:
        Bot.objects.filter(pk=turn.bot_id).update(next_at=now + PER_BOT)
    Chat.objects.filter(pk=chat.pk).update(
        last_seq=F("last_seq") + 1, next_at=None if chat.is_rehearsal else now + PER_GROUP
    )


def _again_at(turn: Turn, error: port.NotSent) -> datetime:
    """When to try again: never before Telegram's own word, otherwise full jitter."""
    dice = Random(turn.seed + turn.sends)
    if isinstance(error, port.RetryAfter):
        return timezone.now() + timedelta(seconds=error.seconds + dice.uniform(0, 1))
    return timezone.now() + timedelta(seconds=dice.uniform(0, min(30, 2**turn.sends)))


def show_typing(now: datetime) -> int:
    """Show who is typing: only so many at once in a chat, renewed every 4.5 s; once, however many workers try."""
    shown: Counter[int] = Counter()
    gated = Membership.objects.filter(chat=OuterRef("chat"), bot=OuterRef("bot"), gated_until__gt=now)
    due = (
        Turn.objects.filter(~Exists(gated), state=Turn.State.COMPOSED, typing_from__lte=now, send_after__gt=now)
        .select_related("chat", "bot")
        .order_by("send_after")
    )
    rules = policy.for_chats({turn.chat_id for turn in due})
    for turn in due:
        if shown[turn.chat_id] >= rules[turn.chat_id].typing_at_once:
            continue
        shown[turn.chat_id] += 1
        if turn.typing_shown_at is None or turn.typing_shown_at <= now - TYPING_SHOWN:
            _show(turn, now)
    return shown.total()


def _show(turn: Turn, now: datetime) -> None:
    with transaction.atomic():
        mine = Turn.objects.filter(pk=turn.pk, gen=turn.gen, typing_shown_at=turn.typing_shown_at).update(
            typing_shown_at=now
        )
        if not mine:
            return
        events.publish(Event.Kind.TYPING, chat=turn.chat, subject_id=turn.pk)
    if turn.chat.is_rehearsal or turn.bot is None or turn.chat.telegram_id is None:
        return
    try:
        line = turn.bot.telegram()
        pool.give_back()
        line.typing(chat_id=turn.chat.telegram_id, thread_id=turn.chat.thread_id)
    except port.RetryAfter as error:
        record.gate(turn, until=_again_at(turn, error))
    except (port.TelegramError, vault.VaultError):
        return  # nobody misses a typing sign; the send itself will meet the same trouble and record it
