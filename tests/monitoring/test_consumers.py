"""The live protocol on the wire. Sockets read in threads of their own, so these tests commit."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from autobahn.exception import Disconnected
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.auth.models import User
from pytest_django import Settings

from bots import roster
from config.asgi import application
from conversations import control, rehearsal
from conversations.models import Chat, Engine
from monitoring import consumers, live
from monitoring.grants import Role
from tests import guests, staff, stagehands

pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("committed")]

ORIGIN = "http://localhost:8000"
PATIENCE = 60
"""Seconds; only a fault takes so long."""
in_thread = database_sync_to_async


class Page:
    """A browser's end of a socket."""

    def __init__(self, path: str, session: str, *, origin: str = ORIGIN, language: str = "") -> None:
        cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.LANGUAGE_COOKIE_NAME}={language}"
        headers = [(b"host", b"localhost:8000"), (b"cookie", cookies.encode())]
        if origin:
            headers.append((b"origin", origin.encode()))
        self.socket = WebsocketCommunicator(application, path, headers=headers)

    async def open(self) -> bool:
        connected, _code = await self.socket.connect(timeout=PATIENCE)
        return connected

    async def say(self, **frame: Any) -> None:
        await self.socket.send_to(text_data=json.dumps(frame))

    async def hello(self, mark: live.Mark) -> None:
        await self.say(kind="hello", epoch=mark.epoch, last_id=mark.last_id)

    async def hear(self) -> dict[str, Any]:
        """The next frame; a mark is answered as the browser does it."""
        frame: dict[str, Any] = json.loads(await self.socket.receive_from(timeout=PATIENCE))
        if frame["kind"] == "mark":
            await self.say(kind="seen", id=frame["id"])
        return frame

    async def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while not wanted(frame := await self.hear()):
            pass
        return frame

    async def closed(self) -> int:
        """The code with which the server closes, whatever it says before."""
        while (event := await self.socket.receive_output(timeout=PATIENCE))["type"] != "websocket.close":
            pass
        return int(event["code"])


@asynccontextmanager
async def page(path: str, session: str, **more: Any) -> AsyncIterator[Page]:
    """A page that is loaded, connected and up to date."""
    opened = Page(path, session, **more)
    assert await opened.open()
    await opened.hello(await in_thread(live.mark)())
    await opened.until(lambda frame: frame["kind"] == "mark")
    try:
        yield opened
    finally:
        await opened.socket.disconnect(timeout=PATIENCE)


def session_of(user: User) -> str:
    return staff.browser(user).session.session_key or ""


@pytest.fixture
def user(committed: None) -> User:
    return staff.equipped()


@pytest.fixture
def session(user: User) -> str:
    return session_of(user)


@pytest.fixture
def room(committed: None) -> Chat:
    return stagehands.room()


def speak(room: Chat, user: User, text: str = "Merhaba") -> None:
    rehearsal.say(room, participant=rehearsal.guest(user), text=text)


async def test_a_message_arrives_in_the_room(room: Chat, user: User, session: str) -> None:
    async with page(f"/ws/chats/{room.pk}/", session) as opened:
        await in_thread(speak)(room, user, "Merhaba <i>sahne</i>")
        frame = await opened.until(lambda frame: frame["kind"] == "message")
    assert frame["target"] == "thread"
    assert "Merhaba &lt;i&gt;sahne&lt;/i&gt;" in frame["html"]
    assert frame["id"] > 0


async def test_nothing_is_missed_while_the_channel_layer_is_away(
    room: Chat, user: User, session: str, settings: Settings
) -> None:
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": ["redis://127.0.0.1:1/2"]},
        }
    }
    async with page(f"/ws/chats/{room.pk}/", session) as opened:
        await in_thread(speak)(room, user)
        assert await opened.until(lambda frame: frame["kind"] == "message")


