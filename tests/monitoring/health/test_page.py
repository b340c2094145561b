"""The page of health: who sees it, what it teaches when it is empty, what it says when it is not."""

import html
import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from conversations import remits
from monitoring.grants import Role
from monitoring.probes.finding import fail, ok
from tests import staff, stagehands
from tests.monitoring.health.test_checkup import later, look

pytestmark = pytest.mark.django_db


def read(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


@pytest.fixture
def desk() -> Client:
    browser = staff.at_the_desk(Role.OPERATOR)
    browser.cookies["kulis-language"] = "en"
    return browser


def test_an_empty_page_says_who_looks_and_how_to_look_oneself(desk: Client) -> None:
    told = read(desk, "/health/")
    assert "Not looked at yet" in told
    assert "manage.py doctor" in told


def test_what_is_wrong_is_shown_with_what_to_do_and_its_history(desk: Client) -> None:
    look(ok("broker", "It answers."), ok("token @a", "Known."))
    look(ok("broker", "It answers."), fail("token @a", "It was revoked.", "Get a new one."), at=later(5))
    told = read(desk, "/health/")
    for words in ("1 broken", "It was revoked.", "Get a new one.", "token @a", "broker"):
        assert words in told
    history = read(desk, "/health/token/")
    assert "It was revoked." in history
    assert "Known." in history
    assert "Never looked at" in read(desk, "/health/privacy/")
    assert desk.get("/health/nonsense/").status_code == 404


def test_who_is_limited_to_some_chats_does_not_see_the_whole_house() -> None:
    person = staff.equipped(role=Role.OPERATOR)
    browser = staff.browser(person)
    assert browser.get("/health/").status_code == 200
    remits.limit(person, [stagehands.room([])], by="tests")
    assert browser.get("/health/").status_code == 403


def test_a_large_house_takes_no_more_queries(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    names = [f"{kind} @bot{number}" for kind in ("token", "updates") for number in range(60)]
    for back in range(3):
        look(*(fail(name, "Away.", "Wait.") for name in names), at=later(5 * back))
    for address in ("/health/", "/health/token/"):
        with django_assert_max_num_queries(29):
            assert desk.get(address).status_code == 200
