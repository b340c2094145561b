"""What Kulis itself answers to commands: a small outbox beside the turns of the cast, at most once and in their limits.

A row is claimed before its first byte and never sent again unless provably nothing left. It does not ask for the
switch: what people may know and have deleted does not depend on whether the cast talks.
"""

import time
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from bots import gate, roster, vault
from bots.models import Bot
from bots.telegram import port
from conversations import pool, wake
from conversations.engine import gating, pacing, quiet, record
from conversations.models import Chat, Response

FRESH = timedelta(minutes=10)
AGAIN_AFTER = timedelta(seconds=60)
"""Who asks the same in the same place sooner gets no second answer."""
A_MINUTE = 6
"""Answers of one bot; the rest of what Telegram takes is for the talk."""
LEASE = timedelta(seconds=60)
WRITE_SECONDS = 20.0
MOST_SENDS = 4
LOOKED_AT = 16
BATCH = 500
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


def over() -> QuerySet[Response]:
    return Response.objects.exclude(state__in=Response.OPEN)


def prune(before: datetime) -> int:
    """Delete a batch of what ended before that moment. How many went; 0 when none is left."""
    old = list(over().filter(ended_at__lt=before).order_by("pk").values_list("pk", flat=True)[:BATCH])
    return Response.objects.filter(pk__in=old).delete()[0] if old else 0


# --- Claiming --------------------------------------------------------------------------------------------------------
def _claim() -> Response | None:
    """The oldest answer whose bot and group may be called now; it takes their pace. Committed before any byte."""
    for number in list(_waiting().order_by("id").values_list("pk", flat=True)[:LOOKED_AT]):
        if response := _claimed(number):
            return response
    return None


def _waiting() -> QuerySet[Response]:
    return Response.objects.filter(state=State.WAITING, send_after__lte=Now(), expires_at__gt=Now())


@transaction.atomic
def _claimed(number: int) -> Response | None:
    """One answer, unless it must wait. Each in a transaction of its own: who holds one group waits for no other."""
    rows = _waiting().select_for_update(skip_locked=True, of=("self",)).select_related("bot")
    response = rows.filter(pk=number).first()
    if response is None or not _may_call(response):
        return None
    response.gen += 1
    Response.objects.filter(pk=response.pk).update(state=State.SENDING, gen=response.gen, lease_until=Now() + LEASE)
    return response


def _may_call(response: Response) -> bool:
    """Whether pacing lets the bot write there now; if so, its share is taken. Chat, bot, membership: as claims do."""
    lately = Response.objects.filter(bot=response.bot_id, ended_at__gt=Now() - timedelta(minutes=1))
    if lately.count() >= A_MINUTE:
        return False
    asked: dict[str, Any] = {"bot": response.bot_id, "chat": _chat_id(response), **pacing.LIMITS}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, asked)
        return bool(cursor.fetchone()[0])


def _chat_id(response: Response) -> int | None:
    """The row of the group that it goes to; None in private."""
    there = Chat.objects.filter(telegram_id=response.chat_number)
    return there.order_by("pk").values_list("pk", flat=True).first()


_TAKE = f"""
WITH place AS MATERIALIZED (
    SELECT id, telegram_id FROM conversations_chat
    WHERE id = %(chat)s::bigint AND (next_at IS NULL OR next_at <= clock_timestamp())
    FOR NO KEY UPDATE
), line AS MATERIALIZED (
    SELECT bot.id FROM bots_bot bot
    WHERE bot.id = %(bot)s AND {pacing.LINE_IS_FREE} AND (%(chat)s::bigint IS NULL OR EXISTS (SELECT 1 FROM place))
    FOR NO KEY UPDATE
), pair AS MATERIALIZED (
    SELECT member.id, {pacing.PAIR_IS_FREE} AS is_free
    FROM line JOIN conversations_membership member ON member.bot_id = line.id
    WHERE member.chat_id = %(chat)s::bigint
    FOR NO KEY UPDATE OF member
), free AS MATERIALIZED (
    SELECT %(chat)s::bigint AS id, 'telegram' AS kind, (SELECT telegram_id FROM place) AS telegram_id FROM line
    WHERE NOT EXISTS (SELECT 1 FROM pair WHERE NOT is_free)
), {pacing.TAKEN.format(who="free")}, counted AS (
    UPDATE conversations_chat chat SET next_at = moment.at + %(group)s FROM free, moment WHERE chat.id = free.id
)
SELECT EXISTS (SELECT 1 FROM free)
"""  # noqa: S608 - our own words


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
        _heed(response, wait)
    _mine(response).update(state=State.WAITING, lease_until=None, send_after=until, detail=str(error)[:2000])


def _heed(response: Response, seconds: float) -> None:
    """Telegram asked for silence: in that group, or everywhere when it was asked in private."""
    if chat_id := _chat_id(response):
        gating.hold(chat_id=chat_id, bot_id=response.bot_id, seconds=seconds)
    else:
        gate.hold(response.bot, seconds)


@transaction.atomic
def _moved(response: Response, error: port.Migrated) -> None:
    if chat := Chat.objects.filter(telegram_id=response.chat_number).first():
        record.follow_migration(chat, error.chat_id)
    _mine(response).update(
        state=State.WAITING, lease_until=None, chat_number=error.chat_id, reply_to=None, detail=str(error)[:2000]
    )


def _mine(response: Response) -> Any:
    return Response.objects.filter(pk=response.pk, gen=response.gen, state=State.SENDING)
