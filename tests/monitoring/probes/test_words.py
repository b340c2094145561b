"""Providers, asked."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from conversations import providers
from conversations.models import Provider
from monitoring.probes import State, words
from tests.fakes.handles import OpenAIFake

pytestmark = pytest.mark.django_db


def add(server: OpenAIFake, name: str = "uzak") -> Provider:
    return providers.add(name, base_url=server.address, model="fake-1", key="sk-1", trusted=True, by="manage.py")


def test_a_provider_that_offers_its_model_is_fine(openai_server: OpenAIFake) -> None:
    add(openai_server)
    assert [(finding.name, finding.state) for finding in words.providers()] == [("provider uzak", State.OK)]


def test_a_dead_provider_fails_beside_a_living_one(openai_server: OpenAIFake) -> None:
    add(openai_server)
    providers.add("ölü", base_url="http://127.0.0.1:1/v1", model="m", priority=20, trusted=True, by="manage.py")
    assert [finding.state for finding in words.providers()] == [State.OK, State.FAIL]


def test_a_disabled_provider_is_not_asked(openai_server: OpenAIFake) -> None:
    providers.disable(add(openai_server), by="manage.py")
    [finding] = words.providers()
    assert finding.state is State.FAIL
    assert "provider add" in finding.remedy


def test_a_provider_that_rests_tells_why(openai_server: OpenAIFake) -> None:
    add(openai_server)
    Provider.objects.update(failures=5, last_error="429", resting_until=timezone.now() + timedelta(minutes=1))
    [finding] = words.providers()
    assert finding.state is State.WARN
    assert "429" in finding.text


def test_only_the_offline_voice_is_fine_in_a_demo_alone(settings: Settings) -> None:
    providers.add("çevrimdışı", base_url="", model="offline", kind=Provider.Kind.OFFLINE, by="manage.py")
    assert [finding.state for finding in words.providers()] == [State.OK, State.WARN]
    settings.DEMO = True
    assert [finding.state for finding in words.providers()] == [State.OK]
