"""A page that was told every event shows what a page loaded now would show."""

import re
from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.template.loader import render_to_string
from django.utils import timezone

from bots import roster
from conversations import control, events, rehearsal
from conversations.models import Chat, Event, Provider, Turn
from monitoring import live, thread
from monitoring.boards.overview import Overview
from monitoring.watch import ChatWatch, EngineWatch, OverviewWatch, Piece
from tests import staff, stagehands

pytestmark = pytest.mark.django_db

_ROOT = re.compile(r'<\w+[^>]*?\bid="([\w-]+)"')
_GROUPING = re.compile(r" (?:follows|new-day)\b")
"""Set by the browser as well, from the neighbours that a line has there."""


@pytest.fixture
def viewer() -> User:
    return staff.equipped()


@pytest.fixture
def room() -> Chat:
    stagehands.provider("http://127.0.0.1:1/v1")
    control.start(by="tests")
    chat = stagehands.room()
    stagehands.message(chat, "Eski söz", bot=chat.members.all()[0], at=timezone.now() - timedelta(minutes=9))
    return chat


class Shown:
    """A page as its elements by id, kept up to date as the browser does it."""

    def __init__(self, watch: ChatWatch) -> None:
        self.mark, self.watch, self.elements = live.mark(), watch, dict[str, str]()
        for line in thread.newest(watch.chat, viewer_id=watch.viewer.pk).lines:
            html = render_to_string("stage/_line.html", {"line": line, "chat": watch.chat})
            self.put([Piece("message", html, target="thread")])
        self.put(watch.state())

    def put(self, pieces: Iterable[Piece]) -> None:
        for piece in pieces:
            for gone in piece.drop:
                self.elements.pop(gone, None)
            if found := _ROOT.search(piece.html):
                self.elements[found[1]] = _GROUPING.sub("", piece.html)

    def catch_up(self) -> None:
        told = live.after(self.mark.last_id, concerns=self.watch.concerns())
        self.put(self.watch.news(told))
        self.put(self.watch.state())
        self.mark = live.mark()


def a_person_speaks(room: Chat, viewer: User) -> None:
    rehearsal.say(room, participant=rehearsal.guest(viewer), text="Merhaba <b>herkese</b>")


def a_bot_answers(room: Chat, viewer: User) -> None:
    cause = rehearsal.say(room, participant=rehearsal.guest(viewer), text="Ne dersiniz?")
    said = stagehands.message(room, "Bekliyorum.", bot=room.members.all()[0], reply_to=cause)
    turn = stagehands.turn(room)
    Turn.objects.filter(pk=turn.pk).update(message=said)
    events.publish(Event.Kind.MESSAGE, chat=room, subject_id=said.pk)


def a_turn_is_skipped(room: Chat, viewer: User) -> None:
    turn = stagehands.turn(room, state=Turn.State.SKIPPED, reason="expired")
    events.publish(Event.Kind.TURN, chat=room, subject_id=turn.pk)


def the_engine_stops(room: Chat, viewer: User) -> None:
    control.stop(by=viewer, reason="deneme")


def the_room_is_paused(room: Chat, viewer: User) -> None:
    control.set_mode(room, Chat.Mode.PAUSED, by=viewer)


def a_bot_is_paused(room: Chat, viewer: User) -> None:
    roster.pause(room.members.all()[0], until=timezone.now() + timedelta(hours=1), by=viewer)


def a_bot_joins(room: Chat, viewer: User) -> None:
    (newcomer,) = roster.enrol_all([stagehands.sheet("Ragıp")], by=viewer)
    control.set_members(room, [newcomer], by=viewer)


def the_provider_is_switched_off(room: Chat, viewer: User) -> None:
    Provider.objects.update(enabled=False)


ACTIONS = [
    a_person_speaks, a_bot_answers, a_turn_is_skipped, the_engine_stops, the_room_is_paused, a_bot_is_paused,
    a_bot_joins, the_provider_is_switched_off,
]  # fmt: skip


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.__name__)
def test_old_page_and_events_equal_a_fresh_page(action: Callable[[Chat, User], None], room: Chat, viewer: User) -> None:
    page = Shown(ChatWatch(viewer, chat=room))
    before = dict(page.elements)
    action(room, viewer)
    page.catch_up()
    assert page.elements == Shown(ChatWatch(viewer, chat=room)).elements
    assert page.elements != before


