"""The trail: written with the change it tells of, and never touched again."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper

from bots import audit, trail
from bots.models import AuditEntry
from tests import stagehands

pytestmark = pytest.mark.django_db


def test_an_entry_tells_who_did_what_to_whom_and_why() -> None:
    user, bot = User.objects.create(username="zeynep"), stagehands.crowd(1)[0]
    entry = audit.record("bot.pause", by=user, subject=bot, before={"a": 1}, after={"a": 2}, reason="Gece")
    entry.refresh_from_db()
    assert (entry.actor, entry.actor_name, entry.action, entry.reason) == (user, "zeynep", "bot.pause", "Gece")
    assert (entry.subject_kind, entry.subject_id, entry.subject_name) == ("bots.bot", str(bot.pk), str(bot))
    assert (entry.before, entry.after) == ({"a": 1}, {"a": 2})


def test_a_door_has_a_name_and_no_account() -> None:
    entry = audit.record("engine.start", by="manage.py")
    assert (entry.actor, entry.actor_name) == (None, "manage.py")
    assert (entry.subject_kind, entry.subject_id, entry.subject_name) == ("", "", "")
    assert (entry.before, entry.after) == ({}, {})


def test_a_long_name_is_cut() -> None:
    room = stagehands.room([], title="x" * 128)
    room.title = "x" * 500
    assert len(audit.record("chat.add", by="manage.py", subject=room).subject_name) == 200


def test_a_change_that_is_taken_back_takes_its_entry_along() -> None:
    with transaction.atomic():
        audit.record("engine.start", by="manage.py")
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("change", ["UPDATE bots_auditentry SET reason = 'x'", "DELETE FROM bots_auditentry"])
def test_what_is_written_stays(change: str) -> None:
    audit.record("engine.start", by="manage.py")
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert AuditEntry.objects.get().reason == ""


# --- The chain -------------------------------------------------------------------------------------------------------
@contextmanager
def behind_our_back() -> Iterator[CursorWrapper]:
    """As somebody who owns the tables: triggers do not keep him."""
    tables = ("bots_auditentry", "bots_auditlink")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def chained() -> list[AuditEntry]:
    """Five entries whose transactions have ended."""
    entries = [audit.record(f"bot.deed_{number}", by="manage.py", after={"n": number}) for number in range(5)]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return entries


MADE_ANEW = """
    UPDATE bots_auditentry SET reason = 'x' WHERE id = {third};
    DO $$
    DECLARE link bots_auditlink; last text := '';
    BEGIN
        FOR link IN SELECT * FROM bots_auditlink ORDER BY seq LOOP
            SELECT kulis_audit_chained(last, entry) INTO last FROM bots_auditentry entry WHERE id = link.entry_id;
            UPDATE bots_auditlink SET digest = last WHERE entry_id = link.entry_id;
        END LOOP;
    END $$
"""
PUT_IN = """
    INSERT INTO bots_auditentry
        (at, actor_name, action, subject_kind, subject_id, subject_name, before, after, reason)
    VALUES (now(), 'x', 'x', '', '', '', '{{}}', '{{}}', '')
"""
MOVED = """
    UPDATE bots_auditlink SET seq = -seq WHERE seq IN (2, 3);
    UPDATE bots_auditlink SET seq = 5 + seq WHERE seq IN (-2, -3)
"""
TAMPERED = {
    "changed": ("UPDATE bots_auditentry SET reason = 'x' WHERE id = {third}", 3, False),
    "taken out": ("DELETE FROM bots_auditlink WHERE seq = 3; DELETE FROM bots_auditentry WHERE id = {third}", 4, False),
    "put in": (PUT_IN, 6, False),
    "put in another order": (MOVED, 2, False),
    "cut off": ("DELETE FROM bots_auditlink WHERE seq > 3; DELETE FROM bots_auditentry WHERE id > {third}", 5, True),
    "made anew": (MADE_ANEW, 5, True),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_whatever_is_done_to_the_trail_behind_our_back_shows(how: str, chained: list[AuditEntry]) -> None:
    statement, place, only_by_checkpoint = TAMPERED[how]
    kept = json.dumps(trail.checkpoint())
    assert (trail.verify(), trail.against(kept).holds) == (trail.Verdict(5, None), True)
    with behind_our_back() as cursor:
        cursor.execute(statement.format(third=chained[2].pk))
    verdict = trail.verify()
    assert verdict.holds is only_by_checkpoint
    found = trail.against(kept) if verdict.holds else verdict
    assert (found.broken_at, bool(found.why)) == (place, True)


def test_the_newest_entries_can_be_looked_at_alone(chained: list[AuditEntry]) -> None:
    with behind_our_back() as cursor:
        cursor.execute(f"UPDATE bots_auditentry SET reason = 'x' WHERE id = {chained[0].pk}")  # noqa: S608
    assert trail.verify(newest=2) == trail.Verdict(2, None)
    assert trail.verify(newest=5).broken_at == trail.verify().broken_at == 1


def test_an_empty_trail_holds() -> None:
    assert trail.verify() == trail.Verdict(0, None)
    assert trail.against(json.dumps(trail.checkpoint())).holds


@pytest.mark.parametrize("text", ["", "[]", '{"seq": 1}', '{"seq": 5, "digest": "", "signature": "00"}'])
def test_what_is_no_checkpoint_of_ours_is_said(text: str) -> None:
    with pytest.raises(ValidationError):
        trail.against(text)


def test_the_command_tells_whether_it_holds(chained: list[AuditEntry], tmp_path: Path) -> None:
    kept = tmp_path / "checkpoint.json"
    kept.write_text(said("checkpoint"), encoding="utf-8")
    told = json.loads(said("verify", "--checkpoint", str(kept), "--json"))
    assert (told["holds"], told["entries"]) == (True, 5)
    with behind_our_back() as cursor:
        cursor.execute("DELETE FROM bots_auditlink WHERE seq = 5")
        cursor.execute("DELETE FROM bots_auditentry WHERE id = %s", [chained[4].pk])
    assert json.loads(said("verify", "--json"))["holds"]
    with pytest.raises(CommandError):
        said("verify", "--checkpoint", str(kept))


def said(*words: str) -> str:
    out = StringIO()
    call_command("audit", *words, stdout=out)
    return out.getvalue()
