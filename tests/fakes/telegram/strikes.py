"""Ends the process on the other side of a connection (SIGKILL) at a named point of its call. On this machine only."""

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fakes import wire

POINTS = {
    "connected": "it has connected and not been read",
    "mid-write": "part of its request was read; the call takes no effect",
    "written": "its whole request was read; the call takes no effect",
    "accepted": "its whole request was read and took effect; no answer goes out",
    "read": "it has read the answer",
}
_PATIENCE = 0.2
_LOOKS = 5
# Columns of /proc/net/tcp.
_ADDRESS, _QUEUES, _INODE = 1, 4, 9


@dataclass(slots=True)
class Strike:
    point: str
    times: int = 1
    method: str = "sendMessage"

    def __post_init__(self) -> None:
        if self.point not in POINTS:
            raise ValueError(f"{self.point!r} is no point; one of {', '.join(POINTS)}")


class Strikes:
    """`victims` are the processes that may be ended; nobody else is."""

    def __init__(self) -> None:
        self.victims: set[int] = set()
        self.done: list[dict[str, Any]] = []
        self._wanted: list[Strike] = []

    def want(self, wish: dict[str, Any]) -> None:
        self._wanted.append(Strike(**wish))

    def clear(self) -> None:
        self._wanted.clear()

    def at(self, point: str, peer: int, method: str = "") -> bool:
        """Whether the process behind `peer` was ended here."""
        for wish in self._wanted:
            if wish.point == point and method.lower() in ("", wish.method.lower()):
                if point == "read":
                    _await_read(peer)
                if (pid := owner(peer, self.victims)) is None:
                    return False
                self._end(wish, pid)
                return True
        return False

    def _end(self, wish: Strike, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        self.victims.discard(pid)
        self.done.append({"at": time.time(), "point": wish.point, "pid": pid})
        wish.times -= 1
        if wish.times == 0:
            self._wanted.remove(wish)


class Eye:
    """Looks at connections for a Telegram whose strikes may change with every reset."""

    def __init__(self, server: Any) -> None:
        self._server = server

    @property
    def _strikes(self) -> Strikes:
        found: Strikes = self._server.world.strikes
        return found

    def connected(self, peer: int) -> bool:
        return self._strikes.at("connected", peer)

    def began(self, peer: int, target: str) -> bool:
        return self._strikes.at("mid-write", peer, target.rpartition("/")[2])

    def answered(self, request: wire.Request) -> None:
        self._strikes.at("read", request.peer, request.path.rpartition("/")[2])


def owner(port: int, among: set[int]) -> int | None:
    """Which of these processes holds a loopback connection that calls from this port."""
    links = _links(port)
    for pid in among if links else ():
        with suppress(OSError):
            for entry in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    if entry.readlink() in links:
                        return pid
    return None


def _links(port: int) -> set[Path]:
    """Looked for again where none is found: the kernel may leave a row out while others come and go."""
    for _look in range(_LOOKS):
        if links := {Path(f"socket:[{row[_INODE]}]") for row in _rows(port)}:
            return links
        time.sleep(0.01)
    return set()


def _await_read(port: int) -> None:
    """Until nothing that was sent to this port waits unread."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if all(row[_QUEUES].endswith(":00000000") for row in _rows(port)):
            return


def _rows(port: int) -> list[list[str]]:
    """The kernel's rows of connections from this port that a process holds.

    One port may call several places, and a call that is over keeps its row for a minute, without an inode.
    """
    wanted = f":{port:04X}"
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return [row for row in rows if row[_ADDRESS].endswith(wanted) and row[_INODE] != "0"]
