"""What probes and Prometheus may ask, and what the answers do not depend on."""

import asyncio
import time

import pytest
from django.db import connection
from django.test import AsyncClient, AsyncRequestFactory, Client
from pytest_django import DjangoAssertNumQueries, Settings

from conversations import control
from monitoring import loop, readiness
from monitoring.views import health
from tests import guests, stagehands


def test_alive_asks_nobody() -> None:
    """No database mark on this test: a query would fail it."""
    answer = Client().get("/livez")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_a_page_whose_loop_is_late_is_not_alive(settings: Settings) -> None:
    """The loop is held up for real: what is late is measured, not told."""
    settings.LOOP_PATIENCE_SECONDS = 0.1

    async def held_up() -> tuple[int, float, int]:
        loop.watch()
        await asyncio.sleep(2 * loop.EVERY)
        good = await AsyncClient().get("/livez")
        time.sleep(loop.EVERY + 0.2)  # holds everything up
        late = await health.livez(AsyncRequestFactory().get("/livez"))
        await asyncio.sleep(loop.EVERY)
        return good.status_code, loop.lag(), late.status_code

    good, lag, late = asyncio.run(held_up())
    assert (good, late) == (200, 503)
    assert lag > 0.15


def test_settings_that_do_not_fit_together_keep_a_page_from_starting(settings: Settings) -> None:
    """No database mark on this test either."""
    assert Client().get("/startupz").json() == {"started": True, "problem": ""}
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    answer = Client().get("/startupz")
    assert answer.status_code == 503
    assert "CHANNEL_LAYERS" in answer.json()["problem"]


@pytest.mark.commits
@pytest.mark.usefixtures("committed")
def test_ready_when_database_schema_and_keys_are_there() -> None:
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "problem": ""}


@pytest.mark.commits
@pytest.mark.usefixtures("committed")
def test_not_ready_without_keys(settings: Settings) -> None:
    settings.FIELD_KEYS = []
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert "FIELD_KEYS" in answer.json()["problem"]


@pytest.mark.django_db
def test_not_ready_before_the_migrations_ran() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'monitoring'")
    assert "migrations to run" in readiness.problem()


@pytest.mark.django_db
def test_readiness_costs_three_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    readiness.problem()
    with django_assert_num_queries(3):  # SELECT 1, is there a table of migrations, what is in it
        readiness.problem()


@pytest.mark.django_db
def test_metrics_are_for_this_machine() -> None:
    assert guests.stranger().get("/metrics").status_code == 200
    for elsewhere in ({"REMOTE_ADDR": "10.0.0.9"}, {"HTTP_X_FORWARDED_FOR": "10.0.0.9"}):
        assert guests.stranger().get("/metrics", **elsewhere).status_code == 401  # type: ignore[arg-type]  # WSGI variables


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "given", "status"),
    [
        ("geheim", "Bearer geheim", 200),
        ("geheim", "Bearer falsch", 401),
        ("geheim", "", 401),
        ("", "Bearer ", 401),
        ("geheim", "Bearer gehei\u015fm", 401),
    ],
)
def test_elsewhere_metrics_need_the_token(settings: Settings, token: str, given: str, status: int) -> None:
    settings.METRICS_TOKEN = token
    assert Client(headers={"Authorization": given}).get("/metrics").status_code == status


@pytest.mark.django_db
def test_metrics_tell_how_the_cast_stands() -> None:
    room = stagehands.room()
    stagehands.turn(room)
    control.start(by="tests")
    lines = guests.stranger().get("/metrics").content.decode().splitlines()
    assert "kulis_engine_running 1.0" in lines
    assert "kulis_bots 3.0" in lines
    assert 'kulis_turns{state="planned"} 1.0' in lines
    assert any(line.startswith("django_http_requests_total") for line in lines)
