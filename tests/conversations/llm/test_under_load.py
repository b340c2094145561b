"""Many threads against limits that are kept strictly. Calls are counted, not seconds."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from conversations import pool
from conversations.engine import prompt
from conversations.llm import port, router
from conversations.models import Turn
from tests import stagehands
from tests.conversations.engine import paper
from tests.fakes.handles import OpenAIFake

pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("committed")]
THREADS = 14
ASKED = prompt.build(paper.scene(), paper.plan(), memories=(), refresh=False)


def ask(turn: Turn) -> str:
    try:
        return router.complete(turn, ASKED, seed=1, deadline=time.monotonic() + 45).text
    except port.LLMError as error:
        return error.reason
    finally:
        connection.close()


def many(turn: Turn, count: int) -> list[str]:
    pool.give_back()
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(ask, [turn] * count))


@pytest.fixture
def turn() -> Turn:
    return stagehands.turn(stagehands.room([]))


def test_a_configured_quota_is_never_hit(turn: Turn, openai_server: OpenAIFake) -> None:
    stagehands.provider(openai_server.address, requests_per_minute=20, most_at_once=64)
    openai_server.quota(requests=20, told=False)
    found = many(turn, 60)
    assert openai_server.refused() == 0
    assert found.count("llm_quota") == 40


def test_tokens_a_minute_are_never_passed(turn: Turn, openai_server: OpenAIFake) -> None:
    stagehands.provider(openai_server.address, tokens_per_minute=20_000, most_at_once=64)
    openai_server.quota(tokens=20_000, told=False)
    found = many(turn, 80)
    assert openai_server.refused() == 0
    assert 0 < found.count("llm_quota") < 80


def test_a_quota_that_only_the_headers_tell_is_never_hit_once_it_is_known(
    turn: Turn, openai_server: OpenAIFake
) -> None:
    stagehands.provider(openai_server.address, most_at_once=64)
    openai_server.quota(requests=20, window=600)
    ask(turn)
    found = many(turn, 60)
    assert openai_server.refused() == 0
    assert found.count("llm_quota") == 60 - 19


def test_when_a_provider_gets_slower_the_cast_asks_less_at_once(turn: Turn, openai_server: OpenAIFake) -> None:
    """From ten at once to two: after it has settled fewer than one call in twenty is refused."""
    stagehands.provider(openai_server.address, most_at_once=10)
    openai_server.latency(0.05)
    openai_server.quota(at_once=10, told=False)
    many(turn, 40)
    openai_server.quota(at_once=2, told=False)
    many(turn, 40)
    before, refused = len(openai_server.requests()), openai_server.refused()
    many(turn, 60)
    asked = len(openai_server.requests()) - before
    assert asked > 30
    assert openai_server.refused() - refused < asked / 20 + 1
