"""PostgreSQL and Valkey alone, in a folder of their own, for as long as whoever asked holds our standard input open.

    python -m config.embedded.servers FOLDER [POSTGRES_OPTION=VALUE ...]

prints one line of JSON with DATABASE_URL, ADMIN_URL and REDIS_URL once both are ready. For measurements and drills,
which must not touch the servers that people use.
"""

import json
import secrets
import sys
from pathlib import Path

from config.embedded import account as accounts
from config.embedded import binaries, paper, ports, postgres, valkey
from config.embedded.interrupts import Interrupted, Interrupts
from config.embedded.ledger import Ledger
from config.embedded.log import Log
from config.embedded.postgres import Postgres
from config.embedded.refusal import Refused
from config.embedded.supervisor import Supervisor
from config.embedded.valkey import Valkey


def main(words: list[str]) -> int:
    if not words:
        sys.stderr.write("usage: python -m config.embedded.servers FOLDER [POSTGRES_OPTION=VALUE ...]\n")
        return 2
    folder, interrupts = Path(words[0]), Interrupts()
    supervisor = Supervisor(Log(sys.stderr), Ledger(folder))
    try:
        with interrupts.breaking():
            addresses = _start(supervisor, folder, tuple(words[1:]))
            sys.stdout.write(json.dumps(addresses) + "\n")
            sys.stdout.flush()
            sys.stdin.read()
    except Interrupted:
        pass
    except Refused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    finally:
        supervisor.stop()
    return 0


def _start(supervisor: Supervisor, folder: Path, options: tuple[str, ...]) -> dict[str, str]:
    account = accounts.choose()
    shelf = binaries.shelve() if account else binaries.installed()
    folder.chmod(0o711)
    home = folder / "servers"
    paper.lay_folder(home)
    if account:
        account.owns(home)
    database = Postgres(
        data=home / "postgres", shelf=shelf, port=ports.any_free(), account=account, options=options,
        admin_password=secrets.token_hex(16), owner_password=secrets.token_hex(16),
    )  # fmt: skip
    database.lay()
    first = supervisor.start(database.program())
    supervisor.wait(first, lambda: database.is_ready(first), seconds=postgres.READY_WITHIN)
    database.provide()
    broker = Valkey(
        data=home / "valkey", shelf=shelf, port=ports.any_free(), password=secrets.token_hex(16), account=account
    )
    broker.lay()
    second = supervisor.start(broker.program())
    supervisor.wait(second, lambda: broker.is_ready(second), seconds=valkey.READY_WITHIN)
    return {"DATABASE_URL": database.url, "ADMIN_URL": database.admin_url, "REDIS_URL": broker.url}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
