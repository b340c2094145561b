"""Our own processes: does somebody work, does the clock tick, does the page answer?"""

import time
from collections.abc import Iterator

import httpx
from django.conf import settings
from django.utils import timezone

from bots import deadline
from bots.models import Bot
from conversations import presence, running, schedule
from conversations.models import Engine, Process
from conversations.running import Running
from monitoring.probes.finding import Finding, fail, ok, warn
from monitoring.probes.phrase import gettext as _

PATIENCE = 1.5
STALE_SECONDS = 15
RECENT_SECONDS = 600
"""So long a process that died without a word is worth a line."""


def workers() -> list[Finding]:
    return among(running.now())


def among(found: list[Running]) -> list[Finding]:
    """What these processes say of those who write and send."""
    return [_workers(found), *_stuck(found), *_lost(found), *_versions(found)]


def _workers(found: list[Running]) -> Finding:
    alive = [one for one in found if one.kind in presence.WORKERS and one.lives]
    if not alive:
        return fail("worker", _("No worker runs, so nobody writes and nobody sends."), _start())
    if missing := running.unserved(found):
        text = _("Nobody works on %(queues)s.") % {"queues": ", ".join(missing)}
        return fail("worker", text, _("Start a worker for these queues too (`celery -A config worker -Q ...`)."))
    names = ", ".join(one.name for one in alive)
    return ok("worker", _("%(count)s workers take work: %(names)s.") % {"count": len(alive), "names": names})


def _stuck(found: list[Running]) -> Iterator[Finding]:
    """Alive, and yet nothing that was sent to it arrives."""
    for one in found:
        if one.state is running.State.STALLED:
            text = _("It lives, but has done nothing for %(seconds)s s: it hears nothing from the broker, or hangs.")
            remedy = _("Look at the broker; when that answers, end this process, so that it is started anew.")
            yield fail(f"process {one.name}", text % {"seconds": round(one.idle_seconds)}, remedy)


def _lost(found: list[Running]) -> Iterator[Finding]:
    for one in found:
        if not one.lives and one.silent_seconds < RECENT_SECONDS:
            text = _("It fell silent %(seconds)s s ago without a word: killed, or without a database.")
            remedy = _("Look at its log, and whether the machine ran out of memory. It is forgotten after an hour.")
            yield warn(f"process {one.name}", text % {"seconds": round(one.silent_seconds)}, remedy)


def _versions(found: list[Running]) -> Iterator[Finding]:
    versions = sorted({one.version for one in found if one.lives})
    if len(versions) > 1:
        text = _("Processes of several versions run together: %(versions)s.") % {"versions": ", ".join(versions)}
        yield warn("versions", text, _("Start the older ones anew."))


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
    return [*found, _beats(sum(one.kind == Process.Kind.BEAT and one.lives for one in running.now()))]


def _beats(count: int) -> Finding:
    if count > 1:
        return ok("beat", _("The clock ticks; %(count)s beats run, one is enough.") % {"count": count})
    return ok("beat", _("The clock ticks."))


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
    """Only where Kulis asks Telegram itself, for somebody."""
    if settings.TELEGRAM_MODE != "polling" or not Bot.objects.active().with_token().exists():
        return []
    until = Engine.objects.values_list("listener_until", flat=True).get(pk=1)
    if until is None or until < timezone.now():
        return [fail("poller", _("Nobody asks Telegram what people write."), _("Start `manage.py listen`."))]
    return [ok("poller", _("One poller asks Telegram for the whole cast."))]


def _start() -> str:
    return _("Start Kulis: `make run`, or your web, worker and beat processes.")
