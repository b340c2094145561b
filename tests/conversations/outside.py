"""Processes of the application, as people start them, on the database of the tests."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.db import connection

from config.embedded.state import CLONE

MANAGE = (sys.executable, str(CLONE / "manage.py"))
CELERY = (sys.executable, "-m", "celery", "-A", "config", "-q")


def environment(**more: str) -> dict[str, str]:
    database = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{connection.settings_dict['NAME']}"
    return {**os.environ, "DATABASE_URL": database, "PYTHONUNBUFFERED": "1", **more}


def manage(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` with these words, to its end."""
    return subprocess.run([*MANAGE, *words], env=environment(**more), capture_output=True, text=True, check=False)


Process = subprocess.Popen[bytes]
WRITER = (*CELERY, "worker", "-Q", "compose", "-n", "writer@%h", "--without-gossip", "--without-mingle")
SENDER = (*CELERY, "worker", "-Q", "deliver,inbox,upkeep", "-n", "sender@%h", "--without-gossip", "--without-mingle")
WORKER = (*CELERY, "worker", "-Q", "compose,deliver,inbox,upkeep", "--without-gossip", "--without-mingle")
UPKEEP = (*CELERY, "worker", "-Q", "upkeep", "-n", "upkeep@%h", "--without-gossip", "--without-mingle")
BEAT = (*CELERY, "beat", "--pidfile=")


@contextmanager
def running(*commands: tuple[str, ...], **more: str) -> Iterator[list[Process]]:
    """These at work while the block lasts."""
    with ExitStack() as ends:
        started = []
        for command in commands:
            started.append(start(command, **more))
            ends.callback(end, started[-1])
        yield started


def start(command: tuple[str, ...], **more: str) -> Process:
    return subprocess.Popen(command, env=environment(**more), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def end(process: Process) -> None:
    process.kill()
    process.wait()


def said(command: tuple[str, ...], *, until: str, **more: str) -> str:
    """What it complains of up to these words; all that it said within a minute when they never come."""
    talking = subprocess.Popen(
        command, env=environment(**more), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    timer = threading.Timer(60, talking.kill)
    timer.start()
    lines: list[str] = []
    with talking:
        assert talking.stderr is not None
        for line in talking.stderr:
            lines.append(line)
            if until in line:
                talking.kill()
                break
    timer.cancel()
    return "".join(lines)
