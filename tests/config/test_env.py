"""The environment: a wrong value ends the start with one line that names the variable."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

KEY = base64.urlsafe_b64encode(b"0" * 32).decode()


@pytest.mark.parametrize("value", ["x", "k1:", f"k1:{KEY[:20]}", f":{KEY}", f"k.1:{KEY}", f"k1:{KEY},k2:x", "k1:ğğğ"])
def test_keys_that_are_none_are_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELD_KEYS", value)
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS"):
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
