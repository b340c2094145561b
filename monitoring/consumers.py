"""The live protocol, from the server's side. JSON text frames:

    client  {"kind": "hello", "epoch": E, "last_id": N}    first, within a few seconds: where its page stands
    server  {"kind": "resync"}                             too much was missed, or history was replaced: load anew
    server  {"kind": ..., "html": ..., "target": ..., "drop": [...], "id": N}    a piece of the page (monitoring.watch)
    server  {"kind": "mark", "id": N}                      everything up to N was told; also the heartbeat
    client  {"kind": "seen", "id": N}                      its answer: until then nothing more is sent

So a slow browser never piles up frames here: what it has not seen waits in the database.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from autobahn.exception import Disconnected
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.contrib.auth.models import User
from django.db import DatabaseError, connection
from django.http import QueryDict
from django.utils import timezone, translation

from bots import counting
from conversations import presence, remits
from conversations.models import Chat
from monitoring import access, bell, live, promises
from monitoring.approvals import Filter
from monitoring.boards import opening as boards
from monitoring.watch import ApprovalsWatch, BoardWatch, ChatWatch, EngineWatch, OverviewWatch, Piece

MOST_SOCKETS = 5
LARGEST_FRAME = 4096
MOST_FRAMES = 20
"""A second, from one client."""
LOOK_SECONDS = 5.0
"""How often a socket looks by itself: grant, events, and what changes with time."""
BREATH_SECONDS = 0.2
"""Between two batches, so that a burst becomes one."""
HELLO_SECONDS = 10.0
SEEN_SECONDS = 30.0

STATE_SECONDS, STATE_SHARE = 1.0, 10.0
"""What changes with time is not told more often than this, and takes no more than a tenth of the time."""

REFUSED, ENDED, TOO_SLOW, TOO_BIG, NONSENSE, TRY_LATER, BROKEN = 4003, 4001, 4008, 4009, 4400, 4013, 4011
"""Why a socket is closed. Daphne sends 1000 and 3000 to 4999, and takes any other number for a fault of ours."""

_log = logging.getLogger(__name__)
_open_sockets: Counter[int] = Counter()
presence.sockets = _open_sockets.total
P = ParamSpec("P")
T = TypeVar("T")
News = tuple[list[Piece], int, list[datetime]]
"""What there is to tell, up to which event, and when what happened since the page came did so."""


async def _in_thread(read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Read the database beside the event loop, in a thread that gives its connection back."""

    def reading() -> T:
        try:
            return read(*args, **kwargs)
        finally:
            connection.close()

    return await asyncio.to_thread(reading)


