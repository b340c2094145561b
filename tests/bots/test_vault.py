"""Secrets at rest: they open for the one place that they were sealed for, with a key that is known."""

import base64
import os
import re
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from bots import vault

PLACE = "bots_bot:7c5a:token"


def key(name: str, letter: str) -> str:
    return f"{name}:{base64.urlsafe_b64encode(letter.encode() * 32).decode()}"


@given(secret=st.text(st.characters(codec="utf-8"), max_size=200))
def test_what_was_sealed_opens_again(secret: str) -> None:
    sealed = vault.seal(secret, place=PLACE)
    assert re.match(vault.SEALED, sealed)
    assert vault.open(sealed, place=PLACE) == secret


def test_the_secret_cannot_be_seen_and_is_sealed_anew_each_time() -> None:
    sealed = {vault.seal("123:AAF-gizli", place=PLACE) for _time in range(3)}
    assert len(sealed) == 3
    assert not any("gizli" in text for text in sealed)


def test_a_sealed_text_opens_in_no_other_place() -> None:
    sealed = vault.seal("gizli", place=PLACE)
    for other in ("bots_bot:7c5b:token", "bots_bot:7c5a:key", "conversations_provider:7c5a:token", ""):
        with pytest.raises(vault.VaultError):
            vault.open(sealed, place=other)


@pytest.mark.parametrize(
    "stored",
    ["", "gizli", "v1", "v1.", "v1.k1", "v1.k1.", "v2.k1.YWJj", "v1.k1.YWJj", "v1.k1.%%%", "v1.k1.é", "v1.k1.YQ"],
)
def test_what_was_never_sealed_does_not_open(stored: str) -> None:
    with pytest.raises(vault.VaultError):
        vault.open(stored, place=PLACE)


def test_one_changed_letter_and_it_does_not_open() -> None:
    sealed = vault.seal("gizli", place=PLACE)
    start = len("v1.k1.")
    for at in range(start, len(sealed) - 3):
        changed = sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :]
        with pytest.raises(vault.VaultError):
            vault.open(changed, place=PLACE)


def test_the_key_of_a_sealed_text_cannot_be_swapped(settings: Settings) -> None:
    settings.FIELD_KEYS = [key("k1", "a"), key("k2", "a")]
    sealed = vault.seal("gizli", place=PLACE)
    with pytest.raises(vault.VaultError):
        vault.open(sealed.replace("v1.k1.", "v1.k2."), place=PLACE)


def test_keys_rotate_without_a_pause(settings: Settings) -> None:
    settings.FIELD_KEYS = [key("k1", "a")]
    old = vault.seal("gizli", place=PLACE)
    settings.FIELD_KEYS = [key("k2", "b"), key("k1", "a")]
    new = vault.seal("gizli", place=PLACE)
    assert (vault.key_name(old), vault.key_name(new), vault.current_key()) == ("k1", "k2", "k2")
    assert vault.open(old, place=PLACE) == vault.open(new, place=PLACE) == "gizli"
    settings.FIELD_KEYS = [key("k2", "b")]
    with pytest.raises(vault.VaultError, match="k1"):
        vault.open(old, place=PLACE)


def test_no_refusal_repeats_what_was_stored() -> None:
    for stored in ("v1.k9.Z2l6bGk", "gizli-anahtar", "v1.k1.Z2l6bGk"):
        with pytest.raises(vault.VaultError) as refusal:
            vault.open(stored, place=PLACE)
        assert stored not in str(refusal.value)
        assert "Z2l6bGk" not in str(refusal.value)


@pytest.mark.parametrize(
    "keys",
    [
        [],
        ["k1"],
        ["k1:"],
        [":" + base64.b64encode(b"a" * 32).decode()],
        ["k1:" + base64.b64encode(b"a" * 31).decode()],
        ["k1:not base64"],
        ["k.1:" + base64.b64encode(b"a" * 32).decode()],
    ],
)
def test_keys_that_are_none_are_refused_by_name(settings: Settings, keys: list[str]) -> None:
    settings.FIELD_KEYS = keys
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS"):
        vault.seal("gizli", place=PLACE)


def test_only_a_holder_of_the_key_can_sign(settings: Settings) -> None:
    first = vault.signature("metin")
    assert (first, len(first)) == (vault.signature("metin"), 64)
    assert first != vault.signature("Metin")
    settings.FIELD_KEYS = [key("k9", "z")]
    assert first != vault.signature("metin")


def test_key_material_is_for_one_purpose_one_salt_and_one_key(settings: Settings) -> None:
    settings.FIELD_KEYS = [key("k1", "a"), key("k2", "b")]
    usual: dict[str, Any] = {"key": "k1", "purpose": "backup", "salt": b"s" * 16, "length": 32}
    first = vault.derived(**usual)
    assert (len(first), first) == (32, vault.derived(**usual))
    for other in ({"key": "k2"}, {"purpose": "other"}, {"salt": os.urandom(16)}):
        assert vault.derived(**(usual | other)) != first
    with pytest.raises(vault.VaultError, match="k3"):
        vault.derived(**(usual | {"key": "k3"}))
