"""The API: the same doors, the same locks."""

import json
import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from bots.models import AuditEntry
from conversations.models import Engine, Turn
from monitoring.api import addresses
from monitoring.grants import Role
from tests import full_house, guests, staff, stagehands

pytestmark = pytest.mark.django_db

READS = ["/api/v1/status/", "/api/v1/chats/", "/api/v1/schema/"]


@pytest.fixture
def desk() -> Client:
    return staff.at_the_desk()


@pytest.mark.parametrize("address", READS)
def test_strangers_and_passwords_alone_read_nothing(address: str) -> None:
    assert Client().get(address).status_code == 403
    assert staff.browser(staff.account()).get(address).status_code == 403


def test_the_guest_of_a_demo_reads_nothing_here(settings: Settings) -> None:
    guests.demo(settings)
    assert guests.browser().get("/api/v1/status/").status_code == 403


def test_an_auditor_reads_no_message() -> None:
    room = stagehands.room()
    client = staff.at_the_desk(Role.AUDITOR)
    assert client.get(f"/api/v1/chats/{room.pk}/messages/").status_code == 403


def test_status_is_what_the_command_prints(desk: Client, capsys: pytest.CaptureFixture[str]) -> None:
    full_house.furnish()
    call_command("engine", "status", "--json")
    printed: dict[str, Any] = json.loads(capsys.readouterr().out)
    answered = desk.get("/api/v1/status/").json()
    for moving in (
        "oldest_due_seconds",
        "changed_at",
        "ticked_at",
    ):  # the same facts, a moment later or otherwise spelled
        assert (printed.pop(moving) is None) == (answered.pop(moving) is None)
    for process in [*printed["processes"], *answered["processes"]]:
        assert process.pop("idle_seconds") >= 0
    assert printed == answered


def test_chats_are_listed(desk: Client) -> None:
    room = stagehands.room()
    (found,) = desk.get("/api/v1/chats/").json()["results"]
    assert (found["id"], found["title"], found["is_disclosed"]) == (room.pk, room.title, True)


def test_messages_come_newest_first_page_by_page(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    room = stagehands.room()
    for number in range(60):
        stagehands.message(room, f"söz {number}", bot=room.members.all()[0])
    with django_assert_max_num_queries(12):
        first = desk.get(f"/api/v1/chats/{room.pk}/messages/").json()
    second = desk.get(first["next"]).json()
    texts = [message["text"] for message in first["results"] + second["results"]]
    assert texts == [f"söz {number}" for number in reversed(range(60))]
    assert first["results"][0]["bot"] == room.members.all()[0].username


def test_a_turn_comes_with_its_evidence(desk: Client) -> None:
    turn = stagehands.turn(stagehands.room(), candidates=[{"bot": 1, "score": 1.0}])
    found = desk.get(f"/api/v1/turns/{turn.pk}/").json()
    assert found["candidates"] == [{"bot": 1, "score": 1.0}]
    assert "cost" in found


def test_an_analyst_is_told_no_cost() -> None:
    turn = stagehands.turn(stagehands.room())
    assert "cost" not in staff.at_the_desk(Role.ANALYST).get(f"/api/v1/turns/{turn.pk}/").json()


@pytest.mark.parametrize("address", ["/api/v1/chats/424242/messages/", "/api/v1/turns/424242/"])
def test_what_is_not_there_is_404(desk: Client, address: str) -> None:
    assert desk.get(address).status_code == 404


def post(client: Client, address: str, body: object) -> Any:
    return client.post(address, json.dumps(body), content_type="application/json")


def test_the_switch_is_thrown_with_its_reason(desk: Client) -> None:
    assert post(desk, "/api/v1/engine/start/", {"reason": "sabah"}).json()["running"] is True
    assert post(desk, "/api/v1/engine/stop/", {}).json()["running"] is False
    reasons = AuditEntry.objects.filter(action__startswith="engine.").order_by("pk").values_list("actor_name", "reason")
    assert list(reasons) == [("zeynep", "sabah"), ("zeynep", "")]


@pytest.mark.parametrize("body", [{"reason": "x" * 201}, {"reason": {"a": 1}}, [1], "text"])
def test_a_malformed_reason_is_refused_and_changes_nothing(desk: Client, body: object) -> None:
    assert post(desk, "/api/v1/engine/start/", body).status_code == 400
    assert not Engine.objects.get().running


@pytest.mark.parametrize(("role", "stops", "starts"), [(Role.OPERATOR, 200, 403), (Role.ANALYST, 403, 403)])
def test_the_switch_obeys_the_role(role: Role, stops: int, starts: int) -> None:
    client = staff.at_the_desk(role)
    assert post(client, "/api/v1/engine/stop/", {}).status_code == stops
    assert post(client, "/api/v1/engine/start/", {}).status_code == starts


def test_a_foreign_page_cannot_throw_the_switch() -> None:
    client = Client(enforce_csrf_checks=True)
    inside = staff.at_the_desk()
    client.cookies["kulis"] = inside.cookies["kulis"].value
    assert post(client, "/api/v1/engine/stop/", {}).status_code == 403


def test_the_schema_knows_every_address_and_is_without_warnings() -> None:
    out = StringIO()
    call_command("spectacular", "--fail-on-warn", "--validate", "--format", "openapi-json", stdout=out)
    told = {re.sub(r"{\w+}", "1", path) for path in json.loads(out.getvalue())["paths"]}
    arguments = {"pk": 1, "bot": 1, "number": 1, "name": 1}
    named = [route for route in addresses.urlpatterns if route.name]
    kept = {
        reverse(str(route.name), kwargs={name: arguments[name] for name in route.pattern.converters}) for route in named
    }
    assert told == kept


def test_without_redis_nobody_is_turned_away(desk: Client, settings: Settings) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/1"}
    }
    assert desk.get("/api/v1/chats/").status_code == 200


def test_text_from_outside_is_data_here(desk: Client) -> None:
    room = stagehands.room([], title="<b>oda</b>")
    stagehands.message(room, "</script><script>alert(1)</script>")
    answer = desk.get(f"/api/v1/chats/{room.pk}/messages/")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["results"][0]["text"] == "</script><script>alert(1)</script>"
    assert not Turn.objects.exists()
