"""Who may watch, and what else: every door asks the same."""

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from conversations import control
from conversations.models import Engine
from monitoring import access
from monitoring.grants import Role
from tests import guests, staff, stagehands

pytestmark = pytest.mark.django_db

PAGES = ["/", "/chats/", "/rehearsal/", "/engine/start/"]


@pytest.mark.parametrize("page", PAGES)
def test_strangers_are_shown_the_way_to_sign_in(page: str) -> None:
    answer = Client().get(page)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("admin:login"))  # type: ignore[attr-defined]  # a redirect has an address


@pytest.mark.parametrize("page", PAGES)
def test_a_password_alone_opens_no_page(page: str) -> None:
    answer = staff.browser(staff.account()).get(page)
    assert answer.status_code == 302
    assert answer.url == reverse("second-factor")  # type: ignore[attr-defined]  # a redirect has an address


@pytest.mark.parametrize("page", ["/", "/chats/"])
def test_staff_with_a_second_factor_watch(page: str) -> None:
    assert staff.at_the_desk(Role.ANALYST).get(page).status_code == 200


def test_an_auditor_sees_no_message() -> None:
    room = stagehands.room()
    answer = staff.at_the_desk(Role.AUDITOR).get(room.get_absolute_url())
    assert answer.status_code == 403


def test_somebody_without_role_and_staff_status_is_nobody(settings: Settings) -> None:
    guests.demo(settings)
    outsider = User.objects.create_user("yabanci", password="bir-sifresi-var-iste")
    assert not access.may_watch(outsider, verified=True)
    assert not access.may_watch(AnonymousUser(), verified=True)


def test_a_locked_account_does_not_watch() -> None:
    user = staff.equipped()
    user.is_active = False
    assert not access.may_watch(user, verified=True)


@pytest.mark.parametrize(
    ("role", "stops", "starts"), [(Role.ADMIN, True, True), (Role.OPERATOR, True, False), (Role.ANALYST, False, False)]
)
def test_the_switch_obeys_the_role(role: Role, stops: bool, starts: bool) -> None:
    client = staff.at_the_desk(role)
    control.start(by="tests")
    assert client.post("/engine/stop/").status_code == (302 if stops else 403)
    assert Engine.objects.get().running is not stops
    control.stop(by="tests")
    assert client.post("/engine/start/").status_code == (302 if starts else 403)
    assert Engine.objects.get().running is starts


@pytest.mark.parametrize(("role", "shown"), [(Role.ADMIN, True), (Role.ANALYST, False)])
def test_cost_is_for_those_who_may_see_it(role: Role, shown: bool) -> None:
    turn = stagehands.turn(stagehands.room())
    client = staff.at_the_desk(role)
    assert ("$0" in client.get("/").content.decode()) is shown
    assert ("$0" in client.get(turn.get_absolute_url()).content.decode()) is shown


def test_an_analyst_is_offered_no_button_and_no_line_to_write() -> None:
    control.start(by="tests")
    page = staff.at_the_desk(Role.ANALYST).get(stagehands.room().get_absolute_url()).content.decode()
    assert 'id="compose"' not in page
    assert reverse("engine-stop") not in page


def test_a_script_is_refused_where_a_browser_is_led_on() -> None:
    assert Client().post("/engine/stop/", headers={"HX-Request": "true"}).status_code == 403


def test_a_session_that_ended_watches_no_more() -> None:
    client = staff.at_the_desk()
    key = client.session.session_key or ""
    assert access.of_session(key) is not None
    client.logout()
    assert access.of_session(key) is None


@pytest.mark.parametrize("change", [{"is_staff": False, "is_superuser": False}, {"is_active": False}])
def test_a_lost_role_ends_a_session_at_once(change: dict[str, bool]) -> None:
    user = staff.equipped()
    key = staff.browser(user).session.session_key or ""
    User.objects.filter(pk=user.pk).update(**change)
    assert access.of_session(key) is None


def test_a_session_without_second_factor_watches_nothing() -> None:
    key = staff.browser(staff.account()).session.session_key or ""
    assert access.of_session(key) is None


def test_a_device_of_somebody_else_verifies_nothing() -> None:
    mine, theirs = staff.browser(staff.account("ali")), staff.browser(staff.equipped("veli"))
    session = mine.session
    session["otp_device_id"] = theirs.session["otp_device_id"]
    session.save()
    assert access.of_session(session.session_key or "") is None
