"""The door for Telegram: a wrong secret costs no query, garbage is refused, and what is right is stored at once."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import AsyncRequestFactory, Client

from bots import webhooks
from bots.models import Bot
from conversations import views
from conversations.models import InboundUpdate, Message
from tests import stagehands

pytestmark = pytest.mark.django_db
UPDATE = {"update_id": 5, "message": {"message_id": 1}}


@pytest.fixture
def bot() -> Bot:
    return stagehands.crowd(1)[0]


def post(bot: Bot, body: Any = None, *, secret: str | None = None) -> HttpResponse:
    data = body if isinstance(body, str | bytes) else json.dumps(UPDATE if body is None else body)
    headers = {"X-Telegram-Bot-Api-Secret-Token": bot.webhook_secret() if secret is None else secret}
    answer = Client().post(f"/telegram/{bot.webhook_id}/", data, content_type="application/json", headers=headers)
    assert isinstance(answer, HttpResponse)
    return answer


def test_an_update_is_stored_and_read_later(bot: Bot) -> None:
    assert post(bot).status_code == 200
    stored = InboundUpdate.objects.get()
    assert (stored.bot, stored.update_id, stored.payload, stored.state) == (bot, 5, UPDATE, "stored")
    assert not Message.objects.exists()


def test_the_same_update_is_taken_as_often_as_it_comes_and_kept_once(bot: Bot) -> None:
    assert {post(bot).status_code for _time in range(3)} == {200}
    assert InboundUpdate.objects.count() == 1


def wrong_secrets(bot: Bot) -> dict[str, str]:
    other = Bot(webhook_id=uuid4())
    right = bot.webhook_secret()
    return {
        "none": "",
        "garbage": "garbage",
        "another bot's": other.webhook_secret(),
        "cut": right[:-1],
        "longer": right + "0",
        "version without digest": "1-",
        "no number": "x" + right[1:],
        "digits of another script": "١" + right[1:],
        "a very long number": "9" * 500 + right[1:],
        "negative": "-" + right,
    }


@pytest.mark.parametrize("name", wrong_secrets(Bot()))
def test_a_wrong_secret_is_refused_without_a_single_query(bot: Bot, name: str, django_assert_num_queries: Any) -> None:
    secret = wrong_secrets(bot)[name]
    with django_assert_num_queries(0):
        answer = post(bot, secret=secret.encode().decode("latin-1"))
    assert answer.status_code == 401
    assert not InboundUpdate.objects.exists()


def test_a_missing_secret_is_refused_without_a_single_query(bot: Bot, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert Client().post(f"/telegram/{bot.webhook_id}/", UPDATE, content_type="application/json").status_code == 401


def test_a_secret_of_an_earlier_version_is_void(bot: Bot) -> None:
    old = bot.webhook_secret()
    Bot.objects.update(webhook_version=2)
    assert post(bot, secret=old).status_code == 401
    assert post(bot, secret=webhooks.secret(bot.webhook_id, 2)).status_code == 200


@pytest.mark.parametrize("changes", [{"enabled": False}, {"retired_at": "2026-01-01T00:00Z"}])
def test_a_bot_that_is_off_takes_nothing(bot: Bot, changes: dict[str, Any]) -> None:
    Bot.objects.update(**changes)
    assert post(bot).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        "", "{", "null", "[]", "5", '"text"', "{}", '{"update_id": null}', '{"update_id": "x"}', '{"update_id": 1.5}',
        '{"update_id": true}', '{"update_id": -1}', f'{{"update_id": {2**63}}}', '{"update_id": 1, "x": NaN}',
        '{"update_id": 1, "x": -Infinity}', b"\xff\xfe", "[" * 50_000,
    ],
)  # fmt: skip
def test_what_telegram_would_never_send_is_refused(bot: Bot, body: str | bytes) -> None:
    assert post(bot, body).status_code == 400
    assert not InboundUpdate.objects.exists()


def test_half_a_letter_is_no_garbage(bot: Bot) -> None:
    assert post(bot, '{"update_id": 1, "message": {"text": "\\ud83d", "\\u0000": "\\u0000"}}').status_code == 200
    assert InboundUpdate.objects.get().payload["message"] == {"text": "?", "": ""}


@pytest.mark.parametrize("size", [256 * 1024 + 1, 3_000_000])
def test_too_much_is_refused(bot: Bot, size: int) -> None:
    assert post(bot, "x" * size).status_code == 413


@pytest.mark.parametrize(("size", "status"), [(256 * 1024 + 1, 413), (10, 400)])
def test_a_body_that_does_not_say_its_length_is_measured(bot: Bot, size: int, status: int) -> None:
    request = AsyncRequestFactory().post("/", "x" * size, content_type="application/json")
    del request.META["CONTENT_LENGTH"]
    request.META["HTTP_X_TELEGRAM_BOT_API_SECRET_TOKEN"] = bot.webhook_secret()
    assert views.webhook(request, bot.webhook_id).status_code == status


@pytest.mark.parametrize("method", ["get", "put", "delete", "head"])
def test_only_telegrams_way_of_asking_is_taken(bot: Bot, method: str) -> None:
    assert getattr(Client(), method)(f"/telegram/{bot.webhook_id}/").status_code == 405


def test_an_address_that_is_none_does_not_exist() -> None:
    assert Client().post("/telegram/not-a-uuid/").status_code == 404


@pytest.mark.parametrize("number", ["1e999", "-1e400"])
def test_a_number_that_is_none_is_refused(bot: Bot, number: str) -> None:
    assert post(bot, f'{{"update_id": 1, "x": {number}}}').status_code == 400


def test_what_is_right_takes_two_statements(bot: Bot, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        assert post(bot).status_code == 200
