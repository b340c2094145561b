import email.utils
import time

import httpx
import openai
import pytest

from conversations.llm import answers, port


def refusal(status: int, message: str, *, code: str | None = None, kind: str | None = None) -> openai.APIStatusError:
    """What the SDK makes of a refusal of some compatible server."""
    body = {"message": message, "code": code, "type": kind, "param": None}
    response = httpx.Response(status, request=httpx.Request("POST", "https://provider.example/v1/chat/completions"))
    return openai.APIStatusError(message, response=response, body=body)  # type: ignore[arg-type] # httpx, as injected


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (refusal(400, "This model's maximum context length is 8192 tokens.", code="context_length_exceeded"), "long"),
        (refusal(400, "'max_tokens' is too large: 300. This model's maximum context length is 4096"), "long"),
        (refusal(400, "prompt is too long: 210000 tokens > 200000 maximum"), "long"),
        (refusal(422, "Input exceeds the context window of this model."), "long"),
        (refusal(413, "Payload Too Large"), "long"),
        (refusal(400, "The response was filtered", code="content_filter"), "refused"),
        (refusal(403, "Your input was flagged by moderation."), "refused"),
        (refusal(401, "Incorrect API key provided"), "key"),
        (refusal(402, "Insufficient Balance"), "key"),
        (refusal(403, "Country not supported"), "key"),
        (refusal(429, "You exceeded your current quota", code="insufficient_quota"), "wait"),
        (refusal(400, "Invalid value for temperature"), "not_accepted"),
        (refusal(404, "The model does not exist"), "not_accepted"),
        (refusal(409, "Conflict"), "not_accepted"),
        (refusal(500, "maximum context length"), "down"),
        (refusal(529, "Overloaded"), "down"),
    ],
)
def test_every_refusal_has_its_class(error: openai.APIStatusError, kind: str) -> None:
    kinds = {
        "long": port.ContextTooLong,
        "refused": port.Refused,
        "key": port.InvalidKey,
        "wait": port.RateLimited,
        "down": port.Unavailable,
        "not_accepted": port.NotAccepted,
    }
    assert type(answers.failure(error)) is kinds[kind]


def test_an_error_shows_the_providers_short_code_and_none_of_its_sentences() -> None:
    said = str(answers.failure(refusal(400, "sk-secret is wrong", code="invalid_value")))
    assert "400 invalid_value" in said
    assert "sk-secret" not in said
    assert "secret" not in str(answers.failure(refusal(400, "x", code="a secret sentence", kind="sk secret")))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "20"}, 20.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after": "-5"}, 0.0),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
    ],
)
def test_the_time_to_wait_is_read_from_every_kind_of_header(headers: dict[str, str], seconds: float | None) -> None:
    assert answers.wait(headers) == seconds


def test_a_date_to_wait_for_becomes_seconds() -> None:
    said = email.utils.formatdate(time.time() + 60, usegmt=True)
    seconds = answers.wait({"retry-after": said})
    assert seconds is not None
    assert 50 < seconds <= 60