class LiveConsumer(AsyncWebsocketConsumer):
    channel_layer_alias = "none: sockets are woken by monitoring.bell"
    user: User
    watch: EngineWatch
    last_id: int
    """The newest event that this page was told."""
    state_at: float
    """When what changes with time may be told next; `owes_state`: something happened since it was."""
    owes_state: bool
    admitted: str
    """What decided about the session when it was looked at in full, and until when that holds."""
    admitted_until: float
    came_at: datetime
    hello: asyncio.Queue[live.Mark]
    seen: asyncio.Event
    frames: list[float]
    """When the client spoke in the last second."""
    life: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        try:
            user = await self._grant() if self._is_our_page() else None
            watch = await _in_thread(self.open_watch, user) if user else None
        except DatabaseError:
            await self.close(TRY_LATER)
            return
        if user is None or watch is None or _open_sockets[user.pk] >= MOST_SOCKETS:
            await self.close(REFUSED)
            return
        self.user, self.watch, self.last_id = user, watch, 0
        self.state_at, self.owes_state, self.admitted, self.admitted_until = 0.0, True, "", 0.0
        self.hello, self.seen, self.frames = asyncio.Queue(maxsize=1), asyncio.Event(), []
        _open_sockets[user.pk] += 1
        self.life = asyncio.create_task(self._live())
        await self.accept()

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - why it left changes nothing
        if self.life is None:
            return
        _open_sockets[self.user.pk] -= 1
        self.life.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.life

    def open_watch(self, user: User) -> EngineWatch | None:
        """What this socket tells; None when there is nothing to watch."""
        return EngineWatch(user)

    # --- what the client says ---

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if bytes_data or text_data is None or len(text_data) > LARGEST_FRAME:
            await self.close(TOO_BIG)
            return
        if self._too_many_frames():
            await self.close(TOO_SLOW)
            return
        try:
            self._hear(json.loads(text_data))
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError, asyncio.QueueFull):
            await self.close(NONSENSE)

    def _hear(self, frame: dict[str, Any]) -> None:
        if frame["kind"] == "hello":
            self.hello.put_nowait(live.Mark(int(frame["epoch"]), int(frame["last_id"])))
        elif frame["kind"] == "seen" and int(frame["id"]) >= self.last_id:
            self.seen.set()

    def _too_many_frames(self) -> bool:
        now = time.monotonic()
        self.frames = [at for at in self.frames if at > now - 1] + [now]
        return len(self.frames) > MOST_FRAMES

    # --- what it is told ---

    async def _live(self) -> None:
        try:
            seen = await asyncio.wait_for(self.hello.get(), HELLO_SECONDS)
            if not await _in_thread(self._can_resume, seen):
                counting.add("kulis_socket_resyncs")
                await self._tell({"kind": "resync"})
                await asyncio.sleep(HELLO_SECONDS)
                await self.close()
                return
            self.last_id, self.came_at = seen.last_id, timezone.now()
            with bell.here().heard(self.watch.chats()) as woken:
                await self._follow(woken)
        except TimeoutError:
            await self.close(TOO_SLOW)
        except Disconnected:
            return  # the page left while it was told something; its `disconnect` is on the way
        except DatabaseError as error:
            _log.warning("A socket was closed, its page will come back: %s", type(error).__name__)
            await self.close(TRY_LATER)
        except Exception:  # noqa: BLE001 - logged; a page that hears nothing must come back
            _log.exception("A socket was closed by a fault.")
            await self.close(BROKEN)

    def _can_resume(self, seen: live.Mark) -> bool:
        return live.can_resume(seen, self.watch.concerns())

    async def _follow(self, woken: asyncio.Event) -> None:
        while (news := await _in_thread(self._look)) is not None:
            if not await self._tell_news(*news):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(woken.wait(), self._rest())
            await asyncio.sleep(BREATH_SECONDS)
            woken.clear()
        await self.close(ENDED)

    def _rest(self) -> float:
        """Until the next look, if nobody wakes it: sooner where what changes with time is still to be told."""
        owed = self.state_at - time.monotonic() if self.owes_state else LOOK_SECONDS
        return min(LOOK_SECONDS, max(owed, BREATH_SECONDS))

    def _look(self) -> News | None:
        """What is new for who may still watch; None for who may not any more."""
        return self._read() if self._admits() else None

    async def _tell_news(self, pieces: list[Piece], last_id: int, moments: list[datetime]) -> bool:
        """One batch, and the client's answer to it. True when there were events, so that more may wait."""
        for piece in pieces:
            frame = {"kind": piece.kind, "html": piece.html, "target": piece.target, "drop": piece.drop, "id": last_id}
            await self._tell(frame)
        more, self.last_id = last_id > self.last_id, last_id
        self.seen.clear()
        await self._tell({"kind": "mark", "id": last_id})
        promises.told(moments)
        await asyncio.wait_for(self.seen.wait(), SEEN_SECONDS)
        return more

    def _read(self) -> News:
        """News at once; what changes with time after them, and the dearer it is to find out the less often."""
        events = live.after(self.last_id, concerns=self.watch.concerns())
        with translation.override(self._language()):
            pieces = [*self.watch.at_once(events), *self.watch.news(events)]
            began = time.monotonic()
            overdue = began >= self.state_at + STATE_SECONDS  # a talk that never pauses must not hide a stop
            if overdue or (began >= self.state_at and not pieces):
                pieces += self.watch.state()
                now = time.monotonic()
                self.state_at, self.owes_state = now + max(STATE_SECONDS, STATE_SHARE * (now - began)), False
            elif events:
                self.owes_state = True
        fresh = [event.at for event in events if event.at > self.came_at]
        return pieces, events[-1].pk if events else self.last_id, fresh

    async def _tell(self, frame: dict[str, Any]) -> None:
        await self.send(json.dumps(frame))

    # --- who listens ---

    def _admits(self) -> bool:
        """Asked anew before every telling: the session, the account, its role and its chats. While nothing of that has
        changed the last answer holds, for a few seconds."""
        key, now = self.scope["cookies"].get(settings.SESSION_COOKIE_NAME, ""), time.monotonic()
        stands = access.print_of(key)
        if stands and stands == self.admitted and now < self.admitted_until:
            return True
        user = access.of_session(key)
        self.admitted, self.admitted_until = stands, now + LOOK_SECONDS
        return user is not None and self.watch.admits(user)

    async def _grant(self) -> User | None:
        key = self.scope["cookies"].get(settings.SESSION_COOKIE_NAME, "")
        return await _in_thread(access.of_session, key) if key else None

    def _is_our_page(self) -> bool:
        """The page that asks was served by this very address, or by the public one. No origin: refused."""
        headers = dict(self.scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin1")
        host = headers.get(b"host", b"").decode("latin1")
        return bool(host) and (urlsplit(origin).netloc == host or origin == settings.PUBLIC_URL)

    def _language(self) -> str:
        chosen = self.scope["cookies"].get(settings.LANGUAGE_COOKIE_NAME, "")
        return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class BoardConsumer(LiveConsumer):
    """A board, with the words of its address. One whose window ended in the past tells of the engine alone."""

    def open_watch(self, user: User) -> EngineWatch | None:
        route = self.scope["url_route"]["kwargs"]
        asked = QueryDict(self.scope["query_string"]).dict()
        show = boards.opener(route["name"], route.get("pk"), asked)
        if show is None or (board := show(user)) is None:
            return None
        if not board.window.live:
            return EngineWatch(user)
        return OverviewWatch(user, open=show) if board.name == "overview" else BoardWatch(user, open=show)


class ApprovalsConsumer(LiveConsumer):
    def open_watch(self, user: User) -> EngineWatch | None:
        """The filter stands in the address, as it does in the page's."""
        asked = QueryDict(self.scope["query_string"])
        return ApprovalsWatch(user, asked=Filter.read(asked.get("risk", ""), asked.get("chat", "")))


class ChatConsumer(LiveConsumer):
    def open_watch(self, user: User) -> EngineWatch | None:
        mine = remits.within(user, Chat.objects.all())
        chat = mine.filter(pk=self.scope["url_route"]["kwargs"]["pk"]).first()
        return ChatWatch(user, chat=chat) if chat else None
