"""What a person may do about an incident in one click: verbs that the house has already, with the rights they need."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bots import audit, roster, vault
from bots.models import Bot
from bots.telegram import port
from conversations import breakers, control, limits, providers, remits
from conversations.engine import policy
from conversations.models import Chat, Provider
from monitoring import access
from monitoring.incidents.kinds import SPECS
from monitoring.incidents.models import Incident, Kind
from monitoring.reasons import Words

PAUSE = timedelta(hours=1)
SLOWEST, FEWEST = 10.0, 0.1
"""Of a chat's tempo, and of the scale of the cast."""
_OF_ALL = frozenset({"slow_cast", "try_line", "try_provider", "test_provider"})
TROUBLES = (ValidationError, port.TelegramError, vault.VaultError)


@dataclass(frozen=True, slots=True)
class Remedy:
    label: Words
    consequence: Words
    permission: str
    act: Callable[[Incident, User, str], str]
    """By a person, over what that person saw (`seen`). Returns a sentence; raises one of TROUBLES."""
    fits: Callable[[Incident], bool]
    seen: Callable[[Incident], str] = lambda _incident: ""
    """What the page showed: whoever acts on something else than what stands there now is told so."""
    wants_code: bool = False
    """The second factor must have been shown lately."""


# --- The verbs -------------------------------------------------------------------------------------------------------
def _tempo(incident: Incident) -> str:
    chat = incident.chat
    return f"{chat.tempo:g}" if chat else ""


def _slow_chat(incident: Incident, by: User, seen: str) -> str:
    with transaction.atomic():
        chat = Chat.objects.select_for_update(no_key=True).get(pk=incident.chat_id or 0)
        if f"{chat.tempo:g}" != seen:
            raise ValidationError(
                _("Somebody changed the tempo meanwhile; it is %(tempo)s now.") % {"tempo": f"{chat.tempo:g}"}
            )
        after = min(chat.tempo * 2, SLOWEST)
        control.adjust(chat, by=by, tempo=after)
    return _("%(chat)s: its waits are twice as long now (tempo %(tempo)s).") % {"chat": chat, "tempo": f"{after:g}"}


def _revision(_incident: Incident) -> str:
    return str(policy.current().revision)


def _slow_cast(_incident: Incident, by: User, seen: str) -> str:
    scale = max(policy.current().scale / 2, FEWEST)
    number = int(seen) if seen.isascii() and seen.isdecimal() else 0
    control.revise(by=by, seen=number, note=_("Half as much, because of an incident."), scale=scale)
    return _("The cast says half as much now (scale %(scale)s).") % {"scale": f"{scale:g}"}


def _try_line(incident: Incident, by: User, _seen: str) -> str:
    shut = [one for one in limits.breakers() if one.bot_id and incident.bot_id in {None, one.bot_id}]
    for one in shut:
        breakers.reset(one, by=by)
    return _("%(count)s lines are tried again at once.") % {"count": len(shut)}


def _try_provider(incident: Incident, by: User, _seen: str) -> str:
    shut = [one for one in limits.breakers() if one.provider_id and one.provider_id == incident.provider_id]
    for one in shut:
        breakers.reset(one, by=by)
    return _("%(name)s is asked again at once.") % {"name": incident.provider}


def _pause_bot(incident: Incident, by: User, _seen: str) -> str:
    bot = Bot.objects.get(pk=incident.bot_id or 0)
    until = timezone.now() + PAUSE
    roster.pause(bot, until=until, by=by, reason=str(incident))
    return _("%(bot)s is silent until %(until)s.") % {"bot": bot, "until": f"{timezone.localtime(until):%H:%M}"}


def _test_token(incident: Incident, by: User, _seen: str) -> str:
    bot = Bot.objects.get(pk=incident.bot_id or 0)
    identity = roster.check_token(bot, by=by)
    return _("Telegram takes the token: it knows the bot as %(name)s.") % {"name": identity.name}


def _test_provider(incident: Incident, _by: User, _seen: str) -> str:
    trial = providers.test(Provider.objects.get(pk=incident.provider_id or 0))
    if not trial.ok:
        raise ValidationError(trial.text)
    return trial.text


