"""In order, once, and nobody held up: what many workers make of many copies."""

from datetime import timedelta
from random import Random

import pytest
from django.db import connection, transaction
from django.utils import timezone

from bots.models import Bot
from conversations import inbox
from conversations.models import InboundUpdate, Message, Participant, Turn
from tests.conversations import apart
from tests.conversations.inbound import told

State = InboundUpdate.State


@pytest.mark.commits
def test_each_update_five_times_shuffled_from_four_bots_to_three_workers(committed: None) -> None:
    """One row for each update, one message for each message, one answer."""
    told.group(4)
    said = [told.content("@nermin_sahne_bot ne dersin?"), *(told.content(f"Söz {n}") for n in range(4))]
    copies = [(bot, told.update(**one)) for bot in Bot.objects.all() for one in said]
    posts = copies * 5
    Random(7).shuffle(posts)

    def deliver(part: int) -> None:
        for bot, one in posts[part::3]:
            inbox.store(bot, one)
            inbox.process_one()

    apart.at_once(*[lambda part=part: deliver(part) for part in range(3)])
    while inbox.process_one():
        pass
    outcomes = list(InboundUpdate.objects.values_list("outcome", flat=True))
    assert (len(outcomes), outcomes.count("message"), outcomes.count("seen")) == (20, 5, 15)
    assert (Message.objects.count(), Participant.objects.count()) == (5, 1)
    assert Turn.objects.filter(trigger="mention").count() == 1


@pytest.mark.commits
def test_two_workers_never_read_one_chat_at_once(committed: None) -> None:
    told.group()
    for number in range(2):
        inbox.store(told.bot(), told.message(f"Söz {number}"))
    inbox.store(told.bot(), told.message("Başka yerde", chat={"id": -77, "type": "group", "title": "Öteki"}))

    def hold() -> InboundUpdate:
        return next(iter(InboundUpdate.objects.raw(inbox._NEXT, {"lock": inbox._CHAT_LOCK})))

    with apart.unfinished(hold) as first:
        assert (first.chat_number, first.payload["message"]["text"]) == (told.GROUP, "Söz 0")
        assert inbox.process_one()
        assert Message.objects.get().text == "Başka yerde"
        assert not inbox.process_one()
    while inbox.process_one():
        pass
    assert list(Message.objects.order_by("id").values_list("text", flat=True)) == ["Başka yerde", "Söz 0", "Söz 1"]


@pytest.mark.django_db
def test_the_older_message_is_read_first_whichever_came_first() -> None:
    told.group()
    now = int(timezone.now().timestamp())
    for number, date in ((12, now), (11, now), (10, now - 5)):
        inbox.store(told.bot(), told.message(str(number), number=number, date=date))
    while inbox.process_one():
        pass
    assert list(Message.objects.order_by("id").values_list("text", flat=True)) == ["10", "11", "12"]


@pytest.mark.django_db
def test_poison_is_parked_at_once_with_its_cause_and_holds_up_nobody() -> None:
    told.group()
    outcomes = told.read(told.message("Bir"), told.message(date="yesterday"), told.message(), told.message("Üç"))
    assert sorted(outcomes) == ["message", "message", "message", "unreadable"]
    parked = InboundUpdate.objects.get(state=State.PARKED)
    assert (parked.tries, parked.cause.partition(":")[0]) == (inbox.MOST_TRIES, "TypeError")


@pytest.mark.django_db
def test_what_is_parked_can_be_read_again_once_the_cause_is_mended() -> None:
    told.group()
    told.read(told.message(date="yesterday"))
    parked = InboundUpdate.objects.get(state=State.PARKED)
    parked.payload["message"]["date"] = int(timezone.now().timestamp())
    parked.save()
    assert inbox.retry(parked, by="tests")
    assert not inbox.retry(parked, by="tests")
    assert inbox.process_one()
    assert Message.objects.exists()


@pytest.mark.django_db
def test_what_is_laid_aside_is_never_read() -> None:
    told.group()
    told.read(told.message(date="yesterday"))
    parked = InboundUpdate.objects.get(state=State.PARKED)
    assert inbox.discard(parked, by="tests", reason="Çöp.")
    assert not inbox.discard(parked, by="tests")
    assert not inbox.process_one()


@pytest.mark.django_db
def test_pruning_takes_old_ones_that_are_done_and_leaves_what_waits() -> None:
    told.group()
    told.read(told.message("Bir"), told.message(date="yesterday"))
    inbox.store(told.bot(), told.message("Bekliyor"))
    InboundUpdate.objects.update(received_at=timezone.now() - timedelta(days=40))
    told.read(told.message("Yeni", chat={"id": -77, "type": "group", "title": "Öteki"}))
    InboundUpdate.objects.filter(outcome="message", payload__message__text="Bekliyor").update(state=State.STORED)
    assert inbox.prune(timezone.now() - timedelta(days=30)) == 1
    assert sorted(InboundUpdate.objects.values_list("state", flat=True)) == ["done", "parked", "stored"]


@pytest.mark.django_db
def test_storing_takes_one_statement_and_reading_runs_in_its_own_transaction() -> None:
    told.group()
    with transaction.atomic():
        before = len(connection.queries_log)
        connection.force_debug_cursor = True
        inbox.store(told.bot(), told.message())
        connection.force_debug_cursor = False
        statements = [one["sql"] for one in list(connection.queries_log)[before:]]
    assert sum("inboundupdate" in sql for sql in statements) == 1
