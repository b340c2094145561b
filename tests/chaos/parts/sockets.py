"""G.3 18: open pages are cut off by restarts, by Valkey and by sleep; afterwards each knows what a fresh one knows."""

import asyncio
import itertools
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

import httpx
from autobahn.asyncio.websocket import WebSocketClientProtocol
from django.conf import settings
from django.db import connection, transaction

from config.embedded import ports
from conversations import events
from conversations.models import Chat, Event
from monitoring import live, thread
from monitoring.bench import live as measured
from monitoring.grants import Role
from tests import staff, stagehands
from tests.chaos import theatre
from tests.chaos.outcome import Outcome, Row
from tests.chaos.theatre import House

TIMES = 50
PAGES = 5
RATE = 10
"""Messages a second, all the time."""
EQUAL_WITHIN = 30.0
ASLEEP = 3.0
_LINE = re.compile(r'id="m-(\d+)"')
_MARK = re.compile(r'data-epoch="(\d+)" data-last-id="(\d+)"')


@dataclass(slots=True)
class Browser:
    """What static/kulis/live.js does: hello with what it knows, resync by reading the page, connect again."""

    port: int
    session: str
    chat: int
    known: set[int] = field(default_factory=set)
    mark: live.Mark = field(default_factory=lambda: live.Mark(0, 0))
    asleep: bool = False

    async def load(self) -> None:
        """The page over HTTP: its lines and its mark take the place of what was there."""
        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            cookies = {settings.SESSION_COOKIE_NAME: self.session}
            answer = await client.get(f"http://127.0.0.1:{self.port}/chats/{self.chat}/", cookies=cookies)
        answer.raise_for_status()
        self.known = {int(number) for number in _LINE.findall(answer.text)}
        found = _MARK.search(answer.text)
        assert found is not None
        self.mark = live.Mark(int(found[1]), int(found[2]))

    async def live(self, over: asyncio.Event) -> None:
        """Connects again and again, with a pause, until it is over."""
        while not over.is_set():
            with suppress(OSError, httpx.HTTPError, AssertionError, asyncio.TimeoutError):
                if not self.mark.last_id:
                    await self.load()
                if not self.asleep:
                    await self._connected(over)
            await asyncio.sleep(0.3)

    async def _connected(self, over: asyncio.Event) -> None:
        factory = measured.factory(self.port, f"/ws/chats/{self.chat}/", self.session, _Line)
        _transport, line = await asyncio.wait_for(
            asyncio.get_running_loop().create_connection(factory, "127.0.0.1", self.port), 5
        )
        line.browser, line.ended = self, asyncio.Event()
        while not (over.is_set() or self.asleep or line.ended.is_set()):
            await asyncio.sleep(0.1)
        if line.transport is not None:
            line.transport.abort()

    def hear(self, frame: dict[str, str]) -> bool:
        """Whether the socket goes on."""
        if frame["kind"] == "resync":
            self.mark = live.Mark(0, 0)
            return False
        if frame["kind"] == "mark":
            self.mark = live.Mark(self.mark.epoch, max(self.mark.last_id, int(frame["id"])))
        elif frame["kind"] == "message" and (found := _LINE.search(frame["html"])):
            self.known.add(int(found[1]))
        return True


class _Line(WebSocketClientProtocol):
    browser: Browser
    ended: asyncio.Event

    def onOpen(self) -> None:  # noqa: N802 - autobahn's name
        self._say(kind="hello", epoch=self.browser.mark.epoch, last_id=self.browser.mark.last_id)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803
        frame = json.loads(payload)
        if self.browser.asleep:
            return
        if not self.browser.hear(frame):
            self.ended.set()
        elif frame["kind"] == "mark":
            self._say(kind="seen", id=frame["id"])

    def onClose(self, wasClean: bool, code: int, reason: str) -> None:  # noqa: N802, N803
        self.ended.set()

    def _say(self, **frame: object) -> None:
        self.sendMessage(json.dumps(frame).encode())  # type: ignore[no-untyped-call]  # autobahn ships few types


