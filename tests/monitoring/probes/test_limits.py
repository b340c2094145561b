"""What holds the cast back, named with its remedy; and the ways to see and to end it."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Max
from django.utils import timezone

from bots.models import AuditEntry, Bot
from conversations import limits, retries, standing
from conversations.models import Breaker, Chat, Membership, Turn
from monitoring import metrics
from monitoring.grants import Role
from monitoring.probes import State
from monitoring.probes import limits as probe
from tests import desk, staff, stagehands

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Chat:
    return stagehands.group(stagehands.crowd(2))


def bot() -> Bot:
    return Bot.objects.order_by("pk")[0]


def opened(**changes: Any) -> Breaker:
    rest = {"state": "open", "openings": 1, "in_a_row": 5, "reason": "unreachable"}
    until = timezone.now() + timedelta(seconds=30)
    return Breaker.objects.create(**({"bot": bot(), "until": until, "failed_at": timezone.now(), **rest} | changes))


def named() -> dict[str, State]:
    return {finding.name: finding.state for finding in probe.held_back()}


def test_without_limits_at_work_one_line_says_so(group: Chat) -> None:
    assert named() == {"limits": State.OK}


def test_an_open_breaker_is_wrong_and_named(group: Chat) -> None:
    breaker = opened()
    [finding] = probe.held_back()
    assert (finding.name, finding.state) == (f"breaker {bot()}", State.FAIL)
    assert f"breaker reset {breaker.pk}" in finding.remedy
    assert "5" in finding.text


def test_a_breaker_of_what_is_not_in_use_any_more_worries_nobody(group: Chat) -> None:
    provider = stagehands.provider("http://127.0.0.1:9", model="yeni")
    opened(bot=None, provider=provider, model="eski")
    opened()
    Bot.objects.filter(pk=bot().pk).update(enabled=False)
    assert named() == {"limits": State.OK}
    opened(bot=None, provider=provider, model="yeni")
    assert list(named().values()) == [State.FAIL]


def test_a_gate_is_named_when_it_lasts_longer_than_a_minute(group: Chat) -> None:
    def gate(seconds: float) -> None:
        Membership.objects.filter(bot=bot()).update(gated_until=timezone.now() + timedelta(seconds=seconds))

    gate(50)
    assert named() == {"limits": State.OK}
    gate(90)
    assert named() == {f"gate {bot()}": State.WARN}
    Bot.objects.filter(pk=bot().pk).update(gated_until=timezone.now() + timedelta(seconds=300))
    [finding] = probe.held_back()
    assert "300" not in finding.text
    assert [gate.chat for gate in limits.gates()] == [""]


def test_a_spent_retry_budget_is_named(group: Chat) -> None:
    for _try in range(retries.ALWAYS - 1):
        retries.take()
    assert named() == {"limits": State.OK}
    retries.take()
    assert named() == {"retries Telegram": State.WARN}


def test_shedding_is_named_for_five_minutes(group: Chat) -> None:
    turn = stagehands.turn(group, state=Turn.State.SKIPPED, reason="shed", ended_at=timezone.now())
    assert named() == {"shedding": State.WARN}
    Turn.objects.filter(pk=turn.pk).update(ended_at=timezone.now() - timedelta(minutes=6))
    assert named() == {"limits": State.OK}


def test_status_and_metrics_tell_of_limits(group: Chat) -> None:
    opened()
    retries.take()
    Membership.objects.filter(bot=bot()).update(gated_until=timezone.now() + timedelta(seconds=40))
    stagehands.turn(group, state=Turn.State.SKIPPED, reason="gated", ended_at=timezone.now())
    held = standing.now()["limits"]
    assert [one["of"] for one in held["breakers"]] == [str(bot())]
    assert (held["gates"], held["held_back_last_5_minutes"]["gated"]) == (1, 1)
    assert 30 < held["longest_gate_seconds"] <= 40
    assert held["retries"] == {"Telegram": {"taken": 1, "allowed": retries.ALWAYS}}
    lines = metrics.exposition().decode().splitlines()
    assert {"kulis_breakers_open 1.0", "kulis_gates 1.0", "kulis_retries 1.0", "kulis_retry_budgets_out 0.0"} <= {
        *lines
    }
    assert 'kulis_held_back{reason="gated"} 1.0' in lines


def breaker(*words: str) -> str:
    out = StringIO()
    call_command("breaker", *words, stdout=out)
    return out.getvalue()


def test_the_command_lists_and_closes(group: Chat) -> None:
    assert "closed" in breaker("list")
    one = opened()
    assert json.loads(breaker("list", "--json"))["breakers"][0]["in_a_row"] == 5
    assert "unreachable" in breaker("list")
    with pytest.raises(CommandError, match="no breaker 999"):
        breaker("reset", "999")
    assert "closed" in breaker("reset", str(one.pk))
    opened(bot=Bot.objects.get(pk=Bot.objects.aggregate(last=Max("pk"))["last"]))
    assert json.loads(breaker("reset", "all", "--json")) == {"breakers": []}
    assert AuditEntry.objects.filter(action="breaker.reset", actor_name="manage.py").count() == 2


@pytest.mark.parametrize(("role", "closes"), [(Role.OPERATOR, True), (Role.ANALYST, False)])
def test_at_the_desk_staff_close_a_breaker(group: Chat, role: Role, closes: bool) -> None:
    one = opened()
    browser = staff.at_the_desk(role)
    desk.act(browser, Breaker, "reset", one)
    one.refresh_from_db()
    assert (one.state == Breaker.State.CLOSED) is closes
