"""The rehearsal room: a chat inside Kulis in which people talk with the cast."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone

from bots.models import Bot, Mood, MoodChange
from bots.telegram import emoji
from conversations import control, rehearsal
from conversations.engine import turns
from conversations.models import Chat, Event, Message, Reaction, Turn
from tests import stagehands

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Chat:
    control.start(by="tests")
    return stagehands.room(stagehands.troupe(2))


def say(room: Chat, text: str, **more: Any) -> Message:
    return rehearsal.say(room, participant=stagehands.person(), text=text, **more)


def test_a_line_is_kept_told_and_heard(room: Chat) -> None:
    message = say(room, "  @tolga_sahne_bot NASILSIN?  ")
    assert (message.text, message.folded, message.speaker) == (
        "@tolga_sahne_bot NASILSIN?", "@tolga_sahne_bot nasılsın?", "Deniz",
    )  # fmt: skip
    assert Event.objects.filter(kind=Event.Kind.MESSAGE, subject_id=message.pk).exists()
    assert Turn.objects.get().cause == message


def test_lines_are_numbered_upwards_in_every_room(room: Chat) -> None:
    other = stagehands.room([], title="Öteki")
    numbers = [say(chat, "Selam.").message_id for chat in (room, other, room)]
    assert numbers == sorted(set(numbers))


def test_a_reply_in_the_room_is_answered(room: Chat) -> None:
    said = stagehands.message(room, "Ben sakinim.", bot=Bot.objects.all()[0])
    say(room, "Ben değilim.", reply_to=said)
    assert Turn.objects.get().trigger == Turn.Trigger.REPLY


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00", " \x00 ", "x" * 1001])
def test_nothing_and_too_much_are_refused(room: Chat, text: str) -> None:
    with pytest.raises(ValidationError):
        say(room, text)
    assert not Message.objects.exists()


def test_signs_that_no_database_holds_are_left_out(room: Chat) -> None:
    assert say(room, "Sel\x00am").text == "Selam"
    assert say(room, "x" * 1000).text == "x" * 1000


def test_a_group_is_written_to_in_telegram() -> None:
    with pytest.raises(ValidationError):
        say(stagehands.group([]), "Selam")


def test_a_message_of_another_chat_cannot_be_replied_to(room: Chat) -> None:
    other = stagehands.message(stagehands.room([], title="Öteki"), "Selam")
    with pytest.raises(ValidationError):
        say(room, "Selam", reply_to=other)


def test_an_account_is_one_participant_under_its_own_name() -> None:
    user = User.objects.create(username="zeynep", first_name="Zeynep", last_name="Kaya")
    assert rehearsal.guest(user) == rehearsal.guest(user)
    assert rehearsal.guest(user).name == "Zeynep Kaya"
    assert rehearsal.guest(User.objects.create(username="ali")).name == "ali"


def test_what_a_bot_says_in_a_room_has_arrived_when_it_is_numbered() -> None:
    first, second = rehearsal.carry(), rehearsal.carry()
    assert second.message_id == first.message_id + 1
    assert second.date >= first.date


# --- Emoji on a message ----------------------------------------------------------------------------------------------
@pytest.fixture
def said(room: Chat) -> Message:
    return stagehands.message(room, "Bence sakin.", bot=Bot.objects.earliest("pk"))


def signs() -> list[str]:
    return list(Reaction.objects.values_list("emoji", flat=True))


def test_an_emoji_of_a_person_hangs_on_the_message_and_is_felt(said: Message) -> None:
    rehearsal.react(said, participant=stagehands.person(), sign="👍")
    assert signs() == ["👍"]
    assert MoodChange.objects.get().event == "pleased"
    assert Event.objects.filter(kind=Event.Kind.MESSAGE, subject_id=said.pk).exists()


def test_another_takes_its_place_and_the_same_once_more_takes_it_off(said: Message) -> None:
    for sign, left in (("👍", ["👍"]), ("🔥", ["🔥"]), ("🔥", [])):
        rehearsal.react(said, participant=stagehands.person(), sign=sign)
        assert signs() == left


def test_taken_off_and_hung_there_again_it_does_not_please_twice(said: Message) -> None:
    for _time in range(5):
        rehearsal.react(said, participant=stagehands.person(), sign="👍")
    assert Mood.objects.get(bot=said.bot).mood == 55
    rehearsal.react(said, participant=stagehands.person("Ada", 502), sign="👍")
    assert Mood.objects.get(bot=said.bot).mood == 60


@pytest.mark.parametrize("sign", ["", "🦖", "👍👍", "<b>"])
def test_only_known_emoji_are_hung(said: Message, sign: str) -> None:
    with pytest.raises(ValidationError):
        rehearsal.react(said, participant=stagehands.person(), sign=sign)
    assert signs() == []


def test_what_people_can_hang_there_telegram_would_take() -> None:
    assert set(rehearsal.SIGNS) <= emoji.ALLOWED


def test_nobody_reacts_in_a_group_from_here() -> None:
    group = stagehands.group(stagehands.troupe(1))
    with pytest.raises(ValidationError):
        rehearsal.react(stagehands.message(group, "Selam"), participant=stagehands.person(), sign="👍")


def test_a_room_that_is_looked_at_speaks_at_once_and_a_group_keeps_its_time(room: Chat) -> None:
    later = timezone.now() + timedelta(minutes=5)
    group = stagehands.group(list(Bot.objects.all()))
    paused = stagehands.room([], title="Ara")
    Chat.objects.update(next_due=later)
    control.set_mode(paused, Chat.Mode.PAUSED, by="tests")
    assert rehearsal.stir() == 1
    assert turns.open_due(timezone.now() + timedelta(seconds=1)) == 1
    assert Turn.objects.get().chat == room
    group.refresh_from_db()
    assert group.next_due == later
