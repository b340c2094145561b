"""Processes of the application, as people start them, on the database of the tests."""

import os
import subprocess
import sys
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


@contextmanager
def running(*commands: tuple[str, ...]) -> Iterator[None]:
    """These at work while the block lasts."""
    with ExitStack() as ends:
        for command in commands:
            process = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            ends.callback(_end, process)
        yield


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
