"""Budgets as people meet them: set, seen, nearly used up, used up."""

import json
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from bots.models import AuditEntry, Bot
from conversations import ceilings, control, spending, standing
from conversations.engine import compose, turns
from conversations.llm import routes
from conversations.models import Budget, Chat, Event, LLMCall, Provider, Turn
from tests import stagehands
from tests.fakes.handles import OpenAIFake

pytestmark = pytest.mark.django_db
DAY, CAST = Budget.Period.DAY, Budget.Scope.CAST


def limit(dollars: str = "1", **more: Any) -> Budget:
    return spending.limit(CAST, DAY, by="tests", dollars=Decimal(dollars), **more)


def spent(dollars: str, **more: Any) -> None:
    Budget.objects.update(spent_cost=Decimal(dollars), since=spending.today(), **more)


@pytest.fixture
def room(openai_server: OpenAIFake) -> Chat:
    stagehands.provider(openai_server.address, prompt_price=10, completion_price=10)
    control.start(by="tests")
    control.revise(by="tests", reaction_probability=0.0)
    return stagehands.room(stagehands.crowd(2))


def due(room: Chat) -> int:
    Chat.objects.filter(pk=room.pk).update(next_due=timezone.now())
    return turns.open_due(timezone.now())


def wait(room: Chat) -> float:
    next_due = Chat.objects.get(pk=room.pk).next_due
    assert next_due is not None
    return (next_due - timezone.now()).total_seconds()


def test_a_budget_is_set_once_and_changed_after(room: Chat) -> None:
    limit()
    assert limit("2").dollars == 2
    assert Budget.objects.count() == 1
    assert AuditEntry.objects.filter(action="budget.set").count() == 2


