"""An owner's first group: found from what Telegram brought, looked at by its bots, then told and opened."""

from dataclasses import dataclass

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bots import audit, gate, vault
from bots.models import Bot
from bots.telegram import port
from conversations import control, pool, rehearsal, together
from conversations.engine import record
from conversations.models import Chat
from monitoring.founding import cast

TOPICS = ("BIST", "Dolar", "Altın", "Kripto")
MOST = 20
"""Telegram takes about so many bots in one group."""
PATIENCE = 20.0
TELLING = 60
"""Seconds; longer than a notice may take to be posted."""
_INSIDE = frozenset({"creator", "administrator", "member"})


@dataclass(frozen=True, slots=True)
class Seat:
    """One bot in the group, as Telegram tells it."""

    bot: Bot
    inside: bool
    is_admin: bool
    can_pin: bool
    hears: bool
    """Whether it reads what people write to nobody."""
    trouble: str = ""


def noted() -> "QuerySet[Chat]":
    """Groups that a bot was added to and that nobody has decided about yet, the newest first."""
    silent = Chat.objects.filter(kind=Chat.Kind.TELEGRAM, mode=Chat.Mode.DISABLED, disclosed_at=None, topics=[])
    return silent.order_by("-pk")


def told_apart(chat: Chat) -> str:
    """Its title with what tells it from others that are called the same."""
    topic = _("topic %(number)s") % {"number": chat.thread_id} if chat.thread_id else ""
    return " · ".join(part for part in (chat.title, topic, str(chat.telegram_id)) if part)


def seats(chat: Chat) -> list[Seat]:
    """How each bot with a token stands in the group now. A group that has moved is followed first."""
    found = _seats(chat)
    if moved := next((seat for seat in found if isinstance(seat, port.Migrated)), None):
        record.follow_migration(chat, moved.chat_id)
        chat.telegram_id = moved.chat_id
        found = _seats(chat)
    return [seat for seat in found if isinstance(seat, Seat)]


def _seats(chat: Chat) -> list[Seat | port.Migrated]:
    def ask(bot: Bot) -> Seat | port.Migrated:
        try:
            with gate.heeded(bot) as line:
                told = line.member(chat_id=chat.telegram_id or 0, user_id=bot.telegram_id or 0)
        except port.Migrated as moved:
            return moved
        except (port.TelegramError, vault.VaultError) as error:
            return _away(bot, "" if isinstance(error, port.Rejected) else str(error))
        admin = told.status in {"creator", "administrator"}
        return Seat(bot, told.status in _INSIDE, admin, told.can_pin, hears=admin or bot.reads_all_messages)

    bots = [bot for bot in cast.playing() if bot.telegram_id]
    pool.give_back()
    answers = together.ask(bots, ask, seconds=PATIENCE)
    silent = _("Telegram did not answer in time.")
    return [seat or _away(bot, silent) for bot, seat in zip(bots, answers, strict=True)]


def _away(bot: Bot, trouble: str) -> Seat:
    return Seat(bot, inside=False, is_admin=False, can_pin=False, hears=False, trouble=trouble)


def choose(chat: Chat, *, by: audit.Actor) -> Chat:
    """Make the group the cast's, with every bot that is in it. Nobody speaks there before it was told."""
    inside = [seat for seat in seats(chat) if seat.inside]
    if not inside:
        raise ValidationError(_("None of your bots is in this group. Add them in Telegram, then look again."))
    if len(inside) > MOST:
        raise ValidationError(
            _("%(count)d bots are in this group; Telegram takes about %(most)d. Take some out.")
            % {"count": len(inside), "most": MOST}
        )
    ears = sorted(inside, key=lambda seat: not seat.hears)
    opened = control.add_group(
        chat.title,
        telegram_id=chat.telegram_id or 0,
        thread_id=chat.thread_id,
        members=[seat.bot for seat in inside],
        topics=TOPICS,
        by=by,
    )
    return control.adjust(opened, by=by, listener=ears[0].bot)


def rehearse(chat: Chat, *, by: audit.Actor) -> Chat:
    """A room in which those who play in the group talk among themselves; the group stays silent until it was told."""
    opened: Chat | None = Chat.objects.talking().filter(kind=Chat.Kind.REHEARSAL).order_by("pk").first()
    if opened is None:
        members = Bot.objects.filter(memberships__chat=chat, memberships__ended_at=None)
        opened = rehearsal.open_room(_("Rehearsal room"), members=members, topics=TOPICS, by=by)
    control.start(by=by)
    return opened


def begin(chat: Chat, *, by: audit.Actor) -> Chat:
    """Tell the audience, then let the cast talk. Raises ValidationError with what kept the notice from being posted."""
    if not chat.is_disclosed:
        chat = _told(chat, by=by)
    elif not Chat.objects.talking().filter(pk=chat.pk).exists():
        control.set_mode(chat, Chat.Mode.LIVE, by=by)
    control.start(by=by)
    return chat


def _told(chat: Chat, *, by: audit.Actor) -> Chat:
    """Once, however often somebody clicks: posting may take a while."""
    place = f"founding-tells-{chat.pk}"
    if not cache.add(place, "yes", timeout=TELLING):
        raise ValidationError(_("The group is being told at this moment. Look again in a few seconds."))
    try:
        return control.disclose(chat, by=by)
    finally:
        cache.delete(place)
