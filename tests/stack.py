"""The servers behind the tests, as a pytest plugin: one PostgreSQL for the run, one Valkey for each testing process.

It comes in through `addopts`, because the environment must stand before pytest-django reads the settings. The server
begins migrated (`tests.template`); each worker's database is a copy of that one.
"""

import base64
import io
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from django.conf import settings

from config.embedded import account as accounts
from config.embedded import binaries, paper, ports, postgres, valkey
from config.embedded.account import Account
from config.embedded.ledger import Ledger
from config.embedded.log import Log
from config.embedded.postgres import Postgres
from config.embedded.refusal import Refused
from config.embedded.state import CLONE
from config.embedded.supervisor import Supervisor
from config.embedded.valkey import Valkey
from tests import loopback, template

IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
HASTE = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off", "shared_buffers=64MB")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    loopback.guard()
    sys.dont_write_bytecode = False  # what is compiled once serves every process and the next run
    if not IS_WORKER:
        _forget_this_machine()
    folder = Path(tempfile.mkdtemp(prefix="kulis-tests-"))
    folder.chmod(0o711)
    supervisor = Supervisor(Log(io.StringIO()), Ledger(folder))
    early_config.add_cleanup(lambda: shutil.rmtree(folder))
    early_config.add_cleanup(supervisor.stop)
    try:
        _start(supervisor, folder)
    except Refused as refusal:
        raise pytest.UsageError(str(refusal)) from refusal
    return (yield)


def _forget_this_machine() -> None:
    """Neither `.env` nor the shell of whoever runs the tests has a say in them."""
    for name in re.findall(r"^([A-Z_]+)=", (CLONE / ".env.example").read_text(encoding="utf-8"), re.MULTILINE):
        os.environ[name] = ""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["SECRET_KEY"] = "only-for-tests-" * 4
    os.environ["FIELD_KEYS"] = "k1:" + base64.urlsafe_b64encode(b"only-for-tests-" * 2 + b"..").decode()
    os.environ["STATIC_MANIFEST"] = "0"


def _start(supervisor: Supervisor, folder: Path) -> None:
    account = accounts.choose()
    shelf = binaries.shelve() if account else binaries.installed()
    home = folder / "servers"
    paper.lay_folder(home)
    if account:
        account.owns(home)
    broker = Valkey(data=home / "valkey", shelf=shelf, port=ports.any_free(), password="broker", account=account)
    broker.lay()
    os.environ["REDIS_URL"] = broker.url
    os.environ["STATE_DIR"] = str(folder / "state")
    if not IS_WORKER:
        _start_database(supervisor, home, shelf, account)
    second = supervisor.start(broker.program())
    supervisor.wait(second, lambda: broker.is_ready(second), seconds=valkey.READY_WITHIN)


def _start_database(supervisor: Supervisor, home: Path, shelf: Path, account: Account | None) -> None:
    database = Postgres(
        data=home / "postgres", shelf=shelf, port=ports.any_free(), account=account,
        admin_password="admin", owner_password="owner", options=HASTE,
    )  # fmt: skip
    os.environ["DATABASE_URL"] = database.url
    migrated = template.lay(database)
    _run(supervisor, database)
    if not migrated:
        template.migrate()
        supervisor.stop()
        template.keep(database)
        _run(supervisor, database)


def _run(supervisor: Supervisor, database: Postgres) -> None:
    server = supervisor.start(database.program())
    supervisor.wait(server, lambda: database.is_ready(server), seconds=postgres.READY_WITHIN)
    database.provide()


def pytest_configure() -> None:
    settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = postgres.DATABASE
