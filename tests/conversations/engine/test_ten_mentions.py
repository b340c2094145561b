"""Ten people ask at once: their answers are written side by side by the threads of one worker.

python -m pytest tests/conversations/engine/test_ten_mentions.py -s        # prints how long they took together
"""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection

from conversations import control, pool
from conversations.engine import compose
from conversations.models import LLMCall, Turn
from tests import stagehands
from tests.fakes.handles import OpenAIFake

pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("committed")]
ASKED = 10
SLOTS = settings.WORKER_THREADS


def drain(worker: int) -> int:
    """What the task does in one thread."""
    done = 0
    try:
        while compose.one(f"tests:{worker}"):
            done += 1
    finally:
        connection.close()
    return done


def test_ten_mentions_are_answered_side_by_side_and_one_failure_delays_none(openai_server: OpenAIFake) -> None:
    openai_server.latency(1.5)
    openai_server.fault("chat/completions", 500)
    stagehands.provider(openai_server.address, name="birinci", priority=1)
    stagehands.provider(openai_server.address, name="ikinci", priority=2)
    control.start(by="tests")
    control.revise(by="tests", judge_stances=False, duplicate_similarity=1.0, meaning_similarity=1.0)
    cast = stagehands.crowd(ASKED)
    room = stagehands.room(cast)
    for number, bot in enumerate(cast):
        person = stagehands.person(f"Kişi {number}", 600 + number)
        cause = stagehands.message(room, f"@{bot.username} {number} hakkında ne dersin?", participant=person)
        stagehands.turn(room, trigger="mention", bot=bot, cause=cause, priority=0)
    pool.give_back()
    started = time.monotonic()
    with ThreadPoolExecutor(SLOTS) as threads:
        assert sum(threads.map(drain, range(SLOTS))) == ASKED
    seconds = time.monotonic() - started
    print(f"{ASKED} mentions in {SLOTS} threads at 1.5 s: {seconds:.2f} s, {openai_server.crowd()} calls at once")
    assert set(Turn.objects.values_list("state", flat=True)) == {Turn.State.COMPOSED}
    assert sorted(LLMCall.objects.values_list("outcome", "route")) == [
        ("llm_unavailable", 1), *[("ok", 1)] * (ASKED - 1), ("ok", 2),
    ]  # fmt: skip
    assert openai_server.crowd() > 1
