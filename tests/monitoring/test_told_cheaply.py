"""What a talk costs its watchers: who is woken, what is written once for all, and what is asked anew all the same."""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from bots import roster
from conversations import events, rehearsal, remits
from conversations.models import Chat, Event
from monitoring import access, bell, live, spoken, thread
from monitoring.consumers import LiveConsumer
from monitoring.grants import Role
from monitoring.models import Session
from monitoring.watch import EngineWatch, Piece
from tests import staff, stagehands

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Chat:
    return stagehands.room(stagehands.troupe(1))


def happen(chat: Chat | None) -> None:
    with transaction.atomic():
        events.publish(Event.Kind.CHAT, chat=chat)


def test_one_question_tells_where_something_happened(room: Chat) -> None:
    last, everywhere = live.touched(None)
    assert everywhere is None
    assert live.touched(last) == (last, set())
    happen(room)
    happen(None)
    last, touched = live.touched(last)
    assert touched == {room.pk, None}
    assert live.touched(last) == (last, set())


async def test_only_pages_that_care_are_woken() -> None:
    here = bell.Bell()
    with here.heard(frozenset([1])) as one, here.heard(frozenset([2])) as two, here.heard() as all_:
        here.ring({1})
        assert [page.is_set() for page in (one, two, all_)] == [True, False, True]
        here.ring({None})
        assert two.is_set()
    await asyncio.sleep(0)


def test_a_line_is_written_once_for_all_and_anew_for_its_author_and_after_a_change(room: Chat) -> None:
    author, reader = staff.equipped(), staff.equipped("okuyan", Role.ANALYST)
    said = rehearsal.say(room, participant=rehearsal.guest(author), text="Merhaba")

    def told(event: int, viewer: User) -> str:
        return next(iter(spoken.lines(room, {said.pk: event}, viewer_id=viewer.pk))).html

    first = told(1, reader)
    type(said).objects.filter(pk=said.pk).update(text="Selam")
    assert told(1, reader) == first
    assert "Selam" in told(2, reader)
    assert "mine" in told(1, author)
    assert "mine" not in told(1, reader)


def test_lines_keep_the_order_of_their_events_and_leave_out_what_is_gone(room: Chat) -> None:
    said = [stagehands.message(room, word) for word in ("bir", "iki", "üç")]
    known = {message.pk: 100 + message.pk for message in said}
    assert [line.number for line in spoken.lines(room, known, viewer_id=0)] == list(known)
    said[1].delete()
    known = {number: event + 1000 for number, event in known.items()}
    assert [line.number for line in spoken.lines(room, known, viewer_id=0)] == [said[0].pk, said[2].pk]
    assert len(thread.newest(room).lines) == 2


def chats_of(user: User) -> None:
    remits.limit(user, [stagehands.room(stagehands.crowd(1))], by="tests")


CHANGES: dict[str, Callable[[User], Any]] = {
    "no staff": lambda user: User.objects.filter(pk=user.pk).update(is_staff=False),
    "locked": lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
    "another password": lambda user: User.objects.filter(pk=user.pk).update(password="!"),
    "no role": lambda user: user.groups.clear(),
    "another right of the role": lambda user: Group.objects.get(user=user).permissions.clear(),
    "no second factor": lambda user: TOTPDevice.objects.filter(user=user).update(confirmed=False),
    "some chats only": chats_of,
    "the session is over": lambda user: Session.objects.filter(account=user).delete(),
    "a real bot": lambda _user: roster.set_token(stagehands.troupe(1)[0], "123456789:" + "A" * 35, by="tests"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_decides_who_may_watch_is_seen_in_one_statement(change: str) -> None:
    user = staff.equipped("ali", Role.ANALYST)
    key = staff.browser(user).session.session_key or ""
    before = access.print_of(key)
    assert before == access.print_of(key) != ""
    CHANGES[change](user)
    assert access.print_of(key) != before


class Endless(EngineWatch):
    """A talk that never pauses."""

    def news(self, events: Any) -> Iterator[Piece]:
        yield Piece("message", "")

    def state(self) -> Iterator[Piece]:
        yield Piece("engine", "")


def test_a_talk_that_never_pauses_hides_no_stop() -> None:
    socket = LiveConsumer()
    socket.scope = {"cookies": {}}  # type: ignore[typeddict-item]  # all that it looks at
    socket.watch, socket.last_id, socket.state_at, socket.owes_state = Endless(staff.account()), 0, 0.0, True
    kinds = [[piece.kind for piece in socket._read()[0]] for _ in range(2)]
    assert kinds == [["message", "engine"], ["message"]]
    socket.state_at = time.monotonic() - 1.5
    assert [piece.kind for piece in socket._read()[0]] == ["message", "engine"]
