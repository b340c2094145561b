"""manage.py doctor: no traceback whatever is away, an exit code, JSON, no secret."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from conversations import providers
from conversations.models import Provider
from monitoring import probes
from tests.fakes.handles import OpenAIFake

pytestmark = pytest.mark.django_db
KEY = "sk-kanarya-0123456789abcdefghij"


def run(*words: str) -> tuple[str, str]:
    """What it printed, and what it failed with."""
    out = io.StringIO()
    try:
        call_command("doctor", *words, stdout=out, no_color=True)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def test_a_line_for_everything_and_a_failure_when_something_is_wrong(openai_server: OpenAIFake) -> None:
    providers.add("uzak", base_url=openai_server.address, model="fake-1", key=KEY, trusted=True, by="manage.py")
    out, error = run()
    assert "✓ database: " in out
    assert "✗ worker: " in out
    assert " → " in out
    assert error
    assert not [secret for secret in (KEY, Provider.objects.get().api_key, "owner") if secret in out]


def test_programs_get_the_same_as_people() -> None:
    told: dict[str, Any] = json.loads(run("--json")[0])
    assert told["ok"] is False
    assert {"database", "broker", "worker", "beat", "web", "keys", "demo", "telegram", "provider"} <= {
        one["name"] for one in told["findings"]
    }
    assert all(one["text"] and (one["remedy"] or one["state"] == "ok") for one in told["findings"])


def test_without_its_database_it_says_so_and_what_it_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    names = [finding.name for finding in probes.examine()]
    assert names[0] == "database"
    assert names[-1] == "rest"
    assert "beat" not in names


def test_without_the_broker_everything_else_is_still_looked_at(settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    names = [finding.name for finding in probes.examine()]
    assert {"broker", "worker", "beat", "keys", "provider"} <= set(names)
