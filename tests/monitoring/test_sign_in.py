"""The way in: a password, then a code; and what happens to those who guess."""

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client, override_settings
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from bots.models import AuditEntry
from monitoring import people, second_factor
from monitoring.grants import Role
from monitoring.models import Session
from tests import staff

pytestmark = pytest.mark.django_db
DOOR = reverse("admin:login")
INSIDE = reverse("admin:index")


@pytest.fixture
def issued() -> second_factor.Issued:
    return second_factor.issue(staff.account("zeynep"), by="tests")


def password(client: Client, word: str = staff.PASSWORD, name: str = "zeynep", **more: str) -> "object":
    return client.post(DOOR, {"username": name, "password": word, **more}, follow=True)


def test_a_password_and_a_code_open_the_house(client: Client, issued: second_factor.Issued) -> None:
    asked = client.post(
        f"{DOOR}?next=/admin/bots/bot/", {"username": "zeynep", "password": staff.PASSWORD}, follow=True
    )
    assert "otp_token" in asked.content.decode()
    assert client.get(INSIDE).status_code == 302
    opened = client.post(f"{DOOR}?next=/admin/bots/bot/", {"otp_token": staff.code(issued.device)})
    assert opened.headers["Location"] == "/admin/bots/bot/"
    assert client.get(INSIDE).status_code == 200


def test_password_and_code_may_come_together(client: Client, issued: second_factor.Issued) -> None:
    password(client, otp_device=issued.device.persistent_id, otp_token=staff.code(issued.device))
    assert client.get(INSIDE).status_code == 200


def test_the_password_is_never_sent_back(client: Client, issued: second_factor.Issued) -> None:
    page = client.post(DOOR, {"username": "zeynep", "password": staff.PASSWORD}, follow=True)
    assert staff.PASSWORD not in page.content.decode()


def test_nobody_is_signed_in_between_the_two_steps(client: Client, issued: second_factor.Issued) -> None:
    password(client)
    assert "_auth_user_id" not in client.session


def test_a_code_works_once(client: Client, issued: second_factor.Issued) -> None:
    code = staff.code(issued.device)
    for browser in (client, Client()):
        password(browser)
        browser.post(DOOR, {"otp_token": code})
    assert client.get(INSIDE).status_code == 200
    assert browser.get(INSIDE).status_code == 302


def test_a_recovery_code_works_once_and_is_audited(client: Client, issued: second_factor.Issued) -> None:
    for browser in (client, Client()):
        password(browser)
        browser.post(DOOR, {"otp_token": issued.codes[0].upper()})
    assert client.get(INSIDE).status_code == 200
    assert browser.get(INSIDE).status_code == 302
    entry = AuditEntry.objects.get(action="second_factor.recovery_code")
    assert entry.after == {"left": second_factor.CODES - 1}


def test_the_code_of_another_account_opens_nothing(client: Client, issued: second_factor.Issued) -> None:
    other = second_factor.issue(staff.account("omer", Role.OPERATOR), by="tests")
    password(client)
    client.post(DOOR, {"otp_token": staff.code(other.device), "otp_device": other.device.persistent_id})
    client.post(DOOR, {"otp_token": other.codes[0]})
    assert client.get(INSIDE).status_code == 302


def test_the_session_gets_another_name_with_each_step(client: Client, issued: second_factor.Issued) -> None:
    client.get(DOOR)
    password(client)
    halfway = client.session.session_key
    client.post(DOOR, {"otp_token": staff.code(issued.device)})
    assert client.session.session_key != halfway
    assert not Session.objects.filter(session_key=halfway).exists()


def test_a_new_password_ends_what_the_old_one_began(client: Client, issued: second_factor.Issued) -> None:
    password(client)
    people.set_password(User.objects.get(username="zeynep"), "baska-bir-uzun-parola", by="tests")
    client.post(DOOR, {"otp_token": staff.code(issued.device)})
    assert client.get(INSIDE).status_code == 302


def test_whoever_is_shut_out_halfway_stays_out(client: Client, issued: second_factor.Issued) -> None:
    second_factor.issue(staff.account("kalan"), by="tests")
    password(client)
    people.deactivate(User.objects.get(username="zeynep"), by="tests")
    client.post(DOOR, {"otp_token": staff.code(issued.device)})
    assert client.get(INSIDE).status_code == 302


def test_six_wrong_passwords_lock_that_account_and_no_other(client: Client, issued: second_factor.Issued) -> None:
    second_factor.issue(staff.account("omer", Role.OPERATOR), by="tests")
    answers = [client.post(DOOR, {"username": "zeynep", "password": "yanlis"}).status_code for _try in range(6)]
    assert answers == [200] * 5 + [429]
    locked = client.post(DOOR, {"username": "zeynep", "password": staff.PASSWORD})
    assert locked.status_code == 429
    assert "15" in locked.content.decode()
    assert client.post(DOOR, {"username": "omer", "password": staff.PASSWORD}).status_code == 302


def test_guessing_codes_locks_as_guessing_passwords_does(client: Client, issued: second_factor.Issued) -> None:
    for _try in range(6):
        password(client)
        TOTPDevice.objects.update(throttling_failure_timestamp=None)  # as if each guess had waited long enough
        answer = client.post(DOOR, {"otp_token": "000000"})
    assert answer.status_code == 429
    assert client.post(DOOR, {"otp_token": staff.code(issued.device)}).status_code == 429
    assert client.get(INSIDE).status_code == 302


def test_wrong_codes_make_the_next_one_wait(client: Client, issued: second_factor.Issued) -> None:
    password(client)
    client.post(DOOR, {"otp_token": "000000"})
    client.post(DOOR, {"otp_token": staff.code(issued.device)})
    assert client.get(INSIDE).status_code == 302


def test_an_address_elsewhere_is_no_destination(client: Client, issued: second_factor.Issued) -> None:
    client.post(f"{DOOR}?next=https://elsewhere.example/", {"username": "zeynep", "password": staff.PASSWORD})
    opened = client.post(f"{DOOR}?next=//elsewhere.example/", {"otp_token": staff.code(issued.device)})
    assert opened.headers["Location"] == INSIDE


def test_signing_in_needs_a_token_against_forgery(issued: second_factor.Issued) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(DOOR, {"username": "zeynep", "password": staff.PASSWORD}).status_code == 403


def test_nobody_learns_whether_an_account_exists(client: Client, issued: second_factor.Issued) -> None:
    User.objects.create_user("seyirci", password=staff.PASSWORD)  # no staff
    told = set()
    for name, word in (("zeynep", "yanlis"), ("kimse", "yanlis"), ("seyirci", staff.PASSWORD)):
        page = client.post(DOOR, {"username": name, "password": word})
        told.add(str(page.context["form"].non_field_errors()))
    assert len(told) == 1


@override_settings(PASSWORD_HASHERS=settings.PASSWORD_HASHERS[1:])
def test_passwords_are_stored_as_argon2(client: Client) -> None:
    user = staff.equipped()
    assert user.password.startswith("argon2$argon2id$")
    password(client)
    assert client.get(DOOR).context["wants_code"]
