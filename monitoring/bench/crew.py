"""The processes that are measured: writers, senders and beat, as an operator starts them."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

ENDS_WITHIN = 40.0


class Crew:
    def __init__(self, processes: Mapping[str, "subprocess.Popen[bytes]"]) -> None:
        self._known = {name: Path(f"/proc/{process.pid}") for name, process in processes.items()}

    def cpu(self) -> dict[str, float]:
        """Seconds of processor time of each process so far."""
        return {name: seconds(folder) for name, folder in self._known.items()}

    def rss(self) -> float:
        """Megabytes in memory, all together."""
        pages = sum(int((folder / "statm").read_text().split()[1]) for folder in self._known.values())
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def seconds(folder: Path) -> float:
    """Of processor time, its own and of the kernel for it; what stands before is the name, which may hold anything."""
    figures = (folder / "stat").read_text().rsplit(")", 1)[1].split()
    return (int(figures[11]) + int(figures[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def at_work(workers: int, *, environment: Mapping[str, str], log: Path) -> Iterator[Crew]:
    """`workers` writers and as many senders, and beat."""
    commands = {"beat": ["beat", "--pidfile="]}
    for number in range(1, workers + 1):
        commands[f"writer {number}"] = _worker(f"writer{number}", "compose")
        commands[f"sender {number}"] = _worker(f"sender{number}", "deliver,inbox,upkeep")
    with log.open("ab") as said:
        processes = {
            name: subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "config", "-q", *words, "-l", "WARNING"],
                cwd=settings.BASE_DIR,
                env=dict(environment),
                stdout=said,
                stderr=said,
            )
            for name, words in commands.items()
        }
        try:
            yield Crew(processes)
        finally:
            for process in processes.values():
                process.terminate()
            for process in processes.values():
                _await_end(process)


def _worker(name: str, queues: str) -> list[str]:
    return ["worker", "-n", name, "-Q", queues, "--without-gossip", "--without-mingle"]


def _await_end(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
