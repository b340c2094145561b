"""A persona written in a real browser: told at once what is wrong, heard before it is saved, saved with its reason."""

import pytest
from playwright.sync_api import Page, expect

from bots.models import Bot, Version
from conversations import providers
from conversations.models import Provider
from tests import staff, stagehands

pytestmark = [pytest.mark.commits, pytest.mark.browser]


def test_a_persona_is_checked_heard_drawn_and_saved(page: Page, site: str) -> None:
    [bot] = stagehands.bots(1)
    offline = providers.propose("Çevrimdışı", base_url="", model="kulis-offline-1", kind=Provider.Kind.OFFLINE)
    providers.keep(offline, by="tests")
    session = staff.at_the_desk().cookies["kulis"].value
    page.context.add_cookies([{"name": "kulis", "value": session, "url": site}])
    page.goto(f"/personas/{bot.pk}/")
    name = page.locator("#id_name")
    name.fill("")
    expect(page.locator("#note-name .bad")).to_be_visible()
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#tab-persona .tally")).to_contain_text("1")
    name.fill("Nermin Abla")
    expect(page.locator("#note-name .bad")).to_have_count(0)
    page.locator("#id_try-talk").fill("Deniz: THYAO için sabretmeye değer mi?")
    page.locator("#try").click()
    expect(page.locator("#tried .said")).to_be_visible(timeout=30_000)  # the first try of a process loads a model
    expect(page.locator("#tried pre").first).to_contain_text("Adın Nermin Abla.")
    page.locator("#tab-persona").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#panel-hours")).to_be_visible()
    page.locator("[name=awake][value='0-3']").uncheck()
    expect(page.locator("#hours-text li")).not_to_have_count(1)
    page.locator("#reason").fill("Yeni ad.")
    page.locator("#save").click()
    expect(page.locator("h1")).to_have_text("Nermin Abla")
    version = Version.objects.filter(bot=bot).order_by("-number")[0]
    assert (version.reason, version.facts["name"]) == ("Yeni ad.", "Nermin Abla")
    assert Bot.objects.get(pk=bot.pk).hours.exists()
