"""Incidents: one row while a trouble lasts, closed by itself, taken on and silenced by people."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from bots.models import AuditEntry, Bot
from conversations.engine import clock
from monitoring.incidents import keeping, looking, sight, words
from monitoring.incidents.models import Delivery, Incident, Kind, Lookout, Severity, Threshold
from monitoring.incidents.signs import Sign
from tests import staff, stagehands
from tests.monitoring.incidents.seeing import began, later, look

pytestmark = pytest.mark.django_db


def settle(kind: Kind, *signs: Sign) -> None:
    keeping.settle(Threshold.objects.get(kind=kind), signs, clock.now())


def deeds(incident: Incident) -> list[str]:
    found = AuditEntry.objects.filter(subject_kind="monitoring.incident", subject_id=str(incident.pk)).order_by("pk")
    return list(found.values_list("action", flat=True))


def test_what_lasts_is_one_incident_and_closes_by_itself() -> None:
    incident = began(Kind.BROKER)
    settle(Kind.BROKER, Sign("house", {"name": "öteki"}))
    incident.refresh_from_db()
    assert (Incident.objects.count(), incident.count, incident.facts) == (1, 1, {"name": "öteki"})
    settle(Kind.BROKER)
    incident.refresh_from_db()
    assert incident.is_open, "gone for a moment is not over"
    later(incident, seconds=61)
    settle(Kind.BROKER)
    incident.refresh_from_db()
    assert not incident.is_open
    assert deeds(incident) == ["incident.open", "incident.close"]


def test_what_comes_back_is_the_same_incident_and_counted() -> None:
    incident = began(Kind.BROKER)
    later(incident, seconds=45)
    settle(Kind.BROKER, Sign("house"))
    later(Incident.objects.get(), seconds=70)
    settle(Kind.BROKER)
    settle(Kind.BROKER, Sign("house"))
    again = Incident.objects.get()
    assert (again.pk, again.count, again.is_open) == (incident.pk, 3, True)
    assert deeds(again)[-1] == "incident.reopen"
    Incident.objects.update(closed_at=timezone.now() - timedelta(hours=1))
    settle(Kind.BROKER, Sign("house"))
    assert Incident.objects.count() == 2, "after an hour it is another one"


def test_what_grows_worse_says_so() -> None:
    incident = began(Kind.PROCESS, "process:a:1", name="a", seconds=30)
    settle(Kind.PROCESS, Sign("process:a:1", {"name": "a", "seconds": 40}, severity=Severity.URGENT))
    incident.refresh_from_db()
    assert incident.severity == Severity.URGENT
    assert deeds(incident)[-1] == "incident.worse"


def test_a_look_finds_what_is_wrong_and_nothing_else() -> None:
    assert look() == []
    Bot.objects.filter(pk=stagehands.troupe(1)[0].pk).update(token="v1.k1.AAAA", token_state=Bot.Token.DEAD)
    assert look() == ["token"]
    assert look() == ["token"]
    assert Incident.objects.count() == 1


def test_a_consequence_is_not_told_of_beside_its_cause() -> None:
    stagehands.process("writer", idle=90, queues=["compose"])
    began(Kind.BROKER)
    assert look() == ["broker"]
    later(Incident.objects.get(), minutes=2)
    assert look() == ["process"]


def test_what_is_not_watched_closes() -> None:
    Bot.objects.filter(pk=stagehands.troupe(1)[0].pk).update(token="v1.k1.AAAA", token_state=Bot.Token.DEAD)
    assert look() == ["token"]
    Threshold.objects.filter(kind=Kind.TOKEN).update(enabled=False)
    later(Incident.objects.get(), minutes=2)
    assert look() == []


def test_of_two_looks_at_once_one_is_done() -> None:
    Lookout.objects.update(looked_at=None)
    assert [looking.look(), looking.look()] == [True, False]


def test_where_nobody_looks_any_process_does() -> None:
    Lookout.objects.update(looked_at=timezone.now() - timedelta(seconds=20))
    assert not looking.late()
    Lookout.objects.update(looked_at=timezone.now() - timedelta(seconds=40))
    assert looking.late()


def test_what_is_looked_at_rarely_goes_on_between_two_looks() -> None:
    incident = began(Kind.AUDIT, seq=1, reason="x")
    Threshold.objects.filter(kind=Kind.AUDIT).update(looked_at=timezone.now())
    later(incident, minutes=4)
    assert look() == ["audit"]


# --- People ----------------------------------------------------------------------------------------------------------
def test_it_is_taken_on_by_one() -> None:
    ayse, incident = staff.account("ayse"), began(Kind.BROKER)
    keeping.acknowledge(incident, by=ayse)
    assert not sight.waiting(ayse).exists()
    with pytest.raises(ValidationError, match="ayse"):
        keeping.acknowledge(incident, by=staff.account("kadir"))
    keeping.reopen(incident, by=ayse)
    assert sight.waiting(ayse).count() == 1


def test_a_silence_ends_and_is_told_of_again() -> None:
    ayse, incident = staff.account("ayse"), began(Kind.BROKER)
    keeping.silence(incident, span=timedelta(hours=1), by=ayse, reason="biliyoruz")
    assert not sight.waiting(ayse).exists()
    keeping.remind(clock.now())
    assert not sight.waiting(ayse).exists()
    keeping.remind(clock.now() + timedelta(hours=2))
    assert sight.waiting(ayse).exists()
    with pytest.raises(ValidationError):
        keeping.silence(incident, span=timedelta(0), by=ayse)


def test_what_is_over_takes_no_decision() -> None:
    incident = began(Kind.BROKER)
    Incident.objects.update(closed_at=timezone.now())
    for verb in (keeping.acknowledge, keeping.reopen):
        with pytest.raises(ValidationError):
            verb(incident, by="tests")


def test_what_was_over_long_ago_goes() -> None:
    began(Kind.BROKER)
    assert keeping.prune(timezone.now()) == 0
    Incident.objects.update(closed_at=timezone.now() - timedelta(days=1))
    assert keeping.prune(timezone.now()) == 1
    assert not Delivery.objects.exists()


def test_every_sentence_takes_its_facts() -> None:
    facts = {
        "name": "n", "seconds": 61.0, "minutes": 1.5, "chats": 2, "count": 3, "failed": 1, "calls": 2, "percent": 80,
        "days": 7.0, "seq": 9, "tries": 5, "reason": "", "code": "guard:promise",
    }  # fmt: skip
    for kind in Kind:
        told = words.what(Incident(kind=kind, subject="house", facts=facts))
        assert "%(" not in told
        assert told
