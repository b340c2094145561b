"""The groups: does the listener see every message, and was the audience told?"""

from collections.abc import Mapping

from django.utils import timezone

from bots import gate
from bots.models import Bot
from bots.telegram import port
from conversations.models import Chat
from monitoring import sight
from monitoring.probes.finding import Finding, fail, ok, warn
from monitoring.probes.looking import Look
from monitoring.probes.phrase import gettext as _

SEES_ALL = {"creator", "administrator"}


def privacy(chat: Chat, looks: Mapping[Bot, Look | None]) -> Finding:
    """Whether the listener of a group sees every message there."""
    name = f"privacy {chat}"
    if chat.listener is None:
        return fail(name, _("No bot listens in this group."), _("Choose a listener in the admin."))
    look = looks.get(chat.listener)
    if look is None or look.identity is None:
        text = _("Its listener %(bot)s cannot be asked.") % {"bot": chat.listener}
        return fail(name, text, _("Mend its token first, or choose another listener."))
    if look.identity.reads_all_messages:
        return ok(name, _("%(bot)s sees every message.") % {"bot": chat.listener})
    try:
        with gate.heeded(chat.listener) as line:
            status = line.member(chat_id=chat.telegram_id or 0, user_id=look.identity.id).status
    except port.TelegramError as error:
        return fail(name, str(error), _("Add %(bot)s to the group.") % {"bot": chat.listener})
    if status in SEES_ALL:
        return ok(name, _("%(bot)s sees every message, as an administrator.") % {"bot": chat.listener})
    return fail(
        name,
        _("%(bot)s only sees what is said to it, so questions to everybody go unheard.") % {"bot": chat.listener},
        _("Turn its privacy mode off (@BotFather, /setprivacy) and add it anew, or make it an administrator."),
    )


def disclosure(chat: Chat) -> list[Finding]:
    name = f"disclosure {chat}"
    if chat.disclosed_at:
        return [ok(name, _("The audience was told; %(who)s answers for it.") % {"who": chat.disclosed_by})]
    remedy = _("Run `manage.py chat disclose %(number)s --by NAME`.") % {"number": chat.pk}
    text = _("Nobody told the audience that this is a simulation, so the cast is silent there.")
    if chat.mode in {Chat.Mode.LIVE, Chat.Mode.APPROVAL}:
        return [fail(name, text, remedy)]
    return [warn(name, text, remedy)]


def sights() -> list[Finding]:
    """Whether those of ours who watched the cast in a group still see it."""
    found = [
        warn(
            f"observer {chat}",
            _("Nobody of ours has seen there what the cast said for %(minutes)s min, so doubts stay doubts.")
            % {"minutes": round(lag / 60)},
            _("Look whether its observer is still in the group, sees all messages and gets its updates."),
        )
        for chat, lag in sight.behind(timezone.now()).items()
    ]
    return found or [ok("observer", _("Whoever watches what the cast says still sees it."))]
