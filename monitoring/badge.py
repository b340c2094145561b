"""Demo, test or live: who can hear the cast now, said in the header of every page."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from conversations.models import Chat
from monitoring import access
from monitoring.reasons import Words


@dataclass(frozen=True, slots=True)
class Badge:
    code: str
    """demo, test or live (which people read as “On air”: the mark beside it says whether the page is live)."""
    name: Words
    about: Words


DEMO = Badge(
    "demo",
    pgettext_lazy("badge", "Demo"),
    _("A demo on this machine: the cast talks in rehearsal rooms, and no message leaves."),
)
TEST = Badge("test", pgettext_lazy("badge", "Test"), _("No group hears the cast: it talks in rehearsal rooms alone."))
LIVE = Badge("live", pgettext_lazy("badge", "On air"), _("People in Telegram groups read what the cast says."))


def now() -> Badge:
    """Live wins: whatever else is true, somebody out there reads."""
    groups = Chat.objects.talking().filter(kind=Chat.Kind.TELEGRAM)
    if settings.TELEGRAM_MODE != "off" and groups.exists():
        return LIVE
    return DEMO if access.demo_is_open() else TEST
