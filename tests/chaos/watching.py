"""Triggers of the harness in its own database: a journal of every move, and word of claims and records.

They stand in no migration. `Watch` hears of a claim or of a record the instant it is committed, and can hold records
back just before their commit.
"""

import os
import threading
import time
from collections.abc import Callable
from typing import Self

import psycopg
from django.db import connection

from tests.fakes.telegram import strikes

CLAIMS, RECORDS = 7_349_001, 7_349_002
"""Whoever claims or records a message waits for this lock, which nobody holds unless a part closes the gate."""

_SQL = f"""
CREATE TABLE IF NOT EXISTS chaos_journal (
    id bigserial PRIMARY KEY, turn bigint, chat bigint, came text, went text, gen int, owner text,
    at timestamptz DEFAULT clock_timestamp()
);
CREATE OR REPLACE FUNCTION chaos_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = OLD.state THEN RETURN NULL; END IF;
    INSERT INTO chaos_journal (turn, chat, came, went, gen, owner)
    VALUES (NEW.id, NEW.chat_id, OLD.state, NEW.state, NEW.gen, coalesce(nullif(NEW.lease_owner, ''), OLD.lease_owner));
    IF NEW.state = 'sending' THEN
        PERFORM pg_notify('chaos_claimed', split_part(NEW.lease_owner, ':', 2));
        PERFORM pg_advisory_xact_lock_shared({CLAIMS});
    ELSIF NEW.state = 'sent' AND OLD.state = 'sending' THEN
        PERFORM pg_notify('chaos_recorded', split_part(OLD.lease_owner, ':', 2));
        PERFORM pg_advisory_xact_lock_shared({RECORDS});
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER chaos_note AFTER UPDATE ON conversations_turn FOR EACH ROW EXECUTE FUNCTION chaos_note();
TRUNCATE chaos_journal;
"""  # noqa: S608 - our own words


def install() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SQL)


def remove() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER chaos_note ON conversations_turn; DROP TABLE chaos_journal")


class Watch:
    """Calls `hear(pid)` with the process that has just claimed (or recorded) a turn, while the block lasts."""

    def __init__(self, channel: str, hear: Callable[[int], object]) -> None:
        self._channel, self._hear = channel, hear
        self._over, self._listens = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._listens.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._listen()
            except psycopg.OperationalError:
                self._over.wait(0.5)  # a part may take the database away

    def _listen(self) -> None:
        with psycopg.connect(address(), autocommit=True) as line:
            line.execute(f"LISTEN chaos_{self._channel}")
            self._listens.set()
            while not self._over.is_set():
                for note in line.notifies(timeout=0.2, stop_after=1):
                    self._hear(int(note.payload))


class Gate:
    """Closed, it holds up whoever claims (or records) a message just before the commit, while the block lasts."""

    def __init__(self, key: int) -> None:
        self._key = key
        self._line = psycopg.connect(address(), autocommit=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()

    def catch(self, pids: Callable[[], list[int]], *, seconds: float = 3.0) -> tuple[int, int] | None:
        """Close the gate until one of these processes stands before it: the number of its backend, and its own."""
        self._line.execute("SELECT pg_advisory_lock(%s)", [self._key])
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for backend, port in self._line.execute(_WAITING, [self._key]).fetchall():
                if pid := strikes.owner(port, set(pids())):
                    return backend, pid
            time.sleep(0.01)
        self.open()
        return None

    def cut(self, backend: int) -> None:
        """The backend dies, and its transaction with it."""
        self._line.execute("SELECT pg_terminate_backend(%s)", [backend])

    def open(self) -> None:
        self._line.execute("SELECT pg_advisory_unlock(%s)", [self._key])


_WAITING = """
SELECT pid, client_port FROM pg_stat_activity JOIN pg_locks USING (pid)
WHERE locktype = 'advisory' AND objid = %s AND NOT granted
"""


def address() -> str:
    found = connection.settings_dict
    return (
        f"postgresql://{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"
        if found["HOST"]
        else os.environ["DATABASE_URL"]
    )
