"""Which provider words a turn, and what the ledger keeps of it."""

import contextlib
import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone
from pytest_django import Settings

from conversations.engine import prompt
from conversations.llm import adapters, offline, port, router
from conversations.llm import ledger as books
from conversations.llm.tariff import Tariff
from conversations.models import Breaker, LLMCall, Provider, Turn, load
from tests import stagehands
from tests.conversations.engine import paper
from tests.fakes.handles import OpenAIFake

pytestmark = pytest.mark.django_db
NOBODY = "http://127.0.0.1:9/v1"


@pytest.fixture
def turn() -> Turn:
    return stagehands.turn(stagehands.room([]))


def ask(turn: Turn, *, seconds: float = 20, seed: int = 1) -> router.Answer:
    asked = prompt.build(paper.scene(), paper.plan(), memories=(), refresh=False)
    return router.complete(turn, asked, seed=seed, deadline=time.monotonic() + seconds)


def ledger() -> list[tuple[str, str]]:
    return list(LLMCall.objects.order_by("id").values_list("provider__name", "outcome"))


def test_the_first_in_order_answers(turn: Turn, openai_server: OpenAIFake) -> None:
    openai_server.script("Sakinim.")
    stagehands.provider(openai_server.address, name="ikinci", priority=20)
    first = stagehands.provider(openai_server.address, name="birinci", priority=10)
    answer = ask(turn)
    assert (answer.text, answer.provider, answer.model) == ("Sakinim.", first, "fake-1")
    assert ledger() == [("birinci", "ok")]


def test_the_request_carries_the_settings_of_the_provider(turn: Turn, openai_server: OpenAIFake) -> None:
    stagehands.provider(openai_server.address, temperature=0.4, max_tokens=77)
    ask(turn)
    request = openai_server.requests()[0]
    assert (request["body"]["model"], request["body"]["temperature"]) == ("fake-1", 0.4)
    assert 77 in request["body"].values()
    assert request["key"] == "sk-test"


def test_when_one_fails_the_next_answers(turn: Turn, openai_server: OpenAIFake) -> None:
    stagehands.provider(NOBODY, name="birinci", priority=1)
    stagehands.provider(openai_server.address, name="ikinci", priority=2)
    assert ask(turn).provider.name == "ikinci"
    assert ledger() == [("birinci", "llm_unavailable"), ("ikinci", "ok")]
    failed = Provider.objects.get(name="birinci")
    assert (failed.failures, failed.last_error != "") == (1, True)


def test_when_all_fail_the_last_problem_is_told(turn: Turn, openai_server: OpenAIFake) -> None:
    stagehands.provider(NOBODY, name="birinci", priority=1)
    stagehands.provider(openai_server.address, name="ikinci", priority=2)
    openai_server.fault("chat/completions", 401)
    with pytest.raises(port.InvalidKey):
        ask(turn)


def test_without_a_provider_there_is_no_word(turn: Turn, openai_server: OpenAIFake) -> None:
    stagehands.provider(openai_server.address, enabled=False)
    with pytest.raises(router.NoProvider):
        ask(turn)
    assert ledger() == []


def test_when_the_time_is_up_nobody_is_asked(turn: Turn, openai_server: OpenAIFake) -> None:
    stagehands.provider(openai_server.address)
    with pytest.raises(port.Unavailable, match="time of this turn"):
        ask(turn, seconds=-1)
    assert ledger() == []


def test_a_slow_provider_leaves_time_for_the_next(turn: Turn, openai_server: OpenAIFake) -> None:
    openai_server.fault("chat/completions", "hang")
    stagehands.provider(openai_server.address, name="birinci", priority=1, timeout=2)
    stagehands.provider(openai_server.address, name="ikinci", priority=2)
    assert ask(turn).provider.name == "ikinci"
    assert ledger()[0] == ("birinci", "llm_unavailable")


# --- The ledger ------------------------------------------------------------------------------------------------------
def test_every_call_is_in_the_ledger_with_its_price(turn: Turn, openai_server: OpenAIFake) -> None:
    prices: dict[str, Any] = {"prompt_price": 2, "cached_price": 1, "completion_price": 10}
    stagehands.provider(openai_server.address, **prices)
    answer = ask(turn)
    call = LLMCall.objects.get()
    assert (call.turn, call.prompt_tokens, call.completion_tokens) == (
        turn,
        answer.prompt_tokens,
        answer.completion_tokens,
    )
    expected = Decimal(answer.prompt_tokens * 2 + answer.completion_tokens * 10) / 1_000_000
    assert (answer.cost, call.cost) == (expected, round(expected, 6))
    assert answer.cost > 0
    assert Provider.objects.get().last_ok_at is not None


def test_cached_tokens_have_their_own_price() -> None:
    price = Tariff(prompt=Decimal(2), cached=Decimal("0.5"), completion=Decimal(10))
    assert price.cost(port.Usage(prompt=1000, completion=100, cached=600)) == Decimal("0.0021")
    assert price.cost(port.Usage(prompt=10, completion=0, cached=20)) == Decimal("0.00001")


def test_the_drafts_of_a_turn_are_summed_up(turn: Turn, openai_server: OpenAIFake) -> None:
    stagehands.provider(openai_server.address, prompt_price=2)
    answers = [ask(turn, seed=seed) for seed in (1, 2)]
    totals = router.totals(answers)
    assert totals["prompt_tokens"] == 2 * answers[0].prompt_tokens
    assert totals["cost"] == answers[0].cost + answers[1].cost
    assert router.totals([])["cost"] == 0


# --- Rest ------------------------------------------------------------------------------------------------------------
def state() -> tuple[int, bool]:
    provider = Provider.objects.get(name="birinci")
    return provider.failures, bool(provider.resting_until and provider.resting_until > timezone.now())