def _start_engine(_incident: Incident, by: User, _seen: str) -> str:
    control.start(by=by)
    return _("The engine runs. Chats begin one after the other.")


def _is_fast(incident: Incident) -> bool:
    return incident.chat is not None and incident.chat.tempo < SLOWEST


def _is_of_all(incident: Incident) -> bool:
    return incident.chat_id is None and policy.current().scale > FEWEST


def _is_shut(incident: Incident) -> bool:
    return incident.provider_id in {one.provider_id for one in limits.breakers() if one.provider_id}


REMEDIES: Mapping[str, Remedy] = {
    "slow_chat": Remedy(
        gettext_lazy("Halve the pace of this chat"), gettext_lazy("Its waits become twice as long."),
        access.SAY, _slow_chat, _is_fast, _tempo,
    ),
    "slow_cast": Remedy(
        gettext_lazy("Halve the pace of the cast"),
        gettext_lazy("Every chat says half as much; a new revision of the rules."),
        "conversations.add_rules", _slow_cast, _is_of_all, _revision,
    ),
    "try_line": Remedy(
        gettext_lazy("Try again now"), gettext_lazy("What failed before does not count any more."),
        "conversations.reset_breaker", _try_line, lambda _one: True,
    ),
    "try_provider": Remedy(
        gettext_lazy("Ask it again now"), gettext_lazy("What failed before does not count any more."),
        "conversations.reset_breaker", _try_provider, _is_shut,
    ),
    "pause_bot": Remedy(
        gettext_lazy("Pause the bot for an hour"), gettext_lazy("It says nothing anywhere, and is not asked."),
        "bots.change_bot", _pause_bot, lambda one: one.bot_id is not None,
    ),
    "test_token": Remedy(
        gettext_lazy("Test the token"),
        gettext_lazy("Telegram is asked who it belongs to. If it works, the bot speaks again."),
        "bots.replace_token", _test_token, lambda one: one.bot is not None and bool(one.bot.token),
    ),
    "test_provider": Remedy(
        gettext_lazy("Test the provider"), gettext_lazy("It is asked for one word, which costs a few tokens."),
        "conversations.replace_key", _test_provider, lambda one: one.provider_id is not None,
    ),
    "start_engine": Remedy(
        gettext_lazy("Start the engine"),
        gettext_lazy("The cast begins to speak in every live chat within half a minute."),
        access.START, _start_engine, lambda _one: True, wants_code=True,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    name: str
    remedy: Remedy
    seen: str


def offered(incident: Incident, viewer: User) -> list[Offer]:
    """What this person may do about it now."""
    if not incident.is_open:
        return []
    names = SPECS[Kind(incident.kind)].remedies
    return [
        Offer(name, REMEDIES[name], REMEDIES[name].seen(incident))
        for name in names
        if _may(name, incident, viewer) and REMEDIES[name].fits(incident)
    ]


def _may(name: str, incident: Incident, viewer: User) -> bool:
    """What changes the whole house is not for those who are limited to some chats."""
    of_all = name in _OF_ALL and incident.chat_id is None and incident.bot_id is None
    return access.may(viewer, REMEDIES[name].permission) and not (of_all and remits.ids(viewer) is not None)


def apply(name: str, incident: Incident, *, by: User, seen: str) -> str:
    """Do it, once. Returns a sentence; raises ValidationError when it did not work or does not fit any more."""
    incident = Incident.objects.select_related("chat", "bot", "provider").get(pk=incident.pk)
    if name not in {offer.name for offer in offered(incident, by)}:
        raise ValidationError(_("This does not fit any more: look at the incident as it stands now."))
    try:
        told = REMEDIES[name].act(incident, by, seen)
    except TROUBLES as trouble:
        told = " ".join(trouble.messages) if isinstance(trouble, ValidationError) else str(trouble)
        _record(name, incident, by, told, worked=False)
        raise ValidationError(told) from trouble
    _record(name, incident, by, told, worked=True)
    return told


def _record(name: str, incident: Incident, by: User, told: str, *, worked: bool) -> None:
    """The verb leaves its own entry; this one binds it to the incident."""
    audit.record("incident.remedy", by=by, subject=incident, after={"remedy": name, "worked": worked, "told": told})
