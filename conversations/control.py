"""The verbs that steer the cast. Admin, API, commands and dashboard call these and nothing else."""

import random
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected

from bots import audit, gate, roster, vault
from bots.models import Bot
from bots.telegram import port
from conversations import events, pool, wake
from conversations.engine import by_hand, policy, turns
from conversations.models import Chat, Engine, Event, Feed, Membership, Rules, Turn
from conversations.models.rules import CAST_WIDE, FIELDS

ADJUSTABLE = (
    "title", "topics", "timezone", "observes_hours", "tempo", "listener", "advice_note", "quiet_starts", "quiet_ends",
)  # fmt: skip
STOPPABLE = Turn.UNSENT
STOPS = 5
"""Tries, should others and the stop wait for each other."""
AT_ONCE = timedelta(0)
APART = timedelta(seconds=2)
"""Between the beginnings of two chats after a start: thirty of them a minute, however many there are."""


def is_running() -> bool:
    return Engine.objects.filter(running=True).exists()


@transaction.atomic
def start(*, by: audit.Actor, reason: str = "") -> None:
    """Switch the cast on. Chats that came due meanwhile begin one after the other, not all at once."""
    engine = _engine()
    if engine.running:
        return
    _switch(engine, running=True, by=by, reason=reason)
    now = timezone.now()
    chats = list(Chat.objects.due(now).select_for_update(no_key=True))
    random.shuffle(chats)
    for number, chat in enumerate(chats):
        chat.next_due = now + APART * (number + random.random())
    Chat.objects.bulk_update(chats, ["next_due"])
    audit.record("engine.start", by=by, subject=engine, reason=reason)
    events.publish(Event.Kind.ENGINE)


def stop(*, by: audit.Actor, reason: str = "") -> None:
    """The kill switch. After its commit nothing is claimed; what waited is skipped, sends under way may finish.

    It touches every turn that waits, in no order that others know: when PostgreSQL ends it for that, it begins again.
    """
    for _time in range(STOPS - 1):
        try:
            return _stop(by=by, reason=reason)
        except OperationalError as error:
            if connection.in_atomic_block or not isinstance(error.__cause__, DeadlockDetected):
                raise
    return _stop(by=by, reason=reason)


@transaction.atomic
def _stop(*, by: audit.Actor, reason: str) -> None:
    _outwait_claims()
    engine = _engine()
    if not engine.running:
        return
    _switch(engine, running=False, by=by, reason=reason)
    skipped = _skip(Turn.objects.filter(state__in=STOPPABLE), "engine_stopped")
    audit.record("engine.stop", by=by, subject=engine, after={"skipped": skipped}, reason=reason)
    events.publish(Event.Kind.ENGINE)


