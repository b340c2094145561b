"""How soon a started stack serves its sign-in page and says its first words: one of its own, in a folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psycopg
from django.conf import settings
from dotenv import dotenv_values

from monitoring.bench.figure import Figure

LONGEST = 120.0


def figures() -> list[Figure]:
    """The first start lays the state, the second is the one that people wait for every day."""
    with tempfile.TemporaryDirectory(prefix="kulis-bench-") as folder:
        Path(folder).chmod(0o711)  # the servers' own account has to pass
        state = Path(folder) / "state"
        return [figure for case in ("first", "second") for figure in _one(case, state)]


def _one(case: str, state: Path) -> list[Figure]:
    port = _free_port()
    before = _newest(state) if case == "second" else 0
    started = time.monotonic()
    up = subprocess.Popen(
        [sys.executable, "manage.py", "up"],
        cwd=settings.BASE_DIR,
        env={**_bare_environment(), "DEMO": "1", "STATE_DIR": str(state), "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        page = _until(started, lambda: _serves(port))
        words = _until(started, lambda: _newest(state) > before)
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(60)
    return [
        Figure(f"{case} start to sign-in page", page, "s", "below 10" if case == "second" else ""),
        Figure(f"{case} start to first message of the room", words, "s", "below 15"),
    ]


def _until(started: float, done: Callable[[], bool]) -> float:
    while not done():
        if time.monotonic() - started > LONGEST:
            return float("nan")
        time.sleep(0.1)
    return round(time.monotonic() - started, 1)


def _serves(port: int) -> bool:
    try:
        return httpx.get(f"http://localhost:{port}/admin/login/", timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _newest(state: Path) -> int:
    """The number of the newest message, read past Django, whose settings name another database."""
    address = dotenv_values(state / "env").get("DATABASE_URL")
    if not address:
        return 0
    try:
        with psycopg.connect(address, connect_timeout=2) as connection:
            row = connection.execute(
                "SELECT coalesce(max(id), 0) FROM conversations_message WHERE bot_id > 0"
            ).fetchone()
            return int(row[0]) if row else 0
    except psycopg.Error:
        return 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _bare_environment() -> dict[str, str]:
    """Ours without what would point the new stack at our servers."""
    ours = (
        "DATABASE_URL",
        "REDIS_URL",
        "SECRET_KEY",
        "FIELD_KEYS",
        "STATE_DIR",
        "PORT",
        "PUBLIC_URL",
        "DJANGO_SETTINGS_MODULE",
    )
    return {name: value for name, value in os.environ.items() if name not in ours}
