"""What Kulis itself answers to commands: a small outbox beside the turns of the cast, at most once and in their limits.

A row is claimed before its first byte and never sent again unless provably nothing left. It does not ask for the
switch: what people may know and have deleted does not depend on whether the cast talks.
"""

import time
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from bots import roster, vault
from bots.models import Bot
from bots.telegram import port
from conversations import pool, wake
from conversations.engine import claims, quiet, record
from conversations.models import Chat, Membership, Response

FRESH = timedelta(minutes=10)
AGAIN_AFTER = timedelta(seconds=60)
"""Who asks the same in the same place sooner gets no second answer."""
A_MINUTE = 6
"""Answers of one bot; the rest of what Telegram takes is for the talk."""
LEASE = timedelta(seconds=60)
WRITE_SECONDS = 20.0
MOST_SENDS = 4
LOOKED_AT = 16
ADMINS = frozenset({"creator", "administrator"})
State = Response.State
_dice = SystemRandom()


def answer(
    *, bot: Bot, command: str, chat_number: int, message_number: int, person: int, text: str, **more: Any
) -> bool:
    """Have a command answered, once however many bots saw it. False when it was answered, or by this person lately.

    `more` are columns: thread_id, reply_to, errand, otherwise. Inside the transaction that read the command.
    """
    private = f"{bot.pk}:" if chat_number > 0 else ""  # in private every bot counts its messages by itself
    asker = vault.signature(f"asker:{person}:{chat_number}:{command}")
    if Response.objects.filter(asker=asker, created_at__gt=Now() - AGAIN_AFTER).exists():
        return False
    now = timezone.now()
    response = Response(
        bot=bot,
        command=command,
        key=vault.signature(f"response:{private}{chat_number}:{message_number}"),
        asker=asker,
        chat_number=chat_number,
        text=text,
        send_after=now,
        expires_at=now + FRESH,
        **more,
    )
    made = Response.objects.bulk_create([response], ignore_conflicts=True)
    wake.respond()
    return bool(made)


def one() -> bool:
    """Claim one answer and send it. False when none may be sent now."""
    response = _claim()
    if response is None:
        return False
    try:
        line = response.bot.telegram()
        pool.give_back()
        _send(line, response)
    except port.NotSent as error:
        _not_sent(response, error)
    except port.Migrated as error:
        _moved(response, error)
    except port.Rejected as error:
        if isinstance(error, port.InvalidToken):
            roster.token_refused(response.bot)
        _end(response, State.FAILED, reason=error.reason, detail=str(error))
    except port.Ambiguous as error:
        _end(response, State.UNKNOWN, reason=error.reason, detail=str(error))
    except vault.VaultError as error:
        _end(response, State.FAILED, reason="token_sealed", detail=str(error))
    else:
        _end(response, State.SENT)
    return True


def recover() -> bool:
    """End what died while it was sent and what came too late. Whether something waits."""
    lost = Response.objects.filter(state=State.SENDING, lease_until__lt=Now())
    lost.update(state=State.UNKNOWN, reason="lease_lost", **_ENDED)
    late = Response.objects.filter(state=State.WAITING, expires_at__lte=Now())
    late.update(state=State.EXPIRED, reason="expired", **_ENDED)
    return Response.objects.filter(state=State.WAITING, send_after__lte=Now()).exists()


def prune(before: datetime) -> int:
    """Delete what ended before that moment. How many went."""
    return Response.objects.exclude(state__in=Response.OPEN).filter(ended_at__lt=before).delete()[0]


# --- Claiming --------------------------------------------------------------------------------------------------------
@transaction.atomic
def _claim() -> Response | None:
    """The oldest answer whose bot and group may be called now; it takes their pace. Committed before any byte."""
    waiting = Response.objects.filter(state=State.WAITING, send_after__lte=Now(), expires_at__gt=Now())
    rows = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("bot").order_by("id")
    for response in rows[:LOOKED_AT]:
        if not _may_call(response):
            continue
        response.gen += 1
        Response.objects.filter(pk=response.pk).update(state=State.SENDING, gen=response.gen, lease_until=Now() + LEASE)
        return response
    return None


