"""The rehearsal room as somebody sees and uses it."""

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from conversations import control, events, rehearsal
from conversations.models import Chat, Engine, Event, Message, Turn
from tests import stagehands

pytestmark = [pytest.mark.commits, pytest.mark.browser]


@pytest.fixture
def room(page: Page) -> Chat:
    control.start(by="tests")
    return stagehands.room()


@transaction.atomic
def speak(room: Chat, text: str, *, reply_to: Message | None = None) -> Message:
    """A bot says something, as the engine records it."""
    bot = room.members.all()[0]
    said = stagehands.message(room, text, bot=bot, reply_to=reply_to)
    turn = stagehands.turn(room, bot=bot, topic="Altın")
    Turn.objects.filter(pk=turn.pk).update(message=said)
    events.publish(Event.Kind.MESSAGE, chat=room, subject_id=said.pk)
    return said


def open_live(page: Page, room: Chat) -> None:
    page.goto(room.get_absolute_url())
    expect(page.locator("#pulse")).to_have_attribute("data-state", "live")


def test_what_is_said_appears_without_a_reload_and_once(page: Page, room: Chat) -> None:
    open_live(page, room)
    expect(page.locator("#nothing-said")).to_be_visible()
    said = speak(room, "Acele etmeden izliyorum.")
    line = page.locator(f"#m-{said.pk}")
    expect(line).to_contain_text("Acele etmeden izliyorum.")
    expect(line.locator(".tag")).to_have_text("bot")
    expect(page.locator("#nothing-said")).to_be_hidden()
    assert page.locator("#thread > li").count() == 1


def test_a_live_page_equals_a_fresh_one(page: Page, room: Chat) -> None:
    open_live(page, room)
    first = speak(room, "bir")
    speak(room, "iki <b>kalın</b> @nermin_sahne_bot", reply_to=first)
    last = speak(room, "üç")
    expect(page.locator(f"#m-{last.pk}")).to_be_visible()
    shown = "Array.from(document.querySelectorAll('#thread > li'), e => (e.classList.remove('is-new'), e.outerHTML))"
    live = page.evaluate(shown)
    page.reload()
    assert page.evaluate(shown) == live


