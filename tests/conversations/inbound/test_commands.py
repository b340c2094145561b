"""What people may ask of Kulis: answered once, by the right bot, in their language, though the cast is silent."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from bots.models import AuditEntry, Bot
from conversations import control, stewards
from conversations.inbound import replies
from conversations.models import Chat, Engine, Membership, Message, Participant, Response, Steward, Turn
from monitoring.grants import Role
from tests import staff, stagehands
from tests.conversations.inbound import told

pytestmark = pytest.mark.django_db
ECE: dict[str, Any] = {"id": 56, "is_bot": False, "first_name": "Ece", "language_code": "de"}


@pytest.fixture
def group() -> Chat:
    return told.group()


def said(command: str, **more: Any) -> Response:
    """The answer that a command in the group gets."""
    told.read(told.command(command, **more))
    return Response.objects.latest("pk")


# --- Who answers whom ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["privacy", "gizlilik"])
def test_privacy_is_told_in_both_names(group: Chat, name: str) -> None:
    answer = said(f"/{name}", number=900)
    assert (answer.command, answer.text) == ("privacy", replies.say(replies.privacy, language="tr"))
    assert (answer.chat_number, answer.reply_to) == (told.GROUP, 900)
    assert not Message.objects.exists()


def test_who_does_not_read_turkish_is_answered_in_english(group: Chat) -> None:
    assert said("/privacy", **{"from": ECE}).text.startswith("What Kulis stores about you")
    assert said("/help", **{"from": ECE}).text.startswith("This is Kulis, a simulation.")


def test_the_bot_that_was_addressed_answers_else_the_listener(group: Chat) -> None:
    Chat.objects.update(listener=told.bot(1))
    assert said("/help").bot == told.bot(1)
    assert said("/privacy@NERMIN_sahne_bot").bot == told.bot()


def test_a_command_that_many_bots_saw_is_answered_once(group: Chat) -> None:
    for number in range(2):
        assert told.read(told.command("/privacy", number=900), bot=number) == ["command:privacy"]
    assert Response.objects.count() == 1


def test_who_asks_the_same_again_at_once_gets_no_second_answer(group: Chat) -> None:
    told.read(told.command("/help"), told.command("/help"))
    assert Response.objects.count() == 1
    Response.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    told.read(told.command("/help"))
    assert Response.objects.count() == 2


@pytest.mark.parametrize("text", ["/help@foreign_bot", "/fiyat THYAO"])
def test_commands_for_others_are_talk(group: Chat, text: str) -> None:
    assert told.read(told.command(text)) == ["message"]
    assert not Response.objects.exists()


def test_a_command_in_the_middle_is_talk(group: Chat) -> None:
    mark = {"type": "bot_command", "offset": 5, "length": 4}
    assert told.read(told.message("Yaz: /sus", entities=[mark])) == ["message"]


def test_in_private_help_answers_every_command_and_talk_is_left_alone(group: Chat) -> None:
    assert told.read(told.privately("/start"), told.privately("/fiyat"), told.privately("Selam")) == [
        "command:help", "command:help", "private",
    ]  # fmt: skip
    answer = Response.objects.get()
    assert (answer.chat_number, answer.reply_to, answer.bot) == (55, None, told.bot())


def test_an_answer_stays_in_its_topic(group: Chat) -> None:
    Chat.objects.update(thread_id=7)
    assert said("/help", message_thread_id=7, is_topic_message=True).thread_id == 7


def test_the_rights_of_people_do_not_depend_on_the_switch(group: Chat) -> None:
    control.stop(by="tests")
    assert [said(f"/{name}").command for name in ("privacy", "forget", "help")] == ["privacy", "forget", "help"]


# --- Quiet -----------------------------------------------------------------------------------------------------------
def test_sus_quiets_the_cast_for_as_long_as_the_rule_says(group: Chat) -> None:
    control.revise(by="tests", chat=group, hush_minutes=30)
    waiting = stagehands.turn_in("composed", group, told.bot())
    assert said("/sus").text == replies.say(lambda: replies.hushed(30), language="tr")
    until = Chat.objects.get().hushed_until
    assert until is not None
    assert timedelta(minutes=29) < until - timezone.now() <= timedelta(minutes=30)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == ("skipped", "hushed")
    told.read(told.message("@nermin_sahne_bot ne dersin?"))
    assert not Turn.objects.filter(trigger="mention").exists()
    Chat.objects.update(hushed_until=timezone.now() - timedelta(seconds=1))
    assert Chat.objects.talking().exists()


def test_one_person_asks_for_quiet_once_an_hour(group: Chat) -> None:
    said("/sus")
    Chat.objects.update(hushed_until=None)
    Response.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    assert said("/sus").text == replies.say(replies.hushed_already, language="tr")
    assert Chat.objects.get().hushed_until is None
    said("/sus", **{"from": ECE})
    assert Chat.objects.get().hushed_until is not None


def test_where_nobody_talks_there_is_nothing_to_quiet(group: Chat) -> None:
    control.stop(by="tests")
    assert said("/sus").text == replies.say(replies.nothing_to_quiet, language="tr")
    assert Chat.objects.get().hushed_until is None


def test_konus_of_just_anybody_asks_telegram_first(group: Chat) -> None:
    said("/sus")
    answer = said("/konus", **{"from": ECE})
    assert (answer.errand, answer.person_number) == ("lift", 56)
    assert answer.otherwise == replies.say(replies.not_lifted, language="en")
    assert Chat.objects.get().hushed_until is not None


def test_konus_in_the_name_of_the_group_ends_the_quiet(group: Chat) -> None:
    said("/sus")
    fake = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    here = {"id": told.GROUP, "type": "supergroup", "title": "Piyasa"}
    assert said("/konus", **{"from": fake}, sender_chat=here).text == replies.say(replies.lifted, language="tr")
    assert Chat.objects.get().hushed_until is None


def test_konus_without_quiet_says_so(group: Chat) -> None:
    assert said("/konus").text == replies.say(replies.not_quiet, language="tr")


@pytest.mark.parametrize("name", ["sus", "konus"])
def test_quiet_is_a_matter_of_groups(group: Chat, name: str) -> None:
    told.read(told.privately(f"/{name}"))
    assert Response.objects.get().text == replies.say(replies.only_in_groups, language="tr")


# --- Forgetting ------------------------------------------------------------------------------------------------------
def test_unut_deletes_and_says_so_as_often_as_it_is_asked(group: Chat) -> None:
    told.read(told.message("Benim adım Deniz."))
    assert said("/unut").text == replies.say(replies.forgotten, language="tr")
    assert not Participant.objects.filter(telegram_id=55).exists()
    Response.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    assert said("/unut").command == "forget"


def test_who_writes_for_a_group_is_asked_to_come_as_a_person(group: Chat) -> None:
    here = {"id": told.GROUP, "type": "supergroup", "title": "Piyasa"}
    told.read(told.message("Duyuru", sender_chat=here))
    assert said("/unut", sender_chat=here).text == replies.say(replies.forget_as_yourself, language="tr")
    assert Participant.objects.filter(telegram_id=told.GROUP).exists()


# --- Stewards --------------------------------------------------------------------------------------------------------
def steward(number: int = 55) -> User:
    user = staff.account("nobetci", Role.OPERATOR)
    told.read(told.privately(stewards.invite(user, by="tests"), who=told.DENIZ | {"id": number}))
    return user


def test_a_code_sent_in_private_makes_a_steward_once(group: Chat) -> None:
    user = staff.account("nobetci", Role.OPERATOR)
    code = stewards.invite(user, by="tests")
    assert told.read(told.privately(f"/start {code.lower()}")) == ["command:bound"]
    found = Steward.objects.get()
    assert (found.user, found.telegram_id, found.code) == (user, 55, "")
    assert told.read(told.privately(code, who=ECE)) == ["private"]
    assert AuditEntry.objects.filter(action__startswith="steward.").count() == 2


def test_a_code_in_a_group_a_late_one_and_a_wrong_one_are_nothing(group: Chat) -> None:
    code = stewards.invite(staff.account("nobetci", Role.OPERATOR), by="tests")
    told.read(told.message(code), told.privately("AAAAA-AAAAA"))
    Steward.objects.update(code_expires_at=timezone.now() - timedelta(seconds=1))
    told.read(told.privately(code))
    assert Steward.objects.get().telegram_id is None
    assert not Response.objects.exists()


def test_nobody_takes_over_the_telegram_account_of_another_steward(group: Chat) -> None:
    steward()
    other = staff.account("ikinci", Role.OPERATOR)
    assert told.read(told.privately(stewards.invite(other, by="tests"))) == ["private"]
    assert Steward.objects.get(user=other).telegram_id is None


@pytest.mark.parametrize("private", [True, False])
def test_a_steward_stops_the_engine_and_nobody_starts_it(group: Chat, private: bool) -> None:
    user = steward()
    told.read(told.privately("/durdur") if private else told.command("/durdur"))
    engine = Engine.objects.get()
    assert (engine.running, engine.changed_by, "Telegram" in engine.reason) == (False, "nobetci", True)
    assert AuditEntry.objects.get(action="engine.stop").actor == user
    told.read(told.privately("/baslat"))
    assert not control.is_running()


def test_to_everybody_else_there_is_no_such_command(group: Chat) -> None:
    steward(77)
    assert said("/durdur").text == replies.say(replies.help_text, language="tr")
    assert control.is_running()


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_a_steward_who_lost_the_account_lost_the_command(group: Chat, change: dict[str, bool]) -> None:
    User.objects.filter(pk=steward().pk).update(**change)
    told.read(told.privately("/stop"))
    assert control.is_running()


def test_a_dismissed_steward_stops_nothing(group: Chat) -> None:
    user = steward()
    assert stewards.dismiss(user, by="tests")
    assert not stewards.dismiss(user, by="tests")
    told.read(told.privately("/stop"))
    assert control.is_running()


def test_a_bot_that_left_answers_nothing_that_was_not_asked_of_it(group: Chat) -> None:
    Membership.objects.filter(bot=told.bot(1)).update(ended_at=timezone.now(), ended_reason="left")
    Chat.objects.update(listener=told.bot(1))
    assert said("/help").bot == told.bot()
    assert Bot.objects.count() == 2