def failing(turn: Turn, times: int) -> None:
    for _time in range(times):
        with pytest.raises(port.LLMError):
            ask(turn)


def test_after_five_failures_in_a_row_it_is_left_alone_and_the_next_one_asked(
    turn: Turn, openai_server: OpenAIFake
) -> None:
    stagehands.provider(NOBODY, name="birinci", priority=1)
    stagehands.provider(openai_server.address, name="ikinci", priority=2)
    assert [ask(turn).provider.name for _ in range(7)] == ["ikinci"] * 7
    assert ledger().count(("birinci", "llm_unavailable")) == 5
    assert Breaker.objects.get().state == Breaker.State.OPEN


def test_one_call_tries_out_what_rested_and_an_answer_brings_it_back(turn: Turn, openai_server: OpenAIFake) -> None:
    first = stagehands.provider(openai_server.address, name="birinci", priority=1)
    stagehands.provider(openai_server.address, name="ikinci", priority=2, model="fake-1")
    openai_server.fault("chat/completions", 500, times=5)
    for _ in range(3):
        with contextlib.suppress(port.LLMError):
            ask(turn)
    Breaker.objects.filter(provider=first).update(state="open", openings=1, until=timezone.now() - timedelta(seconds=1))
    openai_server.mend()
    assert ask(turn).provider == first
    assert Breaker.objects.get(provider=first).state == Breaker.State.CLOSED


def test_a_refused_key_is_left_alone_for_a_minute(turn: Turn, openai_server: OpenAIFake) -> None:
    openai_server.keys("another")
    stagehands.provider(openai_server.address, name="birinci")
    failing(turn, 2)
    assert len(openai_server.requests()) == 1
    assert state() == (1, True)


@pytest.mark.parametrize(
    ("answer", "error"),
    [({"text": None, "refusal": "Hayır."}, port.Refused), ({"text": "", "finish": "content_filter"}, port.Refused)],
)
def test_a_refusal_is_not_held_against_the_provider(
    turn: Turn, openai_server: OpenAIFake, answer: dict[str, Any], error: type[port.LLMError]
) -> None:
    stagehands.provider(openai_server.address, name="birinci")
    openai_server.script(answer)
    with pytest.raises(error):
        ask(turn)
    assert state() == (0, False)


def test_too_long_a_prompt_is_not_held_against_it(turn: Turn, openai_server: OpenAIFake) -> None:
    openai_server.add_model("tiny", context=10)
    stagehands.provider(openai_server.address, name="birinci", model="tiny")
    failing(turn, 1)
    assert (ledger(), state()) == ([("birinci", "llm_context_too_long")], (0, False))


@pytest.mark.parametrize(("asked", "rests"), [(45, 45), (86_400, 3600)])
def test_who_asks_for_a_pause_gets_it_up_to_an_hour(
    turn: Turn, openai_server: OpenAIFake, asked: int, rests: int
) -> None:
    stagehands.provider(openai_server.address, name="birinci")
    openai_server.fault("chat/completions", 429, retry_after=asked)
    failing(turn, 1)
    until = Provider.objects.get().resting_until
    assert until is not None
    assert until - timezone.now() == pytest.approx(timedelta(seconds=rests), abs=timedelta(seconds=5))


def test_a_provider_that_is_down_for_days_is_counted_without_harm(turn: Turn) -> None:
    stagehands.provider(NOBODY, name="birinci", failures=32_767)
    failing(turn, 1)
    assert state() == (books.MOST_COUNTED, False)


# --- Adapters --------------------------------------------------------------------------------------------------------
def test_a_key_that_does_not_open_is_a_matter_for_people(turn: Turn, settings: Settings) -> None:
    provider = stagehands.provider(NOBODY, name="birinci")
    settings.FIELD_KEYS = ["k2:" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="]
    with pytest.raises(port.InvalidKey):
        adapters.of(provider)
    failing(turn, 1)
    assert ledger() == [("birinci", "llm_key_refused")]


def test_the_offline_voice_needs_no_address_and_costs_nothing(turn: Turn) -> None:
    provider = Provider.objects.create(name="çevrimdışı", kind=Provider.Kind.OFFLINE, model=offline.MODEL)
    assert isinstance(adapters.of(provider), offline.OfflineVoice)
    answer = ask(turn)
    assert answer.text
    assert answer.cost == 0
    assert ledger() == [("çevrimdışı", "ok")]


def test_a_provider_without_a_key_is_asked_without_one(turn: Turn, openai_server: OpenAIFake) -> None:
    provider = stagehands.provider(openai_server.address)
    Provider.objects.update(api_key="")
    provider.refresh_from_db()
    assert adapters.of(provider) is not None


def test_a_provider_that_has_had_its_requests_of_the_minute_is_passed_by(turn: Turn, openai_server: OpenAIFake) -> None:
    stagehands.provider(openai_server.address, name="birinci", priority=1, requests_per_minute=2)
    stagehands.provider(openai_server.address, name="ikinci", priority=2)
    assert [ask(turn).provider.name for _ in range(3)] == ["birinci", "birinci", "ikinci"]
    Provider.objects.update(slot=F("slot") - load.SLOTS)
    assert ask(turn).provider.name == "birinci"


def test_where_every_quota_is_used_up_the_turn_hears_it(turn: Turn, openai_server: OpenAIFake) -> None:
    stagehands.provider(openai_server.address, requests_per_minute=1)
    ask(turn)
    with pytest.raises(router.QuotaUsedUp, match="requests_per_minute"):
        ask(turn)
    assert len(openai_server.requests()) == 1
