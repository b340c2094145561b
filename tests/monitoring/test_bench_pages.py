"""That the measurement of pages measures: the figures themselves are for `manage.py bench pages`."""

import pytest
from django.test import Client

from conversations.models import LLMCall, Message, SendAttempt, Turn
from monitoring.bench import library, pages
from tests import staff, stagehands

pytestmark = pytest.mark.django_db


def furnish() -> None:
    stagehands.room(stagehands.crowd(3))
    stagehands.provider("https://model.example/v1", name="model")
    library.put(60)


def test_what_is_put_there_hangs_together() -> None:
    furnish()
    assert (Message.objects.count(), Turn.objects.filter(message__isnull=False).count()) == (60, 30)
    assert {turn.bot_id for turn in Turn.objects.all()} <= set(Message.objects.values_list("bot_id", flat=True))
    assert LLMCall.objects.count() == SendAttempt.objects.count() > 0


def test_every_kind_of_page_is_looked_at_and_lists_are_known_as_such() -> None:
    furnish()
    found = dict(pages.addresses())
    assert found["/"] is False
    assert found["/admin/conversations/message/"] is True
    assert found["/admin/conversations/message/?q=endeks"] is True
    assert found[f"/admin/conversations/message/{Message.objects.latest('pk').pk}/change/"] is False


def test_a_page_is_asked_for_again_and_again_and_its_queries_are_counted() -> None:
    furnish()
    page = pages.asked(staff.at_the_desk(), "/chats/", is_list=True)
    assert page.seconds > 0
    assert page.queries > 3


def test_a_page_that_does_not_open_is_no_quick_page(client: Client) -> None:
    with pytest.raises(ValueError, match="/nowhere/ answers 404"):
        pages.asked(staff.at_the_desk(), "/nowhere/", is_list=False)
