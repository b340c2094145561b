"""What an hour came to is what its rows say, however often and by whomever it is counted."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from conversations import chronicle, control
from conversations.models import (
    Chat,
    ChatHour,
    Engine,
    LLMCall,
    Message,
    Outage,
    PlannedHour,
    ProviderHour,
)
from tests import stagehands

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def room() -> Chat:
    return stagehands.room(stagehands.troupe(1))


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def said(room: Chat, at: datetime) -> Message:
    return stagehands.message(room, "söz", at=at)


def versions() -> list[str]:
    """Which transaction wrote each row last."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ctid::text FROM conversations_chathour UNION ALL SELECT ctid::text FROM conversations_providerhour"
        )
        return sorted(row for (row,) in cursor.fetchall())


def test_an_hour_is_counted_once_and_again_without_a_trace(room: Chat, now: datetime) -> None:
    hour = chronicle.whole_hour(now) - 3 * HOUR
    for at in (hour, hour + HOUR - timedelta(microseconds=1), hour + HOUR, hour + timedelta(minutes=5)):
        said(room, at)
    stagehands.message(room, "söz", bot=room.members.get(), at=hour)
    stagehands.turn(room, state="skipped", reason="expired", ended_at=hour)
    stagehands.turn(room, state="failed", reason="expired", ended_at=hour)
    sent = stagehands.turn_in(
        "sent",
        room,
        room.members.get(),
        sent_at=hour + timedelta(seconds=3),
        send_after=hour,
        ended_at=hour + timedelta(seconds=3),
    )
    stagehands.tried(sent, started_at=hour, outcome="sent", sent_id=1)
    chronicle.fill(now)
    first = ChatHour.objects.get(at=hour)
    assert (first.bots, first.people, first.sent, first.skipped, first.failed) == (1, 3, 1, 1, 1)
    assert (first.reasons, first.tried, list(first.late.values())) == ({"expired": 2}, {"sent": 1}, [1])
    (number,) = map(int, first.late)
    assert 3000 / chronicle.RATIO <= chronicle.RATIO**number <= 3000
    assert ChatHour.objects.get(at=hour + HOUR).people == 1
    before = versions()
    chronicle.fill(now)
    assert versions() == before


def test_calls_are_counted_when_they_are_over(room: Chat, now: datetime) -> None:
    voice, hour = stagehands.provider("http://127.0.0.1:1/v1"), chronicle.whole_hour(now) - HOUR
    common = {"provider": voice, "model": "m", "started_at": hour, "prompt_tokens": 5, "completion_tokens": 2}
    LLMCall.objects.create(**common, outcome="ok", cost=Decimal("0.25"), latency_ms=900)
    LLMCall.objects.create(**common, outcome="llm_unavailable", route=2)
    LLMCall.objects.create(**common, outcome="open", until=now)
    chronicle.fill(now)
    found = ProviderHour.objects.get()
    assert (found.calls, found.failed, found.failovers, found.cost) == (2, 1, 1, Decimal("0.25"))
    assert (found.prompt_tokens, found.completion_tokens) == (10, 4)
    assert found.outcomes == {"ok": 1, "llm_unavailable": 1}
    assert sum(found.took.values()) == 1
    LLMCall.objects.filter(outcome="open").update(outcome="ok")
    chronicle.fill(now)
    assert ProviderHour.objects.get().calls == 3


def test_what_comes_late_is_counted_and_what_is_gone_is_not(room: Chat, now: datetime) -> None:
    late, gone = said(room, now - 20 * HOUR), said(room, now - 10 * HOUR)
    chronicle.fill(now)
    gone.delete()
    said(room, late.said_at)
    chronicle.fill(now)
    assert list(ChatHour.objects.values_list("at", "people")) == [(chronicle.whole_hour(late.said_at), 2)]


def test_an_hour_stays_counted_when_its_rows_have_had_their_time(room: Chat, now: datetime) -> None:
    old = said(room, now - timedelta(days=3))
    chronicle.fill(now)
    old.delete()
    chronicle.fill(now + HOUR)
    assert ChatHour.objects.aggregate(people=Sum("people"))["people"] == 1


def test_the_first_count_goes_back_to_the_first_row_and_may_be_interrupted(room: Chat, now: datetime) -> None:
    said(room, now - timedelta(days=5))
    said(room, now - timedelta(days=1))
    steps = iter([True, True, False])
    chronicle.fill(now, going_on=lambda: next(steps))
    reached = Engine.objects.get().counted_until
    assert reached
    assert reached < now - timedelta(days=2)
    assert ChatHour.objects.count() == 1
    chronicle.fill(now)
    assert Engine.objects.get().counted_until == chronicle.whole_hour(now)
    assert ChatHour.objects.count() == 2


def test_what_is_expected_of_chats_together_is_what_is_expected_of_all(now: datetime) -> None:
    cast = stagehands.troupe(3)
    stagehands.room(cast)
    stagehands.room(cast, title="Yan oda")
    control.revise(by="tests", own_gap=0)
    chronicle.plan(now)
    chronicle.plan(now)
    whole = PlannedHour.objects.get(at=chronicle.whole_hour(now), chat=None)
    parts = PlannedHour.objects.filter(at=whole.at, chat__isnull=False)
    assert parts.count() == 2
    assert whole.messages > 0
    assert sum(part.messages for part in parts) == pytest.approx(whole.messages, abs=0.01)
    assert whole.binding
    assert not PlannedHour.objects.filter(at__lt=whole.at).exists()


def test_the_plan_of_hours_that_are_over_stays_as_it_was(now: datetime) -> None:
    past = PlannedHour.objects.create(at=chronicle.whole_hour(now) - HOUR, messages=7, binding="pace")
    chronicle.plan(now)
    assert PlannedHour.objects.get(pk=past.pk).messages == 7


def test_a_clock_that_was_silent_leaves_an_outage_and_one_that_ticks_does_not(now: datetime) -> None:
    chronicle.ticked(now - timedelta(minutes=10))
    chronicle.ticked(now - timedelta(minutes=10) + timedelta(seconds=2))
    assert not Outage.objects.exists()
    chronicle.ticked(now)
    outage = Outage.objects.get()
    assert (outage.what, outage.since, outage.until) == ("clock", now - timedelta(seconds=598), now)
    assert Engine.objects.get().ticked_at == now
    chronicle.away("clock", outage.since, now)
    assert Outage.objects.count() == 1
    chronicle.prune(now + timedelta(days=200))
    assert not Outage.objects.exists()
