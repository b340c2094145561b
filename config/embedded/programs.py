"""Our own processes, beside the two servers. Higher stages stop first: nobody enqueues for a worker that is gone."""

import os
import re
import sys
from pathlib import Path

from config.embedded import state
from config.embedded.child import Program

# Celery warns root, at length; the servers, which listen, do not run as root. The rest is said at every stop.
_DULL = re.compile(
    r"SecurityWarning: You're running|^absolutely not recommended|--uid option|^User information: uid"
    r"|^  (warnings\.warn|_warn_or_raise)|^worker: Warm shutdown"
)

_CELERY = ("celery", "-A", "config", "-q", "--skip-checks")
"""`up` has checked all, just before."""

LEAVING = 28.0
"""Seconds for a worker to finish what is being sent (`conversations.leaving`); mostly it takes one or two."""


def ours(*, port: int) -> list[Program]:
    """In the order in which they are wanted: the page first."""
    return [
        _program("web", 2, "daphne", "-b", "127.0.0.1", "-p", str(port), "-v", "0", "config.web:application"),
        _worker("writer", "compose"),
        _worker("sender", "deliver,inbox,upkeep"),
        # No pid file: the lock on the state already allows one beat, and a stale number would stop it.
        _program("beat", 4, *_CELERY, "beat", "-l", "WARNING", "--pidfile="),
    ]


def poller() -> Program:
    """Asks Telegram what people write: for a cast that has tokens."""
    return _command("listen", 2, "listen")


def _worker(name: str, queues: str) -> Program:
    return _program(
        name, 3, *_CELERY, "worker", "-n", f"{name}@%h", "-Q", queues, "-l", "WARNING",
        "--without-gossip", "--without-mingle", grace=LEAVING, dull=_DULL,
    )  # fmt: skip


def _program(name: str, stage: int, *module: str, grace: float = 5.0, dull: re.Pattern[str] | None = None) -> Program:
    return _run(name, stage, ("-m", *module), grace=grace, dull=dull)


def _command(name: str, stage: int, *words: str) -> Program:
    return _run(name, stage, (str(state.CLONE / "manage.py"), *words), grace=5.0, dull=None)


def _run(name: str, stage: int, words: tuple[str, ...], *, grace: float, dull: re.Pattern[str] | None) -> Program:
    return Program(
        name=name,
        command=(sys.executable, *words),
        environment={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"},
        folder=Path(state.CLONE),
        stage=stage,
        grace=grace,
        dull=dull,
    )
