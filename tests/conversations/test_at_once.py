"""What people do at the same moment, each on a connection of their own."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from bots.models import Bot
from conversations import control, events, pool, responses
from conversations.engine import policy
from conversations.models import Chat, Engine, Event, Membership, Rules
from tests import stagehands
from tests.conversations import apart

pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("committed")]


def test_two_who_change_the_rules_at_once_both_see_their_change() -> None:
    apart.at_once(
        lambda: control.revise(by="biri", base_delay=44.0),
        lambda: control.revise(by="öteki", own_gap=33),
    )
    rules = policy.current()
    assert (rules.base_delay, rules.own_gap, Rules.objects.count()) == (44.0, 33, 3)


def test_of_two_who_press_stop_one_stops() -> None:
    control.start(by="tests")
    apart.at_once(*[lambda: control.stop(by="tests")] * 2)
    assert Event.objects.filter(kind=Event.Kind.ENGINE).count() == 2
    assert not Engine.objects.get().running


def test_numbers_of_events_grow_in_the_order_of_their_commits() -> None:
    """The one that asked first commits first: until then the other has no number, so nobody can read past it."""

    def publish(subject: int) -> None:
        with transaction.atomic():
            events.publish(Event.Kind.CHAT, subject_id=subject)

    with apart.unfinished(lambda: events.publish(Event.Kind.CHAT, subject_id=1)):
        second = apart.kept_waiting(lambda: publish(2))
        assert not Event.objects.exists()
    second.result()
    assert list(Event.objects.order_by("id").values_list("subject_id", flat=True)) == [1, 2]


def test_outside_a_transaction_nothing_is_published() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        events.publish(Event.Kind.ENGINE)
    assert not Event.objects.exists()


def test_outside_a_transaction_the_connection_is_given_back() -> None:
    assert Engine.objects.exists()
    pool.give_back()
    assert connection.connection is None


def test_an_answer_that_has_to_wait_holds_nobody_up_while_others_are_looked_at() -> None:
    bot = stagehands.crowd(1)[0]
    paced, busy = stagehands.group([bot], -100111), stagehands.group([bot], -100222)
    Membership.objects.filter(chat=paced).update(next_at=timezone.now() + timedelta(minutes=1))
    for chat in (paced, busy):
        responses.answer(
            bot=bot, command="help", chat_number=chat.telegram_id or 0, message_number=1, person=5, text="Yardım"
        )
    with apart.unfinished(lambda: Chat.objects.select_for_update(no_key=True).get(pk=busy.pk)):
        answered = apart.kept_waiting(responses.one)
        with transaction.atomic():
            Bot.objects.select_for_update(nowait=True).get(pk=bot.pk)
            Chat.objects.select_for_update(nowait=True).get(pk=paced.pk)
    assert answered.result(20)
