"""How late the event loop of this page is: it is asked for a turn several times a second, and each delay is noted."""

import asyncio
import time
from collections import deque

EVERY = 0.25
"""Seconds between two turns."""
LATELY = 30.0
_delays: deque[tuple[float, float]] = deque(maxlen=int(LATELY / EVERY))
"""When, and how late, in seconds of `time.monotonic()`."""
_watched: asyncio.AbstractEventLoop | None = None


def watch() -> None:
    """Begin to ask the running loop; harmless to repeat."""
    global _watched
    here = asyncio.get_running_loop()
    if _watched is not here:
        _watched = here
        _delays.clear()
        _ask(here)


def lag() -> float:
    """The longest delay of the last half minute, in seconds; 0 where nobody asked for it yet."""
    now = time.monotonic()
    return max((late for at, late in list(_delays) if at > now - LATELY), default=0.0)


def behind() -> float:
    """How late the running loop is at this moment, in seconds; for who runs in it."""
    newest = _delays[-1][0] if _delays else time.monotonic()
    return max(time.monotonic() - newest - EVERY, 0.0)


def _ask(loop: asyncio.AbstractEventLoop) -> None:
    wanted = time.monotonic() + EVERY
    loop.call_later(EVERY, _answer, loop, wanted)


def _answer(loop: asyncio.AbstractEventLoop, wanted: float) -> None:
    now = time.monotonic()
    _delays.append((now, max(now - wanted, 0.0)))
    if loop is _watched:
        _ask(loop)
