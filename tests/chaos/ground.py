"""The servers under a part: PostgreSQL that keeps its promises (fsync on), Valkey, a Telegram, a provider."""

import base64
import io
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psycopg

from config.embedded import account as accounts
from config.embedded import binaries, paper, ports, postgres, valkey
from config.embedded.child import Child
from config.embedded.ledger import Ledger
from config.embedded.log import Log
from config.embedded.postgres import Postgres
from config.embedded.supervisor import Supervisor
from config.embedded.valkey import Valkey
from tests import template
from tests.fakes.handles import OpenAIFake, TelegramFake

FRESH = "fresh"
STRICT = ("fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=128MB")


class Servers:
    """PostgreSQL and Valkey of our own, which may be killed. Their addresses go into the environment."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kulis-chaos-"))
        self.folder.chmod(0o711)
        self._supervisor = Supervisor(Log(io.StringIO()), Ledger(self.folder))
        account = accounts.choose()
        shelf = binaries.shelve() if account else binaries.installed()
        home = self.folder / "servers"
        paper.lay_folder(home)
        if account:
            account.owns(home)
        self.postgres = Postgres(
            data=home / "postgres", shelf=shelf, port=ports.any_free(), account=account,
            admin_password="admin", owner_password="owner", options=STRICT,
        )  # fmt: skip
        self.valkey = Valkey(
            data=home / "valkey", shelf=shelf, port=ports.any_free(), password="broker", account=account
        )

    def __enter__(self) -> Self:
        os.environ.update(
            DATABASE_URL=self.postgres.url,
            REDIS_URL=self.valkey.url,
            STATE_DIR=str(self.folder / "state"),
            SECRET_KEY="only-for-tests-" * 4,
            FIELD_KEYS="k1:" + base64.urlsafe_b64encode(b"only-for-tests-" * 2 + b"..").decode(),
            STATIC_MANIFEST="0",
            DEMO="0",
            DJANGO_SETTINGS_MODULE="config.settings",
        )
        self.valkey.lay()
        self.start_valkey()
        self._start_migrated()
        self._command(f"CREATE DATABASE {FRESH} TEMPLATE {postgres.DATABASE}")
        return self

    def __exit__(self, *_: object) -> None:
        self._supervisor.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start_migrated(self) -> None:
        migrated = template.lay(self.postgres)
        self.start_postgres()
        self.postgres.provide()
        if not migrated:
            template.migrate()
            _end(self._database, signal.SIGINT)
            template.keep(self.postgres)
            self.start_postgres()

    def again(self) -> None:
        """The database as it was at first; nobody may be at work in it."""
        self._command(f"DROP DATABASE {postgres.DATABASE} WITH (FORCE)")
        self._command(f"CREATE DATABASE {postgres.DATABASE} TEMPLATE {FRESH} OWNER {postgres.OWNER}")

    def _command(self, words: str) -> None:
        with psycopg.connect(self.postgres.admin_url.rsplit("/", 1)[0] + "/postgres", autocommit=True) as line:
            line.execute(words)

    def start_postgres(self) -> None:
        self._database = self._supervisor.start(self.postgres.program())
        self._supervisor.wait(
            self._database, lambda: self.postgres.is_ready(self._database), seconds=postgres.READY_WITHIN
        )

    def stop_postgres(self) -> None:
        """At once, without a checkpoint: what was committed has to be found in the journal again."""
        _end(self._database, signal.SIGQUIT)

    def start_valkey(self) -> None:
        self._broker = self._supervisor.start(self.valkey.program())
        self._supervisor.wait(self._broker, lambda: self.valkey.is_ready(self._broker), seconds=valkey.READY_WITHIN)

    def kill_valkey(self) -> None:
        _end(self._broker, signal.SIGKILL)


def _end(child: Child, which: signal.Signals) -> None:
    child.send(which)
    while child.code() is None:
        time.sleep(0.01)


@dataclass(frozen=True, slots=True)
class Fakes:
    """The outside world, as processes that keep the ground truth."""

    telegram: TelegramFake
    provider: OpenAIFake


@contextmanager
def fakes() -> Iterator[Fakes]:
    """A Telegram and a provider of our own; the settings are read after their addresses stand in the environment."""
    with TelegramFake() as telegram, OpenAIFake() as provider:
        os.environ.update(TELEGRAM_API_BASE=telegram.address, TELEGRAM_MODE="polling")
        yield Fakes(telegram, provider)
