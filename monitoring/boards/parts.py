"""The parts of the house at a glance: who ticks, who writes, who sends, who listens, who has the words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from conversations.models import Engine, Process
from conversations.running import Running, State
from monitoring.probes.processes import STALE_SECONDS
from monitoring.pulse import Health, Standing
from monitoring.reasons import Words


@dataclass(frozen=True, slots=True)
class Part:
    name: Words
    state: str
    """ok, warn, fail or none."""
    text: str


def of(now: datetime, stands: Standing, found: Sequence[Running], voices: Sequence[Health]) -> list[Part]:
    return [
        _clock(now, stands.engine),
        _processes(_("Writers"), found, Process.Kind.WRITER),
        _processes(_("Senders"), found, Process.Kind.SENDER),
        _processes(_("Pages"), found, Process.Kind.WEB),
        _words(voices),
        _telegram(now, stands),
    ]


def _clock(now: datetime, engine: Engine) -> Part:
    if engine.ticked_at is None:
        return Part(_("Clock"), "fail", _("has never ticked"))
    age = round((now - engine.ticked_at).total_seconds())
    if age > STALE_SECONDS:
        return Part(_("Clock"), "fail", _("silent for %(seconds)s s") % {"seconds": age})
    return Part(_("Clock"), "ok", _("ticks"))


def _processes(name: str, found: Sequence[Running], kind: Process.Kind) -> Part:
    """Of several, one that is stuck is a warning; of none, nobody does its work."""
    alive = [one for one in found if one.kind == kind and one.lives]
    stuck = [one for one in alive if one.state is State.STALLED]
    if not alive:
        return Part(name, "fail", _("nobody"))
    if stuck:
        return Part(name, "fail" if len(stuck) == len(alive) else "warn", _("%(count)s stuck") % {"count": len(stuck)})
    return Part(name, "ok", _("%(count)s at work") % {"count": len(alive)})


def _words(voices: Sequence[Health]) -> Part:
    used = [one for one in voices if one.code != "off"]
    able = [one for one in used if one.code in {"works", "untried"}]
    if not able:
        return Part(_("Words"), "fail", _("no provider answers") if used else _("no provider"))
    state = "ok" if len(able) == len(used) else "warn"
    return Part(_("Words"), state, _("%(able)s of %(all)s providers") % {"able": len(able), "all": len(used)})


def _telegram(now: datetime, stands: Standing) -> Part:
    name, until = _("Telegram"), stands.engine.listener_until
    if settings.TELEGRAM_MODE == "off":
        return Part(name, "none", _("switched off"))
    if not stands.voiced:
        return Part(name, "none", _("no bot has a token"))
    if settings.TELEGRAM_MODE == "polling" and (until is None or until < now):
        return Part(name, "fail", _("nobody listens"))
    if stands.lines_shut:
        return Part(name, "warn", _("%(count)s lines left alone") % {"count": stands.lines_shut})
    return Part(name, "ok", _("every line is open"))
