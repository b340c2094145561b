"""A database of our own to back up, and names to restore into, on the server of the tests."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from config.embedded import postgres
from monitoring.backup import place
from monitoring.backup.bring_back import Restored, bring_back
from monitoring.backup.place import Line, Place
from monitoring.backup.take import take
from tests.monitoring.backup import lives


@pytest.fixture(autouse=True)
def _databases_of_our_own(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="session")
def server(worker_id: str) -> Place:
    return place.live().beside(f"backup_{worker_id}")


@pytest.fixture
def desk(server: Place) -> Iterator[Line]:
    with server.beside("postgres").connect() as line:
        yield line


@pytest.fixture(scope="session")
def source(server: Place, django_db_blocker: DjangoDbBlocker) -> Iterator[Place]:
    """A migrated database in the middle of its life. Tests leave it as it is."""
    with server.beside("postgres").connect() as line:
        line.execute(f'CREATE DATABASE "{server.name}" TEMPLATE {postgres.DATABASE}'.encode())
        with django_db_blocker.unblock(), place.known_to_django(server) as alias:
            lives.live(alias)
        yield server
        place.drop(line, server.name)


@pytest.fixture(scope="session")
def _first_backup(source: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("backup") / "kulis.backup"
    take(path, source=source)
    return path


@pytest.fixture
def backup(_first_backup: Path, tmp_path: Path) -> Path:
    """A copy of its own for each test."""
    return Path(shutil.copy(_first_backup, tmp_path))


@pytest.fixture(scope="session")
def restored(_first_backup: Path, server: Place, django_db_blocker: DjangoDbBlocker) -> Iterator[Restored]:
    """A restored database to look at."""
    name = f"{server.name}_restored"
    with django_db_blocker.unblock():
        yield bring_back(_first_backup, into=name, server=server, by="manage.py")
    with server.beside("postgres").connect() as line:
        place.drop(line, name)


@pytest.fixture
def into(server: Place, desk: Line) -> Iterator[str]:
    """A name that no database has; whatever a test makes of it is dropped."""
    name = f"{server.name}_back"
    yield name
    place.drop(desk, name)