@pytest.mark.parametrize("amounts", [{}, {"dollars": None}, {"dollars": Decimal(-1)}, {"other": 1}])
def test_a_budget_that_limits_nothing_is_refused(room: Chat, amounts: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        spending.limit(CAST, DAY, by="tests", **amounts)


def test_from_80_percent_on_the_cast_saves(room: Chat, openai_server: OpenAIFake) -> None:
    limit("10")
    for number in range(12):
        stagehands.message(room, f"Eski söz {number}.")
    turn = stagehands.turn(room)
    Budget.objects.update(warned_on=spending.today())
    assert compose.one("tests")
    turn.refresh_from_db()
    assert turn.length == "short"
    sent = openai_server.requests()[0]["body"]["messages"][-1]["content"]
    assert "Eski söz 11." in sent
    assert "Eski söz 2." not in sent


def test_from_80_percent_on_chatter_waits_twice_as_long(room: Chat) -> None:
    limit()
    control.revise(by="tests", base_delay=60.0, prime_delay=60.0, burstiness=0.0, longest_wait=60.0)
    due(room)
    usual = wait(room)
    spent("0.85")
    Turn.objects.all().delete()
    due(room)
    assert wait(room) > usual * 1.3


@pytest.mark.parametrize(("reserve", "opened"), [(0.1, 0), (0.0, 1)])
def test_budget_reserve(room: Chat, reserve: float, opened: int) -> None:
    """What is kept for people is not chatted away."""
    control.revise(by="tests", budget_reserve=reserve)
    limit()
    spent("0.95")
    assert due(room) == opened


@pytest.mark.parametrize(("reserve", "reason"), [(0.3, "budget"), (0.0, "")])
def test_what_is_kept_for_people_no_call_of_chatter_takes(room: Chat, reserve: float, reason: str) -> None:
    control.revise(by="tests", budget_reserve=reserve)
    limit("1")
    spent("0.75")
    turn = stagehands.turn(room)
    assert compose.one("tests")
    turn.refresh_from_db()
    assert turn.reason == reason


@pytest.mark.parametrize(("trigger", "reason"), [("schedule", "budget"), ("mention", "")])
def test_answers_go_on_where_chatter_has_ended(room: Chat, trigger: str, reason: str) -> None:
    limit("1")
    spent("0.8999")
    bot = Bot.objects.order_by("pk")[0]
    cause = stagehands.message(room, "Ne dersin?")
    asked = {"bot": bot, "cause": cause, "priority": 0} if trigger == "mention" else {}
    turn = stagehands.turn(room, trigger=trigger, **asked)
    assert compose.one("tests")
    turn.refresh_from_db()
    assert turn.reason == reason
    assert turn.state == (Turn.State.SKIPPED if reason else Turn.State.COMPOSED)


def test_at_the_end_answers_are_skipped_with_their_reason(room: Chat) -> None:
    mine = limit()
    spent("1")
    bot = Bot.objects.order_by("pk")[0]
    turn = stagehands.turn(room, trigger="mention", bot=bot, cause=stagehands.message(room, "Ne dersin?"), priority=0)
    events = Event.objects.count()
    assert compose.one("tests")
    turn.refresh_from_db()
    mine.refresh_from_db()
    assert (turn.state, turn.reason, mine.spent_on) == (Turn.State.SKIPPED, "budget", spending.today())
    assert Event.objects.count() > events
    assert not LLMCall.objects.exists()


def test_a_price_holds_from_its_moment_on(room: Chat) -> None:
    provider, now = Provider.objects.get(), timezone.now()
    spending.price(provider, by="tests", prompt=Decimal(3), valid_from=now + timedelta(days=1))
    route = routes.of(provider)
    assert route.tariff(now).prompt == 10
    assert route.tariff(now + timedelta(days=2)).prompt == 3
    assert spending.price_now(provider, "fake-1").prompt == 10  # type: ignore[union-attr]


def test_the_budget_that_binds_is_named(room: Chat) -> None:
    limit("0.001")
    stagehands_call = {"provider": Provider.objects.get(), "model": "m", "outcome": "ok", "cost": Decimal("0.001")}
    LLMCall.objects.create(**stagehands_call, started_at=timezone.now())
    spent("0.001")
    lowest = ceilings.now(timezone.localtime())[0]
    assert (lowest.name, lowest.per_hour) == ("budget", 0)
    assert standing.now()["ceiling"]["name"] == "budget"


def test_a_days_quota_of_tokens_binds_too(room: Chat) -> None:
    Provider.objects.update(tokens_per_day=3000)
    found = {one.name: one.per_hour for one in ceilings.now(timezone.localtime())}
    assert found["provider_quota"] == pytest.approx(3000 / ceilings.TOKENS / 24)


# --- At the command line ---------------------------------------------------------------------------------------------
def told(*arguments: str) -> str:
    out = StringIO()
    call_command("budget", *arguments, stdout=out)
    return out.getvalue()


def test_budgets_are_set_listed_and_lifted_at_the_command_line(room: Chat) -> None:
    bot = Bot.objects.order_by("pk")[0]
    told("set", "cast", "--dollars", "5")
    told("set", "bot", "--of", bot.username, "--period", "month", "--tokens", "100000")
    told("set", "chat", "--of", str(room.pk), "--dollars", "1")
    told("set", "provider", "--of", "prova", "--dollars", "1")
    assert len(json.loads(told("list", "--json"))["budgets"]) == 4
    assert "100,000 tokens" in told("list")
    told("lift", "chat", "--of", str(room.pk))
    assert Budget.objects.count() == 3


def test_a_price_is_set_at_the_command_line(room: Chat) -> None:
    told("price", "prova", "--prompt", "0.5", "--completion", "1.5")
    assert routes.of(Provider.objects.get()).tariff(timezone.now()).completion == Decimal("1.5")


@pytest.mark.parametrize("arguments", [["set", "cast"], ["set", "chat", "--dollars", "1"], ["lift", "cast"]])
def test_what_makes_no_sense_is_refused_in_one_line(room: Chat, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        told(*arguments)
