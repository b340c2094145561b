"""Taking a backup: one private file, whole or not there."""

import stat
from pathlib import Path

import pytest

from monitoring.backup import client
from monitoring.backup.bring_back import verify
from monitoring.backup.place import Line, Place
from monitoring.backup.refusal import Refused
from monitoring.backup.take import take
from tests.monitoring.backup import lives


def test_a_backup_tells_what_it_holds(source: Place, backup: Path) -> None:
    manifest = verify(backup).manifest
    assert manifest.rows["public.bots_bot"] == 1
    assert manifest.rows["public.conversations_turn"] == 11
    assert "conversations.0001_initial" in manifest.migrations
    assert manifest.postgres == 18
    assert manifest.database == source.name


def test_a_backup_is_one_file_for_its_owner_alone(source: Place, tmp_path: Path) -> None:
    path = tmp_path / "kulis.backup"
    taken = take(path, source=source)
    assert list(tmp_path.iterdir()) == [path]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert taken.bytes == path.stat().st_size


@pytest.mark.parametrize("clear", [b"PGDMP", lives.TOKEN.encode(), lives.KEY.encode(), lives.SAID.encode(), b"kanarya"])
def test_nothing_of_the_database_lies_in_the_clear(backup: Path, clear: bytes) -> None:
    assert clear not in backup.read_bytes()


def test_an_existing_file_is_left_alone(source: Place, backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(Refused, match="exists"):
        take(backup, source=source)
    assert backup.read_bytes() == before


def test_force_replaces_an_existing_file(source: Place, backup: Path) -> None:
    before = backup.read_bytes()
    take(backup, source=source, overwrite=True)
    assert backup.read_bytes() != before
    assert verify(backup).manifest.database == source.name


def test_a_folder_is_no_place_for_a_backup(source: Place, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is a folder"):
        take(tmp_path, source=source)


def test_a_folder_that_is_not_there_is_named(source: Place, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be written: No such file or directory"):
        take(tmp_path / "gone" / "kulis.backup", source=source)


def test_a_server_that_is_away_leaves_no_file(source: Place, tmp_path: Path) -> None:
    away = Place(source.name, (("host", "127.0.0.1"), ("port", "1")))
    with pytest.raises(Refused, match="does not answer"):
        take(tmp_path / "kulis.backup", source=away)
    assert not list(tmp_path.iterdir())


def test_an_empty_database_is_no_kulis(source: Place, desk: Line, into: str, tmp_path: Path) -> None:
    desk.execute(f'CREATE DATABASE "{into}"'.encode())
    with pytest.raises(Refused, match="holds no Kulis"):
        take(tmp_path / "kulis.backup", source=source.beside(into))
    assert not list(tmp_path.iterdir())


def test_what_pg_dump_may_not_read_leaves_no_file(source: Place, desk: Line, into: str, tmp_path: Path) -> None:
    desk.execute(f'CREATE DATABASE "{into}" TEMPLATE "{source.name}"'.encode())
    with source.beside(into).connect() as line:
        line.execute("REVOKE ALL ON SEQUENCE kulis_event_id FROM CURRENT_USER")
    with pytest.raises(Refused, match=r"pg_dump failed: error: .*sequence .?kulis_event_id"):
        take(tmp_path / "kulis.backup", source=source.beside(into))
    assert not list(tmp_path.iterdir())


def test_an_old_pg_dump_is_never_used() -> None:
    assert client.find("pg_dump", at_least=18).major >= 18
    with pytest.raises(Refused, match=r"pg_dump of PostgreSQL 99 or newer is needed; found: .*pg_dump"):
        client.find("pg_dump", at_least=99)