def _outwait_claims() -> None:
    """A claim gives up a lock after ten seconds and ends after thirty; a stop waits longer, so that it always wins."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = '60s'")


def scale(value: float, *, by: audit.Actor, reason: str = "") -> Rules:
    """Make the whole cast more or less talkative: 0.1 to 10."""
    return revise(by=by, note=reason or _("Scale set to %(value)s.") % {"value": value}, scale=value)


@transaction.atomic
def revise(
    *, by: audit.Actor, note: str = "", chat: Chat | None = None, seen: int | None = None, **changes: Any
) -> Rules:
    """Write the next revision of the rules, for every chat or for one. Raises ValidationError, field by field.

    `seen`: the number of the revision that whoever changes it looked at, 0 for none; None: whatever holds now.
    """
    if unknown := set(changes) - set(FIELDS):
        raise ValidationError({name: _("There is no such rule.") for name in sorted(unknown)})
    if chat and (wide := {name for name in CAST_WIDE if changes.get(name) is not None}):
        raise ValidationError({name: _("This holds for the whole cast, not for one chat.") for name in sorted(wide)})
    # Two who change the rules at once do so one after the other, so that neither change is lost. Claims do not wait.
    Engine.objects.select_for_update(no_key=True).get(pk=1)
    newest = Rules.objects.filter(chat=chat).order_by("-id").first()
    if seen is not None and seen != (newest.pk if newest else 0):
        raise ValidationError(
            _("Somebody saved a revision while you were typing. Look at the newest, then save again.")
        )
    values = {name: getattr(newest, name) for name in FIELDS} if newest else {}
    rules = Rules(chat=chat, note=note[:200], author_name=audit.name(by), **(values | changes))
    rules.author = audit.account(by)
    rules.full_clean()
    rules.save(force_insert=True)
    audit.record(
        "rules.revise",
        by=by,
        subject=rules,
        before={name: str(values.get(name)) for name in changes},
        after={name: str(value) for name, value in changes.items()},
        reason=note,
    )
    events.publish(Event.Kind.ENGINE)
    return rules


@transaction.atomic
def add_room(title: str, *, members: Iterable[Bot], topics: Iterable[str] = (), by: audit.Actor) -> Chat:
    """Open a rehearsal room: a chat inside Kulis, without Telegram and outside the clock of the market."""
    chat = Chat(kind=Chat.Kind.REHEARSAL, mode=Chat.Mode.LIVE, title=title, topics=list(topics), observes_hours=False)
    return _open(chat, members=members, by=by)


@transaction.atomic
def add_group(
    title: str,
    *,
    telegram_id: int,
    members: Iterable[Bot],
    by: audit.Actor,
    thread_id: int | None = None,
    topics: Iterable[str] = (),
    disclosed_by: str = "",
) -> Chat:
    """Register a Telegram group. It stays disabled until it is disclosed, unless `disclosed_by` vouches that it is.

    A group that noted itself when a bot was added to it is taken over.
    """
    noted = Chat.objects.filter(
        telegram_id=telegram_id, thread_id=thread_id, mode=Chat.Mode.DISABLED, disclosed_at=None
    )
    chat = noted.select_for_update(no_key=True).first() or Chat(telegram_id=telegram_id, thread_id=thread_id)
    chat.title, chat.topics = title, list(topics)
    if disclosed_by:
        chat.disclosed_at, chat.disclosed_by, chat.mode = timezone.now(), disclosed_by, Chat.Mode.LIVE
    return _open(chat, members=members, by=by)


def disclose(chat: Chat, *, by: audit.Actor) -> Chat:
    """Tell the audience of a group that it watches a simulation: post it, pin it where allowed, then let the cast talk.

    Raises ValidationError when no bot of the chat can post.
    """
    speaker = _who_can_post(chat)
    try:
        with gate.heeded(speaker) as line:
            pool.give_back()
            sent = line.send(
                chat_id=chat.telegram_id or 0,
                text=disclosure(chat),
                thread_id=chat.thread_id,
                deadline=time.monotonic() + 20,
            )
    except (port.TelegramError, vault.VaultError) as error:
        if isinstance(error, port.InvalidToken):
            roster.token_refused(speaker)
        raise ValidationError(
            _("%(bot)s could not post the disclosure: %(why)s") % {"bot": speaker, "why": error}
        ) from error
    pinned = _pinned(line, chat, sent)
    with transaction.atomic():
        Chat.objects.filter(pk=chat.pk).update(
            disclosed_at=timezone.now(),
            disclosed_by=audit.name(by),
            disclosure_message_id=sent.message_id,
            disclosure_pinned=pinned,
        )
        told = {"message": sent.message_id, "bot": speaker.username, "pinned": pinned}
        audit.record("chat.disclose", by=by, subject=chat, after=told)
        set_mode(chat, Chat.Mode.LIVE, by=by)
    return Chat.objects.get(pk=chat.pk)


def _pinned(line: port.Telegram, chat: Chat, sent: port.Sent) -> bool:
    """Pin the disclosure. Only an administrator may; the post itself counts all the same."""
    try:
        line.pin(chat_id=chat.telegram_id or 0, message_id=sent.message_id)
    except port.TelegramError:
        return False
    return True


def disclosure(chat: Chat) -> str:
    """What the audience of a chat is told before the first bot speaks."""
    told = "🎭 Bu grupta yazan botlar Kulis adlı açık bir simülasyonun kurgusal karakterleridir; gerçek kişi değildir."
    return f"{told} Yazılanlar yatırım tavsiyesi değildir." if chat.advice_note else told


def _who_can_post(chat: Chat) -> Bot:
    if chat.is_rehearsal:
        raise ValidationError(_("A rehearsal room has no audience to tell."))
    members = Bot.objects.with_token().filter(memberships__chat=chat, memberships__ended_at=None)
    bot = (members.filter(pk=chat.listener_id).first() if chat.listener_id else None) or members.first()
    if bot is None:
        raise ValidationError(_("No bot of this chat has a working token, so nobody can post the disclosure."))
    return bot


@transaction.atomic
def adjust(chat: Chat, *, by: audit.Actor, feeds: Iterable[Feed] | None = None, **changes: Any) -> Chat:
    """Set how a chat is run: title, topics, feeds, pace, hours, listener, note. Raises ValidationError by fields."""
    if unknown := set(changes) - set(ADJUSTABLE):
        raise ValidationError({name: _("A chat has no such setting.") for name in sorted(unknown)})
    chat = Chat.objects.select_for_update(no_key=True).get(pk=chat.pk)
    before = {name: str(getattr(chat, name)) for name in changes} | (_fed(chat) if feeds is not None else {})
    for name, value in changes.items():
        setattr(chat, name, value)
    chat.full_clean()
    chat.save(update_fields=list(changes))
    after = {name: str(value) for name, value in changes.items()}
    if feeds is not None:
        chat.feeds.set(feeds)
        after |= _fed(chat)
    audit.record("chat.adjust", by=by, subject=chat, before=before, after=after)
    events.publish(Event.Kind.CHAT, chat=chat, subject_id=chat.pk)
    return chat


def _fed(chat: Chat) -> dict[str, str]:
    return {"feeds": ", ".join(chat.feeds.values_list("name", flat=True))}


@transaction.atomic
def set_mode(chat: Chat, mode: Chat.Mode, *, by: audit.Actor, reason: str = "") -> None:
    """Live, approval, paused or disabled. Raises ValidationError for an undisclosed group that should talk."""
    # Whoever opens a turn here holds this lock too, so what is skipped below is all there is.
    chat = Chat.objects.select_for_update(no_key=True).get(pk=chat.pk)
    talking = mode in {Chat.Mode.LIVE, Chat.Mode.APPROVAL}
    if talking and not chat.is_disclosed:
        raise ValidationError(_("Tell the audience first: this group is not disclosed yet."))
    before, chat.mode = chat.mode, mode
    chat.next_due = timezone.now() if talking else None
    chat.save(update_fields=["mode", "next_due"])
    if not talking:
        _skip(Turn.objects.filter(chat=chat, state__in=STOPPABLE), "chat_off")
    elif mode == Chat.Mode.APPROVAL and before != mode:
        _skip(Turn.objects.filter(chat=chat, state=Turn.State.COMPOSED), "cancelled")
    audit.record("chat.mode", by=by, subject=chat, before={"mode": before}, after={"mode": mode}, reason=reason)
    events.publish(Event.Kind.CHAT, chat=chat, subject_id=chat.pk)


@transaction.atomic
def approve(turn: Turn, *, by: audit.Actor, hold: timedelta = AT_ONCE) -> bool:
    """Let a held turn go out, after `hold`. False when it is not held any more, or its time is over."""
    if not by_hand.approve(turn, hold=hold):
        return False
    audit.record("turn.approve", by=by, subject=turn, after={"text": turn.text})
    wake.deliver()
    return True


@transaction.atomic
def reject(turn: Turn, *, by: audit.Actor, reason: str = "", came: Iterable[Turn.State] = STOPPABLE) -> bool:
    """Keep a turn that was not sent yet from being sent. False when it is too late for that, or it left `came`."""
    code = "declined" if turn.state == Turn.State.HELD else "cancelled"
    if not turns.end(turn, Turn.State.SKIPPED, code, came=came, detail=reason):
        return False
    audit.record("turn.reject", by=by, subject=turn, reason=reason)
    return True


@transaction.atomic
def set_members(chat: Chat, members: Iterable[Bot], *, by: audit.Actor) -> None:
    """Add bots to the roster of a chat. Those who play there already stay as they are; those who left come back."""
    bots = list(members)
    _must_fit(chat, bots)
    Membership.objects.filter(chat=chat, bot__in=bots, ended_at__isnull=False).update(ended_at=None, ended_reason="")
    Membership.objects.bulk_create([Membership(chat=chat, bot=bot) for bot in bots], ignore_conflicts=True)
    if chat.listener_id is None and bots:
        chat.listener = max(bots, key=lambda bot: bot.reads_all_messages)
        chat.save(update_fields=["listener"])
    audit.record("chat.members", by=by, subject=chat, after={"added": [bot.username for bot in bots]})


def _must_fit(chat: Chat, bots: list[Bot]) -> None:
    """Telegram takes only so many bots into a group. Those who are in already stay."""
    there = set(Membership.objects.filter(chat=chat, ended_at=None).values_list("bot", flat=True))
    most, many = policy.current(chat).group_most, len(there | {bot.pk for bot in bots})
    if not chat.is_rehearsal and many > max(most, len(there)):
        text = _("At most %(most)d bots fit in one group; this would make it %(many)d. Spread the cast over more.")
        raise ValidationError(text % {"most": most, "many": many})


def _open(chat: Chat, *, members: Iterable[Bot], by: audit.Actor) -> Chat:
    chat.next_due = timezone.now()
    chat.full_clean()
    chat.save()
    set_members(chat, members, by=by)
    audit.record("chat.add", by=by, subject=chat, after={"kind": chat.kind, "mode": chat.mode})
    events.publish(Event.Kind.CHAT, chat=chat, subject_id=chat.pk)
    return chat


def _skip(turns_of: QuerySet[Turn], reason: str) -> int:
    return turns_of.update(state=Turn.State.SKIPPED, reason=reason, gen=F("gen") + 1, ended_at=timezone.now())


def _engine() -> Engine:
    """The switch, locked against every claim under way."""
    return Engine.objects.select_for_update().get(pk=1)


def _switch(engine: Engine, *, running: bool, by: audit.Actor, reason: str) -> None:
    engine.running, engine.changed_by, engine.reason = running, audit.name(by), reason[:200]
    engine.save(update_fields=["running", "changed_by", "reason", "changed_at"])
