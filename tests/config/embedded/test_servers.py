"""The servers as a person meets them: started, started twice, killed, started again."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from config.embedded import state
from tests.config.embedded.children import eventually, folder_for_all

pytestmark = pytest.mark.processes
Up = subprocess.Popen[str]
Start = Callable[..., Up]


@contextlib.contextmanager
def starting(folder: Path) -> Iterator[Start]:
    """Starts the servers on one and the same state, as often as asked; whoever still runs is stopped at the end."""
    started: list[Up] = []
    mine = {"DATABASE_URL": "", "REDIS_URL": "", "SECRET_KEY": "", "FIELD_KEYS": "", "STATE_DIR": str(folder)}

    def begin(what: str = "fill") -> Up:
        words = [sys.executable, "-m", "tests.config.embedded.servers_only", what]
        up = Up(words, env=os.environ | mine, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        started.append(up)
        return up

    yield begin
    for up in started:
        up.terminate()
        up.communicate(timeout=60)


@pytest.fixture
def folder(open_folder: Path) -> Path:
    return open_folder / "state"


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    with starting(folder) as begin:
        yield begin


@pytest.fixture(scope="module")
def running() -> Iterator[Path]:
    """The state of servers that run."""
    with folder_for_all() as place, starting(place / "state") as begin:
        until_ready(begin())
        yield place / "state"


def until_ready(up: Up, said_when_ready: str = "Ready.\n") -> None:
    assert up.stdout is not None
    said = []
    for line in up.stdout:
        if line == said_when_ready:
            return
        said.append(line)
    pytest.fail("".join(said))


def settled(folder: Path) -> dict[str, str]:
    """What must stay the same; the port of the page moves when another program has it now."""
    return {name: value for name, value in state.settings_of(folder).items() if name not in {"PORT", "PUBLIC_URL"}}


def numbers(folder: Path) -> dict[str, int]:
    return {each["name"]: each["pid"] for each in json.loads((folder / "processes.json").read_text())}


def processes(folder: Path) -> dict[str, psutil.Process]:
    return {name: psutil.Process(number) for name, number in numbers(folder).items()}


def database(folder: Path) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(state.settings_of(folder)["DATABASE_URL"], autocommit=True)


def test_a_stack_that_is_killed_leaves_nobody_behind_and_loses_nothing(start: Start, folder: Path) -> None:
    first = start()
    until_ready(first)
    before = settled(folder)
    with database(folder) as line:
        line.execute("CREATE TABLE said AS SELECT 'merhaba' AS words")

    second = start()
    assert f"already runs on {folder} (process {first.pid})" in second.communicate(timeout=60)[0]
    assert second.returncode == 1

    servers = list(processes(folder).values())
    assert len(servers) == 3
    first.kill()
    first.wait()
    psutil.wait_procs(servers, timeout=60)
    assert not [server for server in servers if server.is_running()]

    third = start()
    until_ready(third)
    assert settled(folder) == before
    with database(folder) as line:
        assert line.execute("SELECT words FROM said").fetchone() == ("merhaba",)

    servers = list(processes(folder).values())
    third.send_signal(signal.SIGINT)
    assert "Stopped. The data stays" in third.communicate(timeout=60)[0]
    assert third.returncode == 0
    assert not [server for server in servers if server.is_running()]


def test_a_server_that_is_killed_comes_back_where_it_was(running: Path) -> None:
    before = numbers(running)
    os.kill(before["postgres"], signal.SIGKILL)
    eventually(lambda: numbers(running)["postgres"] != before["postgres"])
    eventually(lambda: answers(running))
    assert numbers(running)["valkey"] == before["valkey"]


def answers(folder: Path) -> bool:
    try:
        database(folder).close()
    except psycopg.OperationalError:
        return False
    return True


def test_the_servers_are_for_us_alone(running: Path) -> None:
    for server in (processes(running)["postgres"], processes(running)["valkey"]):
        assert server.uids().real != 0
        assert {line.laddr[0] for line in server.net_connections(kind="inet") if line.status == "LISTEN"} == {
            "127.0.0.1"
        }
        assert "SECRET_KEY" not in server.environ()
    address = state.settings_of(running)["REDIS_URL"]
    with redis.Redis.from_url(address) as line:
        assert line.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert line.config_get("appendonly") == {"appendonly": "yes"}
    with pytest.raises(redis.AuthenticationError), redis.Redis.from_url("redis://" + address.split("@")[1]) as line:
        line.ping()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(state.settings_of(running)["DATABASE_URL"], password="guess")


def test_our_role_may_make_databases_that_know_vectors_but_is_no_superuser(running: Path) -> None:
    with database(running) as line:
        line.execute("CREATE DATABASE restored")
        assert line.execute("SHOW is_superuser").fetchone() == ("off",)
        assert line.execute("SHOW data_checksums").fetchone() == ("on",)
        provider = line.execute(
            "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'restored'"
        ).fetchone()
        assert provider == ("b", "C.UTF-8")
    with psycopg.connect(state.settings_of(running)["DATABASE_URL"], dbname="restored") as line:
        found = line.execute("SELECT extname FROM pg_extension ORDER BY 1").fetchall()
    assert found == [("pg_trgm",), ("plpgsql",), ("vector",)]


def test_a_start_that_is_asked_to_stop_half_way_stops(start: Start, folder: Path) -> None:
    up = start("hang")
    until_ready(up, "Hanging.\n")
    servers = list(processes(folder).values())
    up.terminate()
    assert "Stopped." in up.communicate(timeout=60)[0]
    assert up.returncode == 0
    assert not [server for server in servers if server.is_running()]


def test_a_start_that_cannot_go_on_says_why_and_leaves_nobody_behind(start: Start, folder: Path) -> None:
    up = start("refuse")
    said, _ = up.communicate(timeout=60)
    assert up.returncode == 1
    assert "up: The database does not fit." in said
    assert not numbers(folder).keys() - {"up"}


def test_a_restored_database_is_used_once_it_is_named_and_a_slip_makes_none_up(
    start: Start, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = start()
    until_ready(first)
    with database(folder) as line:
        line.execute("CREATE DATABASE restored")
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=60)

    monkeypatch.setenv("DATABASE_NAME", "restord")
    slip = start().communicate(timeout=60)[0]
    assert "There is no database restord. DATABASE_NAME=kulis is the first one." in slip
    assert json.loads((folder / "state.json").read_text())["database"] == "kulis"

    monkeypatch.setenv("DATABASE_NAME", "restored")
    until_ready(start())
    with database(folder) as line:
        assert line.info.dbname == "restored"
    assert json.loads((folder / "state.json").read_text())["database"] == "restored"
