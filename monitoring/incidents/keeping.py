"""Writer: incidents open, go on, grow worse, close and come back; people take them on and silence them.

Everything that a look finds about one kind is one transaction, under one lock, with the notices that it causes.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from bots import audit
from conversations import events
from conversations.engine import clock
from conversations.models import Event
from monitoring.incidents import telling
from monitoring.incidents.models import Delivery, Incident, Kind, Severity, Threshold
from monitoring.incidents.signs import Sign

GRACE = timedelta(seconds=60)
"""A trouble that was not seen for so long is over."""
GAP = timedelta(seconds=40)
"""Seen again after longer than this, it had been away."""
SAME = timedelta(minutes=30)
"""Coming back within so long after its end it is the same incident."""
LONGEST_SILENCE = timedelta(days=90)
BATCH = 250
_LOCK = 7_341_007
What = Delivery.What
BY = "kulis"


def is_explained(causes: Collection[Kind]) -> bool:
    return bool(causes) and Incident.objects.filter(kind__in=causes, closed_at=None).exists()


@transaction.atomic
def settle(threshold: Threshold, signs: Sequence[Sign], now: datetime) -> None:
    """Bring the incidents of one kind in line with what was seen `now`."""
    _one_at_a_time()
    # Held, so that what a person decides meanwhile waits, and is not written over.
    held = Incident.objects.filter(kind=threshold.kind, closed_at=None).order_by("pk").select_for_update()
    known = {one.subject: one for one in held}
    for sign in signs:
        severity = sign.severity or Severity(threshold.severity)
        found = known.pop(sign.subject, None)
        if found is None:
            _begin(threshold.kind, sign, severity, now)
        else:
            _go_on(found, sign, severity, now)
    for gone in known.values():
        if now - gone.seen_at >= GRACE:
            _end(gone, now)


def seen(threshold: Threshold, now: datetime) -> None:
    """Between two looks at something that is looked at rarely, its incidents go on."""
    Incident.objects.filter(kind=threshold.kind, closed_at=None).update(seen_at=now)


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _begin(kind: str, sign: Sign, severity: Severity, now: datetime) -> None:
    past = Incident.objects.filter(kind=kind, subject=sign.subject, closed_at__gt=now - SAME)
    again = past.order_by("-closed_at").first()
    incident = again or Incident(kind=kind, subject=sign.subject, opened_at=now)
    _take(incident, sign, now)
    incident.severity = severity
    if again:
        incident.count += 1
        incident.closed_at = incident.acknowledged_at = incident.acknowledged_by = None
    incident.save()
    audit.record("incident.reopen" if again else "incident.open", by=BY, subject=incident, after=sign.facts)
    telling.announce(incident, What.OPENED, now)
    _told()


def _go_on(incident: Incident, sign: Sign, severity: Severity, now: datetime) -> None:
    worse = severity > incident.severity
    if now - incident.seen_at > GAP:
        incident.count += 1
    if worse:
        audit.record(
            "incident.worse", by=BY, subject=incident, before={"severity": incident.severity},
            after={"severity": int(severity)},
        )  # fmt: skip
        incident.severity = severity
    _take(incident, sign, now)
    incident.save()
    if worse:
        telling.announce(incident, What.WORSE, now)
        _told()


def _take(incident: Incident, sign: Sign, now: datetime) -> None:
    incident.facts, incident.seen_at = sign.facts, now
    incident.chat_id, incident.bot_id, incident.provider_id = sign.chat_id, sign.bot_id, sign.provider_id


def _end(incident: Incident, now: datetime) -> None:
    incident.closed_at, incident.silenced_until = now, None
    incident.save(update_fields=["closed_at", "silenced_until"])
    audit.record("incident.close", by=BY, subject=incident)
    telling.announce(incident, What.CLOSED, now)
    _told()


@transaction.atomic
def remind(now: datetime) -> None:
    """A silence that has run out while the trouble goes on: who is told of it is told again."""
    over = Incident.objects.filter(closed_at=None, silenced_until__lte=now).select_for_update(skip_locked=True)
    for incident in over:
        incident.silenced_until = None
        incident.save(update_fields=["silenced_until"])
        telling.announce(incident, What.AGAIN, now)
        _told()


# --- What people do --------------------------------------------------------------------------------------------------
@transaction.atomic
def acknowledge(incident: Incident, *, by: audit.Actor) -> Incident:
    """Somebody takes it on. Raises ValidationError when somebody was faster, or it is over."""
    row = _held(incident)
    if row.acknowledged_at:
        name = row.acknowledged_by or _("Somebody")
        raise ValidationError(_("%(name)s has taken it on already.") % {"name": name})
    row.acknowledged_at, row.acknowledged_by = clock.now(), audit.account(by)
    row.save(update_fields=["acknowledged_at", "acknowledged_by"])
    audit.record("incident.acknowledge", by=by, subject=row)
    _told()
    return row


@transaction.atomic
def silence(incident: Incident, *, span: timedelta, by: audit.Actor, reason: str = "") -> Incident:
    """Tell nobody of it for so long, while it lasts. Raises ValidationError."""
    if not timedelta(0) < span <= LONGEST_SILENCE:
        raise ValidationError(_("A silence lasts 90 days at most."))
    row = _held(incident)
    row.silenced_until = clock.now() + span
    row.save(update_fields=["silenced_until"])
    until = row.silenced_until.isoformat(timespec="minutes")
    audit.record("incident.silence", by=by, subject=row, after={"until": until}, reason=reason)
    _told()
    return row


@transaction.atomic
def reopen(incident: Incident, *, by: audit.Actor) -> Incident:
    """Put it before everybody again: neither taken on nor silenced. Raises ValidationError when it is over."""
    row = _held(incident)
    before = {"acknowledged": str(row.acknowledged_by or ""), "silenced": bool(row.silenced_until)}
    row.acknowledged_at = row.acknowledged_by = row.silenced_until = None
    row.save(update_fields=["acknowledged_at", "acknowledged_by", "silenced_until"])
    audit.record("incident.unfold", by=by, subject=row, before=before)
    _told()
    return row


def _held(incident: Incident) -> Incident:
    row = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    if row.closed_at:
        raise ValidationError(_("It is over already."))
    return row


def _told() -> None:
    events.publish(Event.Kind.ENGINE)


def waiting(before: datetime) -> int:
    return Incident.objects.filter(closed_at__lt=before).count()


def prune(before: datetime) -> int:
    """Drop a batch of what was over before that moment. How many; 0 when none is left."""
    old = Incident.objects.filter(closed_at__lt=before).order_by("closed_at").values_list("pk", flat=True)[:BATCH]
    return Incident.objects.filter(pk__in=list(old)).delete()[0]
