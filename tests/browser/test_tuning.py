"""Rules and take-over in a real browser: what a slider would do is seen at once, and words through a bot arrive."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from bots.models import Bot
from conversations import control, takeover
from conversations.engine import deliver
from conversations.models import Chat
from tests import staff, stagehands
from tests.browser import axe

pytestmark = [pytest.mark.commits, pytest.mark.browser]


@pytest.fixture
def room(page: Page) -> Chat:
    control.start(by="tests")
    stagehands.provider("", name="sufle", kind="offline")
    return stagehands.room(stagehands.troupe(2))


def test_a_slider_shows_what_it_would_do_and_what_is_touched_is_the_chats_own(
    page: Page, site: str, room: Chat
) -> None:
    key = staff.at_the_desk().session.session_key or ""
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site}])
    page.goto(f"/admin/conversations/rules/?chat={room.pk}")
    own, slider = page.locator("#id_own_base_delay"), page.locator("[data-for=id_base_delay]")
    expect(own).not_to_be_checked()
    slider.fill("10")
    expect(page.locator("#id_base_delay")).to_have_value("10")
    expect(own).to_be_checked()
    expect(page.locator("#ahead rect.before")).to_have_count(24)
    assert axe.violations(page) == []
    page.locator("#id_note").fill("Daha canlı.")
    page.locator(".save button").click()
    expect(page.locator("ul.messagelist li.success")).to_be_visible()
    expect(page.locator(".past .diff ins").first).to_have_text("10")
    page.goto(f"/admin/conversations/chat/{room.pk}/change/")
    assert axe.violations(page) == []


def test_words_through_a_bot_arrive_marked_and_the_bot_is_handed_back(page: Page, room: Chat) -> None:
    bot = Bot.objects.order_by("username")[0]
    page.goto(room.get_absolute_url())
    page.locator(f"form[action$='/as/{bot.pk}/take/'] button").click()
    expect(page.locator("#speaking")).to_contain_text(bot.name)
    assert axe.violations(page) == []
    page.locator("#say").fill("Acele etmiyorum.")
    page.keyboard.press("Enter")
    expect(page.locator("#say")).to_have_value("")
    assert deliver.one("tests")
    expect(page.locator("#thread .line.bot .words")).to_contain_text(takeover.MARK)
    page.locator("#speaking form[action$='hand-back/'] button").click()
    expect(page.locator("#speaking")).to_be_hidden()
