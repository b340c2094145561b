"""Why is she in this mood, and why are the two at odds? The desk shows the causes in words."""

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext as _

from bots import bonds, feelings
from bots.admin import causes
from bots.models import Bot, Mood, Relationship
from tests import desk, staff, stagehands

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> list[Bot]:
    return stagehands.troupe(2)


@pytest.fixture
def browser() -> Client:
    return staff.at_the_desk()


def page(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_every_event_has_words() -> None:
    assert set(causes.EVENTS) == (set(feelings.EVENTS) | set(bonds.EVENTS)) - feelings.UNTOLD - {"talk"}


def test_a_mood_tells_what_moved_it_by_how_much_and_with_which_words(browser: Client, pair: list[Bot]) -> None:
    feelings.felt([pair[0].pk], "hurt", at=timezone.now(), about="Berbat bir <b>laf</b>")
    shown = page(browser, desk.address(Mood, "change", Mood.objects.get(bot=pair[0]).pk))
    assert str(causes.EVENTS["hurt"]) in shown
    assert f"{_('mood')} -5, {_('stress')} +3" in shown
    assert "Berbat bir &lt;b&gt;laf&lt;/b&gt;" in shown


def test_a_mood_that_nothing_moved_says_so(browser: Client, pair: list[Bot]) -> None:
    shown = page(browser, desk.address(Mood, "change", Mood.objects.get(bot=pair[0]).pk))
    assert _("Nothing has moved it yet.") in shown


def test_a_relationship_tells_its_standing_and_what_moved_it(browser: Client, pair: list[Bot]) -> None:
    first, second = pair
    bonds.moved(first.pk, ("bot", second.pk), "criticism", at=timezone.now(), about="Yanılıyorsun.")
    Relationship.objects.update(conflict=80, affection=20)
    shown = page(browser, desk.address(Relationship, "change", Relationship.objects.get().pk))
    for part in (
        str(causes.STANDINGS["rival"]),
        str(causes.EVENTS["criticism"]),
        f"{_('conflict')} +1",
        "Yanılıyorsun.",
    ):
        assert part in shown


def test_the_page_of_a_bot_leads_to_its_mood_and_to_its_relationships_alone(browser: Client, pair: list[Bot]) -> None:
    first, second = pair
    for one, other in ((first, second), (second, first)):
        bonds.moved(one.pk, ("bot", other.pk), "praise", at=timezone.now())
    shown = page(browser, desk.address(Bot, "change", first.pk))
    assert desk.address(Mood, "change", Mood.objects.get(bot=first).pk) in shown
    listed = browser.get(desk.address(Relationship, "changelist"), {"bot__id__exact": first.pk})
    assert [bond.bot for bond in listed.context["cl"].result_list] == [first]


def test_nobody_sets_a_mood_by_hand(browser: Client, pair: list[Bot]) -> None:
    mood = Mood.objects.get(bot=pair[0])
    browser.post(desk.address(Mood, "change", mood.pk), {"mood": "99"})
    mood.refresh_from_db()
    assert mood.mood == 50
