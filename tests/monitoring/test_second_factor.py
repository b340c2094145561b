"""Setting the second factor up, renewing it, and keeping others away from it."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from bots.models import AuditEntry
from monitoring import second_factor
from monitoring.grants import Role
from tests import staff

pytestmark = pytest.mark.django_db
PAGE = reverse("second-factor")
DOOR = reverse("admin:login")
INSIDE = reverse("admin:index")


@pytest.fixture
def newcomer(client: Client) -> Client:
    """Somebody with a password and no second factor, just through the first step."""
    staff.account("yeni", Role.OPERATOR)
    client.post(DOOR, {"username": "yeni", "password": staff.PASSWORD})
    return client


def begun() -> TOTPDevice:
    return TOTPDevice.objects.get(confirmed=False)


def shown_codes(page: str) -> list[str]:
    return re.findall(r"<code>(\w{4}-\w{4}-\w{4}-\w{4})</code>", page)


def test_a_newcomer_is_led_to_the_set_up_and_then_let_in(client: Client) -> None:
    staff.account("yeni", Role.OPERATOR)
    sent = client.post(f"{DOOR}?next=/admin/bots/bot/", {"username": "yeni", "password": staff.PASSWORD})
    page = client.get(sent.headers["Location"]).content.decode()
    assert "<svg" in page
    assert second_factor.secret(begun()) in page
    assert client.get(INSIDE).status_code == 302
    done = client.post(sent.headers["Location"], {"otp_token": staff.code(begun()), "action": "confirm"})
    assert client.get(INSIDE).status_code == 200
    assert len(shown_codes(done.content.decode())) == second_factor.CODES
    assert 'href="/admin/bots/bot/"' in done.content.decode()


def test_the_drawing_is_the_secret(newcomer: Client) -> None:
    page = newcomer.get(PAGE).content.decode()
    path = re.search(r'<path d="(M[^"]+)" fill="#000"', page)
    assert path is not None
    assert path[1].count("M") > 500
    assert "<script>" not in page
    assert "style=" not in page


def test_a_reload_keeps_the_secret_and_another_session_gets_another(newcomer: Client) -> None:
    newcomer.get(PAGE)
    first = begun().key
    newcomer.get(PAGE)
    assert begun().key == first
    other = Client()
    other.post(DOOR, {"username": "yeni", "password": staff.PASSWORD})
    other.get(PAGE)
    assert begun().key != first


def test_a_wrong_code_sets_nothing_up_and_the_next_try_waits(newcomer: Client) -> None:
    newcomer.get(PAGE)
    newcomer.post(PAGE, {"otp_token": "000000"})
    newcomer.post(PAGE, {"otp_token": staff.code(begun())})
    assert not second_factor.is_set_up(User.objects.get(username="yeni"))
    assert newcomer.get(INSIDE).status_code == 302


def test_the_code_of_the_set_up_cannot_be_used_again(newcomer: Client) -> None:
    newcomer.get(PAGE)
    code = staff.code(begun())
    newcomer.post(PAGE, {"otp_token": code})
    again = Client()
    again.post(DOOR, {"username": "yeni", "password": staff.PASSWORD})
    again.post(DOOR, {"otp_token": code})
    assert again.get(INSIDE).status_code == 302


def test_once_in_force_a_password_alone_does_not_open_the_page(newcomer: Client) -> None:
    late = Client()
    late.post(DOOR, {"username": "yeni", "password": staff.PASSWORD})
    newcomer.get(PAGE)
    newcomer.post(PAGE, {"otp_token": staff.code(begun())})
    before = TOTPDevice.objects.get().key
    assert late.get(PAGE).headers["Location"].startswith(DOOR)
    assert late.post(PAGE, {"otp_token": "000000", "action": "replace"}).headers["Location"].startswith(DOOR)
    assert TOTPDevice.objects.get().key == before


def test_nobody_else_sees_the_page(client: Client) -> None:
    assert client.get(PAGE).headers["Location"].startswith(DOOR)
    client.force_login(User.objects.create_user("seyirci"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(PAGE).headers["Location"].startswith(DOOR)


def test_new_recovery_codes_need_a_fresh_code_and_void_the_old(client: Client) -> None:
    user = staff.account("zeynep")
    issued = second_factor.issue(user, by="tests")
    browser = staff.browser(user)
    browser.post(PAGE, {"otp_token": "not-a-code", "action": "codes"})
    assert AuditEntry.objects.filter(action="second_factor.codes").count() == 1
    fresh = shown_codes(
        browser.post(PAGE, {"otp_token": staff.code(issued.device), "action": "codes"}).content.decode()
    )
    assert len(set(fresh)) == second_factor.CODES
    assert not set(fresh) & set(issued.codes)
    assert second_factor.codes_left(user) == second_factor.CODES
    client.post(DOOR, {"username": "zeynep", "password": staff.PASSWORD})
    client.post(DOOR, {"otp_token": issued.codes[0]})
    assert client.get(INSIDE).status_code == 302


def test_a_new_phone_replaces_the_old_one_only_when_its_code_is_right() -> None:
    user = staff.account("zeynep")
    old = second_factor.issue(user, by="tests").device
    browser = staff.browser(user)
    browser.post(PAGE, {"otp_token": staff.code(old), "action": "replace"})
    assert second_factor.secret(begun()) in browser.get(PAGE).content.decode()
    assert second_factor.app(user) == old
    browser.post(PAGE, {"otp_token": staff.code(begun()), "action": "confirm"})
    assert list(TOTPDevice.objects.filter(user=user)) == [second_factor.app(user)]
    assert second_factor.app(user) != old
    assert browser.get(INSIDE).status_code == 200


def test_the_old_phone_can_be_kept_after_all() -> None:
    user = staff.account("zeynep")
    old = second_factor.issue(user, by="tests").device
    browser = staff.browser(user)
    browser.post(PAGE, {"otp_token": staff.code(old), "action": "replace"})
    browser.post(PAGE, {"action": "cancel"})
    assert "<svg" not in browser.get(PAGE).content.decode()
    assert second_factor.app(user) == old


def test_the_page_that_shows_recovery_codes_has_no_switch_that_would_lose_them(newcomer: Client) -> None:
    newcomer.get(PAGE)
    shown = newcomer.post(PAGE, {"otp_token": staff.code(begun())}).content.decode()
    assert shown_codes(shown)
    assert reverse("set_language") not in shown


def test_recovery_codes_are_stored_as_digests() -> None:
    issued = second_factor.issue(staff.account("zeynep"), by="tests")
    stored = set(StaticToken.objects.values_list("token", flat=True))
    assert len(stored) == second_factor.CODES
    assert not [code for code in issued.codes if code in stored or code.replace("-", "") in stored]


def test_every_change_of_a_second_factor_is_audited() -> None:
    user = staff.account("zeynep")
    second_factor.issue(user, by="tests")
    second_factor.remove(user, by="tests")
    actions = list(AuditEntry.objects.filter(action__startswith="second_factor").values_list("action", flat=True))
    assert sorted(actions) == ["second_factor.codes", "second_factor.remove", "second_factor.set_up"]
