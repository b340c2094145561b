"""The breakers in the database: what keeps failing is left alone, tried with one call, and used again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bots.models import AuditEntry, Bot
from conversations import breakers, circuit, retries
from conversations.models import Breaker, Chat, LLMCall, Provider, Retry, SendAttempt
from tests import stagehands
from tests.conversations import apart

State = Breaker.State
database = pytest.mark.django_db


@pytest.fixture
def provider() -> Provider:
    return stagehands.provider("https://x.example/v1")


def line(provider: Provider) -> breakers.Line:
    return breakers.of_model(provider.pk, provider.model)


def call(provider: Provider, outcome: str = "llm_unavailable", *, ago: float = 0, model: str = "") -> None:
    started = timezone.now() - timedelta(seconds=ago)
    LLMCall.objects.create(
        provider=provider, model=model or provider.model, outcome=outcome, latency_ms=1, started_at=started
    )


def fail(provider: Provider, times: int = 1, *, leave: breakers.Leave = breakers.FREE) -> None:
    for _time in range(times):
        call(provider)
        breakers.failed(line(provider), reason="llm_unavailable", leave=leave)


def rested() -> None:
    Breaker.objects.exclude(state=State.CLOSED).update(until=timezone.now() - timedelta(milliseconds=1))


def state() -> tuple[str, int]:
    breaker = Breaker.objects.get()
    return breaker.state, breaker.openings


@database
def test_nobody_knows_a_breaker_before_the_first_failure(provider: Provider) -> None:
    assert breakers.enter(line(provider)) == breakers.FREE
    assert not Breaker.objects.exists()


@database
def test_five_failures_in_a_row_open_it_and_four_do_not(provider: Provider) -> None:
    fail(provider, 4)
    assert state() == (State.CLOSED, 0)
    assert breakers.enter(line(provider)) == breakers.FREE
    fail(provider)
    assert state() == (State.OPEN, 1)
    assert breakers.enter(line(provider)) is None


@database
def test_a_success_in_between_begins_the_row_anew(provider: Provider) -> None:
    fail(provider, 4)
    call(provider, "ok", model="as-the-provider-calls-it")
    fail(provider, 4)
    assert state() == (State.CLOSED, 0)


@database
def test_half_of_the_last_twenty_calls_open_it(provider: Provider) -> None:
    for _pair in range(9):
        call(provider, "ok")
        call(provider)
    call(provider, "ok")
    fail(provider)
    assert state() == (State.OPEN, 1)


@database
def test_calls_of_more_than_half_a_minute_ago_are_no_part_of_the_share(provider: Provider) -> None:
    for _pair in range(10):
        call(provider, ago=31)
        call(provider, "ok", ago=31)
    fail(provider)
    assert state() == (State.CLOSED, 0)
    assert Breaker.objects.get().calls == 1


@database
@pytest.mark.parametrize("outcome", ["llm_refused", "llm_rate_limited", "llm_key_refused", "llm_context_too_long"])
def test_what_is_refused_does_not_count(provider: Provider, outcome: str) -> None:
    for _time in range(30):
        call(provider, outcome)
    fail(provider)
    assert state() == (State.CLOSED, 0)
    assert Breaker.objects.get().in_a_row == 1


@database
def test_another_model_of_the_provider_has_a_breaker_of_its_own(provider: Provider) -> None:
    fail(provider, 5)
    assert breakers.enter(breakers.of_model(provider.pk, "another")) == breakers.FREE


@database
def test_after_its_rest_one_call_tries_and_its_success_closes(provider: Provider) -> None:
    fail(provider, 5)
    rested()
    leave = breakers.enter(line(provider))
    assert leave == breakers.Leave(probe=1)
    assert breakers.enter(line(provider)) is None
    call(provider, "ok")
    breakers.answered(line(provider), leave)
    assert state() == (State.CLOSED, 0)
    fail(provider, 4)
    assert state() == (State.CLOSED, 0)  # what failed before it closed does not count any more


@database
def test_a_probe_that_fails_opens_it_for_longer(provider: Provider) -> None:
    fail(provider, 5)
    for openings in (2, 3, 4):
        rested()
        leave = breakers.enter(line(provider))
        assert leave is not None
        fail(provider, leave=leave)
        assert state() == (State.OPEN, openings)
    until = Breaker.objects.get().until
    assert until is not None
    assert circuit.rest(4) - timedelta(seconds=30) < until - timezone.now() <= circuit.rest(4)


@database
def test_stragglers_and_overtaken_probes_change_nothing(provider: Provider) -> None:
    fail(provider, 5)
    rested()
    overtaken = breakers.enter(line(provider))
    rested()
    present = breakers.enter(line(provider))
    assert overtaken is not None
    assert present == breakers.Leave(probe=2)
    fail(provider)
    fail(provider, leave=overtaken)
    breakers.answered(line(provider), overtaken)
    assert state() == (State.HALF_OPEN, 1)
    breakers.answered(line(provider), present)
    assert state() == (State.CLOSED, 0)


@database
def test_a_clock_that_was_ahead_does_not_keep_it_open(provider: Provider) -> None:
    fail(provider, 5)
    Breaker.objects.update(until=timezone.now() + timedelta(hours=1))
    assert breakers.enter(line(provider)) == breakers.Leave(probe=1)


@database
def test_success_costs_no_statement_and_entering_one(provider: Provider) -> None:
    with CaptureQueriesContext(connection) as asked:
        leave = breakers.enter(line(provider))
        assert leave is not None
        breakers.answered(line(provider), leave)
    assert len(asked) == 1


@database
def test_a_person_resets_it_and_the_trail_knows_who(provider: Provider) -> None:
    fail(provider, 5)
    breakers.reset(Breaker.objects.get(), by="ayla")
    assert state() == (State.CLOSED, 0)
    assert breakers.enter(line(provider)) == breakers.FREE
    fail(provider, 4)
    assert state() == (State.CLOSED, 0)
    entry = AuditEntry.objects.get(action="breaker.reset")
    assert (entry.actor_name, entry.before["state"], entry.after["state"]) == ("ayla", "open", "closed")


# --- A bot's line -----------------------------------------------------------------------------------------------------
def attempt(chat: Chat, bot: Bot, outcome: str, reason: str = "") -> None:
    turn = stagehands.turn(chat, state="skipped", reason="tests", bot=bot, sends=1)
    now = timezone.now()
    sent = {"sent_id": 5} if outcome == "sent" else {}
    SendAttempt.objects.create(turn=turn, gen=4, outcome=outcome, reason=reason, started_at=now, ended_at=now, **sent)


@database
@pytest.mark.parametrize(
    ("outcome", "reason", "opens"),
    [
        ("not_sent", "unreachable", True),
        ("ambiguous", "ambiguous", True),
        ("not_sent", "rate_limited", False),
        ("rejected", "bad_request", False),
    ],
)
def test_a_bots_line_opens_by_what_its_attempts_met(outcome: str, reason: str, opens: bool) -> None:
    bot, other = stagehands.crowd(2)
    group = stagehands.group([bot, other])
    room = stagehands.room([bot])
    for _time in range(4):
        attempt(group, bot, outcome, reason)
        attempt(group, other, "sent")
        attempt(room, bot, "sent")
    attempt(group, bot, "not_sent", "unreachable")
    breakers.failed(breakers.of_bot(bot.pk), reason="unreachable")
    assert (Breaker.objects.get().state == State.OPEN) is opens


# --- At the same moment -----------------------------------------------------------------------------------------------
@pytest.mark.commits
@pytest.mark.usefixtures("committed")
def test_one_probe_goes_however_many_ask(provider: Provider) -> None:
    fail(provider, 5)
    for _round in range(3):
        rested()
        leaves = apart.at_once(*[lambda: breakers.enter(line(provider))] * 6)
        assert len([leave for leave in leaves if leave]) == 1


@pytest.mark.commits
@pytest.mark.usefixtures("committed")
def test_the_retry_budget_is_exact_however_many_ask(provider: Provider) -> None:
    for _call in range(50):
        call(provider)
    granted = [apart.at_once(*[lambda: retries.take(provider.pk)] * 6) for _round in range(2)]
    assert sum(map(sum, granted)) == 5


# --- The retry budget -------------------------------------------------------------------------------------------------
@database
def test_a_quiet_cast_may_try_again_a_few_times(provider: Provider) -> None:
    assert [retries.take() for _try in range(4)] == [True, True, True, False]
    assert [retries.take(provider.pk) for _try in range(4)] == [True, True, True, False]


@database
def test_a_tenth_of_the_requests_of_two_minutes_may_be_further_tries(provider: Provider) -> None:
    for _call in range(45):
        call(provider)
    for _call in range(100):
        call(provider, ago=121)
    assert [retries.take(provider.pk) for _try in range(5)] == [True] * 4 + [False]
    assert retries.spent(provider.pk) == retries.Spent(requests=45, retries=4)
    Retry.objects.update(at=timezone.now() - timedelta(seconds=121))
    assert retries.take(provider.pk)
    assert Retry.objects.count() == 1
