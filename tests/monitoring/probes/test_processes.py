"""Our own processes: who works, whether the clock ticks, whether the page answers."""

import http.server
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from pytest_django import Settings

from bots import roster
from conversations import schedule
from conversations.models import Engine, Process
from monitoring.probes import State, processes
from tests import stagehands

pytestmark = pytest.mark.django_db


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/livez" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def page(settings: Settings) -> Iterator[http.server.HTTPServer]:
    with http.server.HTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings.PUBLIC_URL = f"http://127.0.0.1:{server.server_port}"
        yield server
        server.shutdown()


def ticked(seconds_ago: float) -> None:
    Engine.objects.update(ticked_at=timezone.now() - timedelta(seconds=seconds_ago))


def test_a_page_that_answers_is_fine(page: http.server.HTTPServer) -> None:
    assert [finding.state for finding in processes.web()] == [State.OK]


def test_another_program_at_our_address_is_seen(page: http.server.HTTPServer, settings: Settings) -> None:
    settings.PUBLIC_URL += "/elsewhere"
    [finding] = processes.web()
    assert finding.state is State.WARN
    assert "404" in finding.text


def test_a_page_that_is_away_is_a_warning(settings: Settings) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:1"
    assert [finding.state for finding in processes.web()] == [State.WARN]


@pytest.mark.parametrize(("age", "state"), [(1, State.OK), (3600, State.FAIL)])
def test_the_clock_is_judged_by_its_last_tick(age: float, state: State) -> None:
    ticked(age)
    assert [finding.state for finding in processes.beat()] == [state]


def test_a_clock_that_never_ticked_is_seen() -> None:
    assert [finding.state for finding in processes.beat()] == [State.FAIL]


def test_a_paused_task_is_named() -> None:
    ticked(0)
    schedule.restore()
    PeriodicTask.objects.filter(name="conversations.recover").update(enabled=False)
    findings = {finding.name: finding for finding in processes.beat()}
    assert findings["schedule"].state is State.WARN
    assert "conversations.recover" in findings["schedule"].text
    assert findings["beat"].state is State.OK


def names() -> dict[str, State]:
    return {finding.name: finding.state for finding in processes.workers()}


def test_nobody_at_work_is_a_failure_with_a_remedy() -> None:
    [finding] = processes.workers()
    assert finding.state is State.FAIL
    assert finding.remedy


def test_a_writer_and_a_sender_that_take_work_are_fine() -> None:
    stagehands.process("writer", queues=["compose"])
    stagehands.process("sender", queues=["deliver", "inbox", "upkeep"])
    assert names() == {"worker": State.OK}


def test_a_queue_that_nobody_takes_from_is_named() -> None:
    stagehands.process("sender", queues=["deliver", "inbox", "upkeep"])
    [finding] = processes.workers()
    assert finding.state is State.FAIL
    assert "compose" in finding.text


def test_a_worker_that_lives_and_takes_nothing_is_seen() -> None:
    """Its thread says that it lives; its canary does not arrive."""
    stagehands.process("sender", queues=["deliver", "inbox", "upkeep"])
    stuck = stagehands.process("writer", queues=["compose"], idle=90)
    found = names()
    assert found[f"process {stuck}"] is State.FAIL
    assert found["worker"] is State.FAIL


def test_a_page_may_wait_for_visitors() -> None:
    stagehands.process("web", idle=900)
    assert names() == {"worker": State.FAIL}


def test_a_process_that_fell_silent_is_named_for_a_while() -> None:
    lost = stagehands.process("writer", queues=["compose"], silent=90)
    assert names()[f"process {lost}"] is State.WARN
    Process.objects.update(beat_at=timezone.now() - timedelta(minutes=20))
    assert set(names()) == {"worker"}


def test_two_versions_at_once_are_seen() -> None:
    stagehands.process("writer", queues=["compose"])
    stagehands.process("sender", queues=["deliver", "inbox", "upkeep"], version="0.0.9")
    assert names()["versions"] is State.WARN


def test_several_beats_are_counted_and_do_no_harm() -> None:
    ticked(0)
    for _ in range(2):
        stagehands.process("beat")
    [finding] = processes.beat()
    assert finding.state is State.OK
    assert "2" in finding.text


def test_a_poller_is_looked_for_only_where_kulis_polls(settings: Settings) -> None:
    assert processes.poller() == []
    settings.TELEGRAM_MODE = "polling"
    assert processes.poller() == []  # nobody has a token, so nobody needs it
    roster.set_token(stagehands.bots(1)[0], "123456789:" + "a" * 35, by="tests")
    assert [finding.state for finding in processes.poller()] == [State.FAIL]
    Engine.objects.update(listener="here", listener_until=timezone.now() + timedelta(seconds=30))
    assert [finding.state for finding in processes.poller()] == [State.OK]
