"""Bringing a backup back: verified first, into a scratch database, and nothing that exists is touched."""

import random
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from bots import vault
from bots.models import AuditEntry, Bot
from conversations.models import Chat, Engine, InboundUpdate, Message, Provider, Response, SendAttempt, Turn
from monitoring.backup import archive, place
from monitoring.backup.archive import Manifest
from monitoring.backup.bring_back import Restored, bring_back, verify
from monitoring.backup.place import Line, Place
from monitoring.backup.refusal import Refused
from monitoring.backup.take import take
from tests.monitoring.backup import lives
from tests.monitoring.backup.test_archive import other_key

SOMEWHERE = random.Random(11)


def databases(desk: Line, server: Place) -> set[str]:
    """Those of this testing process."""
    rows = desk.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"{server.name}_"])
    return {row[0] for row in rows.fetchall()}


def test_every_message_token_and_key_comes_back(restored: Restored) -> None:
    with place.known_to_django(restored.place) as alias:
        bot, provider = Bot.objects.using(alias).get(), Provider.objects.using(alias).get()
        assert Message.objects.using(alias).get().text == lives.SAID
        assert vault.open(bot.token, place=bot.place("token")) == lives.TOKEN
        assert vault.open(provider.api_key, place=provider.place("api_key")) == lives.KEY


def test_no_restored_turn_is_ever_sent(restored: Restored) -> None:
    state = Turn.State
    with place.known_to_django(restored.place) as alias:
        group = Turn.objects.using(alias).filter(chat__kind=Chat.Kind.TELEGRAM).order_by("gen", "pk")
        after = {turn.plan_key.split(":")[1]: turn for turn in group}
        room = Turn.objects.using(alias).get(chat__kind=Chat.Kind.REHEARSAL)
    became = {before: after[str(number)].state for number, before in enumerate(state.values)}
    assert became == {
        state.PLANNED: state.SKIPPED,
        state.COMPOSING: state.SKIPPED,
        state.HELD: state.SKIPPED,
        state.COMPOSED: state.SKIPPED,
        state.SENDING: state.UNCERTAIN,
        state.UNCERTAIN: state.UNCERTAIN,
        state.SENT: state.SENT,
        state.SKIPPED: state.SKIPPED,
        state.FAILED: state.FAILED,
        state.UNRESOLVED: state.UNRESOLVED,
    }
    assert room.state == state.SKIPPED
    assert {after[str(n)].reason for n in range(4)} == {"restored"}
    assert restored.settled.skipped == 5
    assert restored.settled.uncertain == 2


def test_an_uncertain_turn_is_stale_so_that_no_proof_sends_it_again(restored: Restored) -> None:
    with place.known_to_django(restored.place) as alias:
        engine = Engine.objects.using(alias).get()
        doubtful = Turn.objects.using(alias).filter(state=Turn.State.UNCERTAIN)
        assert doubtful.count() == 2
        assert all(turn.expires_at <= engine.changed_at and not turn.lease_owner for turn in doubtful)
        assert set(SendAttempt.objects.using(alias).values_list("outcome", flat=True)) == {"ambiguous"}


def test_the_engine_stands_still_in_a_new_epoch(restored: Restored) -> None:
    with place.known_to_django(restored.place) as alias:
        engine = Engine.objects.using(alias).get()
        assert (engine.running, engine.restore_epoch, engine.listener) == (False, 1, "")
        assert not Chat.objects.using(alias).exclude(next_due=None).exists()
        assert InboundUpdate.objects.using(alias).get().state == InboundUpdate.State.PARKED
        answers = Response.objects.using(alias).values_list("state", "reason", "chat_number")
        assert list(answers) == [(Response.State.UNKNOWN, "restored", None)] * 2
        assert AuditEntry.objects.using(alias).latest("id").action == "backup.restore"


def test_everybody_has_to_sign_in_again(restored: Restored) -> None:
    with restored.place.connect() as line:
        assert place.count(line)["public.monitoring_session"] == 0


def test_the_processes_of_the_life_before_are_not_missed(restored: Restored) -> None:
    with restored.place.connect() as line:
        assert place.count(line)["public.conversations_process"] == 0


def test_the_live_database_stays_as_it_was(restored: Restored, source: Place) -> None:
    with source.connect() as line:
        assert place.count(line)["public.monitoring_session"] == 1
        assert line.execute("SELECT running, restore_epoch FROM conversations_engine").fetchone() == (True, 0)


def test_a_database_with_tables_is_never_written_over(backup: Path, source: Place, server: Place, desk: Line) -> None:
    before = databases(desk, server)
    with pytest.raises(Refused, match=f"{source.name} is not empty"):
        bring_back(backup, into=source.name, server=source, by="manage.py")
    assert databases(desk, server) == before


def test_an_empty_database_may_be_filled(backup: Path, server: Place, into: str, desk: Line) -> None:
    desk.execute(f'CREATE DATABASE "{into}"'.encode())
    bring_back(backup, into=into, server=server.beside(into), by="manage.py")
    with server.beside(into).connect() as line:
        assert place.count(line)["public.bots_bot"] == 1


def test_damage_anywhere_is_found_before_anything_is_made(backup: Path, server: Place, into: str, desk: Line) -> None:
    before, whole = databases(desk, server), backup.read_bytes()
    for spot in SOMEWHERE.sample(range(len(whole)), 300):
        broken = bytearray(whole)
        broken[spot] ^= 1 << SOMEWHERE.randrange(8)
        backup.write_bytes(broken)
        with pytest.raises(Refused):
            bring_back(backup, into=into, server=server, by="manage.py")
    assert databases(desk, server) == before


