"""Each number of the dashboard against a query written by hand."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from pytest_django import DjangoAssertNumQueries

from bots import roster
from bots.models import AuditEntry, Bot
from conversations import control, standing
from conversations.models import LLMCall, Provider, Turn
from monitoring import pulse, reasons, screens
from tests import full_house, staff, stagehands

pytestmark = pytest.mark.django_db


def sql(query: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def busy_house() -> None:
    """Messages and calls scattered over the last hour and a half, and bots in every condition."""
    full_house.furnish()
    room = stagehands.room([], title="Ara sahne")
    now, voice = timezone.now(), Provider.objects.all()[0]
    for number in range(40):
        at = now - timedelta(seconds=150 * number)
        stagehands.message(room, f"söz {number}", at=at)
        LLMCall.objects.create(
            provider=voice,
            model="m",
            outcome="ok",
            cost=Decimal("0.0125"),
            prompt_tokens=7,
            latency_ms=5,
            started_at=at,
        )


def test_minutes_equal_what_was_said() -> None:
    busy_house()
    now = timezone.now()
    counted = {minute.at: (minute.bots, minute.people) for minute in pulse.minutes(now) if minute.total}
    truth = sql(
        "SELECT date_trunc('minute', said_at), count(bot_id), count(participant_id) FROM conversations_message"
        " WHERE said_at >= date_trunc('minute', %s::timestamptz) - interval '59 minutes' GROUP BY 1",
        now,
    )
    assert counted == {at: (bots, people) for at, bots, people in truth}
    assert sum(minute.total for minute in pulse.minutes(now)) == sum(row[1] + row[2] for row in truth)


def test_there_are_sixty_minutes_and_the_last_is_now() -> None:
    now = timezone.now()
    found = pulse.minutes(now)
    assert len(found) == 60
    assert found[-1].at <= now < found[-1].at + timedelta(minutes=1)


def test_the_cast_is_counted_as_it_stands() -> None:
    busy_house()
    first, second, _third = Bot.objects.order_by("pk")
    roster.pause(first, until=timezone.now() + timedelta(hours=1), by="tests")
    roster.retire(second, by="tests")
    cast = pulse.cast(timezone.now())
    ((bots,),) = sql("SELECT count(*) FROM bots_bot WHERE retired_at IS NULL")
    ((chats, rooms),) = sql("SELECT count(*), count(*) FILTER (WHERE kind = 'rehearsal') FROM conversations_chat")
    assert (cast.bots, cast.chats, cast.rooms) == (bots, chats, rooms)
    assert (cast.able, cast.resting) == (1, 1)


def test_money_and_tokens_of_today_are_the_sum_of_the_calls() -> None:
    busy_house()
    spent = pulse.spent_today(timezone.now())
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    ((cost, calls, tokens),) = sql(
        "SELECT sum(cost), count(*), sum(prompt_tokens + completion_tokens) FROM conversations_llmcall"
        " WHERE started_at >= %s",
        midnight,
    )
    assert (spent.cost, spent.calls, spent.tokens) == (cost, calls, tokens)
    assert sum(health.calls for health in pulse.providers(timezone.now())) == calls


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ({}, "untried"),
        ({"last_ok_at": "now"}, "works"),
        ({"failures": 2, "last_ok_at": "now"}, "fails"),
        ({"failures": 5, "resting_until": "later"}, "rests"),
        ({"enabled": False, "last_ok_at": "now"}, "off"),
    ],
)
def test_the_health_of_a_provider_is_told(state: dict[str, Any], code: str) -> None:
    now = timezone.now()
    moments = {"now": now, "later": now + timedelta(minutes=5)}
    stagehands.provider("http://127.0.0.1:1/v1")
    Provider.objects.update(**{name: moments.get(value, value) for name, value in state.items()})
    assert [health.code for health in pulse.providers(now)] == [code]


def switched(*switches: tuple[str, int]) -> None:
    """The engine was started or stopped so many seconds ago."""
    for action, ago in switches:
        with time_machine.travel(timezone.now() - timedelta(seconds=ago), tick=False):
            AuditEntry.objects.create(action=f"engine.{action}", actor_name="tests")


@pytest.mark.parametrize(
    ("switches", "least", "most"),
    [
        ((), 59, 60),  # never started
        ((("start", 7200),), 0, 0),
        ((("start", 7200), ("stop", 5400)), 59, 60),
        ((("start", 7200), ("stop", 1800), ("start", 1200)), 9, 10),
        ((("stop", 7200), ("start", 600)), 49, 50),
        ((("start", 7200), ("stop", 30), ("start", 20)), 0, 0),  # no whole minute
    ],
)
def test_time_off_follows_the_audit_trail(switches: tuple[tuple[str, int], ...], least: int, most: int) -> None:
    switched(*switches)
    off = [minute.off for minute in pulse.minutes(timezone.now())]
    assert least <= sum(off) <= most


def test_words_are_offline_when_nothing_else_is_switched_on() -> None:
    assert not pulse.words_are_offline()
    stagehands.provider("", name="sufle", kind=Provider.Kind.OFFLINE)
    assert pulse.words_are_offline()
    stagehands.provider("http://127.0.0.1:1/v1")
    assert not pulse.words_are_offline()


def test_only_fresh_trouble_needs_a_look() -> None:
    room = stagehands.room()
    fresh = stagehands.turn(room, state=Turn.State.FAILED, reason="llm_unavailable")
    old = stagehands.turn(room, state=Turn.State.FAILED, reason="llm_unavailable")
    Turn.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(hours=2))
    stagehands.turn(room, state=Turn.State.SKIPPED, reason="expired")
    assert pulse.worries(timezone.now()) == [fresh]


def test_the_shown_states_are_those_of_the_status_command() -> None:
    busy_house()
    shown = {found.state.value: found.count for found in screens.numbers(staff.account())["states"]}
    assert shown == standing.now()["turns"]


@pytest.mark.parametrize(
    ("changes", "named"), [({"hourly_cap": 1}, reasons.ceiling("hourly_cap")), ({}, reasons.ceiling("pace"))]
)
def test_the_overview_names_the_limit_that_binds(changes: dict[str, int], named: Any) -> None:
    control.start(by="tests")
    stagehands.room(stagehands.crowd(3))
    Provider.objects.all().delete()
    Bot.objects.update(**({"hourly_cap": 100} | changes))
    control.revise(by="tests", own_gap=0)
    shown = render_to_string("stage/_numbers.html", screens.numbers(staff.account()))
    most = standing.now()["ceiling"]["messages_per_hour"]
    assert _("At most %(most)s an hour: %(limit)s") % {"most": most, "limit": named} in shown


def test_the_numbers_cost_twenty_eight_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    busy_house()
    viewer = staff.account()
    with django_assert_num_queries(28):
        render_to_string("stage/_numbers.html", screens.numbers(viewer))


def test_the_dashboard_costs_the_same_however_much_is_said(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = staff.at_the_desk()
    client.get("/")
    with django_assert_max_num_queries(32) as few:
        assert client.get("/").status_code == 200
    busy_house()
    control.start(by="tests")
    with django_assert_max_num_queries(len(few.captured_queries) + 9):  # the first rows of lists bring their relations
        assert client.get("/").status_code == 200
