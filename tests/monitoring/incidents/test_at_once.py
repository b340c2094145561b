"""A look and a person at the same incident."""

import threading
import time

import pytest
from django.db import connection, transaction

from conversations.engine import clock
from monitoring.incidents import keeping
from monitoring.incidents.models import Kind, Threshold
from monitoring.incidents.signs import Sign
from tests import staff
from tests.monitoring.incidents.seeing import began


def look_on() -> None:
    try:
        keeping.settle(Threshold.objects.get(kind=Kind.BROKER), [Sign("house")], clock.now())
    finally:
        connection.close()


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


@pytest.mark.commits
@pytest.mark.usefixtures("committed")
def test_what_a_person_decides_during_a_look_stands() -> None:
    incident, user = began(Kind.BROKER), staff.account()
    look = threading.Thread(target=look_on)
    with transaction.atomic():
        keeping.acknowledge(incident, by=user)
        look.start()
        end = time.monotonic() + 20
        while not somebody_waits() and time.monotonic() < end:
            time.sleep(0.02)
    look.join(20)
    incident.refresh_from_db()
    assert (incident.acknowledged_by, incident.count) == (user, 1)
