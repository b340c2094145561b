"""Dangerous acts ask for the second factor once more, take it once, and say what they come to."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from bots.models import Bot
from conversations.models import Engine, Provider
from monitoring import second_factor
from monitoring.grants import Role
from monitoring.models import ApiKey
from tests import desk, staff, stagehands

pytestmark = pytest.mark.django_db
TOKEN = "123456789:AAF-kanarya-Kanarya_kanarya-Kanarya"


@pytest.fixture
def user() -> User:
    return staff.equipped()


@pytest.fixture
def late(user: User) -> Client:
    """Signed in long ago."""
    return staff.browser(user, fresh=False)


def code(user: User) -> str:
    device = second_factor.app(user)
    assert device is not None
    return staff.code(device)


def provider() -> Provider:
    return stagehands.provider("https://model.example/v1")


@pytest.mark.parametrize(
    "act",
    ["reset_second_factor", "link_for_password", "shut_out", "retire", "forget_key", "start", "revoke"],
)
def test_a_dangerous_act_is_not_done_without_a_fresh_code(user: User, late: Client, act: str) -> None:
    omer = staff.equipped("omer", Role.OPERATOR)
    rows: dict[str, Callable[[], Any]] = {
        "retire": lambda: stagehands.troupe(1)[0],
        "forget_key": provider,
        "start": Engine.objects.get,
        "revoke": lambda: ApiKey.objects.create(
            name="x", owner=user, scopes=[], prefix="kulis_x", digest="x", expires_at="2030-01-01T00:00Z"
        ),
    }
    row = rows.get(act, lambda: omer)()

    def state() -> tuple[Any, bool]:
        return type(row).objects.filter(pk=row.pk).values().get(), second_factor.is_set_up(omer)

    before = state()
    answer = desk.act(late, type(row), act, row)
    assert 'name="fresh_code"' in answer.content.decode()
    assert before == state()
    desk.act(late, type(row), act, row, fresh_code=code(user))
    assert before != state()


def test_a_right_code_opens_five_minutes_and_gives_the_session_another_key(user: User, late: Client) -> None:
    omer, key = staff.equipped("omer", Role.OPERATOR), late.session.session_key
    desk.act(late, User, "shut_out", omer, fresh_code=code(user))
    assert late.session.session_key != key
    desk.act(late, User, "let_in_again", omer)
    assert User.objects.get(pk=omer.pk).is_active
    session = late.session
    session["proved-at"] -= 301
    session.save()
    desk.act(late, User, "shut_out", omer)
    assert User.objects.get(pk=omer.pk).is_active


def test_a_wrong_code_keeps_the_reason_that_was_typed(late: Client) -> None:
    bot = stagehands.troupe(1)[0]
    page = desk.act(late, Bot, "retire", bot, fresh_code="000000", reason="Emekli oldu.").content.decode()
    assert 'value="Emekli oldu."' in page
    assert 'role="alert"' in page


@pytest.mark.parametrize("named", ["", "@baska_bot"])
def test_a_bot_is_retired_only_by_its_name(user: User, named: str) -> None:
    bot, browser = stagehands.troupe(1)[0], staff.browser(user)
    desk.act(browser, Bot, "retire", bot, named=named)
    assert Bot.objects.get(pk=bot.pk).retired_at is None
    desk.act(browser, Bot, "retire", bot, named=f"  {bot!s}".upper())
    assert Bot.objects.get(pk=bot.pk).retired_at is not None


def test_the_question_says_in_numbers_what_it_comes_to(user: User) -> None:
    bots = stagehands.troupe(2)
    stagehands.room(bots)
    stagehands.group(bots[:1])
    chosen = {"action": "disable", "_selected_action": [bot.pk for bot in bots]}
    page = staff.browser(user).post(desk.address(Bot, "changelist"), chosen, headers={"Accept-Language": "en"})
    assert page.context["numbers"].count("2") == 2


def test_what_was_just_done_is_taken_back_by_one_button(user: User) -> None:
    bot, browser = stagehands.troupe(1)[0], staff.browser(user)
    page = desk.act(browser, Bot, "disable", bot).content.decode()
    assert 'class="undo"' in page
    assert 'class="undo"' not in browser.get(desk.address(Bot, "changelist")).content.decode()
    desk.act(browser, Bot, "enable", bot)
    assert Bot.objects.get(pk=bot.pk).enabled


def test_a_role_is_changed_only_with_a_fresh_code(user: User, late: Client) -> None:
    page = desk.address(User, "change", staff.account("omer", Role.OPERATOR).pk)
    assert desk.send(late, page, role="admin").context["adminform"].form.non_field_errors()
    assert not User.objects.get(username="omer").is_superuser
    assert desk.send(late, page, role="admin", fresh_code=code(user)).status_code == 302
    assert User.objects.get(username="omer").is_superuser


def test_a_bot_is_changed_without_a_code_and_its_token_with_one(user: User, late: Client) -> None:
    bot = stagehands.troupe(1)[0]
    page = desk.address(Bot, "change", bot.pk)
    assert desk.send(late, page, talkativeness="0.9").status_code == 302
    assert desk.send(late, page, new_token=TOKEN).status_code == 200
    assert not Bot.objects.get(pk=bot.pk).token
    assert desk.send(late, page, new_token=TOKEN, fresh_code=code(user)).status_code == 302
    assert Bot.objects.get(pk=bot.pk).token


@pytest.mark.parametrize("door", ["page", "api"])
def test_the_cast_is_switched_on_only_with_a_fresh_code(user: User, late: Client, door: str) -> None:
    def start(given: str) -> Any:
        if door == "page":
            return late.post("/engine/start/", {"fresh_code": given})
        return late.post("/api/v1/engine/start/", json.dumps({"code": given}), content_type="application/json")

    assert start("").status_code in {400, 422}
    assert not Engine.objects.get().running
    assert start(code(user)).status_code in {200, 302}
    assert Engine.objects.get().running


def test_nobody_needs_a_code_to_stop(late: Client) -> None:
    Engine.objects.update(running=True)
    late.post(reverse("engine-stop"))
    assert not Engine.objects.get().running


def test_the_set_up_with_its_keys_asks_first_and_goes_on_where_it_was(user: User, late: Client) -> None:
    page = reverse("founding-step", args=["words"])
    asked = late.post(page, {"key": "sk-kanarya-kanarya-kanarya"}).headers["Location"]
    assert asked.startswith(reverse("step-up"))
    assert late.post(asked, {"otp_token": "000000"}).status_code == 422
    second_factor.forgive(user)
    assert late.post(asked, {"otp_token": code(user)}).headers["Location"] == page
    assert late.get(page).status_code == 200
