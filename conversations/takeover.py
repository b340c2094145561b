"""A person speaks through a bot: the engine leaves it alone there, its words are marked, and it is handed back.

The lease stands on the membership, by the clock of the database. Planner, claims and gates look at it in their own
statements, so what the engine had under way is not said after the take-over, and what a person said is not said after
a stop. Chat, membership and turns are locked in this order, as claims lock them.
"""

from datetime import timedelta

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from bots import audit
from bots.models import Bot
from conversations import decisions, events, wake
from conversations.engine import by_hand, guard, policy, settled, spans, switch
from conversations.models import Chat, Event, Membership, Message, Turn

MARK = "✍️ Bu mesajı karakterin yerine ekipten biri yazdı."
"""Under every message of a person who speaks through a bot. The guard keeps it from everybody else."""
LONGEST = guard.LONGEST
IDLE = "idle"
"""Why a bot was handed back: nothing was said through it for so long."""


@transaction.atomic
def take(chat: Chat, bot: Bot, *, by: User) -> Membership:
    """Speak through `bot` here from now on. What the engine had under way for it is skipped. Raises ValidationError."""
    member = _held(chat, bot)
    if why := settled.off(member):
        raise ValidationError(_("Nobody can speak through this bot here now."), code=why)
    if _is_taken(member) and member.taken_by_id != by.pk:
        raise ValidationError(_("%(who)s speaks through this bot now.") % {"who": member.taken_by or _("Somebody")})
    _extend(member, chat, taken_by=by, taken_at=Now())
    skipped = by_hand.clear(chat, bot)
    audit.record("chat.take_over", by=by, subject=chat, after={"bot": bot.username, "skipped": skipped})
    events.publish(Event.Kind.CHAT, chat=chat, subject_id=chat.pk)
    return member


@transaction.atomic
def speak(chat: Chat, bot: Bot, text: str, *, by: User, reply_to: Message | None = None) -> Turn:
    """Say it through the bot, marked as a person's words. Raises ValidationError, its code the rule that refused."""
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not switch.runs():  # asked first, as everybody does who goes on to lock chats
        raise ValidationError(_("The engine is stopped: nobody speaks."))
    member = _mine(chat, bot, by)
    if reply_to is not None and reply_to.chat_id != chat.pk:
        raise ValidationError(_("The message you reply to is in another chat."))
    if not text or len(text) > LONGEST:
        raise ValidationError(_("A message has 1 to %(most)d characters.") % {"most": LONGEST})
    meant = by_hand.meant(chat, bot)
    decisions.must_pass(meant, text)
    marked = f"{text}\n{MARK}"
    if by_hand.is_repeat(meant, marked, within=spans.REPEAT):
        raise ValidationError(_("The bot has said the same here within a day."), code="duplicate")
    verdicts = [{"draft": 0, "stage": "guard", "rule": "clean", "passed": True, "detail": ""}]
    turn = by_hand.speak(chat, bot, marked, reply_to=reply_to, verdicts=verdicts)
    if turn is None:
        raise ValidationError(_("The cast does not talk in this chat now."))
    _extend(member, chat)
    audit.record("turn.speak", by=by, subject=turn, after={"bot": bot.username, "text": text})
    wake.deliver()
    return turn


@transaction.atomic
def stay(chat: Chat, bot: Bot, *, by: User) -> None:
    """Keep the bot for as long again. Raises ValidationError."""
    _extend(_mine(chat, bot, by), chat)
    events.publish(Event.Kind.CHAT, chat=chat, subject_id=chat.pk)


@transaction.atomic
def hand_back(chat: Chat, bot: Bot, *, by: User) -> None:
    """The engine plays the bot again. Whoever may take over may also end it for another. Raises ValidationError."""
    member = _held(chat, bot)
    if not _is_taken(member):
        raise ValidationError(_("Nobody speaks through this bot now."))
    _end(Membership.objects.filter(pk=member.pk))
    audit.record("chat.hand_back", by=by, subject=chat, before=_told(member))
    events.publish(Event.Kind.CHAT, chat=chat, subject_id=chat.pk)


def lapse() -> int:
    """Note what was handed back by silence. How many; any number may run at once."""
    over = Membership.objects.filter(taken_until__lte=Now()).select_related("chat", "bot", "taken_by").order_by("pk")
    with transaction.atomic():
        found = list(over.select_for_update(of=("self",), skip_locked=True, no_key=True))
        _end(Membership.objects.filter(pk__in=[member.pk for member in found]))
        for member in found:
            audit.record("chat.hand_back", by="kulis", subject=member.chat, before=_told(member), reason=IDLE)
        for member in found:
            events.publish(Event.Kind.CHAT, chat=member.chat, subject_id=member.chat_id)
    return len(found)


@transaction.atomic
def release(user: User, *, by: audit.Actor) -> None:
    """Hand back every bot through which an account speaks; what it had still to say is not said."""
    for held in Membership.objects.filter(taken_by=user).select_related("chat", "bot").order_by("chat", "pk"):
        member = _held(held.chat, held.bot) if held.ended_at is None else held
        if member.taken_by_id != user.pk:
            continue
        _end(Membership.objects.filter(pk=member.pk))
        skipped = by_hand.unsay(held.chat, held.bot)
        audit.record("chat.hand_back", by=by, subject=held.chat, before=_told(member), after={"skipped": skipped})
        events.publish(Event.Kind.CHAT, chat=held.chat, subject_id=held.chat_id)


def held_by(user: User, chat: Chat) -> Membership | None:
    """The bot through which this person speaks here now; the one taken last where it is more than one."""
    mine = Membership.objects.filter(chat=chat, taken_by=user, taken_until__gt=Now(), ended_at=None)
    return mine.select_related("bot__persona").order_by("-taken_at").first()


def _held(chat: Chat, bot: Bot) -> Membership:
    """The membership, locked after its chat."""
    Chat.objects.select_for_update(no_key=True).get(pk=chat.pk)
    members = Membership.objects.select_related("bot", "chat", "taken_by")
    member = members.select_for_update(of=("self",), no_key=True).filter(chat=chat, bot=bot, ended_at=None).first()
    if member is None:
        raise ValidationError(_("The bot does not play in this chat."))
    return member


def _mine(chat: Chat, bot: Bot, by: User) -> Membership:
    member = _held(chat, bot)
    if member.taken_by_id != by.pk or not _is_taken(member):
        raise ValidationError(_("You do not speak through this bot any more: take it over again."))
    return member


def _is_taken(member: Membership) -> bool:
    return Membership.objects.filter(pk=member.pk, taken_until__gt=Now()).exists()


def _extend(member: Membership, chat: Chat, **fields: object) -> None:
    idle = timedelta(minutes=policy.current(chat).takeover_minutes)
    Membership.objects.filter(pk=member.pk).update(taken_until=Now() + idle, **fields)


def _end(members: models.QuerySet[Membership]) -> None:
    members.update(taken_by=None, taken_at=None, taken_until=None)


def _told(member: Membership) -> dict[str, str]:
    return {"bot": member.bot.username, "taken_over_by": str(member.taken_by or "")}