def _may_call(response: Response) -> bool:
    """Whether pacing lets the bot write there now; if so, its share is taken. Chat, bot, membership: as claims do."""
    free = Q(next_at=None) | Q(next_at__lte=Now())
    ungated = Q(gated_until=None) | Q(gated_until__lte=Now())
    lately = Response.objects.filter(bot=response.bot_id, ended_at__gt=Now() - timedelta(minutes=1))
    chat = Chat.objects.filter(telegram_id=response.chat_number).order_by("pk").first()
    pair = Membership.objects.filter(chat=chat, bot=response.bot_id)
    bot = Bot.objects.filter(free, ungated, pk=response.bot_id)
    is_open = (
        lately.count() < A_MINUTE
        and bot.exists()
        and (chat is None or Chat.objects.filter(free, pk=chat.pk).exists())
        and not pair.exclude(free & ungated).exists()
    )
    if not is_open:
        return False
    if chat is not None:
        Chat.objects.filter(pk=chat.pk).update(next_at=Now() + claims.PER_GROUP)
    if not bot.update(next_at=Now() + claims.PER_BOT):
        return False
    pair.update(next_at=Now() + claims.PER_BOT_AND_CHAT)
    return True


# --- Sending ---------------------------------------------------------------------------------------------------------
def _send(line: port.Telegram, response: Response) -> None:
    """The one write. No transaction is open and no connection is held while it waits."""
    deadline = time.monotonic() + WRITE_SECONDS
    text = response.text
    if response.errand == Response.Errand.LIFT and not _lifted(line, response):
        text = response.otherwise
    line.send(
        chat_id=response.chat_number or 0,
        text=text,
        reply_to=response.reply_to,
        thread_id=response.thread_id,
        deadline=deadline,
    )


def _lifted(line: port.Telegram, response: Response) -> bool:
    """End the quiet of a group if the person who asks for it is an administrator there."""
    try:
        member = line.member(chat_id=response.chat_number or 0, user_id=response.person_number or 0)
    except port.Rejected:
        return False
    if member.status not in ADMINS:
        return False
    for chat in Chat.objects.filter(telegram_id=response.chat_number):
        quiet.lift(chat)
    pool.give_back()
    return True


# --- What became of it -----------------------------------------------------------------------------------------------
_ENDED: dict[str, Any] = {
    "lease_until": None, "chat_number": None, "reply_to": None, "person_number": None, "ended_at": Now(),
}  # fmt: skip


def _end(response: Response, state: State, *, reason: str = "", detail: str = "") -> None:
    _mine(response).update(state=state, reason=reason, detail=detail[:2000], **_ENDED)


def _not_sent(response: Response, error: port.NotSent) -> None:
    """Provably nothing left: later, with full jitter, and never before Telegram's own word."""
    asked = isinstance(error, port.RetryAfter)
    if response.gen >= MOST_SENDS and not asked:
        _end(response, State.FAILED, reason=error.reason, detail=str(error))
        return
    wait = error.seconds if isinstance(error, port.RetryAfter) else 0.0
    until = timezone.now() + timedelta(seconds=wait + _dice.uniform(0, 1 if asked else 2**response.gen))
    if asked:
        there = Membership.objects.filter(chat__telegram_id=response.chat_number, bot=response.bot_id)
        there.update(gated_until=until)
    _mine(response).update(state=State.WAITING, lease_until=None, send_after=until, detail=str(error)[:2000])


@transaction.atomic
def _moved(response: Response, error: port.Migrated) -> None:
    if chat := Chat.objects.filter(telegram_id=response.chat_number).first():
        record.follow_migration(chat, error.chat_id)
    _mine(response).update(
        state=State.WAITING, lease_until=None, chat_number=error.chat_id, reply_to=None, detail=str(error)[:2000]
    )


def _mine(response: Response) -> Any:
    return Response.objects.filter(pk=response.pk, gen=response.gen, state=State.SENDING)
