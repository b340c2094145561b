"""Small programs to supervise, and the patience to watch them."""

import contextlib
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from config.embedded.child import Program

PATIENCE = 60.0


@contextlib.contextmanager
def folder_for_all() -> Iterator[Path]:
    """A folder that the servers' account can reach; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="kulis-state-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def shell(name: str, script: str, *, stage: int = 0, grace: float = 5.0, dull: str | None = None) -> Program:
    return Program(
        name=name,
        command=("/bin/sh", "-c", script),
        environment={"PATH": "/bin:/usr/bin"},
        folder=Path("/"),
        stage=stage,
        grace=grace,
        dull=re.compile(dull) if dull else None,
    )


def eventually(true: Callable[[], bool]) -> None:
    """Waits for what other processes do; fails when they do not."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)
