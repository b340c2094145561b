"""Edits name what they saw; the verbs of the API are those of the pages."""

from typing import Any

import pytest
from django.test import Client

from bots.models import AuditEntry, Bot, Holding, Memory, Stance, Version
from conversations import control
from conversations.engine import policy
from conversations.models import Chat, Membership, Rules, Turn
from monitoring.grants import Role
from tests import staff, stagehands
from tests.monitoring.api.asking import get, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    return staff.at_the_desk(Role.OPERATOR, name="omer")


def edited(client: Client, address: str, body: object, verb: str = "patch") -> Any:
    return send(client, verb, address, body, If_Match=get(client, address)["ETag"])


@pytest.mark.parametrize(
    ("kind", "body"), [("bots/{bot}/", {"pace": 2}), ("bots/{bot}/sheet/", {"tone": "neşeli"}),
                       ("chats/{chat}/", {"tempo": 2}), ("memberships/{member}/", {"weight": 3}),
                       ("stances/{stance}/", {"confidence": 0.1})],
)  # fmt: skip
def test_an_edit_of_what_has_changed_meanwhile_is_refused(desk: Client, kind: str, body: dict[str, Any]) -> None:
    room = stagehands.room(stagehands.troupe(1))
    rows = {"bot": Bot.objects.get().pk, "chat": room.pk, "member": room.memberships.get().pk}
    address = kind.format(**rows, stance=Stance.objects.get().pk)
    seen = get(desk, address)["ETag"]
    assert send(desk, "patch", address, body).status_code == 428
    assert get(desk, address, If_None_Match=seen).status_code == 304
    changed = send(desk, "patch", address, body, If_Match=seen)
    assert changed.status_code == 200
    assert changed["ETag"] == get(desk, address)["ETag"] != seen
    late = send(desk, "patch", address, body, If_Match=seen)
    assert (late.status_code, late.json()["type"]) == (412, "urn:kulis:problem:changed")


def test_a_bot_is_taken_in_written_tried_on_paper_and_brought_back(desk: Client) -> None:
    admin = staff.at_the_desk()
    made = send(admin, "post", "bots/", {"username": "yeni_bot", "name": "Yeni", "hours": ["09:00-18:00"]})
    assert made.status_code == 201
    at = f"bots/{made.json()['id']}/"
    checked = send(desk, "post", f"{at}check/", {"tone": "ciddi", "watchlist": ["THYAO", "YOKYOK"]}).json()
    assert {change["key"] for change in checked["changes"]} == {"tone", "watchlist"}
    assert [warning["field"] for warning in checked["warnings"]] == ["watchlist"]
    assert edited(desk, f"{at}sheet/", {"tone": "ciddi", "reason": "daha ağır"}).json()["tone"] == "ciddi"
    assert AuditEntry.objects.filter(action="persona.revise").latest("pk").reason == "daha ağır"
    numbers = [row["number"] for row in get(desk, f"{at}versions/").json()["results"]]
    assert numbers == [2, 1]
    mark = get(desk, f"{at}sheet/")["ETag"]
    restored = send(desk, "post", f"{at}versions/1/restore/", {"reason": "eskisi iyiydi"}, If_Match=mark)
    assert restored.json() == {"version": 3}
    assert get(desk, f"{at}sheet/").json()["tone"] == ""
    assert Version.objects.latest("pk").kind == "restored"


def test_what_a_bot_thinks_holds_and_remembers_is_written_row_by_row(desk: Client) -> None:
    bot = stagehands.crowd(1)[0]
    wanted: tuple[tuple[str, Any, dict[str, Any], dict[str, Any]], ...] = (
        ("stances", Stance, {"topic": "Altın", "text": "Sabır."}, {"text": "Daha çok sabır."}),
        ("holdings", Holding, {"symbol": "THYAO", "average_price": "10.5", "size": "3"}, {"size": "4"}),
        ("memories", Memory, {"text": "Çay sever.", "kind": "preference"}, {"importance": 0.9}),
    )
    for kind, model, body, change in wanted:
        made = send(desk, "post", f"bots/{bot.pk}/{kind}/", body)
        assert made.status_code == 201, made.json()
        assert send(desk, "post", f"bots/{bot.pk}/{kind}/", body).status_code == 409
        address = f"{kind}/{made.json()['id']}/"
        assert made["Location"].endswith(address)
        assert edited(desk, address, change).status_code == 200
        assert len(get(desk, f"{kind}/?bot={bot.pk}").json()["results"]) == 1
        gone = send(desk, "delete", f"{address}?reason=yeter", If_Match=get(desk, address)["ETag"])
        assert (gone.status_code, model.objects.count()) == (204, 0)
    assert Version.objects.filter(bot=bot).count() == 10


