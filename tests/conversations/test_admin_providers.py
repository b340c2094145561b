"""Providers at the desk: keys are only ever written, and stay with their address."""

import pytest
from django.test import Client

from bots import vault
from bots.models import AuditEntry
from conversations.models import Provider
from monitoring.grants import Role
from tests import desk, staff, stagehands

pytestmark = pytest.mark.django_db
KEY = "sk-abcdefghijklmnopqrstuvwx"
HERE = "https://8.8.8.8/v1"
THERE = "https://9.9.9.9/v1"


@pytest.fixture
def browser() -> Client:
    return staff.at_the_desk()


@pytest.fixture
def provider() -> Provider:
    return stagehands.provider(HERE, key=KEY)


def test_a_provider_is_added_with_its_key_sealed(browser: Client) -> None:
    desk.send(browser, desk.address(Provider, "add"), name="ana", base_url=HERE, model="m-1", new_key=KEY, timeout="20")
    made = Provider.objects.get(name="ana")
    assert vault.open(made.api_key, place=made.place("api_key")) == KEY
    assert (made.timeout, made.trusted_address) == (20, False)
    assert not [entry for entry in AuditEntry.objects.all() if KEY in f"{entry.before}{entry.after}"]


def test_the_offline_voice_needs_neither_address_nor_key(browser: Client) -> None:
    desk.send(browser, desk.address(Provider, "add"), name="yedek", kind="offline", model="sahne")
    assert Provider.objects.get(name="yedek").is_offline


def test_an_empty_key_field_keeps_the_key(browser: Client, provider: Provider) -> None:
    desk.send(browser, desk.address(Provider, "change", provider.pk), priority="3")
    sealed, provider = provider.api_key, Provider.objects.get()
    assert (provider.priority, provider.api_key) == (3, sealed)


def test_another_address_wipes_the_key(browser: Client, provider: Provider) -> None:
    desk.send(browser, desk.address(Provider, "change", provider.pk), base_url=THERE)
    provider.refresh_from_db()
    assert (provider.base_url, provider.api_key) == (THERE, "")


def test_a_new_key_belongs_to_the_address_it_came_with(browser: Client, provider: Provider) -> None:
    desk.send(browser, desk.address(Provider, "change", provider.pk), base_url=THERE, new_key="sk-yepyeni-anahtar-123")
    provider.refresh_from_db()
    assert vault.open(provider.api_key, place=provider.place("api_key")) == "sk-yepyeni-anahtar-123"


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1234/v1", "https://169.254.169.254/v1", "ftp://x.example", "yok"]
)
def test_an_address_inside_is_an_error_of_its_field(browser: Client, provider: Provider, address: str) -> None:
    answer = desk.send(browser, desk.address(Provider, "change", provider.pk), base_url=address)
    assert answer.context["adminform"].form.errors["base_url"]
    provider.refresh_from_db()
    assert (provider.base_url, bool(provider.api_key)) == (HERE, True)


def test_an_operator_reads_and_an_analyst_does_not() -> None:
    made = stagehands.provider(HERE, key=KEY)
    operator = staff.at_the_desk(Role.OPERATOR, name="omer")
    assert operator.get(desk.address(Provider, "change", made.pk)).status_code == 200
    assert operator.post(desk.address(Provider, "change", made.pk), {"new_key": "sk-x"}).status_code == 403
    assert staff.at_the_desk(Role.ANALYST, name="ada").get(desk.address(Provider, "changelist")).status_code == 403


def test_switching_off_and_taking_the_key_away(browser: Client, provider: Provider) -> None:
    desk.act(browser, Provider, "disable", provider)
    desk.act(browser, Provider, "forget_key", provider)
    provider.refresh_from_db()
    assert (provider.enabled, provider.api_key) == (False, "")
