"""What comes in and who comes along, at the desk: dead letters, people's rights, stewards; and the same as commands."""

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from bots.models import AuditEntry
from conversations import stewards
from conversations.models import Chat, InboundUpdate, Participant, Steward
from monitoring.grants import Role
from tests import desk, staff
from tests.conversations.inbound import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    return staff.at_the_desk()


@pytest.fixture
def parked() -> InboundUpdate:
    told.group()
    told.read(told.message("Bu mektup okunmadı", date="yesterday"))
    return InboundUpdate.objects.get(state="parked")


def page(browser: Client, address: str) -> str:
    return browser.get(address).content.decode()


# --- Dead letters ----------------------------------------------------------------------------------------------------
def test_a_dead_letter_is_shown_with_its_cause_and_read_again(admin: Client, parked: InboundUpdate) -> None:
    assert "Telegram" in page(admin, desk.address(InboundUpdate, "change", parked.pk))
    parked.payload["message"]["date"] = 1_700_000_000
    parked.save()
    desk.act(admin, InboundUpdate, "read_again", parked)
    parked.refresh_from_db()
    assert (parked.state, parked.tries, parked.cause) == ("stored", 0, "")
    assert AuditEntry.objects.get(action="update.retry").actor_name == "zeynep"


def test_a_dead_letter_is_laid_aside_once(admin: Client, parked: InboundUpdate) -> None:
    desk.act(admin, InboundUpdate, "discard", parked, reason="Çöp.")
    desk.act(admin, InboundUpdate, "discard", parked)
    parked.refresh_from_db()
    assert parked.state == "discarded"
    assert AuditEntry.objects.get(action="update.discard").reason == "Çöp."


def test_only_admins_settle_dead_letters(parked: InboundUpdate) -> None:
    desk.act(staff.at_the_desk(Role.OPERATOR), InboundUpdate, "read_again", parked)
    parked.refresh_from_db()
    assert parked.state == "parked"


def test_the_command_lists_and_settles_them(parked: InboundUpdate, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("inbox", "list", "--json")
    [shown] = json.loads(capsys.readouterr().out)["parked"]
    assert (shown["id"], shown["kind"], shown["cause"].partition(":")[0]) == (parked.pk, "message", "TypeError")
    call_command("inbox", "retry", str(parked.pk), "--json")
    assert json.loads(capsys.readouterr().out) == {"retry": [parked.pk]}
    with pytest.raises(CommandError, match="Not parked"):
        call_command("inbox", "discard", str(parked.pk))
    InboundUpdate.objects.update(state="parked")
    call_command("inbox", "discard", "--all")
    assert InboundUpdate.objects.get().state == "discarded"


# --- People ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def deniz() -> Participant:
    told.group()
    told.read(told.message("Merhaba"))
    return Participant.objects.get()


def test_before_a_person_is_forgotten_the_page_says_how_much_goes(admin: Client, deniz: Participant) -> None:
    chosen: dict[str, Any] = {"action": "forget", "_selected_action": deniz.pk}
    question = admin.post(desk.address(Participant, "changelist"), chosen).content.decode()
    assert "Deniz Ak: " in question
    assert ": 1 · " in question
    desk.act(admin, Participant, "forget", deniz, reason="İstek.")
    deniz.refresh_from_db()
    assert deniz.forgotten_at is not None
    assert AuditEntry.objects.get(action="person.forget").reason == "İstek."
    assert admin.get(desk.address(Participant, "change", deniz.pk)).status_code == 200


def test_a_persons_data_is_handed_out_as_a_file(admin: Client, deniz: Participant) -> None:
    file = desk.act(admin, Participant, "export", deniz)
    assert file["Content-Type"].startswith("application/json")
    assert json.loads(file.content)[0]["messages"][0]["text"] == "Merhaba"


@pytest.mark.parametrize("action", ["forget", "export"])
def test_only_admins_settle_what_people_ask_for(deniz: Participant, action: str) -> None:
    desk.act(staff.at_the_desk(Role.OPERATOR), Participant, action, deniz)
    assert not AuditEntry.objects.filter(action__startswith="person.").exists()


def test_an_unknown_group_says_what_to_do_with_it(admin: Client) -> None:
    told.group()
    place = {"id": -77, "type": "group", "title": "Yeni"}
    change = {"chat": place, "from": told.DENIZ, "date": 1_700_000_000, "new_chat_member": {"status": "member"}}
    told.read(told.update("my_chat_member", **change))
    assert "Deniz Ak" in page(admin, desk.address(Chat, "change", Chat.objects.get(telegram_id=-77).pk))


# --- Stewards --------------------------------------------------------------------------------------------------------
def test_a_steward_is_named_and_the_code_is_shown_once(admin: Client) -> None:
    user = staff.account("nobetci", Role.OPERATOR)
    answer = admin.post(desk.address(Steward, "add"), {"user": user.pk}, follow=True).content.decode()
    steward = Steward.objects.get(user=user)
    assert (steward.code != "", steward.code in answer) == (True, False)
    assert "nobetci" in answer
    assert "nobetci" in page(admin, desk.address(Steward, "changelist"))
    old = steward.code
    desk.act(admin, Steward, "new_code", steward)
    steward.refresh_from_db()
    assert steward.code != old
    desk.act(admin, Steward, "dismiss", steward)
    assert not Steward.objects.exists()


def test_who_may_not_stop_the_cast_is_no_steward(admin: Client) -> None:
    user = staff.account("izleyen", Role.ANALYST)
    assert admin.post(desk.address(Steward, "add"), {"user": user.pk}).status_code == 200
    assert not Steward.objects.exists()


def test_operators_name_no_stewards() -> None:
    browser = staff.at_the_desk(Role.OPERATOR)
    assert browser.get(desk.address(Steward, "add")).status_code == 403


def test_the_command_names_lists_and_removes_stewards(capsys: pytest.CaptureFixture[str]) -> None:
    staff.account("nobetci", Role.OPERATOR)
    call_command("steward", "add", "nobetci", "--json")
    code = json.loads(capsys.readouterr().out)["code"]
    assert stewards.bind(55, code)
    call_command("steward", "list", "--json")
    [shown] = json.loads(capsys.readouterr().out)["stewards"]
    assert (shown["account"], shown["proven"]) == ("nobetci", True)
    call_command("steward", "remove", "nobetci")
    assert not Steward.objects.exists()
    for words in (("remove", "nobetci"), ("add", "kimse")):
        with pytest.raises(CommandError):
            call_command("steward", *words)
