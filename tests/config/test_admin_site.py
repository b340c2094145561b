"""The admin as a whole: closed to a password alone, open to its staff, quiet about secrets."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bots import roster
from bots.admin.desk import History
from bots.models import Bot
from conversations import providers
from conversations.models import Provider
from monitoring import second_factor
from monitoring.grants import Role
from tests import desk, full_house, staff

pytestmark = pytest.mark.django_db
DOORS = {reverse("admin:login"), reverse("admin:logout")}
INLINE = re.compile(r"""<style|\sstyle=|<script(?![^>]*\ssrc=)|<[^>]*\son\w+=""")
"""What the policy for content refuses."""
TOKEN = "123456789:AAF-kanarya-Kanarya_kanarya-Kanarya"
KEY = "sk-kanarya-kanarya-kanarya-kanarya"


@pytest.fixture
def browser() -> Client:
    return staff.at_the_desk()


def without_second_factor(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_password_alone_reaches_no_address_of_the_admin() -> None:
    full_house.furnish(1)
    browser = without_second_factor(staff.equipped("parola"))
    addresses = sorted(set(desk.everything()) - DOORS)
    assert len(addresses) > 100
    for address in addresses:
        for answer in (browser.get(address), browser.post(address)):
            assert answer.status_code == 302, address
            assert answer.headers["Location"].startswith(reverse("admin:login")), address


def test_strangers_newcomers_and_guests_see_no_list() -> None:
    newcomer = without_second_factor(staff.account("yeni"))
    guest = without_second_factor(User.objects.create(username="misafir"))
    for browser in (Client(), newcomer, guest):
        for address in desk.lists():
            assert browser.get(address).headers["Location"].startswith(reverse("admin:login")), address


def test_every_page_of_an_empty_house_opens(browser: Client) -> None:
    for address in desk.lists():
        assert browser.get(address).status_code == 200, address


def test_an_empty_list_says_what_to_do_next(browser: Client) -> None:
    for model in desk.registered():
        if model._default_manager.exists():
            continue
        told = browser.get(desk.address(model, "changelist")).content.decode()
        assert str(admin.site.get_model_admin(model).empty) in told.replace("&#x27;", "'"), model  # type: ignore[attr-defined]


def test_every_page_of_a_full_house_opens(browser: Client) -> None:
    full_house.furnish(2)
    pages = [*desk.lists(), *desk.rows()]
    assert len(pages) > len(desk.registered()) * 2
    for address in pages:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert not INLINE.findall(answer.content.decode()), address


def test_every_form_for_something_new_opens(browser: Client) -> None:
    opened = [browser.get(desk.address(model, "add")).status_code for model in desk.registered()]
    # bots, chats, providers, symbols, feeds, price sources, accounts, stewards, budgets, prices, invitations, keys,
    # notice channels
    assert opened.count(200) == 13
    assert set(opened) == {200, 403}


def test_every_search_every_order_and_every_filter_works(browser: Client) -> None:
    full_house.furnish(2)
    for model in desk.registered():
        address = desk.address(model, "changelist")
        columns = range(1, len(admin.site.get_model_admin(model).list_display) + 1)
        order = ".".join(f"-{column}" for column in columns)
        assert browser.get(address, {"q": "İSTANBUL 12", "o": order}).status_code == 200, address
        links = re.findall(r'href="(\?[^"]+)"', browser.get(address).content.decode())
        chosen = {link.partition("=")[0]: link[1:].replace("&amp;", "&") for link in links}
        query = "&".join(chosen.values())
        assert browser.get(f"{address}?{query}").status_code == 200, query


def test_the_length_of_a_list_does_not_change_its_number_of_queries(browser: Client) -> None:
    short, long = _queries(browser, rows=1), _queries(browser, rows=4)
    assert long == short
    assert max(short.values()) <= 30


def test_no_page_shows_a_secret(browser: Client) -> None:
    full_house.furnish(2)
    for bot in Bot.objects.order_by("pk")[:1]:
        roster.set_token(bot, TOKEN, by="tests")
    for provider in Provider.objects.order_by("pk")[:1]:
        providers.set_key(provider, KEY, by="tests")
    issued = second_factor.issue(staff.account("kadir", Role.OPERATOR), by="tests")
    secrets = {
        TOKEN,
        TOKEN.partition(":")[2],
        KEY,
        issued.device.key,
        second_factor.secret(issued.device),
        *issued.codes,
    }
    sealed = {*Bot.objects.exclude(token="").values_list("token", flat=True)}
    sealed |= {*Provider.objects.exclude(api_key="").values_list("api_key", flat=True)}
    sealed |= {user.password for user in User.objects.all()}
    assert len(sealed) > 3
    for address in [*desk.lists(), *desk.rows(each=1)]:
        page = browser.get(address).content.decode()
        assert not [secret for secret in secrets | sealed if secret in page], address


def test_history_takes_no_change(browser: Client) -> None:
    full_house.furnish(1)
    offices = [model for model in desk.registered() if isinstance(admin.site.get_model_admin(model), History)]
    assert len(offices) > 15
    for model in offices:
        row = model._default_manager.order_by("pk").first()
        for page in ("change", "delete"):
            if row is not None:
                assert browser.post(desk.address(model, page, row.pk), {"post": "yes"}).status_code == 403, model


def _queries(browser: Client, *, rows: int) -> dict[str, int]:
    """How many each list takes with so many rows in every table."""
    counted = {}
    with transaction.atomic():
        full_house.furnish(rows)
        for address in desk.lists():
            with CaptureQueriesContext(connection) as seen:
                browser.get(address)
            counted[address] = len(seen)
        transaction.set_rollback(True)
    return counted
