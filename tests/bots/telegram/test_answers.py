import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots import telegram
from bots.telegram import answers

PAGE = b"<html><body>502 Bad Gateway</body></html>"


def refusal(status: int, description: str, **parameters: Any) -> bytes:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return json.dumps(body | ({"parameters": parameters} if parameters else {})).encode()


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, refusal(400, "Bad Request: chat not found"), telegram.BadRequest),
        (400, refusal(400, "Bad Request: TOPIC_CLOSED"), telegram.BadRequest),
        (400, refusal(400, "Bad Request: message to be replied not found"), telegram.ReplyGone),
        (400, refusal(400, "Bad Request: replied message not found"), telegram.ReplyGone),
        (400, refusal(400, "Bad Request: reply message not found"), telegram.ReplyGone),
        (400, refusal(400, "Bad Request: message to react not found"), telegram.BadRequest),
        (400, refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1001), telegram.Migrated),
        (400, refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id="-1"), telegram.BadRequest),
        (401, refusal(401, "Unauthorized"), telegram.InvalidToken),
        (403, refusal(403, "Forbidden: bot was kicked from the supergroup chat"), telegram.Forbidden),
        (404, refusal(404, "Not Found"), telegram.NotFound),
        (409, refusal(409, "Conflict: terminated by other getUpdates request"), telegram.PollConflict),
        (413, refusal(413, "Request Entity Too Large"), telegram.Rejected),
        (429, refusal(429, "Too Many Requests: retry after 7", retry_after=7), telegram.RetryAfter),
        (429, refusal(429, "Too Many Requests"), telegram.RetryAfter),
        (429, PAGE, telegram.Ambiguous),
        (429, refusal(420, "Flood"), telegram.Ambiguous),
        (400, b'{"ok": false, "description": "x"}', telegram.Ambiguous),
        (101, b"", telegram.Ambiguous),
        (500, refusal(500, "Internal Server Error"), telegram.Ambiguous),
        (502, PAGE, telegram.Ambiguous),
        (504, b"", telegram.Ambiguous),
        (301, b"", telegram.Ambiguous),
        # Only Telegram's own word is final: a proxy's page is not.
        (400, PAGE, telegram.Ambiguous),
        (401, PAGE, telegram.Ambiguous),
        (403, b'{"message": "denied by policy"}', telegram.Ambiguous),
        (401, refusal(403, "Forbidden"), telegram.Ambiguous),
        (200, PAGE, telegram.Ambiguous),
        (200, b"", telegram.Ambiguous),
        (200, b"[1, 2]", telegram.Ambiguous),
        (200, b'{"ok": true}', telegram.Ambiguous),
        (200, b'{"ok": "yes", "result": 1}', telegram.Ambiguous),
        (200, refusal(400, "Bad Request: chat not found"), telegram.Ambiguous),
        (200, b"[" * 100_000, telegram.Ambiguous),
    ],
)
def test_every_answer_has_its_class(status: int, body: bytes, kind: type[telegram.TelegramError]) -> None:
    with pytest.raises(telegram.TelegramError) as caught:
        answers.result(status, body)
    assert type(caught.value) is kind
    assert caught.value.status == status


def test_a_good_answer_is_its_result() -> None:
    assert answers.result(200, b'{"ok": true, "result": {"message_id": 5}}') == {"message_id": 5}
    assert answers.result(200, b'{"ok": true, "result": false}') is False


@pytest.mark.parametrize(
    ("said", "seconds"),
    [(7, 7.0), (3600, 3600.0), (0.5, 0.5), (0, 30.0), (-3, 30.0), ("7", 30.0), (float("inf"), 30.0)],
)
def test_the_time_to_wait_is_telegrams_and_sane_without_one(said: Any, seconds: float) -> None:
    error = answers.error(429, refusal(429, "Too Many Requests", retry_after=said))
    assert isinstance(error, telegram.RetryAfter)
    assert error.seconds == seconds


def test_a_migration_says_where_to() -> None:
    error = answers.error(400, refusal(400, "Bad Request: upgraded", migrate_to_chat_id=-1001234567890))
    assert isinstance(error, telegram.Migrated)
    assert error.chat_id == -1001234567890


def test_a_description_with_a_token_is_masked_and_kept_on_one_short_line() -> None:
    said = str(answers.error(400, refusal(400, "Bad\nRequest: 123456:AAF-abcdefghijklmnopq " + "x" * 500)))
    assert "123456:AAF" not in said
    assert "\n" not in said
    assert len(said) < 250


CLASSES = (telegram.NotSent, telegram.Rejected, telegram.Ambiguous)


def _is_refusal(status: int, body: bytes) -> bool:
    """Telegram's own word: its JSON, which agrees with the status of a refusal."""
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    told = isinstance(answer, dict) and answer.get("ok") is False and answer.get("error_code") == status
    return told and 400 <= status < 500


@pytest.mark.parametrize("status", range(100, 600))
def test_every_status_has_its_class_with_and_without_telegrams_word(status: int) -> None:
    own, page = answers.failure((status, refusal(status, "no"))), answers.failure((status, PAGE))
    assert type(page) is telegram.Ambiguous
    if status == 429:
        assert isinstance(own, telegram.RetryAfter)
    elif 400 <= status < 500:
        assert isinstance(own, telegram.Rejected)
    else:
        assert isinstance(own, telegram.Ambiguous)


@pytest.mark.parametrize("kind", [ValueError, RuntimeError, KeyError, OSError, MemoryError, AssertionError])
def test_an_exception_that_nobody_thought_of_leaves_it_open(kind: type[Exception]) -> None:
    assert type(answers.failure(kind("bot1:secret"))) is telegram.Ambiguous
    assert "secret" not in str(answers.failure(kind("bot1:secret")))


def test_half_a_character_is_refused_before_it_leaves() -> None:
    assert type(answers.failure(UnicodeEncodeError("utf-8", "x", 0, 1, "no"))) is telegram.BadRequest


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)
_bodies = st.binary(max_size=60) | st.builds(
    lambda ok, code, said, more: json.dumps(
        {"ok": ok, "error_code": code, "description": said, "parameters": more}
    ).encode(),
    st.booleans() | _json,
    st.sampled_from([400, 401, 403, 404, 409, 429, 500]) | _json,
    _json,
    st.fixed_dictionaries({}, optional={"retry_after": _json, "migrate_to_chat_id": _json}) | _json,
)


@given(status=st.integers(200, 599), body=_bodies)
def test_whatever_comes_back_is_translated_and_only_telegrams_own_429_counts_as_not_sent(
    status: int, body: bytes
) -> None:
    error = answers.failure((status, body))
    assert sum(isinstance(error, kind) for kind in CLASSES) == 1
    own = _is_refusal(status, body)
    assert isinstance(error, telegram.NotSent) == (own and status == 429)
    assert isinstance(error, telegram.Ambiguous) == (not own)
    if isinstance(error, telegram.Rejected):
        assert 400 <= status < 500
    if status >= 500:
        assert isinstance(error, telegram.Ambiguous)
