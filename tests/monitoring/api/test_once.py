"""A write happens once, however often it is asked for."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from bots.models import AuditEntry
from conversations.models import Chat
from monitoring.api import keys, once
from monitoring.models import ApiAnswer, ApiKey
from tests import staff
from tests.monitoring.api.asking import send

ROOM = {"kind": "rehearsal", "title": "Yeni oda"}


@pytest.fixture
def desk(db: None) -> Client:
    return staff.at_the_desk()


def test_the_same_key_is_answered_as_the_first_time_and_does_nothing(desk: Client) -> None:
    first = send(desk, "post", "chats/", ROOM, Idempotency_Key="oda-1")
    again = send(desk, "post", "chats/", ROOM, Idempotency_Key="oda-1")
    assert (first.status_code, again.status_code, Chat.objects.count()) == (201, 201, 1)
    assert (again.json(), again["ETag"]) == (first.json(), first["ETag"])
    assert (again["Idempotency-Replayed"], "Idempotency-Replayed" in first) == ("true", False)
    assert "Yeni oda" not in str(list(ApiAnswer.objects.values()))
    assert send(desk, "post", "chats/", ROOM, Idempotency_Key="oda-2").json()["id"] != first.json()["id"]


def test_the_same_key_for_another_request_is_refused(desk: Client) -> None:
    send(desk, "post", "chats/", ROOM, Idempotency_Key="oda")
    answer = send(desk, "post", "chats/", ROOM | {"title": "Başka"}, Idempotency_Key="oda")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:kulis:problem:reused-key")
    assert Chat.objects.count() == 1


def test_a_key_is_ones_own_and_good_for_a_day(desk: Client) -> None:
    user = staff.equipped("ayse")
    _row, secret = keys.make("x", [ApiKey.Scope.WRITE_TALK], by=user, good_for=timedelta(days=1))
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    for client in (desk, staff.browser(user), program):
        assert send(client, "post", "chats/", ROOM, Idempotency_Key="oda").status_code == 201
    assert Chat.objects.count() == 3
    ApiAnswer.objects.update(created_at=timezone.now() - once.KEPT - timedelta(seconds=1))
    assert send(desk, "post", "chats/", ROOM, Idempotency_Key="oda").status_code == 201
    assert (Chat.objects.count(), ApiAnswer.objects.count()) == (4, 1)


def test_a_refusal_is_not_kept_for_nothing_was_done(desk: Client) -> None:
    group = {"kind": "telegram", "title": "Piyasa"}
    assert send(desk, "post", "chats/", group, Idempotency_Key="x").status_code == 400
    assert not ApiAnswer.objects.exists()
    assert send(desk, "post", "chats/", group | {"telegram_id": -1007}, Idempotency_Key="x").status_code == 201


def test_who_comes_while_it_is_worked_on_waits_and_after_a_crash_tries_again(desk: Client) -> None:
    send(desk, "post", "chats/", ROOM, Idempotency_Key="x")
    ApiAnswer.objects.update(status=None)
    assert send(desk, "post", "chats/", ROOM, Idempotency_Key="x").status_code == 409
    ApiAnswer.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert send(desk, "post", "chats/", ROOM, Idempotency_Key="x").status_code == 201


@pytest.mark.parametrize("key", ["iki söz", "x" * 129, ""])
def test_a_key_that_is_none_is_said_to_be_none(desk: Client, key: str) -> None:
    answer = send(desk, "post", "engine/stop/", {}, Idempotency_Key=key)
    assert [error["field"] for error in answer.json()["errors"]] == ["Idempotency-Key"]


@pytest.mark.commits
def test_two_at_once_do_it_once(committed: None) -> None:
    user = staff.equipped()
    clients = [staff.browser(user) for _ in range(4)]
    codes: list[int] = []
    gate = threading.Barrier(len(clients))

    def ask(client: Client) -> None:
        gate.wait()
        codes.append(send(client, "post", "chats/", ROOM, Idempotency_Key="oda").status_code)
        connection.close()

    threads = [threading.Thread(target=ask, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(codes) <= {201, 409}
    assert 201 in codes
    assert (Chat.objects.count(), AuditEntry.objects.filter(action="chat.add").count()) == (1, 1)
