"""The trail: written with the change it tells of, and never touched again."""

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from bots import audit
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
