"""The Telegram of the tests ends the process behind a call, at the point that was asked for, and nobody else."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from tests.fakes.handles import TelegramFake
from tests.fakes.telegram import strikes

CALLER = """
import http.client, json, sys
place, token, chat = sys.argv[1:]
sys.stdin.readline()
line = http.client.HTTPConnection(place)
order = json.dumps({"chat_id": int(chat), "text": "Selam"})
line.request("POST", f"/bot{token}/sendMessage", order, {"content-type": "application/json"})
print(line.getresponse().status, flush=True)
sys.stdin.readline()
"""


def _caller(fake: TelegramFake) -> subprocess.Popen[str]:
    token = fake.add_bot("ilk_bot")
    chat = fake.add_group("Piyasa", "ilk_bot")
    command = [sys.executable, "-c", CALLER, fake.root.removeprefix("http://"), token, str(chat)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


@pytest.mark.processes
@pytest.mark.parametrize(
    ("point", "posted"), [("connected", 0), ("mid-write", 0), ("written", 0), ("accepted", 1), ("read", 1)]
)
def test_a_caller_dies_at_the_point_that_was_asked_for(telegram_server: TelegramFake, point: str, posted: int) -> None:
    caller = _caller(telegram_server)
    telegram_server.do("victims", pids=[caller.pid])
    telegram_server.do("strike", point=point)
    with caller:
        assert caller.stdin is not None
        caller.stdin.write("go\n")
        caller.stdin.flush()
        assert caller.wait(60) == -signal.SIGKILL
    assert [struck["point"] for struck in telegram_server.see("struck")] == [point]
    assert len(telegram_server.posted()) == posted


@pytest.mark.processes
def test_nobody_dies_who_is_not_named(telegram_server: TelegramFake) -> None:
    caller = _caller(telegram_server)
    telegram_server.do("strike", point="written")
    said, _ = caller.communicate("go\n")
    assert (caller.returncode, said) == (0, "200\n")
    assert telegram_server.see("struck") == []


def _call(server: socket.socket, port: int = 0) -> socket.socket:
    caller = socket.socket()
    caller.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    caller.bind(("127.0.0.1", port))
    caller.connect(server.getsockname())
    return caller


def test_a_caller_is_known_by_a_port_that_another_call_used_a_moment_ago() -> None:
    """The kernel keeps a row of the call that is over; in which order the two are listed is chance."""
    with socket.create_server(("127.0.0.1", 0)) as before, socket.create_server(("127.0.0.1", 0)) as now:
        for _round in range(64):
            earlier = _call(before)
            port = earlier.getsockname()[1]
            earlier.close()
            before.accept()[0].close()
            with _call(now, port):
                assert strikes.owner(port, {os.getpid()}) == os.getpid()
            now.accept()[0].close()
