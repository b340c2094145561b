"""Writer: who is told of what. One row of the outbox for each channel, in the transaction of what it tells of."""

from datetime import datetime

from django.utils import timezone

from conversations.engine import pace
from monitoring import access
from monitoring.incidents import sight
from monitoring.incidents.models import Channel, Delivery, Incident, Severity
from monitoring.reports.models import Report

What = Delivery.What


def announce(incident: Incident, what: Delivery.What, now: datetime) -> None:
    """Tell those channels that want to know of it. A silenced incident, and one that somebody has taken on, rest."""
    resting = incident.silenced_until is not None or incident.acknowledged_at is not None
    if resting and what != What.CLOSED:
        return
    wanting = Channel.objects.filter(enabled=True, least__lte=incident.severity).select_related("person")
    if what == What.CLOSED:
        heard = Delivery.objects.filter(incident=incident).exclude(state=Delivery.State.DROPPED)
        wanting = wanting.filter(tells_end=True, pk__in=heard.values("channel"))
    channels = [one for one in wanting if may_know(one, incident)]
    _put(
        [
            Delivery(
                channel=channel, what=what, incident=incident, next_at=_when(channel, incident, now),
                key=f"{what}:{incident.pk}:{incident.count}:{incident.severity}:{now.timestamp():.0f}",
            )
            for channel in channels
        ]
    )  # fmt: skip


def publish(report: Report, now: datetime) -> None:
    """Send a report to whoever has subscribed to its period."""
    asked = "weekly" if report.is_week else "daily"
    channels = Channel.objects.filter(enabled=True, **{asked: True}).select_related("person")
    _put(
        [
            Delivery(channel=one, what=What.REPORT, report=report, next_at=now, key=f"report:{report.pk}")
            for one in channels
            if is_theirs(one)
        ]
    )


def test(channel: Channel, now: datetime) -> Delivery:
    """One that says that it is only a test. The caller sees to it that it leaves."""
    return Delivery.objects.create(
        channel=channel, what=What.TEST, next_at=now, key=f"test:{now.timestamp()}", state=Delivery.State.WAITING
    )


def is_theirs(channel: Channel) -> bool:
    """Whether whoever it is for may still watch the cast; the house always may."""
    return channel.person is None or (channel.person.is_active and access.may(channel.person, access.SEE))


def may_know(channel: Channel, incident: Incident) -> bool:
    """Whether whoever it is for may see this incident; asked again before it leaves."""
    if not is_theirs(channel):
        return False
    return channel.person is None or sight.of(channel.person).filter(pk=incident.pk).exists()


def _when(channel: Channel, incident: Incident, now: datetime) -> datetime:
    """At once, or when the quiet hours of the channel are over; what is urgent does not wait."""
    if incident.severity >= Severity.URGENT or channel.quiet_starts is None or channel.quiet_ends is None:
        return now
    return pace.quiet_until((channel.quiet_starts, channel.quiet_ends), timezone.localtime(now)) or now


def _put(deliveries: list[Delivery]) -> None:
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
