"""Keys for programs: shown once, good for what they say, and no more than their owner may."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from bots.models import AuditEntry
from conversations import remits
from conversations.models import Chat, Engine
from monitoring import people
from monitoring.api import keys as api_keys
from monitoring.grants import Role
from monitoring.models import ApiKey
from tests import desk, staff, stagehands

pytestmark = pytest.mark.django_db
Scope = ApiKey.Scope
DOORS = {
    Scope.METRICS: ("get", "/api/v1/status/"),
    Scope.KILL: ("post", "/api/v1/engine/stop/"),
    Scope.AUDIT: ("get", "/api/v1/audit/"),
    Scope.PAUSE: ("post", "/api/v1/chats/424242/pause/"),
    Scope.READ_CAST: ("get", "/api/v1/bots/"),
    Scope.READ_TALK: ("get", "/api/v1/turns/"),
    Scope.READ_RULES: ("get", "/api/v1/rules/"),
    Scope.WRITE_CAST: ("post", "/api/v1/bots/424242/resume/"),
    Scope.WRITE_TALK: ("post", "/api/v1/chats/424242/mode/"),
    Scope.WRITE_RULES: ("post", "/api/v1/engine/scale/"),
}
CLOSED = (
    "engine/start", "turns/424242/again", "bots/424242/token", "bots/424242/retire", "bots/424242/try",
    "exports/bots.bot", "chats/424242/bots/424242/take",
)  # fmt: skip
"""What is dangerous, costs, or is said in a person's name."""


@pytest.fixture
def owner() -> User:
    return staff.equipped()


def made(owner: User, *scopes: str) -> str:
    return api_keys.make("alarm", scopes or list(Scope), by=owner, good_for=timedelta(days=9))[1]


def knock(secret: str, verb: str, address: str, body: object = None) -> Any:
    headers = {"Authorization": f"Bearer {secret}"}
    if verb == "get":
        return Client().get(address, headers=headers)
    return Client().post(address, json.dumps(body or {}), content_type="application/json", headers=headers)


def test_an_admin_makes_a_key_that_is_shown_once_and_kept_as_a_digest(owner: User) -> None:
    browser = staff.browser(owner)
    page = desk.send(
        browser, desk.address(ApiKey, "add"), name="Grafana", scopes=["read:metrics"], days="30"
    ).content.decode()
    (secret,) = re.findall(r"kulis_[\w-]{43}", page)
    key = ApiKey.objects.get()
    assert secret not in str(ApiKey.objects.values().get())
    assert secret not in browser.get(desk.address(ApiKey, "changelist")).content.decode()
    assert secret not in str(list(AuditEntry.objects.values()))
    assert key.prefix in browser.get(desk.address(ApiKey, "changelist")).content.decode()
    assert knock(secret, "get", "/api/v1/status/").status_code == 200
    assert ApiKey.objects.get().used_at is not None


@pytest.mark.parametrize("scope", list(Scope))
def test_a_key_opens_what_its_scope_says_and_nothing_else(owner: User, scope: str) -> None:
    secret = made(owner, scope)
    opened = {name for name, door in DOORS.items() if knock(secret, *door).status_code != 403}
    assert opened == {scope}
    assert {knock(secret, "post", f"/api/v1/{address}/").status_code for address in CLOSED} == {403}


def test_no_key_switches_the_cast_on_or_opens_a_page(owner: User) -> None:
    secret = made(owner)
    assert knock(secret, "post", "/api/v1/engine/start/").status_code == 403
    assert not Engine.objects.get().running
    assert knock(secret, "get", "/").status_code == 302
    assert knock(secret, "get", "/admin/").status_code == 302


@pytest.mark.parametrize("end", ["revoked", "old", "shut out", "demoted", "nonsense"])
def test_a_key_that_is_over_opens_nothing(owner: User, end: str) -> None:
    staff.account("kadir")
    secret = made(owner)
    if end == "revoked":
        desk.act(staff.browser(owner), ApiKey, "revoke", ApiKey.objects.get())
    elif end == "old":
        ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif end == "shut out":
        people.deactivate(owner, by="tests")
    elif end == "demoted":
        people.assign(owner, Role.AUDITOR, by="tests")
    answer = knock(secret if end != "nonsense" else "kulis_nonsense", "get", "/api/v1/status/")
    assert answer.status_code == (403 if end == "demoted" else 401)


def test_what_a_program_does_is_audited_with_its_name(owner: User) -> None:
    Engine.objects.update(running=True)
    knock(made(owner), "post", "/api/v1/engine/stop/", {"reason": "alarm"})
    entry = AuditEntry.objects.get(action="engine.stop")
    assert (entry.actor_name, entry.reason) == ("alarm · zeynep", "alarm")


def test_a_program_pauses_a_chat_of_its_owner_and_no_other() -> None:
    mine, other = stagehands.room([]), stagehands.room([], title="Öteki")
    omer = staff.account("omer", Role.OPERATOR)
    remits.limit(omer, [mine], by="tests")
    secret = made(omer)
    codes = [knock(secret, "post", f"/api/v1/chats/{chat.pk}/pause/").status_code for chat in (mine, other)]
    assert codes == [200, 404]
    assert Chat.objects.get(pk=mine.pk).mode == Chat.Mode.PAUSED


def test_a_key_outlives_a_change_of_the_keys_of_the_house(owner: User, settings: Settings) -> None:
    secret = made(owner)
    settings.FIELD_KEYS = ["k2:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", *settings.FIELD_KEYS]
    assert knock(secret, "get", "/api/v1/status/").status_code == 200
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    assert knock(secret, "get", "/api/v1/status/").status_code == 200


@pytest.mark.parametrize("days", [0, 400])
def test_a_key_is_good_for_a_year_at_most(owner: User, days: int) -> None:
    with pytest.raises(ValidationError):
        api_keys.make("x", ["read:metrics"], by=owner, good_for=timedelta(days=days))
