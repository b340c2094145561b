"""People come in by a link that is good once; a forgotten password is renewed by another."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from bots.models import AuditEntry
from conversations import remits
from monitoring import invitations, people, second_factor
from monitoring.grants import Role
from monitoring.models import Invitation, Session
from tests import desk, staff, stagehands

pytestmark = pytest.mark.django_db
NEW = "yeni-ve-uzun-bir-parola"


@pytest.fixture
def boss() -> User:
    return staff.equipped()


def path(link: str) -> str:
    return urlsplit(link).path


def invited(boss: User) -> str:
    return path(invitations.invite("Ömer", Role.OPERATOR, by=boss)[1])


def come_in(address: str, *, username: str = "omer", password: str = NEW, again: str | None = None) -> Client:
    browser = Client()
    typed = {"username": username, "password": password, "again": password if again is None else again}
    browser.post(address, typed)
    return browser


def test_an_admin_makes_an_invitation_and_sees_its_link_once(boss: User) -> None:
    chat, browser = stagehands.room([]), staff.browser(boss)
    made = desk.send(
        browser, desk.address(Invitation, "add"), name="Ömer", role="operator", days="3", chats=[chat.pk]
    ).content.decode()
    (address,) = re.findall(r"/account/invitation/[\w-]+/", made)
    token = address.split("/")[-2]
    row = Invitation.objects.get()
    assert row.digest != token
    assert token not in browser.get(desk.address(Invitation, "changelist")).content.decode()
    assert token not in browser.get(desk.address(Invitation, "change", row.pk)).content.decode()
    assert "no-store" in browser.get(address).headers["Cache-Control"]
    assert not AuditEntry.objects.filter(after__icontains=token).exists()


def test_the_invited_chooses_a_name_and_password_and_sets_up_the_second_factor(boss: User) -> None:
    chat = stagehands.room([])
    address = path(invitations.invite("Ömer", Role.OPERATOR, by=boss, chats=[chat])[1])
    assert chat.title in Client().get(address).content.decode()
    browser = come_in(address)
    user = User.objects.get(username="omer")
    assert (people.role_of(user), list(remits.of(user))) == (Role.OPERATOR, [chat])
    assert browser.get("/").status_code == 302
    browser.get(reverse("second-factor"))
    browser.post(reverse("second-factor"), {"otp_token": staff.code(TOTPDevice.objects.get(user=user))})
    assert browser.get("/").status_code == 200
    assert Invitation.objects.get().account == user


def test_to_look_at_an_invitation_does_not_spend_it_and_to_use_it_does(boss: User) -> None:
    address = invited(boss)
    for _look in range(3):
        assert Client().get(address).status_code == 200
    come_in(address)
    assert Client().get(address).status_code == 404
    come_in(address, username="ikinci")
    assert not User.objects.filter(username="ikinci").exists()


@pytest.mark.parametrize("how", ["old", "withdrawn", "nonsense"])
def test_a_link_that_is_over_lets_nobody_in(boss: User, how: str) -> None:
    address = invited(boss) if how != "nonsense" else reverse("invitation", args=["nonsense"])
    if how == "old":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif how == "withdrawn":
        desk.act(staff.browser(boss), Invitation, "withdraw", Invitation.objects.get())
    come_in(address)
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "typed", [{"password": "kisa"}, {"again": "baska"}, {"username": "zeynep"}, {"username": "a b"}], ids=str
)
def test_what_is_refused_spends_nothing(boss: User, typed: dict[str, str]) -> None:
    address = invited(boss)
    come_in(address, **typed)
    assert User.objects.count() == 1
    come_in(address)
    assert User.objects.count() == 2


def test_a_link_for_a_new_password_voids_the_old_one_at_once_and_keeps_the_factor(boss: User) -> None:
    omer = staff.equipped("omer", Role.OPERATOR)
    theirs = staff.browser(omer)
    page = desk.act(staff.browser(boss), User, "link_for_password", omer).content.decode()
    (address,) = re.findall(r"/account/invitation/[\w-]+/", page)
    assert not Session.objects.filter(account=omer).exists()
    assert theirs.get("/").status_code == 302
    assert not User.objects.get(pk=omer.pk).check_password(staff.PASSWORD)
    come_in(address)
    assert User.objects.get(pk=omer.pk).check_password(NEW)
    assert second_factor.is_set_up(omer)
    trail = AuditEntry.objects.filter(subject_name="omer").values_list("action", flat=True)
    assert {"account.password_link", "account.password"} <= set(trail)


def test_a_second_link_for_a_password_voids_the_first(boss: User) -> None:
    omer = staff.account("omer", Role.OPERATOR)
    first, second = (path(invitations.reset(omer, by=boss)) for _time in range(2))
    assert [Client().get(address).status_code for address in (first, second)] == [404, 200]


def test_nobody_takes_the_own_password_away(boss: User) -> None:
    with pytest.raises(ValidationError):
        invitations.reset(boss, by=boss)


def test_only_an_admin_invites(boss: User) -> None:
    for role in (Role.OPERATOR, Role.ANALYST, Role.AUDITOR):
        browser = staff.at_the_desk(role, role.value)
        assert browser.get(desk.address(Invitation, "add")).status_code == 403


def test_a_link_for_a_chat_that_is_gone_leads_nowhere_rather_than_everywhere(boss: User) -> None:
    chat = stagehands.room([])
    _entry, link = invitations.invite("Ömer", Role.OPERATOR, by=boss, chats=[chat])
    chat.delete()
    assert come_in(path(link)).get("/").status_code != 200
    assert not User.objects.filter(username="omer").exists()


def test_a_newer_password_voids_the_link_for_one(boss: User) -> None:
    user = staff.equipped("omer", Role.OPERATOR)
    address = path(invitations.reset(user, by=boss))
    people.set_password(user, "bugun-secilen-uzun-parola", by=boss)
    with pytest.raises(invitations.Gone):
        invitations.renew(address.rstrip("/").rpartition("/")[2], password=NEW)


@pytest.mark.parametrize("way", ["demoted", "shut out"])
def test_links_of_an_admin_who_is_none_any_more_are_void(boss: User, way: str) -> None:
    other = staff.equipped("eski", Role.ADMIN)
    address = path(invitations.invite("Ömer", Role.ADMIN, by=other)[1])
    if way == "demoted":
        people.assign(other, Role.ANALYST, by=boss)
    else:
        people.deactivate(other, by=boss)
    with pytest.raises(invitations.Gone):
        invitations.found(address.rstrip("/").rpartition("/")[2])
