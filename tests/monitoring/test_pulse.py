"""Each number of the dashboard against a query written by hand."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from bots import roster
from bots.models import Bot
from conversations import standing
from conversations.models import LLMCall, Provider, Turn
from monitoring import pulse
from tests import full_house, stagehands

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
    by_provider = pulse.today(timezone.now())
    spent = pulse.together(by_provider.values())
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    ((cost, calls, tokens),) = sql(
        "SELECT sum(cost), count(*), sum(prompt_tokens + completion_tokens) FROM conversations_llmcall"
        " WHERE started_at >= %s",
        midnight,
    )
    assert (spent.cost, spent.calls, spent.tokens) == (cost, calls, tokens)
    assert sum([health.calls for health in pulse.providers(timezone.now(), by_provider)]) == calls


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
    assert [health.code for health in pulse.providers(now, {})] == [code]


def test_words_are_offline_when_nothing_else_is_switched_on() -> None:
    assert not pulse.are_offline([])
    assert pulse.are_offline(["offline", "offline"])
    assert not pulse.are_offline(["offline", "openai"])


def test_only_fresh_trouble_needs_a_look() -> None:
    room = stagehands.room()
    fresh = stagehands.turn(room, state=Turn.State.FAILED, reason="llm_unavailable")
    old = stagehands.turn(room, state=Turn.State.FAILED, reason="llm_unavailable")
    Turn.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(hours=2))
    stagehands.turn(room, state=Turn.State.SKIPPED, reason="expired")
    assert pulse.worries(timezone.now()) == [fresh]


def test_open_turns_and_the_last_hour_are_those_of_the_status_command() -> None:
    busy_house()
    room = stagehands.room([], title="Yan sahne")
    stagehands.turn(room)
    stagehands.turn_in(Turn.State.HELD, room, Bot.objects.earliest("pk"))
    now = timezone.now()
    found, told = pulse.standing(now), standing.now()
    assert {state: found.states.get(Turn.State(state), 0) for state in pulse.STANDING} == {
        state: told["turns"][state] for state in pulse.STANDING
    }
    assert (found.last_minute, round(found.oldest_due)) == (
        told["messages_last_minute"],
        round(told["oldest_due_seconds"]),
    )
    ((bots, people),) = sql(
        "SELECT count(bot_id), count(participant_id) FROM conversations_message WHERE said_at > %s",
        now - timedelta(hours=1),
    )
    assert (found.bots_said, found.people_said) == (bots, people)
    assert found.cast == pulse.cast(timezone.now())
