"""Providers: tried before they are kept, and a key never leaves the address that it was given for."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from bots import vault
from bots.models import AuditEntry
from conversations import providers
from conversations.models import Breaker, LLMCall, Provider
from tests.fakes.handles import OpenAIFake

pytestmark = pytest.mark.django_db
KEY = "sk-kanarya-0123456789abcdefghij"


@pytest.fixture
def provider(openai_server: OpenAIFake) -> Provider:
    return providers.add("uzak", base_url=openai_server.address, model="fake-1", key=KEY, trusted=True, by="manage.py")


def opened(provider: Provider) -> str:
    return vault.open(provider.api_key, place=provider.place("api_key"))


def everything_written() -> str:
    """All of the audit trail, as it stands in the database."""
    return str(list(AuditEntry.objects.values()))


def test_a_key_is_sealed_and_shown_by_its_end_alone(provider: Provider) -> None:
    kept = Provider.objects.get()
    assert opened(kept) == KEY
    assert KEY not in kept.api_key
    assert kept.api_key_hint == "ghij"
    assert KEY not in everything_written()


def test_a_short_key_has_no_hint(provider: Provider) -> None:
    assert providers.set_key(provider, "short", by="manage.py").api_key_hint == ""


def test_another_address_starts_without_the_key(provider: Provider, openai_server: OpenAIFake) -> None:
    moved = providers.change_address(provider, f"{openai_server.root}/other/v1", by="manage.py", trusted=True)
    assert (moved.api_key, moved.api_key_hint) == ("", "")
    providers.test(moved)
    assert KEY not in str(openai_server.see("log"))


def test_the_same_address_keeps_the_key(provider: Provider, openai_server: OpenAIFake) -> None:
    same = providers.change_address(provider, f"{openai_server.address}/", by="manage.py", trusted=True)
    assert opened(same) == KEY


def test_an_address_typed_in_a_page_may_not_be_private(provider: Provider, openai_server: OpenAIFake) -> None:
    with pytest.raises(ValidationError, match="https://"):
        providers.change_address(provider, openai_server.address, by="ayse")
    with pytest.raises(ValidationError):
        providers.add("öteki", base_url="https://127.0.0.1:1/v1", model="m", by="ayse")
    assert Provider.objects.get().base_url == openai_server.address


@pytest.mark.parametrize(
    "address",
    [
        "", "api.openai.com/v1", "ftp://models.example/v1", "http://", "http://user:pw@models.example/v1", "http://m/v1#x",
        "http://models.example/v1?key=sk-1", "http://mod els.example/v1", "http://models.example:port/v1", "http://[::1",
        "http://models.example/" + "v" * 200,
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        providers.add("uzak", base_url=address, model="m", trusted=True, by="manage.py")
    assert list(refusal.value.message_dict) == ["base_url"]


@pytest.mark.parametrize("address", ["http://ollama:11434/v1", "http://127.0.0.1:8080/v1", "https://api.openai.com/v1"])
def test_the_command_line_may_name_any_host(address: str) -> None:
    assert providers.add("yerel", base_url=f"{address}/", model="m", trusted=True, by="manage.py").base_url == address


@pytest.mark.parametrize("key", ["two words", "anahtarım-ş", "sk-\x00", "x" * 501])
def test_a_key_that_no_provider_gives_out_is_refused_and_not_repeated(provider: Provider, key: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        providers.set_key(provider, key, by="manage.py")
    assert key not in str(refusal.value)
    assert opened(Provider.objects.get()) == KEY


def test_a_name_is_given_once(provider: Provider) -> None:
    with pytest.raises(ValidationError) as refusal:
        providers.add("uzak", base_url="http://m/v1", model="m", trusted=True, by="manage.py")
    assert list(refusal.value.message_dict) == ["name"]


def test_the_offline_voice_has_neither_address_nor_key() -> None:
    offline: dict[str, Any] = {"kind": Provider.Kind.OFFLINE, "model": "offline", "by": "manage.py"}
    assert providers.test(providers.add("çevrimdışı", base_url="", **offline)).ok
    with pytest.raises(ValidationError):
        providers.add("çevrimdışı 2", base_url="http://m/v1", **offline)


def test_a_provider_that_works_says_so(provider: Provider, openai_server: OpenAIFake) -> None:
    trial = providers.test(provider)
    assert trial.ok
    assert "fake-1" in trial.text
    assert [request["key"] for request in openai_server.requests()] == [KEY]
    assert not LLMCall.objects.exists()


def test_a_look_is_free_where_models_are_listed(provider: Provider, openai_server: OpenAIFake) -> None:
    assert providers.look(provider).ok
    assert not openai_server.requests()


def test_a_model_that_is_not_there_is_answered_with_those_that_are(provider: Provider) -> None:
    trial = providers.test(providers.adjust(provider, model="fake-9", by="manage.py"))
    assert not trial.ok
    assert "fake-1" in trial.text


@pytest.mark.parametrize("how", ["500", "429", "html", "garbage", "reset"])
def test_a_provider_in_trouble_is_told_in_a_sentence(provider: Provider, openai_server: OpenAIFake, how: str) -> None:
    openai_server.fault("chat/completions", how)
    trial = providers.test(provider)
    assert not trial.ok
    assert trial.text.endswith(".")
    assert KEY not in trial.text


def test_a_refused_key_is_seen_by_a_look(provider: Provider, openai_server: OpenAIFake) -> None:
    openai_server.keys("another")
    assert not providers.look(provider).ok


def test_a_provider_that_wrote_is_disabled_and_not_removed(provider: Provider) -> None:
    LLMCall.objects.create(provider=provider, model="m", outcome="ok", latency_ms=1, started_at=provider.created_at)
    with pytest.raises(ValidationError):
        providers.remove(provider, by="manage.py")
    assert not providers.disable(provider, by="manage.py").enabled
    assert providers.enable(provider, by="manage.py").enabled


def test_a_provider_that_never_wrote_can_be_removed(provider: Provider) -> None:
    providers.remove(provider, by="manage.py")
    assert not Provider.objects.exists()


def test_a_new_key_wipes_the_failures_of_the_old(provider: Provider) -> None:
    Provider.objects.update(failures=7, last_error="boom")
    changed = providers.set_key(provider, "sk-new-0123456789abcdef", by="manage.py")
    assert (changed.failures, changed.last_error) == (0, "")


def test_settings_keep_their_ranges(provider: Provider) -> None:
    with pytest.raises(ValidationError):
        providers.adjust(provider, temperature=9, by="manage.py")
    with pytest.raises(ValidationError):
        providers.adjust(provider, api_key="x", by="manage.py")
    assert Provider.objects.get().temperature == 0.9


def test_another_key_begins_anew(provider: Provider) -> None:
    Breaker.objects.create(provider=provider, model="fake-1", state="open", openings=2, until=provider.created_at)
    Provider.objects.update(failures=5, width=1, told_requests=10, left_requests=0)
    changed = providers.set_key(provider, "sk-yepyeni-0123456789", by="manage.py")
    assert (changed.failures, changed.width, changed.told_requests) == (0, None, None)
    assert Breaker.objects.get().state == Breaker.State.CLOSED
