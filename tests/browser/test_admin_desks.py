"""The admin in a real browser: in with two factors, quiet under the strict policy, no wider than the screen."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from bots.models import AuditEntry, Bot
from conversations.models import Chat, Message, Provider, Rules, Symbol, Turn
from tests import desk, full_house
from tests.browser import axe, entrance

pytestmark = [pytest.mark.commits, pytest.mark.browser]

SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"

HIDDEN_COLUMNS = "[...document.querySelectorAll('.results')].some(list => list.scrollWidth > list.clientWidth)"


@pytest.fixture
def office(page: Page) -> Page:
    """A newcomer's browser, after the first sign-in with its set-up of the second factor."""
    entrance.come_in(page)
    expect(page.locator("#user-tools")).to_be_visible()
    return page


def test_desks_are_quiet_and_fit_laptop_and_phone(office: Page) -> None:
    """One of each kind: the server's own tests open every desk, `make audit` looks at all of them."""
    full_house.furnish()
    Bot.objects.filter(pk=Bot.objects.earliest("pk").pk).update(username="emekli_mehmet_temettu_bot")
    kinds = (Bot, Chat, Provider, Rules, Turn, User)
    lists = [desk.address(model, "changelist") for model in (*kinds, AuditEntry, Message)]
    rows = [desk.address(model, "change", model._default_manager.earliest("pk").pk) for model in kinds]
    forms = [desk.address(model, "add") for model in (Chat, Provider, User)]
    looked_into = {lists[0], rows[0]}
    for address in ("/admin/", *lists, *rows, *forms, desk.address(Symbol, "paste")):
        office.set_viewport_size({"width": 1440, "height": 900})
        answer = office.goto(address)
        assert answer is not None
        assert answer.ok, address
        assert not office.evaluate(f"{SIDEWAYS} || {HIDDEN_COLUMNS}"), address
        if address in looked_into:
            assert axe.violations(office) == [], address
        office.set_viewport_size({"width": 390, "height": 844})
        assert not office.evaluate(SIDEWAYS), address


def test_a_question_is_answered_with_a_click_and_never_with_enter(office: Page) -> None:
    full_house.furnish()
    bot = Bot.objects.order_by("pk")[0]
    office.goto(desk.address(Bot, "change", bot.pk))
    office.locator("[value=pause_an_hour]").click()
    expect(office.locator(".closelink")).to_be_focused()
    office.locator("#reason").fill("Bayram.")
    office.locator("#reason").press("Enter")
    expect(office.locator("#reason")).to_have_value("Bayram.")
    office.locator("[name=confirmed]").click()
    office.wait_for_url(f"**{desk.address(Bot, 'change', bot.pk)}")
    bot.refresh_from_db()
    assert bot.paused_until is not None
