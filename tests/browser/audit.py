"""Every page, empty and full, light and dark, Turkish and English, wide and narrow: `make audit`.

Not part of the suite: it takes minutes. ONLY=full-tr chooses one of the four walks.
"""

import os
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from bots.models import Bot
from conversations import control
from conversations.models import Chat, Provider, Symbol, Turn
from monitoring.help import chapters
from monitoring.models import Incident, Report
from tests import desk, full_house
from tests.browser import axe, entrance

pytestmark = [pytest.mark.commits, pytest.mark.browser]

WIDTHS, THEMES = (1440, 390), ("light", "dark")
BETWEEN = (*WIDTHS, 1280, 1200, 1024, 768)
WALKS = [(state, language) for state in ("empty", "full") for language in ("tr", "en")]
TURN_TO = """async theme => {
    document.documentElement.dataset.theme = theme;
    for (let changes = [null], times = 0; changes.length && times < 9; times += 1) {
        await new Promise(requestAnimationFrame);
        changes = document.getAnimations().filter(one => one instanceof CSSTransition);
        for (const change of changes) change.finish();
    }
}"""
"""Colours that change slowly are brought to their end at once."""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def addresses() -> Iterator[str]:
    yield "/setup/bots/"  # first: it asks for a code again after a while
    yield from ("/", "/chats/", "/approvals/", "/turns/", "/realism/", "/spending/", "/engine/start/", "/door/")
    yield from ("/health/", "/health/token/", "/errors/")
    yield from ("/incidents/", "/incidents/?state=over", "/incidents/?state=silenced", "/reports/")
    yield from (incident.get_absolute_url() for incident in Incident.objects.all()[:3])
    yield from (report.get_absolute_url() for report in Report.objects.all()[:1])
    yield from ("/providers/", "/delivery/", "/bots/", "/?range=7d&zone=utc", "/?range=24h&until=2026-01-05T10:00")
    yield from (reverse("chat-board", args=[chat.pk]) for chat in Chat.objects.all()[:1])
    yield from (f"{reverse('bot', args=[bot.pk])}?with={Bot.objects.latest('pk').pk}" for bot in Bot.objects.all()[:1])
    yield from ("/search/", "/search/?q=bir", "/search/?q=yokboylebirsey")
    yield from (reverse(name) for name in ("help", "help-reasons", "help-doctor", "second-factor", "sessions"))
    yield from (reverse("help-chapter", args=[name]) for name in chapters.NAMES)
    yield from (chat.get_absolute_url() for chat in Chat.objects.all()[:2])
    yield from (turn.get_absolute_url() for turn in Turn.objects.all()[:2])
    yield from (reverse(name) for name in ("personas", "compare", "fragments"))
    for bot in Bot.objects.order_by("pk")[:1]:
        yield from (reverse(name, args=[bot.pk]) for name in ("studio", "versions", "duplicate"))
    yield reverse("admin:password_change")
    yield from desk.lists()
    yield from (f"{desk.address(model, 'changelist')}?q=yokboylebirsey" for model in (Bot, Chat))
    yield from desk.rows(each=1)
    yield from (desk.address(model, "add") for model in (Bot, Chat, Provider, Symbol))


@pytest.mark.parametrize(("state", "language"), WALKS, ids=[f"{state}-{language}" for state, language in WALKS])
def test_every_page_is_open_to_everybody(page: Page, site: str, state: str, language: str) -> None:
    if os.environ.get("ONLY", "") not in {"", f"{state}-{language}"}:
        pytest.skip("another walk was chosen")
    entrance.come_in(page)
    if state == "full":
        full_house.furnish()
        control.start(by="tests")
    page.context.add_cookies([{"name": "kulis-language", "value": language, "url": site}])
    found: dict[str, list[str]] = {}
    for address in addresses():
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        page.goto(address)
        for complaint in looked_at(page):
            found.setdefault(complaint, []).append(address)
    told = [f"{len(where)} times, first at {where[0]}: {complaint}" for complaint, where in found.items()]
    assert not told, "\n".join(told)


def looked_at(page: Page) -> Iterator[str]:
    for width in BETWEEN:
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate(WIDER):
            yield f"wider than {width}"
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            page.evaluate(TURN_TO, theme)
            yield from (f"{width} {theme} {broken}" for broken in axe.violations(page))
