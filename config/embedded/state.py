"""What one stack keeps between its runs: a folder, a few secrets, two ports. Nothing here needs Django."""

import base64
import contextlib
import dataclasses
import fcntl
import json
import os
import secrets
import uuid
from pathlib import Path
from typing import IO, Any

from config.embedded import paper
from config.embedded.refusal import Refused

CLONE = Path(__file__).resolve().parents[2]
BEFORE_THE_FIRST_SAVE = {"lock", "state.json.new"}


def place() -> Path:
    """The folder of STATE_DIR; a relative one lies in the clone."""
    return (CLONE / (os.environ.get("STATE_DIR") or ".state")).resolve()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Made at the first start and kept; only the ports may change later."""

    id: str
    secret_key: str
    field_keys: str
    admin_password: str
    database_password: str
    redis_password: str
    database_port: int
    redis_port: int
    database: str = "kulis"
    """Another one after a restore."""


def fresh() -> State:
    return State(
        id=uuid.uuid4().hex,
        secret_key=secrets.token_urlsafe(50),
        field_keys="k1:" + base64.urlsafe_b64encode(os.urandom(32)).decode(),
        admin_password=secrets.token_urlsafe(24),
        database_password=secrets.token_urlsafe(24),
        redis_password=secrets.token_urlsafe(24),
        database_port=0,
        redis_port=0,
    )


def claim(folder: Path) -> IO[str]:
    """Make the folder ours for as long as the returned file stays open, or say who has it."""
    try:
        _refuse_foreign(folder)
        paper.lay_folder(folder)
        lock = (folder / "lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise Refused(f"STATE_DIR {folder} cannot be used: {error.strerror}. Name another folder.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = _holder(lock)
        lock.close()
        raise Refused(f"Kulis already runs on {folder} ({holder}). Stop it, or name another STATE_DIR.") from error
    with contextlib.suppress(
        PermissionError
    ):  # a folder that is lent to us keeps its mode; our files are private anyway
        folder.chmod(0o700)
    os.fchmod(lock.fileno(), 0o600)
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _holder(lock: IO[str]) -> str:
    lock.seek(0)
    return f"process {lock.read().strip() or 'unknown'}"


def _refuse_foreign(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise Refused(f"STATE_DIR {folder} is a file. Name a folder.")
    if not folder.is_dir():
        return
    paperwork = folder / "state.json"
    if not paperwork.exists():
        if {entry.name for entry in folder.iterdir()} - BEFORE_THE_FIRST_SAVE:
            raise Refused(f"STATE_DIR {folder} holds files that are not Kulis's. Name an empty or new folder.")
    elif paperwork.stat().st_uid != os.geteuid():
        raise Refused(f"The state in {folder} belongs to another user. Start as that user, or name another STATE_DIR.")


def load(folder: Path) -> State | None:
    """The kept state, or None before the first start."""
    path = folder / "state.json"
    try:
        return _read(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, OSError) as error:
        raise Refused(
            f"{path} is damaged ({error}). Put back a copy of it, or move {folder} away to start empty."
        ) from error


def _read(kept: Any) -> State:
    state = State(**kept)
    for field in dataclasses.fields(State):
        if type(getattr(state, field.name)) is not field.type:
            raise TypeError(f"{field.name} is not of the right kind")
    return state


def save(folder: Path, state: State) -> None:
    paper.write(folder / "state.json", json.dumps(dataclasses.asdict(state), indent=1) + "\n")


def settings_of(folder: Path) -> dict[str, str]:
    """The variables that the last `up` on this state settled; empty when there are none for us to read."""
    try:
        lines = (folder / "env").read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)