def test_a_person_names_a_bot_by_keyboard_and_sends_with_enter(page: Page, room: Chat) -> None:
    open_live(page, room)
    page.get_by_role("textbox").fill("Selam @tol")
    page.keyboard.type("g")
    expect(page.locator("#mentions li:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.type("ne dersin?")
    page.keyboard.press("Enter")
    expect(page.locator("#thread > li.mine")).to_contain_text("@tolga_sahne_bot ne dersin?")
    expect(page.get_by_role("textbox")).to_have_value("")
    assert Turn.objects.get().trigger == Turn.Trigger.MENTION
    assert page.locator("#thread > li").count() == 1


def test_a_person_puts_an_emoji_on_a_message_and_takes_it_off(page: Page, room: Chat) -> None:
    said = speak(room, "Bekliyorum.")
    open_live(page, room)
    line = page.locator(f"#m-{said.pk}")
    for shown in (["👍"], []):
        line.hover()
        line.locator(".react summary").click()
        line.get_by_role("button", name="👍", exact=True).click()
        expect(line.locator(".hung li > span:first-child")).to_have_text(shown)
        expect(line.locator(".signs")).to_be_hidden()


def test_a_choice_of_emoji_stays_open_while_its_message_is_renewed(page: Page, room: Chat) -> None:
    said = speak(room, "Bekliyorum.")
    open_live(page, room)
    line = page.locator(f"#m-{said.pk}")
    line.hover()
    line.locator(".react summary").click()
    rehearsal.react(said, participant=stagehands.person(), sign="🔥")
    expect(line.locator(".hung li > span:first-child")).to_have_text(["🔥"])
    expect(line.locator(".signs")).to_be_visible()
    line.get_by_role("button", name="👍", exact=True).click()
    expect(line.locator(".signs")).to_be_hidden()
    expect(line.locator(".hung li > span:first-child")).to_have_text(["🔥", "👍"])


def test_a_reply_quotes_and_the_quote_leads_back(page: Page, room: Chat) -> None:
    said = speak(room, "Bekliyorum.")
    open_live(page, room)
    page.locator(f"#m-{said.pk}").hover()
    page.locator(f"#m-{said.pk} .reply-to").click()
    expect(page.locator("#answering")).to_contain_text("Bekliyorum.")
    page.keyboard.type("Neyi?")
    page.keyboard.press("Enter")
    page.locator("li.mine .quote").click()
    expect(page.locator(f"#m-{said.pk}")).to_have_class("line bot new-day flash")
    assert Message.objects.get(text="Neyi?").reply_to == said


def test_a_text_that_could_not_be_sent_is_kept(page: Page, room: Chat) -> None:
    open_live(page, room)
    page.get_by_role("textbox").fill("x" * (rehearsal.LONGEST + 1))
    with page.expect_response("**/say/") as answer:
        page.locator("#compose .send").click()
    assert answer.value.status == 422
    expect(page.locator("#say-problem")).not_to_be_empty()
    assert len(page.get_by_role("textbox").input_value()) == rehearsal.LONGEST + 1


def test_why_opens_beside_the_talk_and_esc_closes_it(page: Page, room: Chat) -> None:
    said = speak(room, "Altın sabır ister.")
    open_live(page, room)
    page.locator(f"#m-{said.pk} .bubble").click()
    expect(page.locator("#panel #story")).to_contain_text("Altın")
    page.keyboard.press("Escape")
    expect(page.locator("#story")).to_have_count(0)


def test_reading_further_up_is_not_disturbed(page: Page, room: Chat) -> None:
    for number in range(30):
        stagehands.message(room, f"söz {number} " + "uzun " * 30)
    open_live(page, room)
    page.locator("#scroller").evaluate("scroller => scroller.scrollTop = 400")
    expect(page.locator("#to-newest")).to_be_hidden()
    speak(room, "yeni söz")
    expect(page.locator("#to-newest")).to_be_visible()
    assert page.locator("#scroller").evaluate("scroller => scroller.scrollTop") == 400
    page.locator("#to-newest").click()
    expect(page.locator("#to-newest")).to_be_hidden()
    expect(page.locator("#thread > li").last).to_be_in_viewport()


def test_earlier_messages_join_at_the_top_in_their_order(page: Page, room: Chat) -> None:
    for number in range(70):
        stagehands.message(room, f"söz {number} " + "uzun " * 20)
    open_live(page, room)
    page.locator("#scroller").evaluate("scroller => scroller.scrollTop = 0")
    expect(page.locator("#thread > li")).to_have_count(70)
    numbers = page.locator("#thread .words").evaluate_all("all => all.map(e => Number(e.textContent.split(' ')[1]))")
    assert numbers == list(range(70))


def test_stop_is_one_click_and_the_banner_stays(page: Page, room: Chat) -> None:
    open_live(page, room)
    page.locator("#engine-switch button").click()
    expect(page.locator(".banner.stopped")).to_be_visible()
    assert not Engine.objects.get().running
    page.reload()
    expect(page.locator(".banner.stopped")).to_be_visible()


def test_starting_asks_and_enter_alone_does_not_confirm(page: Page, room: Chat) -> None:
    control.stop(by="tests")
    open_live(page, room)
    page.locator("#engine-switch button").click()
    page.keyboard.press("Enter")
    expect(page.locator("#start-engine")).to_be_hidden()
    assert not Engine.objects.get().running
    page.locator("#engine-switch button").click()
    page.locator("#start-engine .main").click()
    expect(page.locator(".banner.stopped")).to_have_count(0)
    assert Engine.objects.get().running


def test_a_stop_from_elsewhere_is_seen_here(page: Page, room: Chat) -> None:
    open_live(page, room)
    control.stop(by="tests", reason="fırtına")
    expect(page.locator(".banner.stopped")).to_contain_text("fırtına")
