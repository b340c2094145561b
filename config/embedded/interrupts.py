"""Requests to stop: the first ends everything calmly, the second at once."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType


class Interrupted(BaseException):
    """Somebody asked to stop while something long was going on. Like Ctrl-C itself, no `except Exception` keeps it."""


class Interrupts:
    def __init__(self) -> None:
        self.asked = 0
        self._breaks = False
        for which in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if which is not signal.SIGHUP or signal.getsignal(which) is not signal.SIG_IGN:  # nohup means it
                signal.signal(which, self._hear)

    def _hear(self, _which: int, _frame: FrameType | None) -> None:
        self.asked += 1
        if self._breaks:
            self._breaks = False
            raise Interrupted

    def in_a_hurry(self) -> bool:
        return self.asked > 1

    @contextlib.contextmanager
    def breaking(self) -> Iterator[None]:
        """Here a request breaks off whatever is going on."""
        self._breaks = True
        try:
            yield
        finally:
            self._breaks = False
