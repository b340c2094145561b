"""Each way to fail has its own path, and all of them end before one deadline."""

import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations import spending
from conversations.engine import prompt
from conversations.engine.values import Said
from conversations.llm import port, router
from conversations.models import Budget, LLMCall, Provider, Turn
from tests import stagehands
from tests.conversations.engine import paper
from tests.fakes.handles import OpenAIFake

pytestmark = pytest.mark.django_db


@pytest.fixture
def turn() -> Turn:
    return stagehands.turn(stagehands.room([]))


def said(number: int) -> Said:
    return Said(number, f"Kişi {number}", f"Söz {number}. " + "uzun " * 40, paper.NOW)


def ask(turn: Turn, *, lines: int = 0, seconds: float = 45, **more: Any) -> router.Answer:
    scene = paper.scene(history=tuple(said(number) for number in range(lines)))
    asked = prompt.build(scene, paper.plan(), memories=(), refresh=False)
    return router.complete(turn, asked, seed=1, deadline=time.monotonic() + seconds, **more)


def two(fake: OpenAIFake, **first: Any) -> None:
    fake.add_model("öteki", context=100_000)
    stagehands.provider(fake.address, name="birinci", priority=1, **first)
    stagehands.provider(fake.address, name="ikinci", priority=2, model="öteki")


def ledger() -> list[tuple[str, str, int]]:
    return list(LLMCall.objects.order_by("id").values_list("provider__name", "outcome", "route"))


def test_the_quick_path_takes_two_statements(turn: Turn, openai_server: OpenAIFake) -> None:
    stagehands.provider(openai_server.address, prompt_price=2)
    spending.limit(Budget.Scope.CAST, Budget.Period.DAY, by="tests", dollars=1)
    turn.revision = "1.2.3"
    ask(turn)
    with CaptureQueriesContext(connection) as asked:
        ask(turn)
    assert len(asked) == 2, [query["sql"][:80] for query in asked]


def test_the_offline_voice_takes_one(turn: Turn) -> None:
    Provider.objects.create(name="çevrimdışı", kind=Provider.Kind.OFFLINE, model="m")
    turn.revision = "1.2.4"
    ask(turn)
    with CaptureQueriesContext(connection) as asked:
        ask(turn)
    assert len(asked) == 1


@pytest.mark.parametrize("how", ["500", "garbage", "hollow", "reset", "cut", "429"])
def test_an_outage_goes_to_the_next(turn: Turn, openai_server: OpenAIFake, how: str) -> None:
    two(openai_server)
    openai_server.fault("chat/completions", how, only="fake-1")
    assert ask(turn).provider.name == "ikinci"
    assert [(name, route) for name, _outcome, route in ledger()] == [("birinci", 1), ("ikinci", 2)]


def test_a_slow_drip_leaves_time_for_the_next_however_patient_it_is_set(turn: Turn, openai_server: OpenAIFake) -> None:
    two(openai_server, timeout=45)
    openai_server.fault("chat/completions", "drip", only="fake-1", pause=1)
    answer = ask(turn, seconds=9)
    assert answer.provider.name == "ikinci"
    first = LLMCall.objects.get(provider__name="birinci")
    assert first.latency_ms < 9_000 * router.SHARE * 2
    assert (first.outcome, first.estimated) == ("llm_unavailable", True)


def test_a_refusal_goes_to_another_provider(turn: Turn, openai_server: OpenAIFake) -> None:
    two(openai_server)
    openai_server.script({"text": None, "refusal": "Hayır.", "model": "fake-1"})
    assert ask(turn).provider.name == "ikinci"
    assert ledger()[0] == ("birinci", "llm_refused", 1)


def test_too_long_a_prompt_goes_to_a_longer_context_first(turn: Turn, openai_server: OpenAIFake) -> None:
    openai_server.add_model("dar", context=500)
    openai_server.add_model("dar-2", context=500)
    openai_server.add_model("geniş", context=100_000)
    stagehands.provider(openai_server.address, name="birinci", priority=1, model="dar", context_tokens=500)
    stagehands.provider(openai_server.address, name="ikinci", priority=2, model="dar-2", context_tokens=500)
    stagehands.provider(openai_server.address, name="üçüncü", priority=3, model="geniş", context_tokens=100_000)
    assert ask(turn, lines=20).provider.name == "üçüncü"
    assert [name for name, _, _ in ledger()] == ["üçüncü"]


def test_without_a_longer_context_the_newest_of_the_history_is_kept(turn: Turn, openai_server: OpenAIFake) -> None:
    openai_server.add_model("dar", context=1500)
    stagehands.provider(openai_server.address, model="dar")
    answer = ask(turn, lines=30)
    sent = openai_server.requests()[-1]["body"]["messages"][-1]["content"]
    assert "Söz 29." in sent
    assert "Söz 1." not in sent
    assert answer.text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Bence bekle. Yarın da", "Bence bekle."),
        ("Yarın da bakarız ama", None),
        ("Olur mu? Bilmem! Ama ben", "Olur mu? Bilmem!"),
    ],
)
def test_an_answer_that_was_cut_off_ends_with_its_last_whole_sentence(
    turn: Turn, openai_server: OpenAIFake, text: str, left: str | None
) -> None:
    two(openai_server)
    openai_server.script({"text": text, "finish": "length", "model": "fake-1"})
    answer = ask(turn)
    assert (answer.text if answer.provider.name == "birinci" else None) == left


@pytest.mark.parametrize("text", ['{"name": "get_price", "arguments": {}}', "<tool_call>fiyat</tool_call>", "  "])
def test_a_tool_that_nobody_offered_is_no_answer(turn: Turn, openai_server: OpenAIFake, text: str) -> None:
    two(openai_server)
    openai_server.script({"text": text, "model": "fake-1"})
    assert ask(turn).provider.name == "ikinci"
    assert LLMCall.objects.earliest("id").prompt_tokens > 0


def test_where_a_budget_is_nearly_used_up_the_cheapest_is_asked_first(turn: Turn, openai_server: OpenAIFake) -> None:
    two(openai_server, prompt_price=10)
    assert ask(turn, means=router.Means(thrift=True)).provider.name == "ikinci"


def test_a_provider_without_means_is_passed_by(turn: Turn, openai_server: OpenAIFake) -> None:
    two(openai_server, prompt_price=10)
    first = Provider.objects.get(name="birinci")
    spending.limit(Budget.Scope.PROVIDER, Budget.Period.DAY, by="tests", subject=first, dollars=0)
    assert ask(turn).provider.name == "ikinci"


def test_when_the_budget_is_used_up_nobody_is_asked_and_people_hear_of_it(
    turn: Turn, openai_server: OpenAIFake
) -> None:
    stagehands.provider(openai_server.address, prompt_price=10)
    mine = spending.limit(Budget.Scope.CAST, Budget.Period.DAY, by="tests", dollars=0)
    with pytest.raises(router.Spent):
        ask(turn)
    mine.refresh_from_db()
    assert mine.spent_on == spending.today()
    assert openai_server.requests() == []


def test_a_second_try_after_trouble_is_taken_from_the_retry_budget(turn: Turn, openai_server: OpenAIFake) -> None:
    stagehands.provider(openai_server.address)
    turn.tries, turn.reason = 2, "llm_unavailable"
    answers = []
    for _ in range(5):
        try:
            answers.append(ask(turn).text)
        except port.RateLimited:
            answers.append("")
    assert [bool(text) for text in answers] == [True] * 3 + [False] * 2
