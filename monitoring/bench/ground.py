"""What a measurement under load stands on: servers of its own, and a Telegram and a provider on the loopback."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings

POSTGRES = (
    "shared_preload_libraries=pg_stat_statements",
    "pg_stat_statements.track=top",
    "logging_collector=on",
    "log_filename=durations",
    "log_rotation_age=0",
    "log_line_prefix=%u ",
    "log_min_duration_sample=0",
    "log_statement_sample_rate=0.1",
)
"""Count every statement, and write down how long every tenth takes."""


@dataclass(frozen=True, slots=True)
class Ground:
    folder: Path
    environment: dict[str, str]
    admin: str
    """Address of the same database for a role whose statements are not counted."""
    telegram: str
    provider: str

    @property
    def durations(self) -> Path:
        """Where the server writes down how long statements took."""
        return self.folder / "servers" / "postgres" / "log" / "durations"


class Missing(Exception):
    """What a measurement needs is not here; says what."""


@contextmanager
def laid() -> Iterator[Ground]:
    """Everything is gone afterwards. Raises Missing where the loopback servers or the embedded ones are not at hand."""
    if not Path("/proc/self/stat").is_file():
        raise Missing("This reads /proc, which only Linux has.")
    if not (Path(settings.BASE_DIR) / "tests" / "fakes").is_dir():
        raise Missing("This measures against the loopback servers of a checkout (tests/fakes); an image has none.")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kulis-bench-")))
        servers = json.loads(_start(stack, "config.embedded.servers", str(folder), *POSTGRES))
        telegram = f"http://127.0.0.1:{_start(stack, 'tests.fakes.telegram_server', '--port', '0')}"
        provider = f"http://127.0.0.1:{_start(stack, 'tests.fakes.openai_server', '--port', '0')}"
        yield Ground(folder, _environment(folder, servers, telegram), servers["ADMIN_URL"], telegram, provider)


def _start(stack: ExitStack, module: str, *options: str) -> str:
    """The first line of a server that ends when its standard input does."""
    command = [sys.executable, "-m", module, *options]
    process = subprocess.Popen(
        command, cwd=settings.BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    stack.callback(_end, process)
    assert process.stdout is not None  # noqa: S101 - stdout=PIPE above
    line = str(process.stdout.readline()).strip()
    if not line:
        why = process.communicate()[1].strip().splitlines()
        raise Missing(why[-1] if why else f"{module} did not start.")
    return line


def _end(process: "subprocess.Popen[str]") -> None:
    process.communicate()  # closes its standard input, and waits


def _environment(folder: Path, servers: dict[str, str], telegram: str) -> dict[str, str]:
    """Ours, with the servers of the measurement instead of those that people use."""
    return {
        **os.environ,
        "DATABASE_URL": servers["DATABASE_URL"],
        "REDIS_URL": servers["REDIS_URL"],
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
        "STATE_DIR": str(folder / "state"),
        "TELEGRAM_API_BASE": telegram,
        "TELEGRAM_MODE": "webhook",
        "DEMO": "0",
        "DEBUG": "0",
        "PUBLIC_URL": "http://localhost:8000",
        "ALLOWED_HOSTS": "",
        "STATIC_MANIFEST": "0",
    }


def tell(address: str, verb: str, **wish: Any) -> Any:
    """Have a loopback server do something."""
    answer = httpx.post(f"{address}/control/{verb}", json=wish, trust_env=False, timeout=60)
    answer.raise_for_status()
    return answer.json()


def see(address: str, view: str) -> Any:
    """What a loopback server knows."""
    answer = httpx.get(f"{address}/control/{view}", trust_env=False, timeout=120)
    answer.raise_for_status()
    return answer.json()
