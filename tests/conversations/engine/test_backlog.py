"""What waits: a chat with enough is given no more, the queue of the cast is bounded, people come first."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from bots.models import Bot
from conversations import control
from conversations.engine import backlog, claims, compose, deliver, turns
from conversations.models import Chat, Event, Turn
from tests import stagehands
from tests.fakes.handles import OpenAIFake

pytestmark = pytest.mark.django_db
State, Trigger = Turn.State, Turn.Trigger


@pytest.fixture
def room() -> Chat:
    control.start(by="tests")
    return stagehands.room(stagehands.crowd(4))


def ago(**span: float) -> datetime:
    return timezone.now() - timedelta(**span)


def opened() -> int:
    Chat.objects.update(next_due=ago(seconds=1))
    return turns.open_due(timezone.now())


def answers(room: Chat, count: int, **changes: object) -> None:
    cause = stagehands.message(room, "Ne dersiniz?", at=ago(hours=1))
    for _turn in range(count):
        stagehands.turn(room, trigger=Trigger.QUESTION, priority=1, cause=cause, **changes)


@pytest.mark.parametrize(("waiting", "opens"), [(5, 1), (6, 0)])
def test_a_chat_in_which_more_than_five_wait_is_given_no_chatter(room: Chat, waiting: int, opens: int) -> None:
    answers(room, waiting)
    assert opened() == opens


@pytest.mark.parametrize(("waited", "opens"), [(140, 1), (160, 0)])
def test_a_turn_that_has_waited_half_its_time_stops_the_chatter(room: Chat, waited: int, opens: int) -> None:
    answers(room, 1, due_at=ago(seconds=waited), expires_at=ago(seconds=waited - 300))
    assert opened() == opens


def test_another_chat_talks_on(room: Chat) -> None:
    answers(room, 6)
    stagehands.room(list(Bot.objects.all()), title="Öteki")
    assert opened() == 1


def test_the_planner_opens_no_more_than_the_queue_may_hold(room: Chat) -> None:
    control.revise(by="tests", waiting_most=5)
    for number in range(7):
        stagehands.room(list(Bot.objects.all()), title=f"Oda {number}")
    assert opened() == 5
    assert opened() == 0
    assert not Chat.objects.filter(next_due=None).exists()


def test_what_exceeds_the_bound_goes_in_the_order_of_what_matters_least(room: Chat) -> None:
    bot = Bot.objects.order_by("pk")[0]
    control.revise(by="tests", waiting_most=5)
    kinds = (Trigger.REPLY, Trigger.MENTION, Trigger.QUESTION, Trigger.SCHEDULE, Trigger.NEWS)
    for trigger in kinds:
        for minutes in (5, 4):
            named = {"bot": bot} if trigger in Turn.NAMED else {}
            late = timezone.now() + timedelta(minutes=minutes)
            stagehands.turn(room, trigger=trigger, priority=turns.PRIORITY[trigger], expires_at=late, **named)
    assert backlog.shed() == 5
    left = Turn.objects.filter(state=State.PLANNED)
    assert Counter(left.values_list("trigger", flat=True)) == {"reply": 2, "mention": 2, "question": 1}
    assert left.get(trigger=Trigger.QUESTION).expires_at > timezone.now() + timedelta(minutes=4.5)
    assert set(Turn.objects.filter(state=State.SKIPPED).values_list("reason", flat=True)) == {"shed"}
    assert Event.objects.filter(kind=Event.Kind.TURN).exists()
    assert backlog.shed() == 0


def test_among_two_hundred_a_person_is_answered_first(openai_server: OpenAIFake) -> None:
    control.start(by="tests")
    stagehands.provider(openai_server.address)
    cast = stagehands.crowd(5)
    rooms = [stagehands.room(cast, title=f"Oda {number}") for number in range(20)]
    for number in range(200):
        stagehands.turn(rooms[number % 20], due_at=ago(minutes=2))
    cause = stagehands.message(rooms[7], "Sen ne dersin?")
    mention = stagehands.turn(rooms[7], trigger=Trigger.MENTION, priority=0, bot=cast[0], cause=cause)
    openai_server.script("Sakin kalmak iyidir bence.")
    assert compose.one("tests")
    mention.refresh_from_db()
    assert mention.state == State.COMPOSED
    for number in range(1, 20):
        stagehands.turn_in("composed", rooms[number], cast[1], send_after=ago(minutes=1))
    Turn.objects.filter(pk=mention.pk).update(send_after=ago(seconds=1))
    assert deliver.one("tests")
    mention.refresh_from_db()
    assert mention.state == State.SENT
    assert claims.claim_to_compose("tests") is not None
