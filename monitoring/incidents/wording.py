"""A notice in words: for mail, for a chat window, for a program. In the language of its channel."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from monitoring.incidents import words
from monitoring.incidents.models import Delivery, Incident, Severity
from monitoring.reports import mailing
from monitoring.reports.models import Report

What = Delivery.What
MARKS = {Severity.URGENT: "🔴", Severity.WARNING: "🟠", Severity.NOTE: "🔵"}


@dataclass(frozen=True, slots=True)
class Note:
    subject: str
    text: str
    html: str
    brief: str
    """For a chat window."""
    payload: dict[str, Any]
    files: tuple[tuple[str, str], ...] = ()
    """Names and contents of what is attached to a mail."""


def of(delivery: Delivery) -> Note:
    with translation.override(delivery.channel.language):
        if delivery.report is not None:
            return _report(delivery, delivery.report)
        return _incident(delivery, delivery.incident) if delivery.incident is not None else _test(delivery)


def address(path: str) -> str:
    return settings.PUBLIC_URL.rstrip("/") + path


def _incident(delivery: Delivery, incident: Incident) -> Note:
    told, what = words.of(incident), words.what(incident)
    name = str(incident.get_kind_display())
    about = str(incident.chat or incident.bot or "")
    mark = "🟢" if delivery.what == What.CLOSED else MARKS[Severity(incident.severity)]
    where = address(incident.get_absolute_url())
    context = {
        "incident": incident, "delivery": delivery, "told": told, "what": what, "about": about,
        "address": where, "state": delivery.get_what_display(),
    }  # fmt: skip
    head = f"{name} · {about}" if about else name
    lines = [f"{mark} {head} ({delivery.get_what_display()})", what]
    lines += [] if delivery.what == What.CLOSED else [str(told.todo)]
    payload = _envelope(delivery, f"incident.{delivery.what}") | {"incident": _facts(incident, what)}
    return Note(
        subject=" ".join(f"{mark} Kulis: {head}".split()),
        text=render_to_string("mail/notice.txt", context),
        html=render_to_string("mail/notice.html", context),
        brief="\n".join([*lines, where]),
        payload=payload,
    )


def _facts(incident: Incident, what: str) -> dict[str, Any]:
    told = words.of(incident)
    return {
        "id": incident.pk, "kind": incident.kind, "subject": incident.subject,
        "severity": Severity(incident.severity).name.lower(), "name": str(incident.get_kind_display()), "what": what,
        "why": str(told.why), "todo": str(told.todo), "count": incident.count, "facts": incident.facts,
        "opened_at": incident.opened_at.isoformat(), "seen_at": incident.seen_at.isoformat(),
        "closed_at": incident.closed_at.isoformat() if incident.closed_at else None,
        "url": address(incident.get_absolute_url()),
    }  # fmt: skip


def _test(delivery: Delivery) -> Note:
    text = _("This is a test of the channel “%(name)s”. Notices of Kulis arrive here.") % {"name": delivery.channel}
    context = {"text": text, "address": address("/")}
    return Note(
        subject=_("Kulis: a test"),
        text=text,
        html=render_to_string("mail/test.html", context),
        brief=f"✅ {text}",
        payload=_envelope(delivery, "test") | {"text": text},
    )


def _report(delivery: Delivery, report: Report) -> Note:
    mail = mailing.of(report, delivery.channel.person, address(report.get_absolute_url()))
    return Note(
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        brief=mail.brief,
        payload=_envelope(delivery, "report") | {"report": mail.facts},
        files=((mail.file_name, mail.csv),),
    )


def _envelope(delivery: Delivery, kind: str) -> dict[str, Any]:
    return {"type": kind, "id": str(delivery.uuid), "at": timezone.now().isoformat(timespec="seconds")}
