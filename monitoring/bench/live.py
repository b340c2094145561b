"""How soon a hundred open pages are told of what happened: from the commit of an event to the browser's side.

A real Daphne, real sockets that answer as browsers do, and events at a steady pace from another process.
"""

import asyncio
import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx
from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_otp import DEVICE_ID_SESSION_KEY

from conversations import events
from conversations.models import Chat, Event, Message
from monitoring import live, people, second_factor
from monitoring.bench import apart, crew, ground
from monitoring.bench.figure import Figure
from monitoring.consumers import MOST_SOCKETS
from monitoring.grants import Role

SOCKETS, EVENTS, SECONDS = 100, 50, 20.0
"""Open pages, messages a second in the whole cast, and for how long."""
CHATS, BOTS = 20, 12
WARM = 5.0
"""Seconds after the last page is open, before anything counts."""
LATE = 15.0
"""So long what was sent may still arrive."""
STARTS_WITHIN = 120.0
_LINE = re.compile(r'id="(?:m|newest)-(\d+)"')


def figures(*, sockets: int = SOCKETS, rate: int = EVENTS, seconds: float = SECONDS) -> list[Figure]:
    """On servers of its own. Raises `ground.Missing`, or `apart.Broken` with the last words."""
    with ground.laid() as place:
        asked = {"bots": BOTS, "chats": CHATS, "sockets": sockets, "rate": rate, "seconds": seconds}
        return [Figure(**found) for found in apart.run(place, "live", asked)]


# --- Inside the environment of the measurement -----------------------------------------------------------------------
@dataclass(slots=True)
class Tally:
    committed: dict[int, float] = field(default_factory=dict)
    """Moment of the commit, by message; `time.monotonic()`, as everything here."""
    chats: dict[int, int] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    heard: dict[int, set[int]] = field(default_factory=dict)
    """What each page of one chat has heard, by its number."""
    pages: dict[int, int] = field(default_factory=dict)
    """The chat of each page that shows one."""
    frames: int = 0
    resyncs: int = 0
    opened: int = 0
    closed: int = 0
    share: float = 0.0
    """Of one processor, that the server took meanwhile."""