async def test_the_switch_reaches_every_page(session: str) -> None:
    await in_thread(control.start)(by="tests")
    async with page("/ws/engine/", session) as opened:
        await in_thread(control.stop)(by="tests", reason="yeter")
        frame = await opened.until(lambda frame: frame["kind"] == "engine")
    assert "yeter" in frame["html"]


async def test_a_page_that_comes_back_is_told_what_it_missed(room: Chat, user: User, session: str) -> None:
    seen = await in_thread(live.mark)()
    for text in ("bir", "iki"):
        await in_thread(speak)(room, user, text)
    opened = Page(f"/ws/chats/{room.pk}/", session)
    assert await opened.open()
    await opened.hello(seen)
    first = await opened.until(lambda frame: frame["kind"] == "message")
    second = await opened.until(lambda frame: frame["kind"] == "message")
    assert "bir" in first["html"]
    assert "iki" in second["html"]
    await opened.socket.disconnect(timeout=PATIENCE)


async def test_a_page_from_before_a_restore_is_loaded_anew(room: Chat, session: str) -> None:
    seen = await in_thread(live.mark)()
    await in_thread(Engine.objects.update)(restore_epoch=7)
    opened = Page(f"/ws/chats/{room.pk}/", session)
    assert await opened.open()
    await opened.hello(seen)
    assert await opened.hear() == {"kind": "resync"}
    await opened.socket.disconnect(timeout=PATIENCE)
    await in_thread(Engine.objects.update)(restore_epoch=0)


async def test_frames_speak_the_language_of_the_page(room: Chat, session: str) -> None:
    for language, word in (("en", "Members"), ("tr", "")):
        opened = Page(f"/ws/chats/{room.pk}/", session, language=language)
        assert await opened.open()
        await opened.hello(await in_thread(live.mark)())
        frame = await opened.until(lambda frame: frame["kind"] == "room")
        assert word in frame["html"]
        await opened.socket.disconnect(timeout=PATIENCE)


@pytest.mark.parametrize("origin", ["", "http://evil.example", "http://localhost:9999", "null"])
async def test_a_page_of_another_origin_is_refused(session: str, origin: str) -> None:
    assert not await Page("/ws/engine/", session, origin=origin).open()


@pytest.mark.parametrize("session_key", ["", "made-up-session-key"])
async def test_strangers_are_refused(session_key: str) -> None:
    assert not await Page("/ws/engine/", session_key).open()


async def test_a_password_alone_is_refused(committed: None) -> None:
    key = await in_thread(lambda: session_of(staff.account("ali")))()
    assert not await Page("/ws/boards/overview/", key).open()


async def test_a_role_that_sees_no_messages_is_refused(committed: None) -> None:
    key = await in_thread(lambda: session_of(staff.equipped("denetci", Role.AUDITOR)))()
    assert not await Page("/ws/boards/overview/", key).open()


async def test_a_chat_that_does_not_exist_is_refused(session: str) -> None:
    assert not await Page("/ws/chats/424242/", session).open()


async def test_the_guest_of_a_demo_watches_until_it_ends(settings: Settings, room: Chat) -> None:
    guests.demo(settings)
    key = await in_thread(lambda: guests.browser().session.session_key or "")()
    async with page("/ws/boards/overview/", key) as opened:
        bot = await in_thread(room.members.earliest)("pk")
        await in_thread(roster.set_token)(bot, "123456789:" + "A" * 35, by="tests")
        await in_thread(control.start)(by="tests")
        assert await opened.closed() == consumers.ENDED


async def test_a_lost_role_closes_the_socket_before_the_next_event(room: Chat, user: User, session: str) -> None:
    async with page(f"/ws/chats/{room.pk}/", session) as opened:
        await in_thread(User.objects.filter(pk=user.pk).update)(is_staff=False)
        await in_thread(speak)(room, user, "gizli kalmalı")
        assert await opened.closed() == consumers.ENDED


async def test_signing_out_closes_the_socket(user: User, committed: None) -> None:
    client = await in_thread(staff.browser)(user)
    key = await in_thread(lambda: client.session.session_key)()
    async with page("/ws/engine/", key or "") as opened:
        await in_thread(client.logout)()
        await in_thread(control.start)(by="tests")
        assert await opened.closed() == consumers.ENDED


