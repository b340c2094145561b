from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from bots import roster
from bots.models import AuditEntry
from monitoring import access, entry
from monitoring.models import OneTimeLink
from tests import guests, stagehands

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo(settings: Settings) -> None:
    guests.demo(settings)


def refused(client: Client, link: str) -> bool:
    return client.get(guests.path(link)).status_code == 403 and "_auth_user_id" not in client.session


def test_a_link_opens_the_first_rehearsal_room_at_once() -> None:
    room = stagehands.room()
    client = guests.stranger()
    answer = client.get(guests.path(entry.mint(guests.HERE)), follow=True)
    assert answer.redirect_chain[-1][0] == room.get_absolute_url()
    assert answer.status_code == 200


def test_a_link_works_once() -> None:
    link = entry.mint(guests.HERE)
    assert guests.stranger().get(guests.path(link)).status_code == 302
    assert refused(guests.stranger(), link)


def test_a_link_is_void_after_ten_minutes() -> None:
    link = entry.mint(guests.HERE)
    long_ago = timezone.now() - timedelta(minutes=11)
    OneTimeLink.objects.update(created_at=long_ago, expires_at=long_ago + entry.GOOD_FOR)
    assert refused(guests.stranger(), link)


def test_an_invented_link_is_refused() -> None:
    assert refused(guests.stranger(), f"{guests.HERE}/enter/nonsense/")


def test_only_the_digest_of_a_link_is_kept() -> None:
    token = entry.mint(guests.HERE).split("/")[-2]
    assert token not in OneTimeLink.objects.get().digest


@pytest.mark.parametrize(
    "request_from",
    [
        {"REMOTE_ADDR": "192.168.1.7"},
        {"HTTP_X_FORWARDED_FOR": "203.0.113.9"},
        {"HTTP_FORWARDED": "for=203.0.113.9"},
        {"HTTP_HOST": "testserver"},
        {"REMOTE_ADDR": "not-an-address"},
    ],
)
def test_a_link_opens_on_this_machine_only(request_from: dict[str, str]) -> None:
    link = entry.mint(guests.HERE)
    answer = guests.stranger().get(guests.path(link), **request_from)  # type: ignore[arg-type]  # WSGI variables
    assert answer.status_code == 403
    assert OneTimeLink.objects.get().used_at is None


def test_signing_in_changes_the_session() -> None:
    client = guests.stranger()
    session = client.session
    session["kept"] = "yes"
    session.save()
    before = session.session_key or ""
    client.cookies["kulis"] = before
    client.get(guests.path(entry.mint(guests.HERE)))
    assert client.cookies["kulis"].value != before


def test_the_guest_is_no_staff_and_has_no_password() -> None:
    guests.browser()
    guest = User.objects.get(username=access.GUEST)
    assert not guest.is_staff
    assert not guest.has_usable_password()
    assert AuditEntry.objects.filter(action="demo.enter", actor=guest).exists()


def test_the_guest_never_sees_the_admin() -> None:
    answer = guests.browser().get("/admin/")
    assert answer.status_code == 302
    assert "login" in answer.url  # type: ignore[attr-defined]  # a redirect has an address


def test_a_real_account_of_that_name_is_not_taken_over() -> None:
    User.objects.create_user(access.GUEST, password="gercek-bir-hesap-bu")
    assert refused(guests.stranger(), entry.mint(guests.HERE))


def test_a_guest_is_out_as_soon_as_a_real_token_is_stored() -> None:
    client, (bot,) = guests.browser(), stagehands.bots(1)
    assert client.get("/").status_code == 200
    roster.set_token(bot, "123456789:" + "A" * 35, by="tests")
    assert client.get("/").status_code == 302
    with pytest.raises(entry.Refused):
        entry.mint(guests.HERE)


@pytest.mark.parametrize("change", [{"DEMO": False}, {"IS_LOOPBACK": False}])
def test_a_guest_is_out_when_the_demo_is_over(settings: Settings, change: dict[str, bool]) -> None:
    client = guests.browser()
    for name, value in change.items():
        setattr(settings, name, value)
    assert client.get("/").status_code == 302
    assert client.get("/chats/").status_code == 302


def test_the_command_prints_a_link_that_works(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("link", guests.HERE)
    link = capsys.readouterr().out.strip()
    assert link.startswith(f"{guests.HERE}/enter/")
    assert guests.stranger().get(guests.path(link)).status_code == 302


def test_the_command_refuses_an_address_elsewhere() -> None:
    with pytest.raises(CommandError, match="not an address on this machine"):
        call_command("link", "https://kulis.example")


def test_the_command_refuses_outside_a_demo(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("link")


def test_leaving_ends_the_session() -> None:
    client = guests.browser()
    assert client.post(reverse("leave")).status_code == 302
    assert client.get("/").status_code == 302


def test_the_door_says_how_to_come_in() -> None:
    assert "manage.py link" in guests.stranger().get("/", follow=True).content.decode()
