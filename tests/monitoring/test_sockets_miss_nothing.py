"""A page that stalls, and a channel layer that comes and goes: afterwards nothing is missing."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings

from conversations import rehearsal
from conversations.models import Chat, Event, Message
from monitoring import live
from tests import staff, stagehands
from tests.conversations import servers
from tests.monitoring.test_consumers import PATIENCE, Page, in_thread, page, session_of, speak

pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("committed")]
EVENTS = 3 * live.MOST_REPLAYED
BOUNCES = 3


@pytest.fixture
def user(committed: None) -> User:
    return staff.equipped()


@pytest.fixture
def session(user: User) -> str:
    return session_of(user)


@pytest.fixture
def room(committed: None) -> Chat:
    return stagehands.room(stagehands.troupe(1))


def flood(room: Chat, user: User) -> list[str]:
    """More events than are told again at once, every tenth of them a message. The messages, in their order."""
    person, now = rehearsal.guest(user), timezone.now()
    said = Message.objects.bulk_create(
        Message(chat=room, message_id=10_000 + n, participant=person, text=f"söz-{n}.", folded="", said_at=now)
        for n in range(EVENTS // 10)
    )
    first = live.mark().last_id + 1
    Event.objects.bulk_create(
        Event(
            pk=first + number,
            chat=room,
            kind=Event.Kind.TURN if number % 10 else Event.Kind.MESSAGE,
            subject_id=None if number % 10 else said[number // 10].pk,
            at=now,
        )
        for number in range(EVENTS)
    )
    return [message.text for message in said]


async def test_a_stalled_page_misses_nothing(room: Chat, user: User, session: str) -> None:
    """It answers no mark while all that happens; then it goes on where it was."""
    opened = Page(f"/ws/chats/{room.pk}/", session)
    assert await opened.open()
    await opened.hello(await in_thread(live.mark)())
    while (frame := await raw(opened))["kind"] != "mark":
        pass
    expected = await in_thread(flood)(room, user)
    await opened.say(kind="seen", id=frame["id"])
    heard: list[str] = []
    while len(heard) < len(expected):
        frame = await opened.until(lambda frame: frame["kind"] == "message")
        heard.append(frame["html"])
    assert [word for word, html in zip(expected, heard, strict=True) if word not in html] == []
    await opened.socket.disconnect(timeout=PATIENCE)


async def raw(opened: Page) -> dict[str, Any]:
    """The next frame, and no answer to it."""
    frame: dict[str, Any] = json.loads(await opened.socket.receive_from(timeout=PATIENCE))
    return frame


@pytest.mark.processes
async def test_nothing_is_missed_while_the_broker_comes_and_goes(
    room: Chat, user: User, session: str, settings: Settings
) -> None:
    with servers.broker() as broker:
        settings.CHANNEL_LAYERS = {
            "default": {
                "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
                "CONFIG": {"hosts": [broker.url.rsplit("/", 1)[0] + "/2"]},
            }
        }
        async with page(f"/ws/chats/{room.pk}/", session) as opened:
            for number in range(BOUNCES):
                await in_thread(speak)(room, user, f"önce-{number}.")
                await in_thread(broker.kill)()
                await in_thread(speak)(room, user, f"sonra-{number}.")
                broker.start()
                for word in (f"önce-{number}.", f"sonra-{number}."):
                    assert word in (await opened.until(lambda frame: frame["kind"] == "message"))["html"]
