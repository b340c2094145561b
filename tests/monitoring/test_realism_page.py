"""The page of realism: a chat, a period, each number beside its band."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bots.models import Bot
from conversations import control
from conversations.realism import bands
from monitoring import alive
from tests import staff, stagehands

pytestmark = pytest.mark.django_db


def test_every_number_of_the_card_has_its_words() -> None:
    assert set(alive.NAMES) == {band.name for row in bands.shipped().rows for band in row.bands}
    assert set(alive.GROUPS) == {row.group for row in bands.shipped().rows}


def test_without_a_chat_the_page_says_what_it_is_for() -> None:
    answer = staff.at_the_desk().get("/realism/")
    assert answer.status_code == 200
    assert "<svg" in answer.content.decode()
    assert answer.context["page"] is None


def test_a_chat_and_a_period_are_chosen_and_nonsense_is_not_asked_for() -> None:
    control.start(by="tests")
    first = stagehands.room(stagehands.crowd(3), title="Birinci")
    second = stagehands.room(list(Bot.objects.all()), title="İkinci")
    now = timezone.now()
    for number in range(80):
        at = now - timedelta(hours=30, seconds=60 * number)
        stagehands.message(second, f"Bugün {number} kez düşündüm bunu.", bot=Bot.objects.all()[number % 3], at=at)
    desk = staff.at_the_desk()
    assert desk.get("/realism/").context["chosen"] == first
    assert desk.get("/realism/", {"chat": second.pk}).context["page"].messages == 0
    page = desk.get(f"/realism/?chat={second.pk}&range=7d").context["page"]
    assert page.messages == 80
    assert page.inside + page.outside > 0
    past = desk.get(f"/realism/?chat={second.pk}&until={now - timedelta(hours=29):%Y-%m-%dT%H:%M:%SZ}").context["page"]
    assert past.messages == 80
    odd = desk.get("/realism/", {"chat": "x", "range": "99"}).context
    assert (odd["chosen"], odd["window"].span.key) == (first, "24h")


def test_a_stranger_is_sent_to_the_door() -> None:
    assert Client().get("/realism/").status_code in {302, 403}
