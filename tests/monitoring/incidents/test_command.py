"""The same from a terminal."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from monitoring.incidents.models import Incident, Kind, Lookout
from tests.monitoring.incidents.seeing import began

pytestmark = pytest.mark.django_db


def said(*words: str) -> str:
    out = io.StringIO()
    call_command("incidents", *words, stdout=out)
    return out.getvalue()


def listed() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(said("list", "--json"))["incidents"]
    return found


def test_what_is_open_is_listed_and_decided_upon() -> None:
    assert "Nothing" in said("list")
    incident = began(Kind.BROKER)
    assert f"#{incident.pk}" in said("list")
    assert [(one["kind"], one["severity"], one["silenced"]) for one in listed()] == [("broker", "urgent", False)]
    said("acknowledge", str(incident.pk))
    said("silence", str(incident.pk), "--hours", "2", "--reason", "bakım")
    assert [(one["acknowledged"], one["silenced"]) for one in listed()] == [(True, True)]
    said("reopen", str(incident.pk))
    assert [(one["acknowledged"], one["silenced"]) for one in listed()] == [(False, False)]


def test_what_cannot_be_done_fails_with_its_reason() -> None:
    incident = began(Kind.BROKER)
    with pytest.raises(CommandError, match="424242"):
        call_command("incidents", "acknowledge", "424242")
    Incident.objects.update(closed_at=timezone.now())
    with pytest.raises(CommandError):
        call_command("incidents", "silence", str(incident.pk))


def test_a_look_is_done_once() -> None:
    Lookout.objects.update(looked_at=None)
    assert "Looked" in said("look")
    assert "moment ago" in said("look")
