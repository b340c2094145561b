"""How turns open: by the clock of a chat, and by what a person asks."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bots.models import Bot
from conversations import control
from conversations.engine import policy, turns
from conversations.models import Chat, Message, Turn
from tests import stagehands

pytestmark = pytest.mark.django_db
State = Turn.State
Trigger = Turn.Trigger


@pytest.fixture
def room() -> Chat:
    control.start(by="tests")
    return stagehands.room(stagehands.crowd(3))


def due(*chats: Chat) -> datetime:
    now = timezone.now()
    Chat.objects.filter(pk__in=[chat.pk for chat in chats]).update(next_due=now)
    return now


def ago(**span: float) -> datetime:
    return timezone.now() - timedelta(**span)


# --- Opening ---------------------------------------------------------------------------------------------------------
def test_a_due_chat_gets_one_turn_and_a_new_moment(room: Chat) -> None:
    now = due(room)
    assert turns.open_due(now) == 1
    turn = Turn.objects.get()
    assert (turn.state, turn.trigger, turn.bot, turn.due_at) == (State.PLANNED, Trigger.SCHEDULE, None, now)
    room.refresh_from_db()
    assert room.next_due is not None
    assert room.next_due >= now + timedelta(seconds=2)
    assert turns.open_due(now) == 0


def test_the_same_slot_opens_once_however_often_it_comes(room: Chat) -> None:
    for _beat in range(3):
        Chat.objects.update(slot=4)
        turns.open_due(due(room))
    assert list(Turn.objects.values_list("plan_key", flat=True)) == [f"{room.pk}:schedule:slot:5"]


def test_a_chat_that_was_never_due_begins(room: Chat) -> None:
    Chat.objects.update(next_due=None)
    assert turns.open_due(timezone.now()) == 1


def test_a_chat_whose_time_has_not_come_waits(room: Chat) -> None:
    Chat.objects.update(next_due=timezone.now() + timedelta(seconds=5))
    assert turns.open_due(timezone.now()) == 0


def test_while_the_engine_stands_still_nothing_opens(room: Chat) -> None:
    control.stop(by="tests")
    assert turns.open_due(due(room)) == 0


@pytest.mark.parametrize("mode", [Chat.Mode.PAUSED, Chat.Mode.DISABLED])
def test_a_silent_chat_opens_nothing(room: Chat, mode: Chat.Mode) -> None:
    Chat.objects.update(mode=mode)
    assert turns.open_due(due(room)) == 0


def test_an_undisclosed_group_opens_nothing(room: Chat) -> None:
    room.delete()
    group = stagehands.group(list(Bot.objects.all()), disclosed=False)
    Chat.objects.filter(pk=group.pk).update(mode=Chat.Mode.LIVE)
    assert turns.open_due(due(group)) == 0


def test_a_chat_with_two_turns_waiting_opens_no_third(room: Chat) -> None:
    for state in (State.PLANNED, State.COMPOSED):
        stagehands.turn_in(state, room, Bot.objects.all()[0])
    now = due(room)
    assert turns.open_due(now) == 0
    room.refresh_from_db()
    assert room.next_due == now + timedelta(seconds=2)


def statements(step: Callable[[], int]) -> int:
    with CaptureQueriesContext(connection) as found:
        assert step() > 0
    return len(found)


def test_opening_takes_as_many_queries_for_many_chats_as_for_one(capsys: pytest.CaptureFixture[str]) -> None:
    control.start(by="tests")
    cast = stagehands.crowd(200)
    room = stagehands.room(cast[:3])
    one = statements(lambda: turns.open_due(due(room)))
    Chat.objects.all().delete()
    rooms = [stagehands.room(cast[number * 10 : number * 10 + 10], title=f"Oda {number}") for number in range(20)]
    twenty = statements(lambda: turns.open_due(due(*rooms)))
    with capsys.disabled():
        print(f"\n  opening due turns: {one} queries for 1 chat with 3 bots, {twenty} for 20 chats with 200 bots")
    assert one == twenty


# --- A person is there -----------------------------------------------------------------------------------------------
def say(chat: Chat, *who: str, at: float = 60.0) -> None:
    """`human` or `bot`, oldest first, a second between two."""
    bots = list(Bot.objects.order_by("pk"))
    for number, kind in enumerate(who):
        bot = bots[number % len(bots)] if kind == "bot" else None
        stagehands.message(chat, f"Söz {number}", bot=bot, at=ago(seconds=at - number))


def next_due_in(chat: Chat) -> float:
    now = due(chat)
    turns.open_due(now)
    chat.refresh_from_db()
    assert chat.next_due is not None
    return (chat.next_due - now).total_seconds()


def opens(chat: Chat) -> bool:
    next_due_in(chat)
    return Turn.objects.filter(chat=chat, state=State.PLANNED).exists()


def test_three_words_after_a_persons_the_cast_leaves_room(room: Chat) -> None:
    say(room, "human", "bot", "bot", "bot")
    assert next_due_in(room) == pytest.approx(600 - 60, abs=5)
    assert not Turn.objects.exists()


def test_two_words_after_a_persons_it_may_go_on(room: Chat) -> None:
    say(room, "human", "bot", "bot")
    assert opens(room)


def test_what_is_under_way_counts_as_said(room: Chat) -> None:
    say(room, "human", "bot", "bot")
    stagehands.turn_in(State.COMPOSED, room, Bot.objects.all()[0])
    assert not opens(room)


def test_a_person_of_long_ago_quiets_nobody(room: Chat) -> None:
    say(room, "human", "bot", "bot", "bot", at=700)
    assert opens(room)


def test_a_room_without_people_has_nobody_to_leave_room_for(room: Chat) -> None:
    say(room, "bot", "bot", "bot")
    assert opens(room)


def test_a_row_of_bots_at_its_cap_takes_its_break(room: Chat) -> None:
    control.revise(by="tests", chain_cap=4, chain_rest_minutes=10.0)
    say(room, "bot", "bot", "bot", "bot")
    assert next_due_in(room) == pytest.approx(600 - 60, abs=5)
    assert not Turn.objects.exists()


def test_what_is_under_way_belongs_to_the_row(room: Chat) -> None:
    control.revise(by="tests", chain_cap=4, chain_rest_minutes=10.0)
    say(room, "bot", "bot", "bot")
    stagehands.turn_in(State.COMPOSED, room, Bot.objects.all()[0])
    assert not opens(room)


def test_a_row_that_had_its_break_is_over(room: Chat) -> None:
    control.revise(by="tests", chain_cap=4, chain_rest_minutes=10.0)
    say(room, "bot", "bot", "bot", "bot", at=700)
    assert opens(room)


def test_the_rules_hold_for_every_wait(room: Chat) -> None:
    control.revise(by="tests", scale=10.0, base_delay=2.0, burstiness=0.0, chain_rest_minutes=0.0)
    assert next_due_in(room) == pytest.approx(2, abs=0.2)


def test_the_rules_of_a_chat_hold_there_alone(room: Chat) -> None:
    other = stagehands.room([], title="Öteki")
    control.revise(by="tests", chat=room, quiet_messages=1)
    say(room, "human", "bot")
    say(other, "human", "bot")
    assert not opens(room)
    assert opens(other)


# --- Answers ---------------------------------------------------------------------------------------------------------
def open_answers(message: Message, *asked: tuple[Trigger, Bot | None]) -> int:
    return turns.open_answers(message, asked, rules=policy.current(message.chat))


def test_an_answer_is_due_at_once_and_goes_before_chatter(room: Chat) -> None:
    bot, message = Bot.objects.all()[0], stagehands.message(room, "Sen ne dersin?")
    turns.open_due(due(room))
    assert open_answers(message, (Trigger.MENTION, bot), (Trigger.QUESTION, None)) == 2
    order = Turn.objects.order_by("priority").values_list("trigger", "bot", "cause")
    assert list(order) == [
        ("mention", bot.pk, message.pk),
        ("question", None, message.pk),
        ("schedule", None, None),
    ]


def test_a_message_is_answered_once_however_often_it_is_heard(room: Chat) -> None:
    message = stagehands.message(room, "Sen ne dersin?")
    for _time in range(3):
        open_answers(message, (Trigger.REPLY, Bot.objects.all()[0]))
    assert Turn.objects.count() == 1


@pytest.mark.parametrize("minutes", [10, 60])
def test_a_message_heard_too_late_is_not_answered(room: Chat, minutes: int) -> None:
    message = stagehands.message(room, "Sen ne dersin?", at=ago(minutes=minutes))
    assert open_answers(message, (Trigger.MENTION, Bot.objects.all()[0])) == 0


def test_a_stopped_engine_answers_nobody_and_never_later(room: Chat) -> None:
    control.stop(by="tests")
    assert open_answers(stagehands.message(room, "Orada mısın?"), (Trigger.QUESTION, None)) == 0
    control.start(by="tests")
    assert not Turn.objects.exists()


def test_a_paused_chat_answers_nobody(room: Chat) -> None:
    control.set_mode(room, Chat.Mode.PAUSED, by="tests")
    assert open_answers(stagehands.message(room, "Orada mısın?"), (Trigger.QUESTION, None)) == 0
