"""The adapter against a provider on the loopback that refuses what the real one refuses."""

import logging
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

import pytest

from conversations.llm import port
from conversations.llm.openai_api import OpenAIVoice
from tests.fakes.handles import OpenAIFake

KEY = "sk-canary-0123456789abcdefghijklmnop"
WORDS = "gizli söz"


def patience(how: str) -> float:
    """Long enough for a busy machine, short where the wait is the point."""
    return 0.4 if how in ("hang", "drip") else 10


def a_request(text: str = "THYAO ne olur?", *, model: str = "fake-1", seconds: float = 10) -> port.Request:
    return port.Request(
        messages=(port.PromptMessage("system", "Sen Ayşe'sin."), port.PromptMessage("user", text)),
        brief=port.Brief(speaker="Ayşe"),
        model=model,
        seed=7,
        deadline=time.monotonic() + seconds,
    )


@pytest.fixture
def voice(openai_server: OpenAIFake) -> OpenAIVoice:
    return OpenAIVoice(base_url=openai_server.address, key=KEY, trusted=True)


def test_an_answer_comes_with_what_it_cost(voice: OpenAIVoice, openai_server: OpenAIFake) -> None:
    openai_server.script("  Bence bekle.\n")
    answer = voice.complete(a_request())
    assert answer.text == "Bence bekle."
    assert answer.model == "fake-1"
    assert answer.usage == port.Usage(13, 7, 0)
    assert answer.meta["finish_reason"] == "stop"
    [request] = openai_server.requests()
    assert request["key"] == KEY
    assert request["body"] == {
        "model": "fake-1",
        "messages": [{"role": "system", "content": "Sen Ayşe'sin."}, {"role": "user", "content": "THYAO ne olur?"}],
        "max_tokens": 300,
        "temperature": 0.9,
    }


def test_cached_prompt_tokens_are_told(voice: OpenAIVoice) -> None:
    long = "Kim olduğun. " * 300
    voice.complete(a_request(long + "bir"))
    used = voice.complete(a_request(long + "iki")).usage
    assert used is not None
    assert used.cached >= 1024


def test_models_are_listed(voice: OpenAIVoice, openai_server: OpenAIFake) -> None:
    openai_server.add_model("another-1")
    assert voice.models() == ["another-1", "fake-1"]


@pytest.mark.parametrize("how", ["garbage", "hollow"])
def test_a_list_of_models_that_cannot_be_read_is_garbage(
    voice: OpenAIVoice, openai_server: OpenAIFake, how: str
) -> None:
    openai_server.fault("models", how)
    with pytest.raises(port.Garbage):
        voice.models()


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ("400", port.NotAccepted),
        ("401", port.InvalidKey),
        ("402", port.InvalidKey),
        ("403", port.InvalidKey),
        ("404", port.NotAccepted),
        ("429", port.RateLimited),
        ("500", port.Unavailable),
        ("503", port.Unavailable),
        ("html", port.Unavailable),
        ("hang", port.Unavailable),
        ("reset", port.Unavailable),
        ("cut", port.Unavailable),
        ("drip", port.Unavailable),
        ("garbage", port.Garbage),
        ("hollow", port.Garbage),
    ],
)
def test_every_failure_has_its_class(
    voice: OpenAIVoice, openai_server: OpenAIFake, how: str, kind: type[port.LLMError]
) -> None:
    openai_server.fault("chat/completions", how)
    with pytest.raises(port.LLMError) as caught:
        voice.complete(a_request(seconds=patience(how)))
    assert type(caught.value) is kind
    assert len(openai_server.requests()) == 1  # asked once: trying again is the router's


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ({"text": ""}, port.Garbage),
        ({"text": " \n"}, port.Garbage),
        ({"text": None}, port.Garbage),
        ({"text": "<think>Ne desem, hâlâ düşünüyorum"}, port.Garbage),
        ({"choices": []}, port.Garbage),
        ({"choices": None}, port.Garbage),
        ({"choices": [{"message": None}]}, port.Garbage),
        ({"choices": "yok"}, port.Garbage),
        ({"text": "", "finish": "content_filter"}, port.Refused),
        ({"text": None, "refusal": "I can't help with that."}, port.Refused),
    ],
)
def test_an_answer_without_words_is_none(
    voice: OpenAIVoice, openai_server: OpenAIFake, script: dict[str, object], kind: type[port.LLMError]
) -> None:
    openai_server.script(script)
    with pytest.raises(kind):
        voice.complete(a_request())


def test_thoughts_that_a_model_says_aloud_are_left_out(voice: OpenAIVoice, openai_server: OpenAIFake) -> None:
    openai_server.script("<think>\nKullanıcı THYAO soruyor.\n</think>\n\nBence bekle.")
    assert voice.complete(a_request()).text == "Bence bekle."


def test_a_prompt_that_does_not_fit_is_told_apart(voice: OpenAIVoice, openai_server: OpenAIFake) -> None:
    openai_server.add_model("small-1", context=100)
    with pytest.raises(port.ContextTooLong):
        voice.complete(a_request("uzun " * 200, model="small-1"))


