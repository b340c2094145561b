"""The schema is exact: a request or two to every address; `make api-check` sends thousands to a running one."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, Verbosity
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from conversations.models import Provider
from monitoring.api import house, keys
from monitoring.models import ApiKey
from tests import full_house, staff

pytestmark = pytest.mark.django_db
NOT_ASKED = [ignored_auth, positive_data_acceptance]
"""Every request brings the key; and rules of the house refuse what fits the schema, as a time zone."""
FEW = hypothesis.settings(
    max_examples=1,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    verbosity=Verbosity.quiet,
)


@pytest.fixture
def app() -> Iterator[WSGIHandler]:
    """As a server runs it, but on the connection of the test."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield WSGIHandler()
    for signal in signals:
        signal.connect(close_old_connections)


def test_what_every_address_answers_is_in_the_schema(app: WSGIHandler) -> None:
    full_house.furnish(1)
    Provider.objects.update(kind=Provider.Kind.OFFLINE)
    user = staff.equipped()
    _key, secret = keys.make("contract", list(ApiKey.Scope), by=user, good_for=timedelta(days=1))
    mine = {"Authorization": f"Bearer {secret}"}
    schema = schemathesis.openapi.from_dict(house.schema())
    schema.app = app
    seen = set()
    for found in schema.get_all_operations():
        operation: Any = found
        seen.add(_asked(operation.ok(), mine))
    assert len(seen) > 60


def _asked(operation: Any, headers: dict[str, str]) -> str:
    @FEW
    @hypothesis.given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        case.validate_response(case.call(headers=headers), excluded_checks=NOT_ASKED)

    ask()
    return str(operation.label)
