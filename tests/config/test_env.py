"""The environment: a wrong value ends the start with one line that names the variable."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

KEY = base64.urlsafe_b64encode(b"0" * 32).decode()


@pytest.mark.parametrize(
    "value", ["x", "k1:", f"k1:{KEY[:20]}", f":{KEY}", f"k.1:{KEY}", f"k1:{KEY},k2:x", "k1:ğğğ", ",", " "]
)
def test_keys_that_are_none_are_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELD_KEYS", value)
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS"):
        env.keys("FIELD_KEYS")


def test_two_keys_with_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELD_KEYS", f"k1:{KEY},k2:{KEY},k1:{KEY}")
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS: holds two keys named 'k1'"):
        env.keys("FIELD_KEYS")


def test_keys_are_read_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELD_KEYS", f"k2:{KEY}, k1:{KEY}")
    assert env.keys("FIELD_KEYS") == [f"k2:{KEY}", f"k1:{KEY}"]


def test_a_short_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "y")
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY: has 1 characters"):
        env.secret("SECRET_KEY", shortest=32)


@pytest.mark.parametrize(("value", "why"), [("banana", "whole number"), ("0", "between 1 and 100"), ("101", "between")])
def test_a_number_out_of_its_range_is_refused(value: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POOL_SIZE", value)
    with pytest.raises(ImproperlyConfigured, match=why):
        env.number("POOL_SIZE", 16, low=1, high=100)


def test_an_unknown_choice_names_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_MODE", "foo")
    with pytest.raises(ImproperlyConfigured, match="webhook, polling, off"):
        env.choice("TELEGRAM_MODE", "off", ("webhook", "polling", "off"))


@pytest.mark.parametrize("value", ["banana", "ftp://x", "http://[::1"])
def test_an_address_that_is_none_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", value)
    with pytest.raises(ImproperlyConfigured, match="PUBLIC_URL"):
        env.url("PUBLIC_URL", schemes=("http", "https"))


def test_an_address_is_no_name_of_a_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTBOUND_ALLOW", "models.example, http://localhost:11434/v1")
    with pytest.raises(ImproperlyConfigured, match="name of a host alone: localhost"):
        env.hosts("OUTBOUND_ALLOW")


def test_hosts_that_leave_out_the_public_one_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "other.example")
    with pytest.raises(ImproperlyConfigured, match=r"does not hold 'kulis\.example', the host of PUBLIC_URL"):
        env.hosts_with("ALLOWED_HOSTS", "kulis.example")


def test_a_host_that_is_a_number_is_found_in_its_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "[::1]")
    assert env.hosts_with("ALLOWED_HOSTS", "::1") == ["[::1]"]


@pytest.mark.parametrize(("value", "hosts"), [("", []), (".example", [".example"]), ("*", ["*"])])
def test_hosts_are_those_that_django_knows(value: str, hosts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", value)
    assert env.hosts_with("ALLOWED_HOSTS", "kulis.example") == hosts
