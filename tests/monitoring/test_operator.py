"""`manage.py operator`: the first admin, and everybody after."""

import io
import json
import sys
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from bots.models import AuditEntry
from monitoring import people, second_factor
from monitoring.grants import Role
from tests import staff

pytestmark = pytest.mark.django_db
DOOR = reverse("admin:login")


def operator(*words: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("operator", *words, "--json", stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{staff.PASSWORD}\n"))


def test_the_first_is_admin_and_can_sign_in_with_what_was_printed(client: Client) -> None:
    told = operator("zeynep")
    assert told["role"] == "admin"
    client.post(DOOR, {"username": "zeynep", "password": told["password"]})
    client.post(DOOR, {"otp_token": staff.code(TOTPDevice.objects.get())})
    assert client.get(reverse("admin:index")).status_code == 200
    assert told["secret"] in told["otpauth_url"]
    assert told["secret"] == second_factor.secret(TOTPDevice.objects.get()).replace(" ", "")
    assert len(told["recovery_codes"]) == second_factor.CODES


def test_the_next_is_an_operator_unless_said_otherwise() -> None:
    operator("zeynep")
    assert [operator("omer")["role"], operator("aylin", "--role", "auditor")["role"]] == ["operator", "auditor"]
    assert people.role_of(User.objects.get(username="aylin")) == Role.AUDITOR


def test_a_given_password_is_taken_and_not_printed(typed: None) -> None:
    told = operator("zeynep", "--password-stdin")
    assert "password" not in told
    assert User.objects.get().check_password(staff.PASSWORD)


def test_people_see_a_code_to_scan_the_secret_and_the_recovery_codes() -> None:
    out = io.StringIO()
    call_command("operator", "zeynep", stdout=out)
    page = out.getvalue()
    assert "█" in page
    assert "otpauth://totp/Kulis" in page
    assert second_factor.secret(TOTPDevice.objects.get()).replace(" ", "") in page


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["zeynep", "--role", "analyst"], "--role"),
        (["iki kelime"], "username"),
        (["zeynep", "--reset-second-factor"], "zeynep"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_and_leaves_nothing(words: list[str], named: str) -> None:
    with pytest.raises(CommandError) as refused:
        operator(*words)
    assert named in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not User.objects.exists()


def test_a_short_password_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("kisa\n"))
    with pytest.raises(CommandError, match="password"):
        operator("zeynep", "--password-stdin")
    assert not User.objects.exists()


def test_an_existing_name_is_left_alone_without_a_wish() -> None:
    operator("zeynep")
    with pytest.raises(CommandError, match="--reset-second-factor"):
        operator("zeynep")
    assert User.objects.count() == 1


def test_a_lost_phone_is_replaced_and_the_old_one_void() -> None:
    first = operator("zeynep")
    old = TOTPDevice.objects.get().key
    second = operator("zeynep", "--reset-second-factor")
    assert TOTPDevice.objects.get().key != old
    assert not set(first["recovery_codes"]) & set(second["recovery_codes"])
    assert "password" not in second
    assert AuditEntry.objects.filter(action="second_factor.set_up").order_by("pk").last().after == {"replaced": True}  # type: ignore[union-attr]


def test_the_last_admin_cannot_be_made_less() -> None:
    operator("zeynep")
    with pytest.raises(CommandError):
        operator("zeynep", "--role", "operator")
    assert people.has_admin()
    operator("omer", "--role", "admin")
    assert operator("zeynep", "--role", "operator")["role"] == "operator"
