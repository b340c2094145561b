"""manage.py provider."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from bots import vault
from conversations.models import Provider
from tests.fakes.handles import OpenAIFake

pytestmark = pytest.mark.django_db
KEY = "sk-kanarya-0123456789abcdefghij"


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("provider", *words, stdout=out)
    return out.getvalue()


def answer(*words: str) -> dict[str, Any]:
    return dict(json.loads(run(*words, "--json")))


@pytest.fixture(autouse=True)
def _a_key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UZAK_KEY", KEY)


def add(server: OpenAIFake, *words: str, variable: str = "UZAK_KEY") -> str:
    return run("add", "uzak", "--base-url", server.address, "--model", "fake-1", "--key-env", variable, *words)


def test_add_takes_the_key_from_the_environment_and_tries_it(openai_server: OpenAIFake) -> None:
    said = add(openai_server, "--priority", "3")
    provider = Provider.objects.get()
    assert (provider.priority, provider.trusted_address, provider.enabled) == (3, True, True)
    assert vault.open(provider.api_key, place=provider.place("api_key")) == KEY
    assert [request["key"] for request in openai_server.requests()] == [KEY]
    assert "fake-1" in said
    assert KEY not in said


def test_a_dead_provider_is_refused_in_one_line() -> None:
    with pytest.raises(CommandError) as refusal:
        run("add", "uzak", "--base-url", "http://127.0.0.1:9/v1", "--model", "m")
    assert "uzak is not kept" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert not Provider.objects.exists()


def test_a_dead_provider_is_kept_untried_when_asked_for() -> None:
    run("add", "uzak", "--base-url", "http://127.0.0.1:9/v1", "--model", "m", "--no-test")
    assert Provider.objects.get().base_url == "http://127.0.0.1:9/v1"


def test_an_unset_variable_is_named(openai_server: OpenAIFake) -> None:
    with pytest.raises(CommandError, match="NOBODY_SET_THIS is not set"):
        add(openai_server, variable="NOBODY_SET_THIS")


def test_the_offline_voice_needs_nothing_else() -> None:
    run("add", "çevrimdışı", "--offline")
    assert Provider.objects.get().is_offline


@pytest.mark.parametrize("words", [["add", "uzak"], ["add", "uzak", "--base-url", "http://m/v1"], ["test", "nobody"]])
def test_what_is_missing_is_said(words: list[str]) -> None:
    with pytest.raises(CommandError):
        run(*words)


def test_the_list_shows_no_key(openai_server: OpenAIFake) -> None:
    assert "No provider yet" in run("list")
    add(openai_server)
    shown = answer("list")["providers"]
    assert [(one["name"], one["key"], one["enabled"]) for one in shown] == [("uzak", True, True)]
    assert KEY not in run("list")


def test_test_fails_when_the_provider_does(openai_server: OpenAIFake) -> None:
    add(openai_server)
    assert answer("test", "uzak")["name"] == "uzak"
    openai_server.fault("chat/completions", "500")
    with pytest.raises(CommandError, match="uzak: "):
        run("test", "uzak")


def test_key_and_address_change_together_or_the_key_goes(openai_server: OpenAIFake) -> None:
    add(openai_server)
    assert answer("address", "uzak", "--base-url", f"{openai_server.root}/v2")["key"] is False
    assert answer("address", "uzak", "--base-url", openai_server.address, "--key-env", "UZAK_KEY")["key"] is True
    assert answer("key", "uzak")["key"] is False


def test_switching_and_removing(openai_server: OpenAIFake) -> None:
    add(openai_server)
    assert answer("disable", "uzak")["enabled"] is False
    assert answer("enable", "uzak")["enabled"] is True
    assert answer("remove", "uzak") == {"removed": "uzak"}
    assert not Provider.objects.exists()
