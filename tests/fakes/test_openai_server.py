"""The provider on the loopback is strict where the product leans on it."""

from typing import Any

import httpx
import pytest

from tests.fakes.handles import OpenAIFake

GOOD: dict[str, Any] = {"model": "fake-1", "messages": [{"role": "user", "content": "Merhaba"}]}


def ask(fake: OpenAIFake, *, key: str = "k", **changes: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    return fake.client.post("/v1/chat/completions", json=GOOD | changes, headers=headers)


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"key": ""}, 401, None),
        ({"model": "gpt-unknown"}, 404, "model_not_found"),
        ({"messages": []}, 400, "invalid_type"),
        ({"messages": "Merhaba"}, 400, "invalid_type"),
        ({"messages": [{"role": "bot", "content": "x"}]}, 400, "invalid_value"),
        ({"messages": [{"role": "user", "content": 5}]}, 400, "invalid_type"),
        ({"temperature": 2.5}, 400, "out_of_range"),
        ({"temperature": "warm"}, 400, "invalid_type"),
        ({"max_tokens": 1.5}, 400, "invalid_type"),
        ({"max_tokens": 0}, 400, "out_of_range"),
        ({"temprature": 1}, 400, "unknown_parameter"),
        ({"messages": [{"role": "user", "content": "x" * 30_000}]}, 400, "context_length_exceeded"),
    ],
)
def test_a_wrong_request_is_refused(
    openai_server: OpenAIFake, changes: dict[str, Any], status: int, code: str | None
) -> None:
    answer = ask(openai_server, **changes)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_only_known_keys_open_once_there_are_some(openai_server: OpenAIFake) -> None:
    openai_server.keys("right")
    assert ask(openai_server, key="wrong").status_code == 401
    assert ask(openai_server, key="right").status_code == 200


def test_the_same_prompt_gets_the_same_answer_and_others_get_others(openai_server: OpenAIFake) -> None:
    def said(prompt: str) -> str:
        answer = ask(openai_server, messages=[{"role": "user", "content": prompt}]).json()
        return str(answer["choices"][0]["message"]["content"])

    assert said("THYAO ne olur?") == said("THYAO ne olur?")
    assert len({said(f"Enflasyon verisi bekleniyor, sıra numarası {n}") for n in range(40)}) > 30


def test_a_long_beginning_that_repeats_counts_as_cached(openai_server: OpenAIFake) -> None:
    def cached(last: str) -> int:
        messages = [{"role": "system", "content": "Kim olduğun. " * 300}, {"role": "user", "content": last}]
        return int(ask(openai_server, messages=messages).json()["usage"]["prompt_tokens_details"]["cached_tokens"])

    assert cached("bir") == 0
    assert cached("iki") >= 1024


def test_answers_can_be_written_beforehand(openai_server: OpenAIFake) -> None:
    openai_server.script("bir", {"text": "", "finish": "content_filter"})
    first, second = ask(openai_server).json()["choices"][0], ask(openai_server).json()["choices"][0]
    assert first["message"]["content"] == "bir"
    assert second["finish_reason"] == "content_filter"


def test_every_request_is_remembered(openai_server: OpenAIFake) -> None:
    openai_server.fault("chat/completions", 429, retry_after=3)
    assert ask(openai_server, key="k1").headers["retry-after"] == "3"
    ask(openai_server, key="k2")
    assert [(request["key"], request["status"]) for request in openai_server.requests()] == [("k1", 429), ("k2", 200)]
