"""How incidents and reports look on a page."""

from datetime import timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bots.models import AuditEntry
from monitoring.incidents import remedies
from monitoring.incidents.models import Incident, Severity
from monitoring.reports import reading
from monitoring.reports.models import Line

register = template.Library()
_TONES = {Severity.URGENT: "is-bad", Severity.WARNING: "is-warn", Severity.NOTE: "is-accent"}
_MOMENT = timedelta(minutes=1)


@register.filter
def gravity(severity: int) -> str:
    """The class of a severity."""
    return _TONES[Severity(severity)]


@register.filter
def lasted(incident: Incident) -> str:
    """When it began, and for how long it has lasted or did last."""
    began = date_format(timezone.localtime(incident.opened_at), "j F H:i")
    end = incident.closed_at or timezone.now()
    if end - incident.opened_at < _MOMENT:
        words = _("since %(began)s") if incident.is_open else _("%(began)s, a moment")
        return words % {"began": began}
    span = timesince(incident.opened_at, end, depth=1)
    words = _("since %(began)s, %(span)s") if incident.is_open else _("%(began)s, for %(span)s")
    return words % {"began": began, "span": span}


@register.filter
def cell(line: Line, name: str) -> str:
    """A number of a report as people read it."""
    value: Any = getattr(line, name)
    if value is None:
        return "–"
    return f"${number_format(value, 2)}" if name == "cost" else number_format(value, use_l10n=True, force_grouping=True)


@register.filter
def realism(line: Line) -> str:
    share = reading.share(line)
    return "–" if share is None else _("%(share)s %%") % {"share": share}


@register.filter
def change(now: int, before: int) -> str:
    """Against the period before, in percent with its sign; nothing where there was nothing."""
    if not before:
        return ""
    percent = round(100 * (now - before) / before)
    sign = "+" if percent > 0 else "−" if percent < 0 else "±"
    return _("%(change)s %%") % {"change": f"{sign}{abs(percent)}"}


_ACTS: dict[str, Any] = {
    "incident.open": gettext_lazy("saw it begin."),
    "incident.reopen": gettext_lazy("saw it come back."),
    "incident.worse": gettext_lazy("saw it grow worse."),
    "incident.close": gettext_lazy("saw that it is over."),
    "incident.acknowledge": gettext_lazy("took it on."),
    "incident.silence": gettext_lazy("silenced it until %(until)s."),
    "incident.unfold": gettext_lazy("put it before everybody again."),
    "incident.remedy": gettext_lazy("tried “%(remedy)s”."),
}


@register.filter
def incident_act(entry: AuditEntry) -> str:
    """What an entry of the audit trail about an incident says, in plain words."""
    told = str(_ACTS.get(entry.action, entry.action))
    after = entry.after if isinstance(entry.after, dict) else {}
    if entry.action == "incident.silence" and (until := parse_datetime(str(after.get("until", "")))):
        return told % {"until": date_format(timezone.localtime(until), "j F H:i")}
    if entry.action == "incident.remedy":
        remedy = remedies.REMEDIES.get(str(after.get("remedy")))
        told = told % {"remedy": remedy.label if remedy else after.get("remedy")}
        return told if after.get("worked") else f"{told} {_('It did not work.')}"
    return told
