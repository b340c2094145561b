"""manage.py backup and restore: one line for trouble, JSON for programs, the next steps for people."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from bots.models import AuditEntry
from monitoring.backup import place

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def answer(*words: str) -> dict[str, Any]:
    return dict(json.loads(run(*words, "--json")))


def test_backup_answers_programs_and_is_audited(tmp_path: Path) -> None:
    path = tmp_path / "kulis.backup"
    told = answer("backup", str(path))
    assert told["bytes"] == path.stat().st_size
    assert (told["database"], told["key"]) == (place.live().name, "k1")
    assert AuditEntry.objects.latest("id").after == {"file": "kulis.backup", "sha256": told["sha256"]}


def test_backup_names_the_key_to_keep(tmp_path: Path) -> None:
    assert "only with key k1 of FIELD_KEYS" in run("backup", str(tmp_path / "kulis.backup"))


def test_restore_says_what_to_do_next(backup: Path, into: str) -> None:
    said = run("restore", str(backup), "--into", into)
    assert f"DATABASE_URL end in /{into}" in said
    assert "5 open turns are skipped, 2 were perhaps delivered" in said


def test_restore_answers_programs(backup: Path, into: str) -> None:
    told = answer("restore", str(backup), "--into", into)
    assert (told["database"], told["skipped_turns"], told["uncertain_turns"]) == (into, 5, 2)


def test_restore_can_verify_without_touching_anything(backup: Path) -> None:
    assert answer("restore", str(backup), "--verify-only")["tables"] > 30


@pytest.mark.parametrize("words", [["backup", "."], ["restore", "nowhere.backup", "--verify-only"]])
def test_trouble_is_one_line(words: list[str]) -> None:
    with pytest.raises(CommandError) as trouble:
        run(*words)
    assert "\n" not in str(trouble.value)
    assert trouble.value.returncode == 1


def test_restore_wants_to_know_where_to() -> None:
    with pytest.raises(CommandError, match="--into"):
        run("restore", "kulis.backup")
