"""Processes tell of themselves, and of what they keep; who lives without working is told apart."""

import json
import os
import signal
import time

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from conversations import presence, running, standing
from conversations.models import Process
from conversations.models.process import SILENT_AFTER, STALLED_AFTER
from conversations.running import State
from tests import stagehands

pytestmark = pytest.mark.django_db


def sign(**more: object) -> presence.Sign:
    return presence.Sign(Process.Kind.WRITER, 8, ["compose"], **more)  # type: ignore[arg-type]  # tests name its fields


def test_a_process_keeps_one_row_and_renews_it() -> None:
    mine = sign()
    presence.tell(mine)
    first = Process.objects.get()
    presence.tell(mine)
    again = Process.objects.get()
    assert (again.host, again.pid, again.kind, again.queues) == (presence.host(), os.getpid(), "writer", ["compose"])
    assert again.started_at == first.started_at
    assert again.beat_at > first.beat_at
    assert again.memory_mb > 10


def test_another_process_of_the_same_number_begins_anew() -> None:
    presence.tell(sign())
    Process.objects.update(started_at=timezone.now() - SILENT_AFTER)
    presence.tell(sign())
    assert timezone.now() - Process.objects.get().started_at < SILENT_AFTER


def test_age_of_work_is_told_on_the_clock_of_the_database() -> None:
    mine = sign()
    mine.worked -= STALLED_AFTER.total_seconds() + 1
    presence.tell(mine)
    assert [one.state for one in running.now()] == [State.STALLED]
    assert Process.objects.stalled().count() == Process.objects.alive().count() == 1


def test_a_process_that_leaves_is_not_stuck() -> None:
    presence.tell(sign(stopping=True))
    assert [one.state for one in running.now()] == [State.STOPPING]
    assert running.unserved(running.now()) == ["compose", "deliver", "inbox", "upkeep"]


def test_who_died_long_ago_is_forgotten() -> None:
    stagehands.process("writer", silent=2 * presence.KEPT.total_seconds())
    lives = stagehands.process("sender")
    assert [(host, pid) for _kind, host, pid, _since in presence.prune()] == [("sahne", 100)]
    assert Process.objects.get() == lives


def test_how_the_engine_stands_names_its_processes() -> None:
    stagehands.process("writer", queues=["compose"], idle=70)
    [one] = standing.now()["processes"]
    assert (one["kind"], one["state"], one["queues"]) == ("writer", "stalled", ["compose"])


def test_the_command_fails_for_who_lives_and_does_not_work(capsys: pytest.CaptureFixture[str]) -> None:
    stagehands.process("writer", queues=["compose"])
    call_command("processes", "--json")
    assert json.loads(capsys.readouterr().out)["processes"][0]["state"] == "works"
    stuck = stagehands.process("sender", idle=90)
    with pytest.raises(CommandError, match=str(stuck)):
        call_command("processes")


def test_a_container_asks_for_its_own_process_alone() -> None:
    stagehands.process("sender", idle=90)
    with pytest.raises(CommandError, match="No process of Kulis runs on"):
        call_command("processes", "--here")
    stagehands.process("writer", host=presence.host())
    call_command("processes", "--here")


@pytest.mark.parametrize(
    ("age", "most", "leaves"), [(601, 1, True), (599, 1, False), (601, 0, False), (601, 10**6, False)]
)
def test_a_worker_that_grew_too_large_leaves(settings: Settings, age: float, most: int, leaves: bool) -> None:
    settings.WORKER_MEMORY_MB = most
    asked: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: asked.append(number))
    try:
        presence._mind_memory(sign(started=time.monotonic() - age))
    finally:
        signal.signal(signal.SIGTERM, before)
    assert bool(asked) is leaves


def test_only_writers_that_have_nothing_to_write_are_idle(settings: Settings) -> None:
    settings.WORKER_THREADS = 5
    assert presence.idle_writers() == 5, "nobody has said yet that it lives"
    stagehands.process("writer", queues=["compose"], threads=3)
    stagehands.process("sender", queues=["compose", "deliver"], threads=4)
    stagehands.process("sender", queues=["deliver"], threads=50)
    stagehands.process("writer", queues=["compose"], threads=50, stopping=True)
    stagehands.process("writer", queues=["compose"], threads=50, silent=2 * SILENT_AFTER.total_seconds())
    assert presence.idle_writers() == 7
    for number, room in enumerate(stagehands.room([], title=f"Oda {n}") for n in range(6)):
        stagehands.turn_in("composing", room, None)
        assert presence.idle_writers() == max(6 - number, presence.ALWAYS_WOKEN)
