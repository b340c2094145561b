"""The processes of a part: started, killed, stopped, and started again at once."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from random import Random
from typing import Any, Self

from config.embedded.state import CLONE

_WORKER = ("worker", "-P", "threads", "-c", "8", "-l", "WARNING", "--without-gossip", "--without-mingle", "-Q")
WRITER = (*_WORKER, "compose")
SENDER = (*_WORKER, "deliver,inbox,upkeep")
BEAT = ("beat", "-l", "WARNING", "--pidfile=")


class Nursery:
    """A running nursery: `start` forks a process, `ended` tells of the dead."""

    def __init__(self, *, mutant: str = "", log: Path = Path(os.devnull), **more: str) -> None:
        command = [sys.executable, "-m", "tests.chaos.nursery", "--log", str(log)]
        command += ["--mutant", mutant] if mutant else []
        self._process = subprocess.Popen(
            command, cwd=CLONE, env={**os.environ, "PYTHONUNBUFFERED": "1", "CELERY_SKIP_CHECKS": "1", **more},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip
        self._born: SimpleQueue[int] = SimpleQueue()
        self._ended: SimpleQueue[int] = SimpleQueue()
        self._lock = threading.Lock()
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n", "the nursery did not start"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            what, pid, *_ = line.split()
            (self._born if what == "born" else self._ended).put(int(pid))

    def start(self, words: tuple[str, ...]) -> int:
        assert self._process.stdin is not None
        with self._lock:
            self._process.stdin.write(json.dumps(words) + "\n")
            self._process.stdin.flush()
            return self._born.get(timeout=60)

    def ended(self) -> list[int]:
        found = []
        while True:
            try:
                found.append(self._ended.get_nowait())
            except Empty:
                return found

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()


class Crew:
    """Keeps so many of each kind at work: whoever dies has a successor at once."""

    def __init__(self, nursery: Nursery, dice: Random) -> None:
        self._nursery, self._dice = nursery, dice
        self._at_work: dict[int, tuple[str, ...]] = {}
        self._lock = threading.Lock()
        self._numbers = iter(range(1, 1_000_000))
        self._over = threading.Event()
        self._deaths: list[Callable[[int], Any]] = []
        self.died = 0
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    def __enter__(self) -> Self:
        self._keeper.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._keeper.join()
        for pid in self.pids():
            _send(pid, signal.SIGKILL)
        self._nursery.stop()

    def on_death(self, hear: Callable[[int], Any]) -> None:
        """`hear` is told the number of every process that has ended."""
        self._deaths.append(hear)

    def add(self, words: tuple[str, ...], count: int = 1) -> list[int]:
        return [self._start(words) for _ in range(count)]

    def _start(self, words: tuple[str, ...]) -> int:
        named = (*words, "-n", f"w{next(self._numbers)}@%h") if words[0] == "worker" else words
        pid = self._nursery.start(named)
        with self._lock:
            self._at_work[pid] = words
        return pid

    def _keep(self) -> None:
        while not self._over.wait(0.02):
            for pid in self._nursery.ended():
                with self._lock:
                    words = self._at_work.pop(pid, None)
                self.died += 1
                for hear in self._deaths:
                    hear(pid)
                if words and not self._over.is_set():
                    self._start(words)

    def pids(self, words: tuple[str, ...] | None = None) -> list[int]:
        with self._lock:
            return [pid for pid, kind in self._at_work.items() if words in (None, kind)]

    def lives(self, pid: int) -> bool:
        with self._lock:
            return pid in self._at_work

    def one(self, words: tuple[str, ...]) -> int:
        """Any of this kind; waits for one that was just started anew."""
        while not (found := self.pids(words)):
            time.sleep(0.01)
        return self._dice.choice(found)

    def kill(self, pid: int) -> None:
        _send(pid, signal.SIGKILL)

    def send(self, pid: int, which: signal.Signals) -> None:
        _send(pid, which)

    def dismiss(self, pid: int) -> None:
        """End one for good, at once."""
        with self._lock:
            self._at_work.pop(pid, None)
        _send(pid, signal.SIGKILL)


def _send(pid: int, which: signal.Signals) -> None:
    try:
        os.kill(pid, which)
    except ProcessLookupError:
        return