def test_a_backup_that_is_cut_off_makes_nothing(backup: Path, server: Place, into: str, desk: Line) -> None:
    before, whole = databases(desk, server), backup.read_bytes()
    backup.write_bytes(whole[:-1])
    with pytest.raises(Refused, match="cut off"):
        bring_back(backup, into=into, server=server, by="manage.py")
    assert databases(desk, server) == before


def test_without_its_key_a_backup_stays_shut(
    backup: Path, server: Place, into: str, desk: Line, settings: Settings
) -> None:
    before, settings.FIELD_KEYS = databases(desk, server), [other_key("k9")]
    with pytest.raises(Refused, match="sealed with key 'k1', which FIELD_KEYS does not hold"):
        bring_back(backup, into=into, server=server, by="manage.py")
    assert databases(desk, server) == before


def test_secrets_under_a_lost_key_are_named_and_nothing_stays(
    backup: Path, server: Place, into: str, desk: Line, settings: Settings, tmp_path: Path, source: Place
) -> None:
    before = databases(desk, server)
    verified, pieces = verify(backup), list[bytes]()
    with backup.open("rb") as file:
        archive.read(file, pieces.append)
    settings.FIELD_KEYS = [other_key("k9")]
    resealed = tmp_path / "resealed.backup"
    with resealed.open("wb") as file:
        archive.write(file, verified.manifest, pieces)
    with pytest.raises(Refused, match=r"2 sealed values .* token of @kanarya_bot, sealed with key 'k1'"):
        bring_back(resealed, into=into, server=server, by="manage.py")
    assert databases(desk, server) == before


def changed(backup: Path, **changes: object) -> None:
    """Seal the same dump again under another manifest."""
    pieces: list[bytes] = []
    with backup.open("rb") as file:
        verified = archive.read(file, pieces.append)
    manifest = {name: getattr(verified.manifest, name) for name in Manifest.__slots__} | changes
    with backup.open("wb") as file:
        archive.write(file, Manifest(**manifest), pieces)


def test_a_backup_of_a_newer_kulis_is_refused(backup: Path, server: Place, into: str, desk: Line) -> None:
    before = databases(desk, server)
    changed(backup, version="9.9", migrations=("bots.0001_initial", "bots.0999_wings"))
    with pytest.raises(Refused, match=r"newer Kulis \(9.9, with bots.0999_wings\)"):
        bring_back(backup, into=into, server=server, by="manage.py")
    assert databases(desk, server) == before


def test_a_backup_of_a_newer_server_is_refused(backup: Path, server: Place, into: str) -> None:
    changed(backup, postgres=99)
    with pytest.raises(Refused, match="from PostgreSQL 99, this server is 18"):
        bring_back(backup, into=into, server=server, by="manage.py")


def test_rows_that_did_not_come_back_are_named_and_nothing_stays(
    backup: Path, server: Place, into: str, desk: Line
) -> None:
    before = databases(desk, server)
    changed(backup, rows=verify(backup).manifest.rows | {"public.bots_bot": 2})
    with pytest.raises(Refused, match=r"Not every row came back \(public.bots_bot\)"):
        bring_back(backup, into=into, server=server, by="manage.py")
    assert databases(desk, server) == before


def test_an_older_backup_is_brought_up_to_the_present(
    server: Place, source: Place, into: str, desk: Line, tmp_path: Path
) -> None:
    """From before the last migrations were squashed. From the fourth one on: `make chaos ONLY=upgrade`."""
    older, path = server.beside(f"{source.name}_older"), tmp_path / "older.backup"
    desk.execute(f'CREATE DATABASE "{older.name}" TEMPLATE "{source.name}"'.encode())
    with place.known_to_django(older) as alias:
        call_command("migrate", "conversations", "0040", database=alias, verbosity=0)
    take(path, source=older)
    place.drop(desk, older.name)
    assert "conversations.0041_retention" not in verify(path).manifest.migrations
    restored = bring_back(path, into=into, server=server, by="manage.py")
    assert columns(restored.place) == columns(source)


def columns(at: Place) -> set[tuple[str, ...]]:
    with at.connect() as line:
        rows = line.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
        )
        return set(rows.fetchall())


def test_what_a_killed_restore_left_is_cleared_away(backup: Path, server: Place, into: str, desk: Line) -> None:
    left, kept = f"{into}_restoring_0badcafe", f"{into}_restoring_notes"
    for name in (left, kept):
        desk.execute(f'CREATE DATABASE "{name}"'.encode())
    bring_back(backup, into=into, server=server, by="manage.py")
    assert databases(desk, server) & {left, kept} == {kept}
    place.drop(desk, kept)


def test_two_restores_into_one_name_do_not_meet(backup: Path, server: Place, into: str) -> None:
    with place.desk(server, about=into), pytest.raises(Refused, match="Another restore into"):
        bring_back(backup, into=into, server=server, by="manage.py")


@pytest.mark.parametrize("name", ["", "two words", "9lives", 'a"; DROP DATABASE kulis; --', "ö" * 4, "x" * 41])
def test_a_name_that_is_none_is_refused(backup: Path, server: Place, name: str) -> None:
    with pytest.raises(Refused, match="is no name for a database"):
        bring_back(backup, into=name, server=server, by="manage.py")
