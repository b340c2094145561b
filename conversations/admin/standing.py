"""Reader: how a chat stands, for its page: the day to be expected, what its audience was told, what is its own."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from conversations import control
from conversations.admin.tuning import page
from conversations.engine import motive, policy, scene
from conversations.models import Chat


def of(chat: Chat) -> dict[str, Any]:
    """What stands beside the form."""
    return {
        **page.ahead(chat, None),
        "chat": chat,
        "own_rules": page.own(chat),
        "disclosure": control.disclosure(chat),
        "room_left": room_left(chat),
        "has_feeds": chat.feeds.exists(),
        "shares": shares(chat),
    }


def shares(chat: Chat) -> list[tuple[str, float]]:
    """Who speaks how much here by talkativeness and weight, in percent, the most first."""
    members = scene.members(chat.pk, timezone.now())
    found = motive.expected(members, policy.current(chat).inequality)
    named = ((member.name, 100 * found[member.bot_id]) for member in members)
    return sorted(named, key=lambda pair: -pair[1])


def room_left(chat: Chat) -> str:
    """How many bots play here, and how many fit."""
    there = chat.memberships.filter(ended_at=None).count()
    if chat.is_rehearsal:
        return _("%(there)d play here; a room has no limit.") % {"there": there}
    return _("%(there)d of at most %(most)d play here.") % {"there": there, "most": policy.current(chat).group_most}
