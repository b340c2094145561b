"""Servers of a test's own, to be harmed: a broker that is killed and emptied, a line to PostgreSQL that is cut."""

import contextlib
import io
import os
import select
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import redis
from django.db import connection

from config.embedded import account as accounts
from config.embedded import binaries, ports, valkey
from config.embedded.ledger import Ledger
from config.embedded.log import Log
from config.embedded.supervisor import Supervisor
from config.embedded.valkey import Valkey


class Broker:
    """A Valkey of its own."""

    def __init__(self, folder: Path) -> None:
        account = accounts.choose()
        home = folder / "servers"
        home.mkdir(mode=0o711)
        if account:
            account.owns(home)
        shelf = binaries.shelve() if account else binaries.installed()
        self._server = Valkey(
            data=home / "valkey", shelf=shelf, port=ports.any_free(), password="own", account=account
        )  # fmt: skip
        self._supervisor = Supervisor(Log(io.StringIO()), Ledger(folder))
        self._server.lay()
        self.url = self._server.url
        self.start()

    def start(self) -> None:
        self.child = self._supervisor.start(self._server.program())
        self._supervisor.wait(self.child, lambda: self._server.is_ready(self.child), seconds=valkey.READY_WITHIN)

    def kill(self) -> None:
        self.child.send(self.child.program.hard)
        while self.child.code() is None:
            threading.Event().wait(0.01)

    def empty(self) -> None:
        with redis.Redis.from_url(self.url) as line:
            line.flushall()

    def stop(self) -> None:
        self._supervisor.stop()


@contextlib.contextmanager
def broker() -> Iterator[Broker]:
    folder = Path(tempfile.mkdtemp(prefix="kulis-broker-"))
    folder.chmod(0o711)
    own = Broker(folder)
    try:
        yield own
    finally:
        own.stop()
        shutil.rmtree(folder)


class Line:
    """A way to the database of the tests that can be cut: who talks is torn off, who knocks is refused."""

    def __init__(self) -> None:
        self._there = (str(connection.settings_dict["HOST"]), int(connection.settings_dict["PORT"]))
        self.port = ports.any_free()
        self._open: set[socket.socket] = set()
        self.mend()

    def url(self, database: str) -> str:
        head, name = database.rsplit("/", 1)
        return f"{head.rsplit(':', 1)[0]}:{self.port}/{name}"

    def mend(self) -> None:
        self._door = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._welcome, args=(self._door,), daemon=True).start()

    def cut(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        for end in list(self._open):
            with contextlib.suppress(OSError):  # gone already
                end.shutdown(socket.SHUT_RDWR)

    def _welcome(self, door: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _address = door.accept()
                threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        with contextlib.suppress(OSError), near, socket.create_connection(self._there) as far:
            self._open |= {near, far}
            other = {near: far, far: near}
            while True:
                for end in select.select([near, far], [], [])[0]:
                    piece = end.recv(65_536)
                    if not piece:
                        return
                    other[end].sendall(piece)


def environment(own: Broker, line: Line | None = None) -> dict[str, str]:
    """Variables for processes that use them."""
    database = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{connection.settings_dict['NAME']}"
    return {"REDIS_URL": own.url, "DATABASE_URL": line.url(database) if line else database}
