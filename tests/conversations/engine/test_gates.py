"""The last look before a composed turn leaves: what has changed since, and which limit holds it up."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from bots.models import ActiveHours, Bot
from conversations import control
from conversations.engine import deliver
from conversations.models import Chat, Message, Turn
from tests import stagehands

pytestmark = pytest.mark.django_db
State = Turn.State
Trigger = Turn.Trigger


@pytest.fixture
def room() -> Chat:
    control.start(by="tests")
    return stagehands.room(stagehands.crowd(4))


def ago(**span: float) -> datetime:
    return timezone.now() - timedelta(**span)


def ready(chat: Chat, bot: int = 0, **changes: Any) -> Turn:
    member = Bot.objects.filter(memberships__chat=chat).order_by("pk")[bot]
    return stagehands.turn_in(State.COMPOSED, chat, member, **({"text": f"Söz {bot}."} | changes))


def delivered(turn: Turn) -> tuple[str, str]:
    deliver.one("tests")
    turn.refresh_from_db()
    return turn.state, turn.reason


def say(chat: Chat, *who: str) -> None:
    """`person` or `bot`, a second between two, the last just now."""
    bots = list(Bot.objects.order_by("pk"))
    for number, kind in enumerate(who):
        bot = bots[number % len(bots)] if kind == "bot" else None
        stagehands.message(chat, f"Laf {number}", bot=bot, at=ago(seconds=len(who) - number))


SENT = (State.SENT, "")


# --- A moment that has passed -----------------------------------------------------------------------------------------
def test_chatter_makes_room_for_a_person(room: Chat) -> None:
    say(room, "person", "bot", "bot", "bot")
    assert delivered(ready(room)) == (State.SKIPPED, "human_present")


def test_an_answer_to_a_person_is_not_chatter(room: Chat) -> None:
    say(room, "person", "bot", "bot", "bot")
    cause = stagehands.message(room, "Sen ne dersin?")
    assert delivered(ready(room, trigger=Trigger.MENTION, cause=cause, priority=0)) == SENT


def test_a_row_that_reached_its_cap_meanwhile_is_not_made_longer(room: Chat) -> None:
    control.revise(by="tests", chain_cap=3)
    say(room, "bot", "bot", "bot")
    assert delivered(ready(room)) == (State.SKIPPED, "chain_ended")


def test_who_went_to_bed_meanwhile_says_nothing_unasked(room: Chat) -> None:
    Chat.objects.update(observes_hours=True)
    bot = Bot.objects.order_by("pk")[0]
    two_hours = timezone.localtime() + timedelta(hours=2)
    ActiveHours.objects.create(bot=bot, starts=two_hours.time(), ends=(two_hours + timedelta(hours=1)).time())
    assert delivered(ready(room)) == (State.SKIPPED, "outside_hours")
    cause = stagehands.message(room, "Uyuyor musun?")
    assert delivered(ready(room, trigger=Trigger.MENTION, cause=cause, priority=0)) == SENT


def test_chatter_about_a_talk_that_has_moved_on_is_dropped(room: Chat) -> None:
    turn = ready(room, due_at=ago(seconds=60))
    control.revise(by="tests", quiet_messages=50)
    say(room, "person", "bot", "person", "bot", "person", "bot")
    assert delivered(turn) == (State.SKIPPED, "superseded")


@pytest.mark.parametrize(("answers", "outcome"), [(1, SENT), (2, (State.SKIPPED, "answered"))])
def test_a_question_to_everybody_gets_two_answers_at_most(room: Chat, answers: int, outcome: tuple[str, str]) -> None:
    cause = stagehands.message(room, "Bugün ne var ne yok?")
    for number in range(answers):
        stagehands.message(room, f"Yanıt {number}", bot=Bot.objects.order_by("pk")[number + 1], reply_to=cause)
    assert delivered(ready(room, trigger=Trigger.QUESTION, cause=cause, priority=1)) == outcome


# --- Limits ----------------------------------------------------------------------------------------------------------
def sent(chat: Chat, count: int, **changes: Any) -> None:
    bots = list(Bot.objects.filter(memberships__chat=chat).order_by("pk"))
    for number in range(count):
        stagehands.turn_in(
            State.SENT, chat, bots[number % len(bots)], sent_id=number + 1, chat_seq=100 + number, **changes
        )


def test_a_chat_that_has_used_up_its_minute_waits(room: Chat) -> None:
    control.revise(by="tests", chat_max_per_minute=2)
    sent(room, 2)
    assert delivered(ready(room))[0] == State.COMPOSED
    Turn.objects.filter(state=State.SENT).update(sent_at=ago(seconds=61))
    assert delivered(Turn.objects.get(state=State.COMPOSED)) == SENT


def test_one_chat_holds_up_no_other(room: Chat) -> None:
    control.revise(by="tests", chat_max_per_minute=2)
    other = stagehands.room(list(Bot.objects.all()), title="Öteki")
    sent(room, 2)
    assert delivered(ready(other)) == SENT


def test_a_reaction_uses_up_nobodys_minute_and_no_hour(room: Chat) -> None:
    control.revise(by="tests", chat_max_per_minute=1, max_per_minute=1)
    Bot.objects.update(hourly_cap=1)
    said = stagehands.message(room, "Güzel söz", bot=Bot.objects.order_by("pk")[3])
    sent(room, 3, intent=Turn.Intent.REACTION, reply_to=said)
    assert delivered(ready(room)) == SENT


# --- A reply, or an answer by its words alone ------------------------------------------------------------------------
@pytest.mark.parametrize("quoting", [True, False])
def test_a_message_points_at_what_it_answers_only_if_its_plan_said_so(room: Chat, quoting: bool) -> None:
    target = stagehands.message(room, "Bence öyle", bot=Bot.objects.order_by("pk")[1])
    assert delivered(ready(room, reply_to=target, intent=Turn.Intent.REPLY, quoting=quoting)) == SENT
    assert Message.objects.latest("pk").reply_to == (target if quoting else None)