def test_telling_twice_changes_nothing(room: Chat, viewer: User) -> None:
    page = Shown(ChatWatch(viewer, chat=room))
    beginning = page.mark
    a_bot_answers(room, viewer)
    page.catch_up()
    once, page.mark = dict(page.elements), beginning
    page.catch_up()
    assert page.elements == once


def test_what_did_not_change_is_not_told_again(viewer: User) -> None:
    watch = EngineWatch(viewer)
    assert [piece.kind for piece in watch.state()] == ["engine", "held", "alarm"]
    assert list(watch.state()) == []
    control.start(by="tests")
    assert len(list(watch.state())) == 1


def typing(room: Chat) -> Turn:
    bot, now = room.members.all()[0], timezone.now()
    turn = stagehands.turn(
        room, bot=bot, state=Turn.State.COMPOSED, text="x", text_sha256="0", send_after=now, typing_from=now
    )
    events.publish(Event.Kind.TYPING, chat=room, subject_id=turn.pk)
    return turn


def told(watch: EngineWatch, mark: live.Mark) -> list[Piece]:
    return list(watch.news(live.after(mark.last_id, concerns=watch.concerns())))


def test_who_types_is_named_and_forgotten_with_the_message(room: Chat, viewer: User) -> None:
    mark, watch = live.mark(), ChatWatch(viewer, chat=room)
    turn = typing(room)
    (piece,) = told(watch, mark)
    assert (piece.kind, piece.target) == ("typing", "typing")
    assert turn.bot is not None
    assert turn.bot.name in piece.html
    said = stagehands.message(room, "x", bot=turn.bot)
    events.publish(Event.Kind.MESSAGE, chat=room, subject_id=said.pk)
    assert any(f"typing-{turn.bot_id}" in piece.drop for piece in told(watch, mark))


def test_stale_typing_is_not_shown(room: Chat, viewer: User) -> None:
    mark = live.mark()
    typing(room)
    Event.objects.filter(kind=Event.Kind.TYPING).update(at=timezone.now() - timedelta(seconds=7))
    assert told(ChatWatch(viewer, chat=room), mark) == []


def test_a_stop_silences_typing(room: Chat, viewer: User) -> None:
    mark = live.mark()
    turn = typing(room)
    control.stop(by="tests")
    pieces = told(ChatWatch(viewer, chat=room), mark)
    assert [piece.html for piece in pieces] == [""]
    assert f"typing-{turn.bot_id}" in pieces[0].drop


def test_a_room_hears_nothing_of_other_rooms(room: Chat, viewer: User) -> None:
    mark, other = live.mark(), stagehands.room([], title="Öteki")
    a_person_speaks(other, viewer)
    assert told(ChatWatch(viewer, chat=room), mark) == []


def test_the_dashboard_hears_of_every_room(room: Chat, viewer: User) -> None:
    mark, other = live.mark(), stagehands.room([], title="Öteki")
    a_person_speaks(room, viewer)
    a_person_speaks(other, viewer)
    pieces = told(OverviewWatch(viewer, open=lambda who: Overview(who, {})), mark)
    assert [piece.target for piece in pieces] == ["newest", "newest"]
    assert all("&lt;b&gt;" in piece.html for piece in pieces)


def test_a_stop_is_told_at_once_and_once(room: Chat, viewer: User) -> None:
    """On every page, before anything that is dear to find out."""
    for watch in (EngineWatch(viewer), ChatWatch(viewer, chat=room)):
        list(watch.state())
        mark = live.mark()
        stagehands.message(room, "söz", bot=room.members.all()[0])
        assert list(watch.at_once(live.after(mark.last_id, concerns=watch.concerns()))) == []
        control.stop(by="tests")
        news = live.after(mark.last_id, concerns=watch.concerns())
        [piece] = watch.at_once(news)
        assert (piece.kind, "Durduruldu" in piece.html) == ("engine", True)
        assert list(watch.at_once(news)) == []
        control.start(by="tests")