class Talk(threading.Thread):
    """A bot that says something ten times a second while it goes on, as the engine records it."""

    def __init__(self, chat: Chat) -> None:
        super().__init__(daemon=True)
        self._chat, self._over, self.goes_on = chat, threading.Event(), threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        bot = self._chat.members.order_by("pk")[0]
        for number in itertools.count(1_000_000):
            if self._over.wait(1 / RATE):
                break
            if self.goes_on.is_set():
                said = stagehands.message(self._chat, f"Söz {number}.", bot=bot, message_id=number)
                with transaction.atomic():
                    events.publish(Event.Kind.MESSAGE, chat=self._chat, subject_id=said.pk)
        connection.close()


def run(house: House) -> Outcome:
    assert house.servers is not None
    port = ports.any_free()
    with theatre.playing(
        house, groups=1, speakers=3, feeding={"most": 0}, observed=False, senders=0, writers=0, beats=0
    ) as play:
        play.crew.add(door := ("web", "-b", "127.0.0.1", "-p", str(port), "-v", "0", "config.web:application"))
        measured.await_door(port)
        session, chat = measured.session_of(staff.account("izleyen", Role.ANALYST)), play.stage.chats[0]
        harm: dict[str, Callable[[list[Browser]], None]] = {
            "server killed": lambda _pages: play.crew.kill(play.crew.one(door)),
            "Valkey killed and back": lambda _pages: _bounce(house),
            "sleep": _sleep,
        }
        with Talk(chat) as talk:
            pages = [Browser(port, session, chat.pk) for _ in range(PAGES)]
            done, unequal, slowest = asyncio.run(_play(house, harm, pages, talk))
    rows = [
        Row("G18", f"{kind}, {PAGES} pages open", times, "cuts", times, 1, or_more=True) for kind, times in done.items()
    ]
    times = sum(done.values())
    rows.append(Row("G18", "all of them", times, "pages that knew something else", unequal))
    return Outcome("sockets", rows, {"cuts": times, "unequal": unequal, "slowest_s": round(slowest, 1)})


async def _play(
    house: House, harm: dict[str, Callable[[list[Browser]], None]], pages: list[Browser], talk: Talk
) -> tuple[Counter[str], int, float]:
    """Cut after cut: how many of each kind, pages that were unlike the server's in the end, the slowest seconds."""
    over = asyncio.Event()
    at_work = [asyncio.create_task(page.live(over)) for page in pages]
    done, unequal, slowest, began = Counter[str](), 0, 0.0, time.monotonic()
    await _equal(pages)
    for number in range(house.often(TIMES)):
        if time.monotonic() - began > house.longest:
            break
        kind = list(harm)[number % len(harm)]
        talk.goes_on.set()
        await asyncio.sleep(house.dice.uniform(0.2, 1.0))
        await asyncio.to_thread(harm[kind], pages)
        await asyncio.sleep(house.dice.uniform(0.2, 1.0))
        talk.goes_on.clear()
        for page in pages:
            page.asleep = False
        seconds, unlike = await _equal(pages)
        done[kind], unequal, slowest = done[kind] + 1, unequal + unlike, max(slowest, seconds)
    over.set()
    await asyncio.gather(*at_work)
    return done, unequal, slowest


async def _equal(pages: list[Browser]) -> tuple[float, int]:
    """Wait until every page knows the newest lines as a page that is opened now does: seconds, and who never did."""
    began = time.monotonic()
    while True:
        wanted = await asyncio.to_thread(_newest, pages[0].chat)
        unlike = sum(not wanted <= page.known or max(page.known, default=0) > max(wanted, default=0) for page in pages)
        if not unlike or time.monotonic() - began > EQUAL_WITHIN:
            return time.monotonic() - began, unlike
        await asyncio.sleep(0.1)


def _newest(chat: int) -> set[int]:
    try:
        return {line.message.pk for line in thread.newest(Chat.objects.get(pk=chat)).lines}
    finally:
        connection.close()


def _bounce(house: House) -> None:
    assert house.servers is not None
    house.servers.kill_valkey()
    house.servers.start_valkey()


def _sleep(pages: list[Browser]) -> None:
    """The lid is closed: nothing is read and nobody knocks, while the talk goes on."""
    for page in pages:
        page.asleep = True
    time.sleep(ASLEEP)
