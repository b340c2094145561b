"""Whose rights the servers run with. PostgreSQL refuses to run as root, and rightly."""

import contextlib
import dataclasses
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from config.embedded.refusal import Refused

NAME = "kulis"


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    name: str
    uid: int
    gid: int

    def owns(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid, follow_symlinks=False)


def choose() -> Account | None:
    """None for an ordinary user: the servers run as that user. For root, an account that nobody signs in to."""
    if os.geteuid() != 0:
        return None
    entry = _find(NAME) or _make() or _find("nobody")
    if entry is None:
        raise Refused("The servers must not run as root. Create a system user `kulis`, or start as an ordinary user.")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _find(name: str) -> pwd.struct_passwd | None:
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(name)
    return None


def _make() -> pwd.struct_passwd | None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        return None
    shell = "/usr/sbin/nologin" if Path("/usr/sbin/nologin").exists() else "/bin/false"
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", shell]
    subprocess.run([useradd, *options, NAME], check=False, capture_output=True)
    return _find(NAME)


def reaches(account: Account, folder: Path) -> bool:
    """Whether the account may walk down to this folder through all its parents."""
    return all(_may_enter(account, parent) for parent in folder.absolute().parents)


def _may_enter(account: Account, folder: Path) -> bool:
    seen = folder.stat()
    if seen.st_uid == account.uid:
        return bool(seen.st_mode & 0o100)
    if seen.st_gid == account.gid:
        return bool(seen.st_mode & 0o010)
    return bool(seen.st_mode & 0o001)
