"""What is kept beside the talk goes when its time is over, by the same hand as the talk itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.engine import policy, retention
from monitoring.faults import rows
from monitoring.faults.reading import Seen
from monitoring.incidents.models import Kind
from monitoring.models import Channel, Checkup, Delivery, Fault, Incident
from tests.monitoring.incidents.seeing import began

pytestmark = pytest.mark.django_db


def old_and_new(days: int) -> None:
    """One row of each kind that is as old as this."""
    at = timezone.now() - timedelta(days=days)
    rows.keep(Seen(f"x{days}", "worker", "ValueError", "", "", "", at))
    Checkup.objects.create(slot=int(at.timestamp()) // 300)
    incident = began(Kind.BROKER)
    Incident.objects.filter(pk=incident.pk).update(closed_at=at, opened_at=at, subject=f"x{days}")
    channel, _new = Channel.objects.get_or_create(name="nöbet", kind="email", email="a@example.com")
    Delivery.objects.create(channel=channel, what="test", key=str(days), next_at=at, state="sent", ended_at=at)


def test_each_goes_after_its_days_and_is_counted_before() -> None:
    old_and_new(401)
    old_and_new(1)
    now, rules = timezone.now(), policy.current()
    wanted = {"checks": 1, "faults": 2, "incidents": 1, "notices": 1}
    waiting = retention.waiting(now, rules).as_json()
    assert {name: waiting[name] for name in wanted} == wanted
    gone = retention.prune(now, rules).as_json()
    assert {name: gone[name] for name in wanted} == wanted
    assert [kept.count() for kept in (Checkup.objects, Fault.objects, Incident.objects)] == [1, 1, 1]
    assert Delivery.objects.filter(what="test").count() == 1
