"""Which processes we started, written down so that the next start can end those that outlived us."""

import contextlib
import dataclasses
import json
import signal
from pathlib import Path

import psutil

from config.embedded import paper
from config.embedded.child import Child

CLOCK_TOLERANCE = 2.0  # psutil's start time moves a little when the system's clock is set
PATIENCE = 10.0


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    name: str
    pid: int
    started: float
    command: list[str]


class Ledger:
    def __init__(self, folder: Path) -> None:
        self._path = folder / "processes.json"

    def write(self, children: list[Child]) -> None:
        entries = [_ourselves(), *map(_entry, children)]
        paper.write(self._path, json.dumps([dataclasses.asdict(entry) for entry in entries]))

    def running(self) -> list[tuple[Entry, psutil.Process]]:
        """The written processes that still live; a number given to another process since then is not one of them."""
        found = ((entry, _process(entry)) for entry in self._read())
        return [(entry, process) for entry, process in found if process is not None]

    def _read(self) -> list[Entry]:
        try:
            return [Entry(**entry) for entry in json.loads(self._path.read_text(encoding="utf-8"))]
        except (OSError, ValueError, TypeError):  # no start before, or a paper that says nothing: nothing to end
            return []

    def end_orphans(self) -> list[str]:
        """End what an earlier `up` left behind, calmly, then firmly. Only for the holder of the lock."""
        orphans = self.running()
        _send(orphans, calm=True)
        _, stubborn = psutil.wait_procs([process for _, process in orphans], timeout=PATIENCE)
        _send([(entry, process) for entry, process in orphans if process in stubborn], calm=False)
        psutil.wait_procs(stubborn, timeout=PATIENCE)
        return [entry.name for entry, _ in orphans]


def _entry(child: Child) -> Entry:
    return Entry(child.program.name, child.pid, child.started, list(child.program.command))


def _ourselves() -> Entry:
    process = psutil.Process()
    return Entry("up", process.pid, process.create_time(), process.cmdline())


def _process(entry: Entry) -> psutil.Process | None:
    try:
        process = psutil.Process(entry.pid)
        same = abs(process.create_time() - entry.started) < CLOCK_TOLERANCE and process.cmdline() == entry.command
    except psutil.Error:
        return None
    return process if same else None


def _send(orphans: list[tuple[Entry, psutil.Process]], *, calm: bool) -> None:
    for entry, process in orphans:
        with contextlib.suppress(psutil.Error):
            process.send_signal(_signal(entry.name, calm=calm))


def _signal(name: str, *, calm: bool) -> signal.Signals:
    if name == "postgres":  # SIGTERM would wait for its clients; SIGQUIT takes its own children along
        return signal.SIGINT if calm else signal.SIGQUIT
    return signal.SIGTERM if calm else signal.SIGKILL
