"""One process of ours: how it is started, what it says, how it is ended."""

import contextlib
import dataclasses
import os
import re
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from config.embedded import leash
from config.embedded.account import Account

TAIL = 8
LONGEST_LINE = 8192


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run and how it likes to be ended. Higher stages are ended first; `orphaned` is sent when we die."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    stage: int
    grace: float = 4.0
    calm: signal.Signals = signal.SIGTERM
    hard: signal.Signals = signal.SIGKILL
    orphaned: signal.Signals = signal.SIGKILL
    account: Account | None = None
    dull: re.Pattern[str] | None = None


def _leash(program: Program) -> list[str]:
    rights = (program.account.uid, program.account.gid) if program.account else (-1, -1)
    return [sys.executable, "-I", "-S", leash.__file__, *map(str, (int(program.orphaned), os.getpid(), *rights))]


class Child:
    """A running program. Dull lines stay off the screen but are kept for the day it dies."""

    def __init__(self, program: Program, say: Callable[[str, str], None]) -> None:
        self.program = program
        self.tail: deque[str] = deque(maxlen=TAIL)
        self._say = say
        self._process = subprocess.Popen(
            [*_leash(program), *program.command],
            cwd=program.folder,
            env=dict(program.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # the Ctrl-C of the terminal is for us alone
        )
        self.pid = self._process.pid
        self.started = psutil.Process(self.pid).create_time()
        self._reader = threading.Thread(target=self._read, name=f"log of {program.name}", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - stdout=PIPE above
        with self._process.stdout as lines:
            while line := lines.readline(LONGEST_LINE):
                self._hear(line.rstrip())

    def _hear(self, line: str) -> None:
        self.tail.append(line)
        if line and not (self.program.dull and self.program.dull.search(line)):
            self._say(self.program.name, line)

    def code(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._process.poll()

    def send(self, which: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(which)

    def last_words(self) -> list[str]:
        """What it said last, dull or not, once it is dead."""
        self._reader.join(timeout=2)
        return [line for line in self.tail if line]
