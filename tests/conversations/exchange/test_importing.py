import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from bots.models import AuditEntry, Bot, Memory, Persona
from conversations import control
from conversations.engine import guard
from conversations.exchange import importing
from conversations.models import Chat, Engine, Rules
from tests.bots.exchange import irregular
from tests.conversations.exchange import predecessor

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


def raw(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()


def test_a_plan_writes_nothing() -> None:
    plan = importing.plan(raw(predecessor.SETUP))
    assert len(plan.sheets) == 2
    assert not Bot.objects.exists()
    assert not Chat.objects.exists()
    assert Rules.objects.count() == 1


def test_a_setup_becomes_bots_rules_and_a_silent_group() -> None:
    bots = importing.carry_out(importing.plan(raw(predecessor.SETUP)), by="test")
    assert [(bot.username, bot.hourly_cap) for bot in bots] == [("hatice_sabirli", 10), ("isimsiz_kahraman", 10)]
    newest = Rules.objects.order_by("-id")[0]
    assert (newest.scale, newest.max_per_minute, newest.rewrites, newest.base_delay) == (1.5, 8, 3, 30.0)
    chat = Chat.objects.get()
    assert (chat.telegram_id, chat.mode, chat.disclosed_at) == (-1009876543210, Chat.Mode.DISABLED, None)
    assert chat.topics == ["BIST", "Altın"]
    assert set(chat.members.values_list("username", flat=True)) == {"hatice_sabirli", "isimsiz_kahraman"}


def test_a_file_never_starts_the_engine() -> None:
    importing.carry_out(importing.plan(raw(predecessor.SETUP)), by="test")
    assert not Engine.objects.get().running


def test_bots_that_are_there_refuse_the_file_with_a_remedy() -> None:
    importing.carry_out(importing.plan(raw({"bots": [irregular.REGULAR]})), by="test")
    plan = importing.plan(raw(irregular.CAST))
    assert plan.refused
    assert [
        (remark.entry, "--skip-existing" in remark.text) for remark in plan.remarks if remark.entry.startswith("@")
    ] == [("@hatice_sabirli", True)]


def test_bots_that_are_there_can_be_skipped_and_still_join_the_group() -> None:
    importing.carry_out(importing.plan(raw({"bots": [irregular.REGULAR]})), by="test")
    plan = importing.plan(raw(predecessor.SETUP), skip_existing=True)
    assert (plan.known, [sheet.username for sheet in plan.sheets]) == (("hatice_sabirli",), ["isimsiz_kahraman"])
    importing.carry_out(plan, by="test")
    assert Bot.objects.count() == 2
    assert Chat.objects.get().members.count() == 2


def test_a_group_that_is_registered_refuses_the_file_or_stays_as_it_is() -> None:
    control.add_group("Eski oda", telegram_id=-1009876543210, members=[], disclosed_by="Ayla", by="test")
    assert importing.plan(raw(predecessor.SETUP)).refused
    importing.carry_out(importing.plan(raw(predecessor.SETUP), skip_existing=True), by="test")
    assert Chat.objects.get().title == "Eski oda"


def test_a_group_that_only_noted_itself_is_taken_over() -> None:
    control.add_group("-1009876543210", telegram_id=-1009876543210, members=[], by="inbox")
    importing.carry_out(importing.plan(raw(predecessor.SETUP)), by="test")
    assert (Chat.objects.get().title, Chat.objects.get().members.count()) == ("🪙 Piyasa Odası", 2)


def test_what_goes_wrong_at_the_end_leaves_nothing_behind() -> None:
    plan = importing.plan(raw(predecessor.SETUP))
    control.add_group("Eski oda", telegram_id=-1009876543210, members=[], disclosed_by="Ayla", by="test")
    with pytest.raises(ValidationError):
        importing.carry_out(plan, by="test")
    assert not Bot.objects.exists()
    assert not Memory.objects.exists()
    assert Rules.objects.count() == 1


def test_the_trail_knows_who_imported_what() -> None:
    importing.carry_out(importing.plan(raw(predecessor.SETUP)), by="manage.py")
    entries = AuditEntry.objects.filter(action="bot.enrol")
    assert set(entries.values_list("actor_name", "subject_name")) == {
        ("manage.py", "@hatice_sabirli"),
        ("manage.py", "@isimsiz_kahraman"),
    }


def test_nothing_that_the_guard_forbids_comes_in_with_a_persona() -> None:
    importing.carry_out(importing.plan(raw(irregular.CAST)), by="test")
    texts = [text for persona in Persona.objects.all() for text in [persona.hint, *persona.phrases, *persona.anecdotes]]
    texts += [text for bot in Bot.objects.all() for text in bot.stances.values_list("text", flat=True)]
    texts += Memory.objects.values_list("text", flat=True)
    assert len(texts) > 50
    assert [text for text in texts if guard.persona(text)] == []


@pytest.mark.skipif(not SHARED.exists(), reason="only where the predecessor's own files lie beside the clone")
@pytest.mark.parametrize("name", ["predecessor_cast.json", "predecessor_setup.json"])
def test_the_predecessors_own_files_come_in_whole(name: str) -> None:
    plan = importing.plan((SHARED / name).read_bytes())
    assert not plan.refused
    bots = importing.carry_out(plan, by="test")
    assert len(bots) == 6
    assert all(bot.memories.count() >= 10 and bot.token == "" for bot in bots)