def measured(asked: Mapping[str, Any], environment: Mapping[str, str]) -> list[Figure]:
    port = _free_port()
    command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "config.web:application"]
    server = subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=dict(environment), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        await_door(port)
        sessions = [_signed_in(number) for number in range(-(-asked["sockets"] // MOST_SOCKETS))]
        tally = Tally()
        asyncio.run(_watch(asked, port, sessions, tally, Path(f"/proc/{server.pid}")))
    finally:
        server.terminate()
        server.wait(30)
    return _told(asked, tally)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def await_door(port: int) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/livez", trust_env=False, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise TimeoutError("The pages did not start.")


def _signed_in(number: int) -> str:
    """The session of somebody who may watch everything, with both factors."""
    user: User = people.admit(f"bench{number}", password=get_random_string(24), role=Role.ANALYST, by="bench")
    return session_of(user)


def session_of(user: User) -> str:
    device = second_factor.issue(user, by="bench").device
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = browser.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return session.session_key or ""


class Page(WebSocketClientProtocol):
    """A browser's end: says where it stands, answers every mark, notes what comes."""

    number: int
    tally: Tally
    mark: live.Mark

    def onOpen(self) -> None:  # noqa: N802 - autobahn's name
        self.tally.opened += 1
        self._say(kind="hello", epoch=self.mark.epoch, last_id=self.mark.last_id)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803, ARG002
        now, frame = time.monotonic(), json.loads(payload)
        self.tally.frames += 1
        if frame["kind"] == "mark":
            self._say(kind="seen", id=frame["id"])
        elif frame["kind"] == "resync":
            self.tally.resyncs += 1
        elif frame["kind"] == "message" and (found := _LINE.search(frame["html"])):
            message = int(found[1])
            if message in self.tally.committed:
                self.tally.waits.append(now - self.tally.committed[message])
                self.tally.heard.setdefault(self.number, set()).add(message)

    def onClose(self, wasClean: bool, code: int, reason: str) -> None:  # noqa: N802, N803, ARG002
        self.tally.closed += 1

    def _say(self, **frame: Any) -> None:
        self.sendMessage(json.dumps(frame).encode())  # type: ignore[no-untyped-call]  # autobahn ships few types


async def _watch(asked: Mapping[str, Any], port: int, sessions: list[str], tally: Tally, server: Path) -> None:
    """Four of five pages show one chat, the others the overview."""
    chats = await asyncio.to_thread(lambda: list(Chat.objects.order_by("pk").values_list("pk", flat=True)))
    mark = await asyncio.to_thread(live.mark)
    for number in range(asked["sockets"]):
        chat = None if number % 5 == 4 else chats[number % len(chats)]
        if chat is not None:
            tally.pages[number] = chat
        await open_page(
            port,
            f"/ws/chats/{chat}/" if chat else "/ws/boards/overview/",
            sessions[number // MOST_SOCKETS],
            number,
            mark,
            tally,
        )
    await asyncio.sleep(WARM)
    over = threading.Event()
    talk = threading.Thread(target=_talk, args=(chats, asked["rate"], over, tally), daemon=True)
    before, began = crew.seconds(server), time.monotonic()
    talk.start()
    await asyncio.sleep(asked["seconds"])
    over.set()
    tally.share = (crew.seconds(server) - before) / (time.monotonic() - began)
    await asyncio.to_thread(talk.join)
    end = time.monotonic() + LATE
    while time.monotonic() < end and _missed(tally):
        await asyncio.sleep(0.2)


async def open_page(port: int, path: str, session: str, number: int, mark: live.Mark, tally: Tally) -> Page:
    line = factory(port, path, session, Page)
    _transport, page = await asyncio.get_running_loop().create_connection(line, "127.0.0.1", port)
    page.number, page.tally, page.mark = number, tally, mark
    return page  # type: ignore[no-any-return]  # autobahn again


def factory(port: int, path: str, session: str, protocol: type[WebSocketClientProtocol]) -> WebSocketClientFactory:
    """What makes a browser's end of a socket, with the origin and the cookie that a browser would send."""
    made = WebSocketClientFactory(  # type: ignore[no-untyped-call]  # autobahn ships few types
        f"ws://127.0.0.1:{port}{path}",
        origin=f"http://127.0.0.1:{port}",
        headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"},
    )
    made.protocol = protocol
    return made


def _talk(chats: list[int], rate: int, over: threading.Event, tally: Tally) -> None:
    """Messages of bots, at a steady pace, one transaction each; the chats in turn."""
    rooms = {chat.pk: (chat, chat.members.order_by("pk")[0]) for chat in Chat.objects.filter(pk__in=chats)}
    began, number = time.monotonic(), 0
    try:
        while not over.is_set():
            chat, bot = rooms[chats[number % len(chats)]]
            with transaction.atomic():
                said = Message.objects.create(
                    chat=chat,
                    bot=bot,
                    message_id=1_000_000 + number,
                    text=f"Söz {number}.",
                    folded="",
                    said_at=timezone.now(),
                )
                events.publish(Event.Kind.MESSAGE, chat=chat, subject_id=said.pk)
            tally.committed[said.pk], tally.chats[said.pk] = time.monotonic(), chat.pk
            number += 1
            over.wait(max(0.0, began + number / rate - time.monotonic()))
    finally:
        connection.close()


def _missed(tally: Tally) -> int:
    """Messages that a page of their chat was never told."""
    by_chat: dict[int, set[int]] = {}
    for message, chat in tally.chats.items():
        by_chat.setdefault(chat, set()).add(message)
    return sum(len(by_chat.get(chat, set()) - tally.heard.get(page, set())) for page, chat in tally.pages.items())


def _told(asked: Mapping[str, Any], tally: Tally) -> list[Figure]:
    cuts = quantiles(tally.waits, n=100) if len(tally.waits) > 1 else [0.0] * 99
    note = f"{tally.opened} sockets, {len(tally.committed) / asked['seconds']:.1f} events a second"
    return [
        Figure("live: commit to receipt, p50", round(cuts[49] * 1000), "ms", note=note),
        Figure("live: commit to receipt, p95", round(cuts[94] * 1000), "ms", "at most 1000"),
        Figure("live: commit to receipt, p99", round(cuts[98] * 1000), "ms", "at most 2500"),
        Figure("live: messages that a page was not told", _missed(tally), "messages", "0"),
        Figure("live: pages that were closed or loaded anew", tally.closed + tally.resyncs, "pages", "0"),
        Figure("live: processor of the server", round(100 * tally.share), "% of one", "at most 100"),
        Figure(
            "live: frames to one page", round(tally.frames / max(tally.opened, 1) / asked["seconds"], 1), "a second"
        ),
    ]
