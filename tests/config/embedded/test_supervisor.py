import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from config.embedded.refusal import Refused
from config.embedded.supervisor import Supervisor
from tests.config.embedded.children import eventually, shell
from tests.config.embedded.conftest import Time

FOREVER = "while :; do sleep 0.02; done"


def alive(supervisor: Supervisor) -> list[str]:
    return [child.program.name for child in supervisor.children() if child.code() is None]


def test_a_child_that_dies_is_started_again(supervisor: Supervisor, paper: io.StringIO, hours: Time) -> None:
    first = supervisor.start(shell("web", FOREVER))
    first.send(signal.SIGKILL)
    eventually(lambda: first.code() is not None)
    supervisor.tend()
    assert alive(supervisor) == []
    hours.now += 1
    supervisor.tend()
    assert alive(supervisor) == ["web"]
    assert supervisor.children()[0].pid != first.pid
    assert "web was ended by a signal (Killed)." in paper.getvalue()


def die_again(supervisor: Supervisor, hours: Time) -> None:
    """One look at the dead, one that starts it anew."""
    eventually(lambda: not alive(supervisor))
    supervisor.tend()
    hours.now += 3
    supervisor.tend()


def test_a_child_that_dies_four_times_in_a_minute_ends_everything(
    supervisor: Supervisor, paper: io.StringIO, hours: Time
) -> None:
    supervisor.start(shell("web", "echo out of luck; exit 3", dull="luck"))
    for _ in range(3):
        die_again(supervisor, hours)
    with pytest.raises(Refused, match="web died 4 times"):
        die_again(supervisor, hours)
    assert "web ended with code 3." in paper.getvalue()
    assert "web      │ out of luck" in paper.getvalue()


def test_everyday_words_of_a_child_that_was_killed_stay_unsaid(
    supervisor: Supervisor, paper: io.StringIO, hours: Time
) -> None:
    supervisor.start(shell("web", "echo business as usual; kill -9 $$", dull="usual"))
    die_again(supervisor, hours)
    assert "web was ended by a signal" in paper.getvalue()
    assert "business as usual" not in paper.getvalue()


def test_deaths_of_an_hour_ago_are_forgiven(supervisor: Supervisor, hours: Time) -> None:
    supervisor.start(shell("web", "exit 3"))
    for _ in range(6):
        die_again(supervisor, hours)
        hours.now += 60
    eventually(lambda: not alive(supervisor))


def test_the_others_live_on_when_one_is_started_again(supervisor: Supervisor, hours: Time) -> None:
    steady = supervisor.start(shell("beat", FOREVER))
    supervisor.start(shell("web", "exit 1"))
    eventually(lambda: alive(supervisor) == ["beat"])
    supervisor.tend()
    hours.now += 1
    supervisor.tend()
    assert steady.code() is None


def test_children_stop_in_order_highest_stage_first(supervisor: Supervisor, tmp_path: Path, paper: io.StringIO) -> None:
    order = tmp_path / "order"
    for stage, name in enumerate(["postgres", "valkey", "web", "beat"]):
        script = f"trap 'echo {name} >> {order}; exit 0' TERM; echo is up; {FOREVER}"
        supervisor.start(shell(name, script, stage=stage, grace=1000))
    eventually(lambda: paper.getvalue().count("is up") == 4)
    supervisor.stop()
    assert order.read_text().split() == ["beat", "web", "valkey", "postgres"]


def test_a_child_that_ignores_the_request_is_killed_when_its_time_is_up(
    supervisor: Supervisor, paper: io.StringIO, hours: Time
) -> None:
    stubborn = supervisor.start(shell("web", f"trap '' TERM; echo is up; {FOREVER}", grace=4))
    eventually(lambda: "is up" in paper.getvalue())
    supervisor.stop()
    assert stubborn.code() == -signal.SIGKILL
    assert hours.now >= 4
    assert "web does not stop by itself and is ended." in paper.getvalue()


def test_in_a_hurry_nobody_is_given_time(supervisor: Supervisor, paper: io.StringIO, hours: Time) -> None:
    stubborn = supervisor.start(shell("web", f"trap '' TERM; echo is up; {FOREVER}", grace=1000))
    eventually(lambda: "is up" in paper.getvalue())
    supervisor.stop(hurry=lambda: True)
    assert stubborn.code() == -signal.SIGKILL
    assert hours.now < 10


def test_a_child_that_does_not_start_is_told_with_its_last_words(supervisor: Supervisor, paper: io.StringIO) -> None:
    child = supervisor.start(shell("postgres", "echo FATAL: no room left; exit 1", dull="FATAL"))
    with pytest.raises(Refused, match="postgres did not start"):
        supervisor.wait(child, lambda: False, seconds=1000)
    assert "FATAL: no room left" in paper.getvalue()


def test_a_child_that_is_never_ready_is_not_waited_for_for_ever(supervisor: Supervisor) -> None:
    child = supervisor.start(shell("web", FOREVER))
    with pytest.raises(Refused, match="not ready after 2 seconds"):
        supervisor.wait(child, lambda: False, seconds=2)


PARENT = """
import sys, time
from pathlib import Path
from config.embedded.log import Log
from config.embedded.ledger import Ledger
from config.embedded.supervisor import Supervisor
from tests.config.embedded.children import shell
print(Supervisor(Log(sys.stderr), Ledger(Path(sys.argv[1]))).start(shell("web", "sleep 1000")).pid, flush=True)
time.sleep(1000)
"""


@pytest.mark.processes
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next start ends them, from the ledger")
def test_children_die_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, env={**os.environ})
    with parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    psutil.wait_procs([child], timeout=60)
    assert not child.is_running()
