"""Each page as wide as a desk and as narrow as a phone, light and dark, in both languages: quiet, sealed, whole."""

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from bots import embedding
from bots.models import Memory
from conversations import control, events
from conversations.models import Chat, Event, Turn
from tests import full_house, stagehands
from tests.browser import axe, entrance

pytestmark = [pytest.mark.commits, pytest.mark.browser]

SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SMALL_TARGETS = """Array.from(document.querySelectorAll('button, a.button, nav a, summary, textarea'))
    .filter(e => e.checkVisibility() && (e.offsetWidth < 24 || e.offsetHeight < 24)).map(e => e.outerHTML)"""


@pytest.fixture
def addresses(page: Page) -> list[str]:
    full_house.furnish()
    control.start(by="tests")
    chats = [chat.get_absolute_url() for chat in Chat.objects.all()]
    return [
        "/",
        "/chats/",
        "/approvals/",
        "/realism/",
        "/delivery/?range=7d",
        reverse("chat-board", args=[Chat.objects.earliest("pk").pk]),
        "/search/?q=thyao",
        "/help/going-live/",
        "/engine/start/",
        *chats,
        Turn.objects.earliest("pk").get_absolute_url(),
    ]


@pytest.mark.parametrize(
    ("width", "scheme", "language"), [(1440, "light", "tr"), (390, "dark", "en"), (320, "light", "tr")]
)
def test_every_page_is_whole(
    page: Page, site: str, addresses: list[str], width: int, scheme: str, language: str
) -> None:
    page.context.add_cookies([{"name": "kulis-language", "value": language, "url": site}])
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # light or dark
    page.set_viewport_size({"width": width, "height": 844})
    for address in addresses:
        page.goto(address)
        expect(page.locator("#pulse")).to_have_attribute("data-state", "live")
        assert page.locator("html").get_attribute("lang") == language
        assert not page.evaluate(SIDEWAYS), address
        assert page.evaluate(SMALL_TARGETS) == [], address
        if width == 1440 and address not in {"/chats/", "/realism/", "/engine/start/"}:  # `make audit` looks at all
            assert axe.violations(page) == [], address


def test_the_skip_link_is_first_and_leads_to_the_content(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_ctrl_k_finds_and_opens_by_keys_alone(page: Page) -> None:
    full_house.furnish(1)
    page.goto("/chats/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-q")).to_be_focused()
    page.keyboard.type("GERCEK")
    expect(page.locator("#palette-found [aria-selected=true]")).to_contain_text("Gerçekçilik")
    assert axe.violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.type("prova odasi")
    expect(page.locator("#palette-found [aria-selected=true]")).to_contain_text("Prova odası")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{Chat.objects.filter(kind='rehearsal').get().get_absolute_url()}")


def test_the_theme_is_chosen_once_and_kept(page: Page) -> None:
    page.goto("/")
    page.locator("[popovertarget=menu]").click()
    page.locator("[data-theme-choice=dark]").click()
    page.goto("/chats/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_dashboard_counts_on_while_it_is_open(page: Page) -> None:
    page.goto("/")
    expect(page.locator("#pulse")).to_have_attribute("data-state", "live")
    control.start(by="tests")
    expect(page.locator("#engine-switch .pill.is-good")).to_be_visible()
    full_house.furnish()
    expect(page.locator("#newest > li").first).to_be_visible()


def test_a_board_counts_on_while_it_is_open_and_a_click_on_its_chart_leads_closer(page: Page) -> None:
    page.goto("/?range=24h")
    expect(page.locator("#pulse")).to_have_attribute("data-state", "live")
    with transaction.atomic():
        said = stagehands.message(stagehands.room(stagehands.troupe(1)), "söz")
        events.publish(Event.Kind.MESSAGE, chat=said.chat, subject_id=said.pk)
    expect(page.locator("#newest > li")).to_have_count(1)
    expect(page.locator("#figures .figure .big").nth(1)).to_have_text("0:1")
    page.locator("#chart-talk [data-nearer]").last.click(position={"x": 1, "y": 60})
    page.wait_for_url("**range=1h&until=*")


def test_a_server_that_falls_silent_is_not_shown_as_live(page: Page) -> None:
    page.goto("/")
    expect(page.locator("#pulse")).to_have_attribute("data-state", "live")
    page.clock.install()
    page.route("**/*", lambda route: route.abort())
    page.evaluate("for (const name of ['send', 'close']) WebSocket.prototype[name] = () => {}")
    page.clock.fast_forward(20_000)
    expect(page.locator("#pulse")).to_have_attribute("data-state", "delayed")
    page.clock.fast_forward(60_000)
    expect(page.locator("#pulse")).to_have_attribute("data-state", "offline")


def test_a_bot_with_memories_of_each_kind_fits_on_a_phone(page: Page) -> None:
    bot = stagehands.troupe(1)[0]
    for kind in Memory.Kind:
        Memory.objects.create(bot=bot, kind=kind, text=f"Bir {kind}", embedding=embedding.vector("Bir anı"))
    entrance.come_in(page)
    page.set_viewport_size({"width": 320, "height": 844})
    page.goto(reverse("bot", args=[bot.pk]))
    expect(page.locator(".memories .pill")).to_have_count(len(Memory.Kind))
    assert not page.evaluate(SIDEWAYS)
