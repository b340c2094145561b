"""The rehearsal room: a chat inside Kulis. It carries messages as Telegram does, only nearer."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from bots import audit, casing
from bots.models import Bot
from bots.telegram import port
from conversations import affairs, control, events, hearing, wake
from conversations.models import Chat, Event, Message, Participant, Reaction, Rules
from conversations.models.rules import CAST_WIDE, FIELDS

LONGEST = 1000
SIGNS = ("👍", "❤", "🔥", "😁", "🤔", "👎")
"""What people can hang on a message here."""
WATCHED: dict[str, Any] = {
    "base_delay": 10.0, "burstiness": 0.7, "longest_wait": 45.0, "chain_rest_minutes": 0.0,
    "own_gap": 40, "quiet_minutes": 1, "chain_cap": 60,
}  # fmt: skip
"""A room that somebody watches for ten minutes has less patience than a group that talks all day."""


@transaction.atomic
def open_room(title: str, *, members: Iterable[Bot], topics: Iterable[str] = (), by: audit.Actor) -> Chat:
    """Open a room that is watched: with rules of its own, so that its cast neither rests nor dawdles."""
    room = control.add_room(title, members=members, topics=topics, by=by)
    control.revise(by=by, chat=room, note=_("Livelier, because somebody watches."), **WATCHED)
    return room


@transaction.atomic
def of_group(group: Chat, *, by: audit.Actor) -> Chat:
    """A group goes into rehearsal: it falls silent, and its cast plays in a room with its weights, topics, feeds, pace
    and rules of its own. Raises ValidationError for what is no group."""
    if group.is_rehearsal:
        raise ValidationError(_("This is a rehearsal room already."))
    playing = list(group.memberships.filter(ended_at=None).select_related("bot"))
    title = (_("Rehearsal of %(group)s") % {"group": group.title})[:128]
    room = control.add_room(title, members=[member.bot for member in playing], topics=group.topics, by=by)
    control.adjust(room, by=by, feeds=group.feeds.all(), tempo=group.tempo, timezone=group.timezone)
    for member in playing:
        room.memberships.filter(bot=member.bot_id).update(weight=member.weight)
    newest = Rules.objects.filter(chat=group).order_by("-pk").first()
    own = {name: getattr(newest, name) for name in FIELDS if newest and name not in CAST_WIDE}
    kept = {name: value for name, value in own.items() if value is not None}
    control.revise(by=by, chat=room, note=_("Livelier, because somebody watches."), **{**WATCHED, **kept})
    if group.mode in {Chat.Mode.LIVE, Chat.Mode.APPROVAL}:
        control.set_mode(group, Chat.Mode.PAUSED, by=by, reason=title)
    return room


def stir() -> int:
    """Whoever starts the stack looks at the rooms now: what they would say next they say at once. How many rooms."""
    return Chat.objects.talking().filter(kind=Chat.Kind.REHEARSAL, next_due__gt=Now()).update(next_due=Now())


def carry() -> port.Sent:
    """Deliver: in a rehearsal room a message has arrived as soon as it is recorded, so this only numbers it."""
    return port.Sent(message_id=_number(), date=timezone.now())


def guest(user: User) -> Participant:
    """The participant that an account is in rehearsal rooms."""
    participant, _made = Participant.objects.get_or_create(
        user=user, defaults={"name": user.get_full_name() or user.get_username(), "username": user.get_username()}
    )
    return participant


@transaction.atomic
def say(chat: Chat, *, participant: Participant, text: str, reply_to: Message | None = None) -> Message:
    """A person's line in a rehearsal room. Raises ValidationError for nothing, too much, or the wrong place."""
    text = text.replace("\x00", "").strip()  # PostgreSQL stores no NUL
    _check(chat, text, reply_to)
    message = Message.objects.create(
        chat=chat,
        message_id=_number(),
        participant=participant,
        text=text,
        folded=casing.fold(text),
        reply_to=reply_to,
        said_at=timezone.now(),
    )
    hearing.heard(message)
    events.publish(Event.Kind.MESSAGE, chat=chat, subject_id=message.pk)
    wake.compose()
    return message


@transaction.atomic
def react(message: Message, *, participant: Participant, sign: str) -> None:
    """Hang an emoji on a message in a rehearsal room; the same once more takes it off. Raises ValidationError."""
    if not message.chat.is_rehearsal:
        raise ValidationError(_("People write to this chat in Telegram, not here."))
    if sign not in SIGNS:
        raise ValidationError(_("This emoji is not among those that can be put on a message."))
    mine = Reaction.objects.filter(message=message, participant=participant)
    if not mine.filter(emoji=sign).delete()[0]:
        hung, new = mine.update_or_create(
            message=message, participant=participant, defaults={"emoji": sign, "reacted_at": timezone.now()}
        )
        if new:
            affairs.reacted(hung)
    events.publish(Event.Kind.MESSAGE, chat=message.chat, subject_id=message.pk)


def _check(chat: Chat, text: str, reply_to: Message | None) -> None:
    problems: Iterable[tuple[bool, str]] = (
        (not chat.is_rehearsal, _("People write to this chat in Telegram, not here.")),
        (not text, _("Write something first.")),
        (len(text) > LONGEST, _("That is too long: %(most)s characters at most.") % {"most": LONGEST}),
        (reply_to is not None and reply_to.chat_id != chat.pk, _("The message you reply to is in another chat.")),
    )
    for wrong, problem in problems:
        if wrong:
            raise ValidationError(problem)


def _number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('kulis_rehearsal_message_id')")
        return int(cursor.fetchone()[0])
