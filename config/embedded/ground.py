"""The ground `up` stands on: laid before Django reads its settings, because it is where they come from."""

import dataclasses
import os
from pathlib import Path
from typing import IO

from environs import Env

from config.embedded import account as accounts
from config.embedded import binaries, paper, ports, state
from config.embedded.account import Account
from config.embedded.ledger import Ledger
from config.embedded.postgres import Postgres
from config.embedded.refusal import Refused
from config.embedded.state import State
from config.embedded.valkey import Valkey

# What a second shell should find as well. Secrets that were given from outside are not written down.
REPEATED = (
    "ALLOWED_HOSTS", "BEHIND_PROXY", "DEBUG", "DEMO", "LOG_LEVEL", "OUTBOUND_ALLOW", "POOL_SIZE", "PROCESSES",
    "PUBLIC_URL", "STATIC_MANIFEST", "TELEGRAM_API_BASE", "TELEGRAM_MODE", "WORKER_MEMORY_MB", "WORKER_THREADS",
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    folder: Path
    state: State
    lock: IO[str]
    port: int
    port_moved: bool
    is_new: bool
    orphans: tuple[str, ...]
    account: Account | None
    postgres: Postgres | None
    valkey: Valkey | None


_ground: Ground | None = None


def current() -> Ground:
    if _ground is None:
        raise Refused("Start this as `manage.py up`, from a shell.")
    return _ground


def prepare() -> None:
    """Claim the state, end what outlived the last run, choose the ports, and write the variables down."""
    global _ground
    Env().read_env(str(state.CLONE / ".env"), recurse=False)
    folder = state.place()
    lock = state.claim(folder)
    try:
        _ground = _lay(folder, lock)
    except OSError as error:
        raise Refused(f"STATE_DIR {folder} cannot be used: {error}. Name another folder in STATE_DIR.") from error


def _lay(folder: Path, lock: IO[str]) -> Ground:
    known = state.load(folder)
    orphans = Ledger(folder).end_orphans()
    port = ports.for_web()
    kept = known or state.fresh()
    kept = dataclasses.replace(
        kept, database_port=ports.keep_or_choose(kept.database_port), redis_port=ports.keep_or_choose(kept.redis_port)
    )
    state.save(folder, kept)
    kept = dataclasses.replace(kept, database=os.environ.get("DATABASE_NAME") or kept.database)
    account, postgres, valkey = _servers(folder, kept)
    ground = Ground(
        folder=folder, state=kept, lock=lock, port=port, is_new=known is None, orphans=tuple(orphans),
        port_moved=not os.environ.get("PORT") and port != ports.DEFAULT,
        account=account, postgres=postgres, valkey=valkey,
    )  # fmt: skip
    paper.write(folder / "env", "".join(f"{name}={value}\n" for name, value in _variables(ground).items()))
    return ground


def _servers(folder: Path, kept: State) -> tuple[Account | None, Postgres | None, Valkey | None]:
    wants_database, wants_redis = not os.environ.get("DATABASE_URL"), not os.environ.get("REDIS_URL")
    if not wants_database and not wants_redis:
        return None, None, None
    account = accounts.choose()
    shelf = binaries.shelve() if account else binaries.installed()
    home = _home(folder, kept, account)
    postgres = Postgres(
        data=home / "postgres", shelf=shelf, port=kept.database_port, account=account, database=kept.database,
        admin_password=kept.admin_password, owner_password=kept.database_password,
    )  # fmt: skip
    valkey = Valkey(
        data=home / "valkey", shelf=shelf, port=kept.redis_port, password=kept.redis_password, account=account
    )
    return account, postgres if wants_database else None, valkey if wants_redis else None


def _home(folder: Path, kept: State, account: Account | None) -> Path:
    """Where the servers keep their data: in the state, or outside of it where the account of root may not get there."""
    inside, outside = folder / "servers", binaries.ROOT_SHELF / kept.id
    if account is None:
        paper.lay_folder(inside)
        return inside
    folder.chmod(0o711)
    home = choose_home(inside, outside, reachable=accounts.reaches(account, inside))
    if not home.exists():
        home.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        paper.lay_folder(home)
    _hand_over(home, account)
    return home


def choose_home(inside: Path, outside: Path, *, reachable: bool) -> Path:
    """Where the data already is; else inside the state when that can be reached."""
    if outside.exists():
        return outside
    if inside.exists() and not reachable:
        raise Refused(f"The servers cannot reach {inside}. Allow `x` for others on the folders above it.")
    return inside if reachable else outside


def _hand_over(home: Path, account: Account) -> None:
    """The folder may come from another machine, where the account had another number."""
    if home.stat().st_uid != account.uid:
        for path in (home, *home.rglob("*")):
            account.owns(path)


def _variables(ground: Ground) -> dict[str, str]:
    kept = ground.state
    made = {"SECRET_KEY": kept.secret_key, "FIELD_KEYS": kept.field_keys}
    if ground.postgres:
        made["DATABASE_URL"] = ground.postgres.url
    if ground.valkey:
        made["REDIS_URL"] = ground.valkey.url
    made = {name: value for name, value in made.items() if not os.environ.get(name)}
    given = {name: os.environ[name] for name in REPEATED if os.environ.get(name)}
    # Telegram is asked from here as soon as there is a token; before that nobody calls it.
    defaults = {
        "PUBLIC_URL": f"http://localhost:{ground.port}", "STATIC_MANIFEST": "0", "TELEGRAM_MODE": "polling",
    }  # fmt: skip
    return {**defaults, **given, **made, "PORT": str(ground.port)}
