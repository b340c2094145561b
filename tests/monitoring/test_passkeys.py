"""Passkeys from the side of the server; that they work at all is shown in a browser."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django_otp_webauthn.models import WebAuthnCredential

from bots.models import AuditEntry
from monitoring import passkeys, second_factor
from monitoring.grants import Role
from tests import staff

pytestmark = pytest.mark.django_db
ASK, SHOW, BEGIN, ADD, REMOVE = (reverse(f"passkey-{verb}") for verb in ("ask", "show", "begin", "add", "remove"))


@pytest.fixture
def user() -> User:
    return staff.equipped()


def passkey(user: User) -> WebAuthnCredential:
    made: WebAuthnCredential = WebAuthnCredential.objects.create(
        user=user, name="Chrome · Linux", credential_id=f"kanarya {user.pk}".encode(), public_key=b"x"
    )
    return made


def halfway(user: User) -> Client:
    """Somebody who has shown the password."""
    browser = Client()
    browser.post(reverse("admin:login"), {"username": user.username, "password": staff.PASSWORD})
    return browser


@pytest.mark.parametrize("answer", ["", "[]", "{}", '{"id": "x", "rawId": "x", "type": "public-key", "response": {}}'])
def test_nonsense_for_a_passkey_opens_nothing_and_is_counted(user: User, answer: str) -> None:
    passkey(user)
    browser = halfway(user)
    assert browser.post(ASK).json()["options"]["challenge"]
    assert browser.post(SHOW, {"answer": answer}).status_code == 422
    assert browser.get("/").status_code == 302


def test_without_a_password_nobody_is_asked_for_a_passkey(user: User) -> None:
    assert [Client().post(address).status_code for address in (ASK, SHOW)] == [403, 403]


def test_six_wrong_passkeys_lock_as_six_wrong_codes_do(user: User) -> None:
    browser = halfway(user)
    codes = [browser.post(SHOW, {"answer": "{}"}).status_code for _try in range(7)]
    assert (codes[0], codes[5]) == (422, 429)


def test_a_passkey_is_made_only_while_the_second_factor_is_fresh(user: User) -> None:
    late = staff.browser(user, fresh=False)
    answer = late.post(BEGIN)
    assert answer.status_code == 409
    assert answer.json()["next"].startswith(reverse("step-up"))
    assert late.post(ADD, {"answer": "{}"}).status_code == 403
    assert "challenge" in staff.browser(user).post(BEGIN).json()["options"]


def test_only_ones_own_passkey_is_removed(user: User) -> None:
    omer = staff.equipped("omer", Role.OPERATOR)
    theirs, mine, browser = passkey(omer), passkey(user), staff.browser(user)
    assert browser.post(REMOVE, {"passkey": theirs.pk}).status_code == 422
    assert browser.post(REMOVE, {"passkey": mine.pk}).status_code == 302
    assert list(WebAuthnCredential.objects.all()) == [theirs]
    assert AuditEntry.objects.get(action="second_factor.passkey_remove").before == {"name": "Chrome · Linux"}


def test_a_reset_second_factor_takes_the_passkeys_too(user: User) -> None:
    passkey(user)
    second_factor.remove(user, by="tests")
    assert not passkeys.of(user).exists()
