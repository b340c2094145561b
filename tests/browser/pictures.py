"""The pictures of the guides, from the running product with the demo cast: `make pictures`. Not part of the suite."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from bots.models import Bot
from conversations import control, demo, spending
from conversations.engine import compose, deliver, turns
from conversations.models import Budget, Chat, Engine, Message, Participant, Provider, Rules, Turn
from monitoring.grants import Role
from monitoring.help import chapters
from monitoring.incidents.models import Kind
from tests import desk, staff, stagehands
from tests.browser import entrance
from tests.monitoring.incidents import seeing

pytestmark = [pytest.mark.commits, pytest.mark.browser]

PLACE = settings.BASE_DIR / chapters.PLACE / "pictures"
WIDTH, HEIGHT = 1280, 800
TALK = 26
Act = Callable[[Page], None]


def test_the_pictures_of_the_guides_are_made_anew(page: Page, site: str) -> None:
    room, group = staged()
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    entrance.come_in(page)
    staff.account("ayse", Role.OPERATOR)
    staff.account("mehmet", Role.ANALYST)
    for language in ("tr", "en"):
        page.context.add_cookies([{"name": "kulis-language", "value": language, "url": site}])
        (PLACE / language).mkdir(parents=True, exist_ok=True)
        for name, (address, act) in pictures(room, group).items():
            Engine.objects.update(ticked_at=timezone.now())
            page.goto(address)
            act(page)
            page.screenshot(path=PLACE / language / f"{name}.png")
    for language, reason in (("tr", "Piyasa tatilde."), ("en", "Market holiday.")):
        page.context.add_cookies([{"name": "kulis-language", "value": language, "url": site}])
        control.stop(by="zeynep", reason=reason)
        page.goto("/")
        page.screenshot(path=PLACE / language / "stopped.png", clip={"x": 0, "y": 0, "width": WIDTH, "height": 360})
        control.start(by="zeynep")


def pictures(room: Chat, group: Chat) -> dict[str, tuple[str, Act]]:
    said = Turn.objects.filter(chat=room, state=Turn.State.SENT, reply_to__isnull=False).order_by("-pk")[0]
    return {
        "admin": ("/admin/", quiet),
        "overview": ("/", live),
        "search": ("/", searched),
        "bots": (desk.address(Bot, "changelist"), quiet),
        "rehearsal": (room.get_absolute_url(), live),
        "story": (said.get_absolute_url(), live),
        "disclose": (desk.address(Chat, "change", group.pk), asked),
        "approvals": ("/approvals/", live),
        "accounts": ("/admin/auth/user/", quiet),
        "spending": ("/spending/", live),
        "attention": ("/turns/", live),
        "studio": (reverse("studio", args=[Bot.objects.order_by("pk")[0].pk]), quiet),
        "rules": (desk.address(Rules, "changelist"), quiet),
        "board": (reverse("chat-board", args=[room.pk]), live),
        "incident": (seeing.began(Kind.GATES, f"chat:{group.pk}", count=9, minutes=2).get_absolute_url(), live),
    }


def quiet(page: Page) -> None:
    page.wait_for_load_state("networkidle")


def live(page: Page) -> None:
    expect(page.locator("#pulse")).to_have_attribute("data-state", "live")


def searched(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.locator("#palette-q").fill("onay" if page.locator("html").get_attribute("lang") == "tr" else "approv")
    expect(page.locator("#palette-found [role=option]").nth(2)).to_be_visible()


def asked(page: Page) -> None:
    page.locator("[value=disclose]").click()
    expect(page.locator(".question")).to_be_visible()


def staged() -> tuple[Chat, Chat]:
    """The demo cast after a while of talk, a group before its notice, a chat of which each message is approved."""
    room = demo.stage(by="zeynep")
    assert room is not None
    control.revise(by="zeynep", own_gap=0, chat_max_per_minute=1000, max_per_minute=1000, typing_at_once=10)
    control.revise(by="zeynep", chat=room, own_gap=0, quiet_minutes=0)
    cast = list(Bot.objects.order_by("pk"))
    guest = Participant.objects.create(telegram_id=7, name="Elif")
    for number in range(TALK):
        if number == TALK // 2:
            stagehands.message(room, "Temettü hisseleri için ne düşünüyorsunuz?", participant=guest)
        step(room)
    group = control.add_group("Piyasa Sohbeti", telegram_id=-1001, members=cast[:5], topics=["BIST"], by="zeynep")
    watched = stagehands.room(cast[:4], title="Deneme odası")
    control.set_mode(watched, Chat.Mode.APPROVAL, by="zeynep")
    for _number in range(3):
        step(watched, say=False)
    Turn.objects.filter(state=Turn.State.HELD).update(expires_at=timezone.now() + timedelta(minutes=9))
    spending.limit(Budget.Scope.CAST, Budget.Period.DAY, by="zeynep", dollars=Decimal(5), tokens=None)
    _doubtful(room, cast[0])
    for minutes, message in enumerate(Message.objects.order_by("-pk")):
        at = timezone.now() - timedelta(minutes=2 * minutes + 1)
        Message.objects.filter(pk=message.pk).update(said_at=at)
        Turn.objects.filter(message=message.pk).update(sent_at=at)
    return room, group


def step(chat: Chat, *, say: bool = True) -> None:
    """What is due is opened, worded and said, as if its typing time had passed."""
    Chat.objects.exclude(pk=chat.pk).update(next_due=timezone.now() + timedelta(hours=1))
    Chat.objects.filter(pk=chat.pk).update(next_due=timezone.now())
    turns.open_due(timezone.now())
    compose.one("pictures")
    if say:
        Turn.objects.filter(state=Turn.State.COMPOSED).update(send_after=timezone.now() - timedelta(seconds=1))
        chat.memberships.update(next_at=None)
        deliver.one("pictures")


def _doubtful(room: Chat, bot: Bot) -> None:
    text = "Bugün acele eden yarın pişman olur."
    stagehands.turn_in(Turn.State.UNRESOLVED, room, bot, text=text, reason="no_proof", chat_seq=10_000)
    stagehands.turn_in(Turn.State.FAILED, room, bot, reason="forbidden", detail="Forbidden: bot was kicked")
    Provider.objects.exclude(kind=Provider.Kind.OFFLINE).delete()
