"""Where somebody is signed in, for how long, and how it ends."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bots.models import AuditEntry
from monitoring import access, devices, people, sessions
from monitoring.grants import Role
from monitoring.models import Session
from tests import desk, staff

pytestmark = pytest.mark.django_db
PAGE, END, INSIDE = reverse("sessions"), reverse("sessions-end"), reverse("admin:index")
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def user() -> User:
    return staff.equipped()


def arrived(user: User, agent: str = FIREFOX) -> Client:
    browser = staff.browser(user)
    browser.get(INSIDE, headers={"User-Agent": agent})
    return browser


def aged(browser: Client, **ago: Any) -> None:
    """As if the session had begun, or been seen, so long ago."""
    past = {name: timezone.now() - span for name, span in ago.items()}
    Session.objects.filter(pk=browser.session.session_key).update(**past)


def test_a_session_tells_its_owner_where_and_with_what_it_was_opened(user: User) -> None:
    browser = arrived(user)
    other = arrived(user, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605 Version/18 Safari/604")
    page = browser.get(PAGE).content.decode()
    assert "Firefox · Windows" in page
    assert "Safari · iPhone" in page
    assert "127.0.0.1" in page
    assert not [key for key in (browser.session.session_key, other.session.session_key) if str(key) in page]


def test_another_sign_in_is_ended_and_its_sockets_see_it_at_once(user: User) -> None:
    here, there = arrived(user), arrived(user)
    key, visit = there.session.session_key or "", there.session[sessions.VISIT]["id"]
    assert access.of_session(key) == user
    here.post(END, {"visit": visit})
    assert access.of_session(key) is None
    assert there.get(INSIDE).status_code == 302
    assert here.get(INSIDE).status_code == 200
    assert AuditEntry.objects.get(action="account.sign_out").after == {"places": 1}


def test_signing_out_everywhere_keeps_this_place_alone(user: User) -> None:
    here, others = arrived(user), [arrived(user), arrived(user)]
    here.post(END)
    assert [browser.get(INSIDE).status_code for browser in (here, *others)] == [200, 302, 302]


def test_nobody_ends_the_session_of_somebody_else(user: User) -> None:
    theirs = arrived(staff.equipped("omer", Role.OPERATOR))
    arrived(user).post(END, {"visit": theirs.session[sessions.VISIT]["id"]})
    assert theirs.get(INSIDE).status_code == 200


@pytest.mark.parametrize(
    ("ago", "stays"),
    [
        ({"seen_at": timedelta(minutes=29)}, True),
        ({"seen_at": timedelta(minutes=31)}, False),
        ({"began_at": timedelta(hours=13)}, False),
    ],
)
def test_who_is_away_for_half_an_hour_or_in_for_twelve_signs_in_again(
    user: User, ago: dict[str, timedelta], stays: bool
) -> None:
    browser = arrived(user)
    aged(browser, **ago)
    assert (access.of_session(browser.session.session_key or "") is not None) is stays
    assert browser.get(INSIDE).status_code == (200 if stays else 302)


def test_typing_in_a_form_counts_as_being_there(user: User) -> None:
    browser = arrived(user)
    aged(browser, seen_at=timedelta(minutes=20))
    assert browser.get(reverse("here")).status_code == 204
    assert Session.objects.get(pk=browser.session.session_key).seen_at > timezone.now() - timedelta(minutes=1)
    assert Client().get(reverse("here")).status_code == 403


def test_what_is_done_later_makes_a_session_no_younger(user: User) -> None:
    browser = arrived(user)
    began = Session.objects.get(pk=browser.session.session_key).began_at
    session = browser.session
    session["later"] = True
    session.save()
    assert Session.objects.get(pk=session.session_key).began_at == began


@pytest.mark.parametrize("change", ["password", "factor", "out"])
def test_a_new_password_a_reset_factor_and_a_shut_door_end_every_session(user: User, change: str) -> None:
    staff.account("kadir")
    browser = arrived(user)
    if change == "password":
        people.set_password(user, "yeni-ve-uzun-bir-parola", by="tests")
    elif change == "factor":
        people.reset_second_factor(user, by="tests")
    else:
        people.deactivate(user, by="tests")
    assert not Session.objects.filter(account=user).exists()
    assert browser.get(INSIDE).status_code == 302


def test_an_admin_signs_somebody_out_everywhere(user: User) -> None:
    omer = staff.equipped("omer", Role.OPERATOR)
    theirs = arrived(omer)
    desk.act(staff.browser(user), User, "sign_out", omer)
    assert theirs.get(INSIDE).status_code == 302


@pytest.mark.parametrize(
    ("agent", "told"), [("", ""), ("curl/8", ""), ("Mozilla Linux Chrome/140 Safari/537 Edg/140", "Edge · Linux")]
)
def test_an_unknown_browser_is_called_that(agent: str, told: str) -> None:
    assert devices.named(agent) == (told or devices.named("nonsense"))
