"""The list of accounts: who came when, who cannot come in, and what an admin does about it."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bots.models import AuditEntry
from monitoring.grants import Role
from tests import desk, staff

pytestmark = pytest.mark.django_db
LIST = desk.address(User, "changelist")
DOOR = reverse("admin:login")


@pytest.fixture
def browser() -> Client:
    staff.account("hic", Role.ANALYST)
    return staff.at_the_desk()


def shown(browser: Client, **asked: str) -> set[str]:
    return {user.username for user in browser.get(LIST, asked).context["cl"].result_list}


def mistyped(times: int, name: str = "omer") -> None:
    stranger = Client()
    for _try in range(times):
        stranger.post(DOOR, {"username": name, "password": "yanlis"})


def test_the_list_is_narrowed_to_who_is_locked_fails_or_never_came(browser: Client) -> None:
    staff.equipped("omer", Role.OPERATOR)
    staff.equipped("ece", Role.OPERATOR)
    User.objects.filter(username="ece").update(last_login=timezone.now() - timedelta(days=40))
    mistyped(6)
    mistyped(2, "ece")
    assert shown(browser, sign_in="locked") == {"omer"}
    assert shown(browser, sign_in="failed") == {"omer", "ece"}
    assert shown(browser, sign_in="never") == {"hic", "omer"}
    assert shown(browser, sign_in="bare") == {"hic"}
    assert shown(browser, sign_in="away") == {"ece"}
    assert shown(browser, sign_in="open") == {"zeynep"}


def test_an_unlocked_account_comes_in_at_once(browser: Client, client: Client) -> None:
    user = staff.equipped("omer", Role.OPERATOR)
    mistyped(6)
    typed = {"username": "omer", "password": staff.PASSWORD}
    assert client.post(DOOR, typed).status_code == 429
    desk.act(browser, User, "unlock", user)
    assert client.post(DOOR, typed).status_code == 302
    assert AuditEntry.objects.get(action="account.unlock").subject_name == "omer"
    assert not AccessAttempt.objects.filter(username="omer").exists()


def test_a_lock_that_is_over_is_not_shown(browser: Client) -> None:
    staff.equipped("omer", Role.OPERATOR)
    mistyped(6)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(hours=1))
    assert shown(browser, sign_in="locked") == set()
