"""Where the processes of a part come from: one process that has read the application once and forks real workers.

    python -m tests.chaos.nursery [--mutant NAME]

It reads one JSON array a line, the words of a command (`["worker", "-Q", "deliver"]`, `["beat"]`), and answers with
the number of the new process. A worker starts in a tenth of a second instead of three, so that a thousand can be
killed in minutes. What ends is told on standard output too: `ended PID STATUS`.
"""

import argparse
import ctypes
import importlib
import json
import os
import select
import signal
import sys
from pathlib import Path
from types import FrameType

PR_SET_PDEATHSIG = 1
READ_BEFOREHAND = (
    "celery.bin.celery", "celery.apps.worker", "celery.concurrency.thread", "celery.worker.components",
    "celery.worker.consumer", "celery.worker.autoscale", "kombu.transport.redis", "django_celery_beat.schedulers",
    "channels_redis.pubsub", "openai", "openai.resources.chat", "conversations.llm.openai_api", "psycopg_pool",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutant", default="")
    parser.add_argument("--log", type=Path, default=Path(os.devnull))
    options = parser.parse_args()
    _read_the_application(options.mutant)
    _serve(options.log)


def _read_the_application(mutant: str) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from bots import embedding
    from config.celery import app

    app.loader.import_default_modules()
    app.finalize(auto=True)
    for name in READ_BEFOREHAND:
        importlib.import_module(name)
    embedding.vector("Merhaba")  # its weights are read once, and shared by every worker
    if mutant:
        from tests.chaos import mutants

        mutants.BREAK[mutant]()


def _serve(log: Path) -> None:
    alarm, bell = os.pipe()
    os.set_blocking(bell, False)
    signal.set_wakeup_fd(bell, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, _hear)
    _say("ready")
    waiting = b""
    while True:
        ready, _, _ = select.select([0, alarm], [], [])
        if alarm in ready:
            os.read(alarm, 4096)
            _bury()
        if 0 in ready:
            if not (more := os.read(0, 65536)):
                return
            *lines, waiting = (waiting + more).split(b"\n")
            for line in lines:
                _say(f"born {_fork(json.loads(line), log)}")


def _hear(_which: int, _frame: FrameType | None) -> None:
    """The pipe wakes the loop."""


def _bury() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _say(f"ended {pid} {os.waitstatus_to_exitcode(status)}")


def _say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def _fork(words: list[str], log: Path) -> int:
    if pid := os.fork():
        return pid
    status = 1
    try:
        _become_a_child(log)
        _run(words)
        status = 0
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _become_a_child(log: Path) -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.closerange(3, 256)


def _run(words: list[str]) -> None:
    from config.celery import app

    if words[0] == "manage":
        from django.core.management import call_command

        call_command(*words[1:])
    elif words[0] == "web":
        # Its event loop was made when the application was read, and does not outlive a fork.
        os.execv(sys.executable, [sys.executable, "-m", "daphne", *words[1:]])  # noqa: S606
    else:
        app.start(["-q", *words])


if __name__ == "__main__":
    main()
