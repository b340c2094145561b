from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from conversations import rehearsal
from conversations.models import Chat, Turn
from monitoring import thread
from tests import staff, stagehands

pytestmark = pytest.mark.django_db


def chatter(chat: Chat, count: int, *, start: datetime | None = None, apart: int = 1) -> None:
    """`count` messages by three voices in turn, `apart` minutes from each other, the last one now."""
    bots = list(chat.members.all())
    first = (start or timezone.now()) - timedelta(minutes=apart * (count - 1))
    for number in range(count):
        at = first + timedelta(minutes=apart * number)
        stagehands.message(chat, f"söz {number}", bot=bots[number % len(bots)], at=at)


def words(page: thread.Page) -> list[str]:
    return [line.message.text for line in page.lines]


def test_the_newest_page_reads_downwards() -> None:
    room = stagehands.room()
    chatter(room, 5)
    page = thread.newest(room)
    assert words(page) == [f"söz {number}" for number in range(5)]
    assert not page.has_older


def test_going_back_page_by_page_tells_everything_once() -> None:
    room = stagehands.room()
    chatter(room, thread.PAGE * 2 + 7)
    page, told = thread.newest(room), list[str]()
    while page.lines:
        told = words(page) + told
        page = thread.before(page.lines[0].message) if page.has_older else thread.Page((), has_older=False)
    assert told == [f"söz {number}" for number in range(thread.PAGE * 2 + 7)]


def test_messages_of_the_same_moment_are_not_lost_between_pages() -> None:
    room = stagehands.room()
    chatter(room, thread.PAGE + 5, apart=0)
    page = thread.newest(room)
    assert len(page.lines) + len(thread.before(page.lines[0].message).lines) == thread.PAGE + 5


def test_the_page_around_a_message_holds_it_with_both_sides() -> None:
    room = stagehands.room()
    chatter(room, 80)
    wanted = room.messages.get(text="söz 40")
    page = thread.around(wanted)
    assert words(page)[thread.AROUND] == "söz 40"
    assert page.has_older
    assert page.has_newer


def test_the_page_around_the_newest_message_is_the_newest_page() -> None:
    room = stagehands.room()
    chatter(room, 3)
    page = thread.around(room.messages.get(text="söz 2"))
    assert (page.has_older, page.has_newer) == (False, False)


def test_a_voice_that_goes_on_is_not_named_again() -> None:
    room = stagehands.room()
    bot, now = room.members.all()[0], timezone.localtime().replace(hour=12)
    for minutes in (0, 1, 9):
        stagehands.message(room, "söz", bot=bot, at=now + timedelta(minutes=minutes))
    assert [line.follows for line in thread.newest(room).lines] == [False, True, False]


def test_a_new_day_is_marked() -> None:
    room = stagehands.room()
    noon = timezone.localtime().replace(hour=12)
    for days in (2, 1, 1):
        stagehands.message(room, "söz", at=noon - timedelta(days=days))
    assert [line.new_day for line in thread.newest(room).lines] == [True, True, False]


def test_ones_own_lines_are_known() -> None:
    room, user = stagehands.room(), staff.account()
    rehearsal.say(room, participant=rehearsal.guest(user), text="Merhaba")
    (line,) = thread.newest(room, viewer_id=user.pk).lines
    assert line.mine
    (line,) = thread.newest(room, viewer_id=user.pk + 1).lines
    assert not line.mine


def test_a_bots_line_leads_to_its_turn() -> None:
    room = stagehands.room()
    said = stagehands.message(room, "söz", bot=room.members.all()[0])
    stagehands.message(room, "bir insanın sözü")
    turn = stagehands.turn(room)
    Turn.objects.filter(pk=turn.pk).update(message=said)
    assert [line.turn_id for line in thread.newest(room).lines] == [turn.pk, None]


def test_a_page_costs_three_queries_however_long(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    room = stagehands.room()
    chatter(room, 30)
    with django_assert_num_queries(3):
        for line in thread.newest(room).lines:
            assert line.message.speaker
