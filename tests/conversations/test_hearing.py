"""What a person's message asks of the cast."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from bots.models import Bot
from conversations import control, hearing
from conversations.models import Chat, Message, Turn
from tests import stagehands

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Chat:
    """Four bots: Nermin, Tolga, Sevgi and Kerem."""
    control.start(by="tests")
    return stagehands.room(stagehands.troupe(4))


def heard(chat: Chat, text: str, **more: Any) -> list[tuple[str, str]]:
    """What was opened: trigger and first name."""
    foreign = bool(more.pop("foreign_tags", False))
    asked = hearing.heard(stagehands.message(chat, text, **more), foreign_tags=foreign)
    return [(trigger, bot.name if bot else "") for trigger, bot in asked]


def by_bot(chat: Chat, name: str) -> Message:
    return stagehands.message(chat, "Ben sakinim.", bot=Bot.objects.get(persona__name=name))


def test_a_mention_is_answered_by_that_bot(room: Chat) -> None:
    assert heard(room, "@tolga_sahne_bot ne dersin?") == [("mention", "Tolga")]
    turn = Turn.objects.get()
    assert (turn.bot, turn.priority) == (Bot.objects.get(username="tolga_sahne_bot"), 0)


def test_a_reply_to_a_bot_is_answered_by_that_bot(room: Chat) -> None:
    assert heard(room, "Katılmıyorum.", reply_to=by_bot(room, "Sevgi")) == [("reply", "Sevgi")]


def test_a_bot_that_is_called_by_name_answers(room: Chat) -> None:
    assert heard(room, "Kerem, bugün nasılsın?") == [("mention", "Kerem")]


def test_a_bot_that_is_only_spoken_about_stays_quiet(room: Chat) -> None:
    assert heard(room, "Dün Kerem haklı çıktı.") == []


def test_however_it_is_named_a_bot_answers_a_message_once(room: Chat) -> None:
    text = "Tolga, @tolga_sahne_bot sen ne dersin?"
    assert heard(room, text, reply_to=by_bot(room, "Tolga")) == [("mention", "Tolga")]


def test_two_at_most_answer_when_many_are_named(room: Chat) -> None:
    text = "@nermin_sahne_bot @tolga_sahne_bot @sevgi_sahne_bot ne dersiniz?"
    assert heard(room, text) == [("mention", "Nermin"), ("mention", "Tolga")]


def test_a_question_to_nobody_gets_one_answer_or_two(room: Chat) -> None:
    control.revise(by="tests", asks_per_person=1000, asks_per_chat=1000)
    counted = Counter(len(heard(room, f"Sizce {number} mı olur?")) for number in range(60))
    assert set(counted) == {1, 2}
    assert counted[1] > counted[2]
    assert set(Turn.objects.values_list("trigger", "priority")) == {("question", 1)}
    assert not Turn.objects.filter(bot__isnull=False).exists()


def test_a_remark_to_nobody_asks_for_nothing(room: Chat) -> None:
    assert heard(room, "Bugün hava güzel.") == []
    assert not Turn.objects.exists()


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("@zeynep_kaya akşam geliyor musun?", False),
        ("Akşam geliyor musun?", True),
    ],
)
def test_talk_with_another_person_is_left_alone(room: Chat, text: str, foreign: bool) -> None:
    assert heard(room, text, foreign_tags=foreign) == []
    assert Message.objects.get().mentions_other


def test_a_reply_to_another_person_is_left_alone(room: Chat) -> None:
    other = stagehands.message(room, "Ben sattım.", participant=stagehands.person("Zeynep", 502))
    assert heard(room, "Neden sattın?", reply_to=other) == []
    assert Message.objects.latest("pk").mentions_other


def test_whoever_goes_on_with_the_own_words_may_be_answered(room: Chat) -> None:
    own = stagehands.message(room, "Ben sattım.")
    assert heard(room, "Sizce hata mı?", reply_to=own)[0] == ("question", "")


def test_a_bot_named_beside_a_person_answers_all_the_same(room: Chat) -> None:
    assert heard(room, "@zeynep_kaya ile @tolga_sahne_bot ne dersiniz?") == [("mention", "Tolga")]
    assert not Message.objects.get().mentions_other


def test_a_bot_that_left_the_chat_does_not_answer(room: Chat) -> None:
    message = by_bot(room, "Tolga")
    room.memberships.filter(bot=message.bot).update(ended_at=message.said_at, ended_reason="left")
    assert heard(room, "@tolga_sahne_bot orada mısın", reply_to=message) == []


def test_a_paused_room_hears_and_answers_nothing(room: Chat) -> None:
    control.set_mode(room, Chat.Mode.PAUSED, by="tests")
    assert heard(room, "@tolga_sahne_bot ne dersin?") == [("mention", "Tolga")]
    assert not Turn.objects.exists()


def test_a_message_heard_twice_is_answered_once(room: Chat) -> None:
    message = stagehands.message(room, "@tolga_sahne_bot ne dersin?")
    hearing.heard(message)
    hearing.heard(message)
    assert Turn.objects.count() == 1


# --- A person is here -------------------------------------------------------------------------------------------------
def test_a_persons_line_ends_the_row_of_the_bots(room: Chat) -> None:
    stagehands.message(room, "Bir", bot=Bot.objects.all()[0])
    stagehands.message(room, "İki", bot=Bot.objects.all()[1])
    heard(room, "Günaydın.")
    room.refresh_from_db()
    assert (room.chain, room.after_person) == (0, 0)
    assert room.heard_at is not None


def next_due_after(room: Chat, text: str, **more: Any) -> datetime:
    Chat.objects.update(next_due=timezone.now() + timedelta(hours=2))
    heard(room, text, **more)
    room.refresh_from_db()
    assert room.next_due is not None
    return room.next_due


def test_who_speaks_to_all_does_not_sit_through_the_break_of_the_cast_alone(room: Chat) -> None:
    control.revise(by="tests", burstiness=0.0)
    assert next_due_after(room, "Günaydın.") < timezone.now() + timedelta(minutes=2)


def test_who_speaks_to_another_person_wakes_nobody(room: Chat) -> None:
    control.revise(by="tests", burstiness=0.0)
    assert next_due_after(room, "@baskasi akşam ara") > timezone.now() + timedelta(hours=1)


@pytest.mark.parametrize(("share", "answers"), [(0.0, 1), (1.0, 2)])
def test_how_often_a_second_bot_answers_is_a_rule(room: Chat, share: float, answers: int) -> None:
    control.revise(by="tests", chat=room, second_answer=share)
    assert {len(heard(room, f"Dolar {day} gündür neden sakin?")) for day in range(2, 10)} == {answers}
