"""Where beat and the broker are away, any process that lives looks and carries."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from monitoring import tasks
from monitoring.incidents import lookout, outbox
from monitoring.incidents.models import Channel, Incident, Lookout

pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("committed")]


def test_the_lookout_steps_in_once_and_tells_of_it(settings: Settings, loopback_port: int) -> None:
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{loopback_port}/0"
    settings.EMAIL_HOST = "mail.example"
    Channel.objects.create(name="nöbet", kind="email", email="a@example.com")
    Lookout.objects.update(looked_at=timezone.now() - timedelta(minutes=2))
    assert [lookout.step(), lookout.step()] == [True, False]
    assert [incident.kind for incident in Incident.objects.all()] == ["broker"]
    assert len(mail.outbox) == 1


def test_tasks_may_come_twice_late_or_never() -> None:
    for _time in range(2):
        tasks.look()
        tasks.carry()
        tasks.report()
    assert not Incident.objects.exists()
    assert outbox.carry() == 0