@pytest.mark.parametrize("code", ["content_filter", "content_policy_violation"])
def test_a_filtered_prompt_is_refused(voice: OpenAIVoice, openai_server: OpenAIFake, code: str) -> None:
    openai_server.fault("chat/completions", 400, code=code)
    with pytest.raises(port.Refused):
        voice.complete(a_request())


@pytest.mark.parametrize(("said", "seconds"), [(12, 12.0), (None, None)])
def test_the_time_to_wait_comes_from_the_provider(
    voice: OpenAIVoice, openai_server: OpenAIFake, said: float | None, seconds: float | None
) -> None:
    openai_server.fault("chat/completions", 429, retry_after=said)
    with pytest.raises(port.RateLimited) as caught:
        voice.complete(a_request())
    assert caught.value.seconds == seconds


def test_a_model_that_wants_other_parameters_is_asked_once_more_and_remembered(
    voice: OpenAIVoice, openai_server: OpenAIFake
) -> None:
    openai_server.add_model("new-1", refuses=("max_tokens", "temperature"))
    voice.complete(a_request(model="new-1"))
    voice.complete(a_request(model="new-1"))
    voice.complete(a_request())
    sent = [
        (request["status"], sorted(request["body"].keys() - {"model", "messages"}))
        for request in openai_server.requests()
    ]
    assert sent == [
        (400, ["max_tokens", "temperature"]),
        (400, ["max_completion_tokens", "temperature"]),
        (200, ["max_completion_tokens"]),
        (200, ["max_completion_tokens"]),
        (200, ["max_tokens", "temperature"]),
    ]


def test_asking_once_more_keeps_to_the_deadline(voice: OpenAIVoice, openai_server: OpenAIFake) -> None:
    openai_server.add_model("new-2", refuses=("max_tokens", "temperature"))
    openai_server.latency(0.15)
    with pytest.raises(port.Unavailable):
        voice.complete(a_request(model="new-2", seconds=0.2))
    assert len(openai_server.requests()) < 3


def test_a_dead_address_is_unavailable(loopback_port: int) -> None:
    voice = OpenAIVoice(base_url=f"http://127.0.0.1:{loopback_port}/v1", key=KEY, trusted=True)
    with pytest.raises(port.Unavailable, match="refused"):
        voice.complete(a_request())


@pytest.mark.parametrize("address", ["", "kulis", "http://a:b/v1", "ftp://127.0.0.1/v1", "http://[::zz]/v1"])
def test_what_is_no_address_is_unavailable(address: str) -> None:
    with pytest.raises(port.Unavailable):
        OpenAIVoice(base_url=address, key=KEY, trusted=True).models()


def test_an_address_that_was_typed_into_a_page_may_not_be_a_private_one(openai_server: OpenAIFake) -> None:
    voice = OpenAIVoice(base_url=openai_server.address, key=KEY, trusted=False)
    with pytest.raises(port.Unavailable):
        voice.complete(a_request())
    assert openai_server.requests() == []


@pytest.mark.parametrize("key", ["sk ğ", "sk-a\nb", "sk a"])
def test_what_cannot_be_a_key_asks_nobody(openai_server: OpenAIFake, key: str) -> None:
    with pytest.raises(port.InvalidKey) as caught:
        OpenAIVoice(base_url=openai_server.address, key=key, trusted=True).models()
    assert key not in str(caught.value)
    assert openai_server.requests("") == []


def test_a_server_without_keys_is_asked_without_one(openai_server: OpenAIFake) -> None:
    with pytest.raises(port.InvalidKey):  # the fake wants one
        OpenAIVoice(base_url=openai_server.address, key="", trusted=True).models()
    assert [request["key"] for request in openai_server.requests("models")] == [""]


def test_many_threads_share_one_voice(voice: OpenAIVoice, openai_server: OpenAIFake) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: voice.complete(a_request(f"soru {n}")).text, range(48)))
    assert all(answers)
    assert len(openai_server.requests()) == 48


@pytest.mark.parametrize("how", ["400", "401", "403", "429", "500", "html", "garbage", "reset", "hang"])
def test_neither_key_nor_prompt_shows_in_errors_or_logs(
    how: str, voice: OpenAIVoice, openai_server: OpenAIFake, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("", "httpx", "httpcore", "openai"):
        caplog.set_level(logging.DEBUG, logger=name or None)
    openai_server.fault("chat/completions", how, description=f"Incorrect API key provided: {KEY}. You said: {WORDS}")
    with pytest.raises(port.LLMError) as caught:
        voice.complete(a_request(WORDS, seconds=patience(how)))
    voice.models()
    shown = "\n".join([repr(caught.value), repr(voice), caplog.text, *traceback.format_exception(caught.value)])
    assert "/v1/models" in shown  # the log was looked at while it said something
    assert KEY not in shown
    assert WORDS not in shown
