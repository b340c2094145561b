"""The engine, chats and the rehearsal room from the command line."""

import io
import json
import os
import sys
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from bots import roster
from bots.models import AuditEntry
from conversations.models import Chat, Message, Participant
from tests import stagehands
from tests.fakes.handles import TelegramFake

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def answer(*words: str) -> dict[str, Any]:
    return dict(json.loads(run(*words, "--json")))


def refused(*words: str) -> str:
    """The one line with which a command ends in failure."""
    with pytest.raises(CommandError) as refusal:
        run(*words)
    said = str(refusal.value)
    assert "\n" not in said
    return said


# --- engine ----------------------------------------------------------------------------------------------------------
def test_the_engine_is_started_and_stopped_with_a_reason() -> None:
    assert answer("engine", "start", "--reason", "Sabah")["running"] is True
    assert answer("engine", "stop", "--reason", "Gece")["running"] is False
    trail = AuditEntry.objects.order_by("id").values_list("action", "actor_name", "reason")
    assert list(trail) == [("engine.start", "manage.py", "Sabah"), ("engine.stop", "manage.py", "Gece")]


def test_the_status_has_all_that_programs_rely_on() -> None:
    stagehands.turn(stagehands.room(stagehands.crowd(2)))
    state = answer("engine", "status")
    assert set(state) >= {"running", "bots", "chats", "turns", "messages_last_minute", "oldest_due_seconds"}
    assert (state["running"], state["bots"], state["chats"], state["turns"]["planned"]) == (False, 2, 1, 1)


def test_the_status_is_readable_for_people() -> None:
    assert "none yet" in run("engine", "status")
    stagehands.turn(stagehands.room(stagehands.crowd(2)))
    said = run("engine", "status")
    assert "stopped, scale 1" in said
    assert "2 bots in 1 chat\n" in said
    assert "1 planned" in said


def test_the_scale_is_set() -> None:
    assert answer("engine", "scale", "2.5")["scale"] == 2.5


@pytest.mark.parametrize("value", ["0.05", "11", "nan", "inf"])
def test_a_scale_out_of_range_is_refused_by_name(value: str) -> None:
    assert "scale" in refused("engine", "scale", value)


@pytest.mark.parametrize("words", [("engine",), ("engine", "dance"), ("engine", "scale"), ("engine", "scale", "much")])
def test_what_the_engine_does_not_know_is_refused(words: tuple[str, ...]) -> None:
    refused(*words)


# --- chat ------------------------------------------------------------------------------------------------------------
def test_a_room_is_opened_for_everybody() -> None:
    stagehands.crowd(3)
    made = answer("chat", "add", "Prova", "--rehearsal", "--members", "all", "--topics", "Dolar, Altın,")
    assert (made["kind"], made["mode"], made["members"], made["disclosed"]) == ("rehearsal", "live", 3, True)
    assert Chat.objects.get(pk=made["id"]).topics == ["Dolar", "Altın"]


def test_a_group_is_registered_for_some_and_stays_silent() -> None:
    stagehands.crowd(3)
    words = ("chat", "add", "Piyasa", "--telegram-id", "-1001", "--thread-id", "7", "--members")
    said = run(*words, "@Kalabalik_0_bot, kalabalik_2_bot")
    chat = Chat.objects.get()
    assert f"manage.py chat disclose {chat.pk} --by NAME" in said
    assert (chat.telegram_id, chat.thread_id, chat.mode, chat.members.count()) == (-1001, 7, "disabled", 2)


def test_a_group_that_somebody_vouches_for_talks_at_once() -> None:
    made = answer("chat", "add", "Piyasa", "--telegram-id", "-1001", "--members", "all", "--disclosed-by", "Zeynep")
    assert (made["mode"], made["disclosed"], made["telegram_id"]) == ("live", True, -1001)


def test_a_bot_that_nobody_knows_is_named() -> None:
    assert "kimse_bot" in refused("chat", "add", "Prova", "--rehearsal", "--members", "kimse_bot")
    assert not Chat.objects.exists()


def test_the_same_group_twice_is_refused() -> None:
    words = ("chat", "add", "Piyasa", "--telegram-id", "-1001", "--members", "all", "--disclosed-by", "Zeynep")
    run(*words)
    refused(*words)


@pytest.mark.parametrize("place", [(), ("--rehearsal", "--telegram-id", "-1"), ("--telegram-id", "x")])
def test_a_chat_has_one_place(place: tuple[str, ...]) -> None:
    refused("chat", "add", "Piyasa", "--members", "all", *place)


def test_a_group_that_waits_takes_further_members_and_counts_them_all() -> None:
    first, second = stagehands.crowd(2)
    words = ("chat", "add", "Piyasa", "--telegram-id", "-1001", "--members")
    assert "with 1 member." in run(*words, first.username)
    assert "with 2 members." in run(*words, second.username)


def test_chats_are_listed() -> None:
    assert "No chat yet" in run("chat", "list")
    room = stagehands.room(stagehands.crowd(2))
    assert answer("chat", "list")["chats"][0]["id"] == room.pk
    assert "2 bots  Prova odası" in run("chat", "list")


def test_a_group_is_disclosed(telegram_server: TelegramFake, settings: Settings) -> None:
    settings.TELEGRAM_MODE, settings.TELEGRAM_API_BASE = "polling", telegram_server.address
    cast = stagehands.crowd(1)
    roster.set_token(cast[0], telegram_server.add_bot(cast[0].username), by="tests")
    number = telegram_server.add_group("Piyasa", cast[0].username)
    group = stagehands.group(cast, number, disclosed=False)
    assert answer("chat", "disclose", str(group.pk), "--by", "Zeynep")["disclosed"] is True
    assert len(telegram_server.posted(number)) == 1


def test_a_chat_that_is_none_cannot_be_disclosed() -> None:
    assert "999" in refused("chat", "disclose", "999", "--by", "Zeynep")
    room = stagehands.room([])
    refused("chat", "disclose", str(room.pk), "--by", "Zeynep")


# --- rehearse --------------------------------------------------------------------------------------------------------
@pytest.fixture
def typed() -> Any:
    """What is typed at the terminal; nothing more comes after it."""
    kept, (there, here) = sys.stdin, os.pipe()
    with os.fdopen(there) as sys.stdin, os.fdopen(here, "w") as keys:
        yield keys
    sys.stdin = kept


def test_without_a_room_there_is_nothing_to_watch() -> None:
    assert "chat add" in refused("rehearse")
    stagehands.group([])
    refused("rehearse", "--room", str(Chat.objects.get().pk))


def test_a_line_that_nobody_answers_is_said_all_the_same() -> None:
    room = stagehands.room(stagehands.crowd(1))
    assert "doctor" in refused("rehearse", "--say", "Kimse var mı?", "--seconds", "0.1")
    assert Message.objects.get(chat=room).text == "Kimse var mı?"
    assert Participant.objects.get().user is not None
    assert not Participant.objects.get().user.has_usable_password()  # type: ignore[union-attr]  # asserted above


def test_a_line_that_cannot_be_said_is_refused() -> None:
    stagehands.room([])
    refused("rehearse", "--say", "x" * 2000)


def test_what_is_typed_is_said_and_what_is_said_is_shown(typed: Any) -> None:
    stagehands.room([], title="Birinci")
    second = stagehands.room([], title="İkinci")
    stagehands.message(second, "Eski söz.")
    typed.write("\nSelam herkese\n")
    typed.close()
    shown = run("rehearse", "--room", str(second.pk), "--seconds", "0.5", "--json")
    assert [json.loads(line)["text"] for line in shown.splitlines()] == ["Selam herkese"]
