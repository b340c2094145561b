"""The queue of approvals by keyboard alone, and with somebody else who is faster."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from bots.models import Bot
from conversations import control
from conversations.models import Chat, Turn
from tests import stagehands

pytestmark = [pytest.mark.commits, pytest.mark.browser]
State = Turn.State


def held(text: str, left: float) -> Turn:
    now = timezone.now()
    moments = {"due_at": now - timedelta(minutes=5), "expires_at": now + timedelta(seconds=left)}
    return stagehands.turn_in(State.HELD, Chat.objects.get(), Bot.objects.order_by("pk")[0], text=text, **moments)


def state_of(turn: Turn) -> tuple[str, str]:
    turn.refresh_from_db()
    return turn.state, turn.text


@pytest.fixture
def waiting(page: Page) -> list[Turn]:
    """Five that wait, in the order of the page, and the page that shows them."""
    control.start(by="tests")
    chat = stagehands.room(stagehands.crowd(1))
    control.set_mode(chat, Chat.Mode.APPROVAL, by="tests")
    turns = [held(f"Bekleyen söz {number}.", 300 + number) for number in range(5)]
    page.goto("/approvals/")
    expect(page.locator("#pulse")).to_have_attribute("data-state", "live")
    return turns


def card(page: Page, turn: Turn) -> str:
    return f"#held-{turn.pk}-{turn.gen}"


def test_everything_is_decided_by_keys_and_each_is_two_at_most(page: Page, waiting: list[Turn]) -> None:
    first, second, third, fourth, fifth = waiting
    said = page.locator("#herald")
    page.keyboard.press("a")
    expect(page.locator(card(page, first))).to_have_count(0)
    expect(page.locator(card(page, second))).to_have_class("card held is-current")
    expect(said).to_have_text("Onaylandı.")
    page.keyboard.press("u")
    expect(page.locator(card(page, first).removesuffix("-3") + "-4")).to_be_visible()
    assert state_of(first)[0] == State.HELD
    page.locator(card(page, second)).focus()
    page.keyboard.press("r")
    page.keyboard.press("2")
    expect(page.locator(card(page, third))).to_be_focused()
    assert state_of(second)[0] == State.SKIPPED
    assert second.detail
    page.keyboard.press("e")
    page.keyboard.press("Control+A")
    page.keyboard.type("Başka, ara j r a x söz.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(card(page, fourth))).to_be_focused()
    assert state_of(third) == (State.COMPOSED, "Başka, ara j r a x söz.")
    page.keyboard.press("?")
    page.locator("#keys-switch").click()
    page.keyboard.press("Escape")
    page.reload()
    page.locator(card(page, fourth)).focus()
    page.keyboard.press("a")
    page.keyboard.press("j")
    expect(page.locator(card(page, fourth))).to_be_focused()
    assert {state_of(turn)[0] for turn in (fourth, fifth)} == {State.HELD}


def test_what_somebody_writes_outlives_the_decision_of_somebody_faster(page: Page, waiting: list[Turn]) -> None:
    first, second, *_others = waiting
    page.keyboard.press("e")
    page.keyboard.type(" Uzun uzun yazıyorum.")
    control.approve(first, by="ayla")
    control.approve(second, by="ayla")
    late = held("Sonradan gelen söz.", 900)
    expect(page.locator(card(page, late))).to_be_visible()
    expect(page.locator(card(page, second))).to_have_count(0)
    expect(page.locator(f"{card(page, first)} .news")).to_contain_text("ayla")
    expect(page.locator(f"{card(page, first)} textarea")).to_have_value("Bekleyen söz 0. Uzun uzun yazıyorum.")
    expect(page.locator(f"{card(page, first)} [data-act=approve] button")).to_be_disabled()
    expect(page.locator("#bar-held")).to_contain_text("4")
    expect(page.locator("#queue > .held").last).to_have_id(f"held-{late.pk}-{late.gen}")