def test_nobody_edits_what_a_bot_has_learned_from_people(desk: Client) -> None:
    bot = stagehands.bots(1)[0]
    memory = Memory.objects.get()
    Memory.objects.update(message_id=7)
    assert get(desk, f"memories/{memory.pk}/").json()["learned"] is True
    assert edited(desk, f"memories/{memory.pk}/", {"importance": 0.1}).status_code == 409
    assert send(desk, "post", f"bots/{bot.pk}/pause/", {"until": "2020-01-01T00:00:00Z"}).status_code == 400


def test_a_bot_leaves_a_chat_and_what_it_had_to_say_with_it(desk: Client) -> None:
    bots = stagehands.troupe(2)
    group = stagehands.group(bots[:1])
    turn = stagehands.turn_in("held", group, bots[0])
    assert send(desk, "post", f"chats/{group.pk}/members/", {"bots": [bots[1].pk]}).status_code == 200
    member = Membership.objects.get(bot=bots[0])
    assert send(desk, "delete", f"memberships/{member.pk}/?reason=yeter").status_code == 204
    turn.refresh_from_db()
    assert (turn.state, turn.reason) == ("skipped", "not_a_member")
    assert Chat.objects.get(pk=group.pk).listener_id is None
    assert send(desk, "delete", f"memberships/{member.pk}/").status_code == 409
    assert send(desk, "post", f"chats/{group.pk}/members/", {"bots": [424242]}).json()["errors"][0]["field"] == "bots"


def test_somebody_speaks_through_a_bot(desk: Client) -> None:
    room = stagehands.room(stagehands.troupe(1))
    control.start(by="tests")
    at = f"chats/{room.pk}/bots/{Bot.objects.get().pk}/"
    assert send(desk, "post", f"{at}speak/", {"text": "Sakin."}).status_code == 409
    assert send(desk, "post", f"{at}take/").json()["taken_by"] == "omer"
    assert send(staff.at_the_desk(), "post", f"{at}take/").status_code == 409
    assert send(desk, "post", f"{at}speak/", {"text": "Sakin olalım."}).json()["trigger"] == Turn.Trigger.OPERATOR
    assert send(desk, "post", f"{at}hand-back/").json()["taken_by"] is None
    said = send(desk, "post", f"chats/{room.pk}/messages/", {"text": "Selam."})
    assert (said.status_code, said.json()["speaker"]) == (201, "omer")


def test_rules_are_written_from_what_was_seen_and_go_back(desk: Client) -> None:
    admin, room = staff.at_the_desk(), stagehands.room([])
    first = Rules.objects.latest("pk")
    seen = get(admin, "rules/current/")["ETag"]
    body = {"note": "Daha sakin.", "base_delay": 44}
    assert send(desk, "post", "rules/", body, If_Match=seen).status_code == 403
    assert send(admin, "post", "rules/", body, If_Match=seen).status_code == 201
    assert send(admin, "post", "rules/", body, If_Match=seen).status_code == 412
    here = get(desk, f"rules/current/?chat={room.pk}")["ETag"]
    assert send(desk, "post", "rules/", body | {"chat": room.pk}, If_Match=here).status_code == 201
    now = get(admin, "rules/current/")["ETag"]
    back = send(admin, "post", f"rules/{first.pk}/return/", {"reason": "fazla sakin"}, If_Match=now)
    assert (back.status_code, policy.current().base_delay) == (200, first.base_delay)
    assert send(admin, "post", "engine/scale/", {"value": 0.5}).json()["scale"] == 0.5