async def test_so_many_sockets_an_account_and_no_more(session: str) -> None:
    opened = [Page("/ws/engine/", session) for _ in range(consumers.MOST_SOCKETS)]
    assert [await one.open() for one in opened] == [True] * consumers.MOST_SOCKETS
    assert not await Page("/ws/engine/", session).open()
    await opened[0].socket.disconnect(timeout=PATIENCE)
    again = Page("/ws/engine/", session)
    assert await again.open()
    for one in [*opened[1:], again]:
        await one.socket.disconnect(timeout=PATIENCE)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("x" * 5000, consumers.TOO_BIG),
        ("no json", consumers.NONSENSE),
        ("[1, 2]", consumers.NONSENSE),
        ("[" * 4000, consumers.NONSENSE),
        ('{"kind": "hello", "epoch": 1e999, "last_id": 1}', consumers.NONSENSE),
        ('{"kind": "hello"}', consumers.NONSENSE),
        ('{"kind": "hello", "epoch": "x", "last_id": null}', consumers.NONSENSE),
    ],
)
async def test_nonsense_closes_the_socket(session: str, said: str, code: int) -> None:
    opened = Page("/ws/engine/", session)
    assert await opened.open()
    await opened.socket.send_to(text_data=said)
    assert await opened.closed() == code


async def test_a_page_that_leaves_while_it_is_told_something_is_no_fault(
    session: str, caplog: pytest.LogCaptureFixture
) -> None:
    left = asyncio.Event()

    async def daphne(scope: Any, receive: Any, send: Any) -> None:
        async def send_over(event: Any) -> None:
            if event["type"] == "websocket.send":
                left.set()
                raise Disconnected("Attempt to send on a closed protocol")
            await send(event)

        await application(scope, receive, send_over)

    opened = Page("/ws/engine/", session)
    opened.socket = WebsocketCommunicator(daphne, "/ws/engine/", headers=opened.socket.scope["headers"])
    assert await opened.open()
    await opened.hello(await in_thread(live.mark)())
    await asyncio.wait_for(left.wait(), PATIENCE)
    await opened.socket.disconnect(timeout=PATIENCE)
    assert caplog.messages == []


def test_every_reason_to_close_is_a_number_that_daphne_sends() -> None:
    reasons = (
        consumers.REFUSED,
        consumers.ENDED,
        consumers.TOO_SLOW,
        consumers.TOO_BIG,
        consumers.NONSENSE,
        consumers.TRY_LATER,
        consumers.BROKEN,
    )
    assert all(3000 <= code <= 4999 for code in reasons)


async def test_bytes_close_the_socket(session: str) -> None:
    opened = Page("/ws/engine/", session)
    assert await opened.open()
    await opened.socket.send_to(bytes_data=b"\x00")
    assert await opened.closed() == consumers.TOO_BIG


async def test_a_flood_of_frames_closes_the_socket(session: str) -> None:
    opened = Page("/ws/engine/", session)
    assert await opened.open()
    for _ in range(consumers.MOST_FRAMES + 1):
        await opened.say(kind="seen", id=-1)
    assert await opened.closed() == consumers.TOO_SLOW


async def test_who_does_not_answer_is_told_nothing_more(room: Chat, user: User, session: str) -> None:
    opened = Page(f"/ws/chats/{room.pk}/", session)
    assert await opened.open()
    await opened.hello(await in_thread(live.mark)())
    while json.loads(await opened.socket.receive_from(timeout=PATIENCE))["kind"] != "mark":
        pass
    await in_thread(speak)(room, user)
    assert await opened.socket.receive_nothing(timeout=0.6)
    await opened.say(kind="seen", id=(await in_thread(live.mark)()).last_id)
    assert await opened.until(lambda frame: frame["kind"] == "message")
    await opened.socket.disconnect(timeout=PATIENCE)
