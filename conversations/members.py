"""Who plays in a chat: how much each says there, and how one leaves."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bots import audit
from bots.models import Bot
from conversations import events
from conversations.engine import by_hand
from conversations.models import Chat, Event, Membership

TAKEN_OUT = "taken_out"
"""Why a membership ended: somebody of the staff took the bot out of the chat."""


@transaction.atomic
def weigh(member: Membership, weight: float, *, by: audit.Actor, reason: str = "") -> Membership:
    """How often it speaks there against the others, 0 to 10. Raises ValidationError."""
    member = held(member)
    before, member.weight = member.weight, weight
    member.clean_fields(exclude={"chat", "bot"})
    if before != weight:
        member.save(update_fields=["weight"])
        told = {"bot": member.bot.username}
        was, now = told | {"weight": before}, told | {"weight": weight}
        audit.record("chat.weight", by=by, subject=member.chat, before=was, after=now, reason=reason)
        events.publish(Event.Kind.CHAT, chat=member.chat, subject_id=member.chat_id)
    return member


@transaction.atomic
def take_out(member: Membership, *, by: audit.Actor, reason: str = "") -> None:
    """The bot plays there no more; what it had under way there is skipped. `control.set_members` brings it back."""
    member = held(member)
    if member.ended_at is not None:
        raise ValidationError(_("The bot does not play in this chat."))
    Membership.objects.filter(pk=member.pk).update(
        ended_at=timezone.now(), ended_reason=TAKEN_OUT, taken_by=None, taken_at=None, taken_until=None
    )
    skipped = by_hand.clear(member.chat, member.bot, reason="not_a_member") + by_hand.unsay(member.chat, member.bot)
    another_listener(member.chat, member.bot)
    after = {"removed": [member.bot.username], "skipped": skipped}
    audit.record("chat.members", by=by, subject=member.chat, after=after, reason=reason)
    events.publish(Event.Kind.CHAT, chat=member.chat, subject_id=member.chat_id)


def another_listener(chat: Chat, bot: Bot) -> None:
    """A group whose listener has left is heard by another of its bots."""
    if chat.listener_id != bot.pk:
        return
    others = Bot.objects.active().with_token().filter(memberships__chat=chat, memberships__ended_at=None)
    Chat.objects.filter(pk=chat.pk).update(listener=others.order_by("-reads_all_messages", "pk").first())


def held(member: Membership) -> Membership:
    """Locked after its chat, as claims lock them."""
    Chat.objects.select_for_update(no_key=True).get(pk=member.chat_id)
    rows = Membership.objects.select_related("chat", "bot")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=member.pk)
