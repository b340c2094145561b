"""Our own processes: does somebody work, does the clock tick, does the page answer?"""

import time

import httpx
from celery import current_app
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from bots import deadline
from conversations import schedule, wake
from conversations.models import Engine
from monitoring.probes.finding import Finding, fail, ok, warn

PATIENCE = 1.5
STALE_SECONDS = 15
QUEUES = frozenset(wake.QUEUES.values()) | {queue for _seconds, queue in schedule.PLAN.values()}


def workers() -> list[Finding]:
    try:
        answers = current_app.control.inspect(timeout=PATIENCE).active_queues() or {}
    except (OperationalError, OSError) as error:
        return [fail("worker", _("The workers cannot be asked: %(why)s") % {"why": error}, _("Look at the broker."))]
    served = {queue["name"] for queues in answers.values() for queue in queues}
    if not answers:
        return [fail("worker", _("No worker answers, so nobody writes and nobody sends."), _start())]
    if missing := sorted(QUEUES - served):
        text = _("Nobody works on %(queues)s.") % {"queues": ", ".join(missing)}
        return [fail("worker", text, _("Start a worker for these queues too (`celery -A config worker -Q ...`)."))]
    return [
        ok("worker", _("%(count)s workers answer: %(names)s.") % {"count": len(answers), "names": ", ".join(answers)})
    ]


def beat() -> list[Finding]:
    found = [
        warn("schedule", _("The task %(name)s is paused.") % {"name": name}, _("Let it run again in the admin."))
        for name in schedule.paused()
    ]
    ticked = Engine.objects.values_list("ticked_at", flat=True).get(pk=1)
    age = (timezone.now() - ticked).total_seconds() if ticked else None
    if age is None:
        return [*found, fail("beat", _("The clock has never ticked here."), _start())]
    if age > STALE_SECONDS:
        text = _("The clock last ticked %(seconds)s s ago; it should every second.") % {"seconds": round(age)}
        return [*found, fail("beat", text, _start())]
    return [*found, ok("beat", _("The clock ticks."))]


def web() -> list[Finding]:
    address = f"{settings.PUBLIC_URL}/livez"
    try:
        with deadline.until(time.monotonic() + PATIENCE * 2):
            status = deadline.client(settings.PUBLIC_URL).get(address).status_code
    except httpx.TransportError as error:
        text = _("%(address)s does not answer from here: %(why)s") % {"address": address, "why": error}
        return [warn("web", text, _start())]
    if status != httpx.codes.OK:
        text = _("%(address)s answers with %(status)s.") % {"address": address, "status": status}
        return [warn("web", text, _("Look whether another program has this address."))]
    return [ok("web", _("%(address)s answers.") % {"address": address})]


def poller() -> list[Finding]:
    """Only where Kulis asks Telegram itself."""
    if settings.TELEGRAM_MODE != "polling":
        return []
    until = Engine.objects.values_list("listener_until", flat=True).get(pk=1)
    if until is None or until < timezone.now():
        return [fail("poller", _("Nobody asks Telegram what people write."), _("Start `manage.py listen`."))]
    return [ok("poller", _("One poller asks Telegram for the whole cast."))]


def _start() -> str:
    return _("Start Kulis: `make run`, or your web, worker and beat processes.")
